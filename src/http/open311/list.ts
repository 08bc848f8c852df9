// List: GET requests with the filters of GeoReport v2. Without a key only what came through Open311; with one, what the key may see.
import type { ApiKey } from '../../core/access.ts';
import type { Case } from '../../core/case.ts';
import { parseCaseNo } from '../../core/case-no.ts';
import { parseTime } from '../../core/time.ts';
import type { ApiDeps } from '../deps.ts';
import { opens } from '../keyring.ts';
import { refusal } from '../problem.ts';
import { maySee, standingOf } from '../rights.ts';
import type { Row } from './answer.ts';
import { CHANNEL, isListed, requestRow, stateOf } from './request-view.ts';
import type { Shelf } from './shelf.ts';

const DAY = 86_400_000;
/** The specification: 90 days when no dates are given. */
const SPAN_DAYS = 90;
const CHUNK = 200;
const MOST_CHUNKS = 100;
const MOST_IDS = 100;

export type Query = Readonly<Record<string, string>>;

export function mayRead(c: Case, key: ApiKey | undefined): boolean {
  return isListed(c) && (c.channel === CHANNEL || (key !== undefined && seesMore(key) && maySee(key, c)));
}

/** A key that only hands in sees what everybody does, also when it is bound to a unit. */
const seesMore = (key: ApiKey): boolean =>
  opens(key, ['integrator', 'operator', 'unit']) && (key.unit !== undefined || standingOf(key) !== 'unit');

export async function requestsFor(query: Query, key: ApiKey | undefined, deps: ApiDeps, shelf: Shelf): Promise<Row[]> {
  const wanted = query.service_request_id?.trim();
  const cases = wanted ? await named(wanted, key, deps) : await filtered(query, key, deps, shelf);
  return Promise.all(cases.map((c) => requestRow(c, deps.store)));
}

/** Ids overrule all other filters; what nobody knows, or may not be seen, is left out. */
async function named(ids: string, key: ApiKey | undefined, { store }: ApiDeps): Promise<Case[]> {
  const numbers = ids.split(',').slice(0, MOST_IDS);
  const found = await Promise.all(numbers.map((id) => find(id, store)));
  return found.filter((c) => c !== undefined).filter((c) => mayRead(c, key));
}

export async function find(id: string, store: ApiDeps['store']): Promise<Case | undefined> {
  const no = parseCaseNo(id.trim());
  return no === undefined ? undefined : store.findCase(no);
}

async function filtered(query: Query, key: ApiKey | undefined, deps: ApiDeps, shelf: Shelf): Promise<Case[]> {
  const fits = filterOf(query, deps);
  const size = whole(query, 'page_size', 50, 200);
  const skip = (whole(query, 'page', 1, 10_000) - 1) * size;
  const found: Case[] = [];
  let passed = 0;
  for await (const c of key && seesMore(key) ? ofKey(key, deps.store) : ofShelf(await shelf.numbers(), deps.store)) {
    if (Date.parse(c.openedAt) < fits.from) break; // newest first: all others are older
    if (!mayRead(c, key) || !fits.check(c)) continue;
    passed += 1;
    if (passed > skip) found.push(c);
    if (found.length >= size) break;
  }
  return found;
}

async function* ofShelf(numbers: readonly string[], store: ApiDeps['store']) {
  for (const no of numbers) {
    const c = await store.findCase(no);
    if (c) yield c;
  }
}

async function* ofKey(key: ApiKey, store: ApiDeps['store']) {
  let after: string | undefined;
  for (let chunk = 0; chunk < MOST_CHUNKS; chunk += 1) {
    const cases = await store.findCases({
      limit: CHUNK,
      ...(key.unit === undefined ? {} : { unit: key.unit }),
      ...(after === undefined ? {} : { after }),
    });
    yield* cases;
    if (cases.length < CHUNK) return;
    after = cases.at(-1)?.no;
  }
}

function filterOf(query: Query, { settings, now }: ApiDeps) {
  const states = listOf(query.status);
  const codes = listOf(query.service_code);
  if (states.some((state) => state !== 'open' && state !== 'closed'))
    throw refusal(400, 'invalid_field', 'status is open, closed or both', { field: 'status' });
  const time = (name: 'start_date' | 'end_date'): number | undefined => {
    const given = query[name]?.trim();
    if (!given) return undefined;
    // A plus sign in a query is a space for who does not escape it.
    const at = parseTime(given.replace(/ (\d\d:?\d\d)$/, '+$1'), settings.city.utcOffsetMinutes);
    if (at === undefined) throw refusal(400, 'invalid_field', `${name} is no time`, { field: name });
    return at;
  };
  const until = time('end_date') ?? Number.POSITIVE_INFINITY;
  const from = time('start_date') ?? Math.min(now(), until) - SPAN_DAYS * DAY;
  return {
    from,
    check: (c: Case): boolean =>
      Date.parse(c.openedAt) <= until &&
      (states.length === 0 || states.includes(stateOf(c))) &&
      (codes.length === 0 || codes.includes(c.category[0]?.code ?? '')),
  };
}

const listOf = (text: string | undefined): string[] => (text ?? '').split(',').flatMap((one) => one.trim() || []);

function whole(query: Query, name: string, otherwise: number, most: number): number {
  const given = query[name]?.trim();
  if (!given) return otherwise;
  const value = Number(given);
  if (Number.isInteger(value) && value >= 1) return Math.min(value, most);
  throw refusal(400, 'invalid_field', `${name} is no number from 1`, { field: name });
}
