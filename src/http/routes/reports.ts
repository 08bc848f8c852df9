// POST /v1/cases/{no}/reports: a unit tells how it stands with a case it holds; the desk may tell it on a unit's behalf.
import Type from 'typebox';
import { AnyReport, isReportType, REPORTS, type Report, report } from '../../core/acts.ts';
import type { Case } from '../../core/case.ts';
import { parseCaseNo } from '../../core/case-no.ts';
import type { Route, RouteRequest } from '../../core/route.ts';
import { actOn, decideOr, doneBefore, onceOf, type Reach } from '../act-on.ts';
import { CaseAnswer } from '../answers.ts';
import { checkBody } from '../check.ts';
import type { ApiDeps } from '../deps.ts';
import { refusal } from '../problem.ts';
import { keyOf, maySee, noSuchCase, standingOf } from '../rights.ts';
import { caseView } from '../views.ts';
import { CaseNo } from './lists.ts';
import { bodyOf } from './shapes.ts';

export function reportRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/cases/:no/reports',
      access: ['unit', 'operator'],
      body: 'json',
      summary: 'A unit reports on a case it holds; with an Idempotency-Key a repeat is harmless',
      tags: ['reports'],
      schema: { params: Type.Object({ no: CaseNo }), reads: AnyReport, answers: { 200: CaseAnswer, 204: DoneBefore } },
      handle: (request) => takeReport(request, deps),
    },
  ];
}

/** A repeat when the case is with the unit no longer: done, and nothing to show. */
export const DoneBefore = Type.Null({
  description: 'The same report was taken before; the case has gone to another unit since.',
});

/** The answer to a repeat is the case as it stands now, while the unit still holds it. */
export async function takeReport(request: RouteRequest, deps: ApiDeps, reach: Reach = 'one') {
  const input = reportIn(request.body);
  const { unit } = keyOf(request);
  const reporter = unit === undefined ? {} : { unit };
  const act = () =>
    actOn(
      request,
      deps,
      'report',
      () => heldCase(request, deps),
      (c, given) => report(c, input, reporter, given),
      reach,
    );
  const after = await decideOr(act, () => toldBefore(request, deps, reach));
  if (after === 'done before') return { status: 204 };
  return { status: 200, body: caseView(after, standingOf(keyOf(request))) };
}

/** Whether this very report was taken while the unit still held the case. */
async function toldBefore(request: RouteRequest, deps: ApiDeps, reach: Reach): Promise<boolean> {
  const no = parseCaseNo(request.params.no ?? '');
  const found = no === undefined ? undefined : await deps.store.findCase(no);
  return found !== undefined && doneBefore(found, onceOf(request, 'report', found.no, reach), request, deps);
}

/** Checked against the shape of its own type: the refusal names the field that is wrong, not all seven shapes. */
function reportIn(body: unknown): Report {
  const type: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'type') : undefined;
  if (type === undefined) throw refusal(422, 'missing_field', 'type is missing', { field: 'type', advice: TYPES });
  if (!isReportType(type))
    throw refusal(422, 'invalid_field', 'there is no such type of report', { field: 'type', advice: TYPES });
  checkBody(REPORTS[type], body);
  return bodyOf(AnyReport, body);
}

const TYPES = `It is one of ${Object.keys(REPORTS).join(', ')}.`;

/**
 * A unit that does not hold the case is told so (409), but of a complaint about itself, of a secret case, of a report (举报) and
 * of another tenant's it learns nothing: 404, as for a number nobody has.
 */
async function heldCase(request: RouteRequest, deps: ApiDeps): Promise<Case> {
  const key = keyOf(request);
  const no = parseCaseNo(request.params.no ?? '');
  const found = no === undefined ? undefined : await deps.store.findCase(no);
  if (!found) throw noSuchCase();
  if (maySee(key, found)) return found;
  const foreign = key.tenant !== undefined && key.tenant !== found.tenant;
  const quiet = found.secret || found.kind === 'report';
  if (foreign || quiet || key.unit === undefined || found.barred.includes(key.unit)) throw noSuchCase();
  throw refusal(409, 'not_held', `case ${found.no} is not with this unit`, {
    field: 'no',
    advice: 'Only the unit that holds a case, and its co-units, report on it.',
  });
}
