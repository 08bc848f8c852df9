// Typed: what a citizen has filled in so far, read from any of the form's requests, with files kept between them.
import { GatewayError } from '../core/errors.ts';
import { keepAttachment, tidyName } from '../core/media/attachment.ts';
import type { FormPart, RouteRequest } from '../core/route.ts';
import type { WebDeps } from './deps.ts';
import { type Kept, newTicket, redeem, type Ticket, unwrap } from './tokens.ts';

export type Who = 'contact' | 'secret' | 'anonymous';

export interface Typed {
  readonly content: string;
  readonly title: string;
  readonly address: string;
  readonly occurredAt: string;
  readonly who: Who | '';
  readonly name: string;
  readonly phone: string;
  readonly email: string;
  readonly ok: boolean;
  /** `latitude,longitude,metres` in WGS 84, from the button; empty without. */
  readonly geo: string;
  /** A field no person sees; only programs fill it in. */
  readonly trap: string;
  readonly files: readonly Kept[];
}

export const NOTHING: Typed = {
  content: '',
  title: '',
  address: '',
  occurredAt: '',
  who: '',
  name: '',
  phone: '',
  email: '',
  ok: false,
  geo: '',
  trap: '',
  files: [],
};

/** Address and position as one text, as the channel takes it: a position stands behind, in words a person and a map both read. */
export function placeOf({ address, geo }: Pick<Typed, 'address' | 'geo'>): string {
  const [latitude, longitude, metres] = geo.split(',');
  const position = geo && `(${latitude}, ${longitude} ±${metres} m)`;
  return [address, position].filter((text) => text !== '').join(' ');
}

/** Why a file was not taken; `name` is as the citizen knows it. */
export interface FileProblem {
  readonly why: 'tooLarge' | 'tooMany' | 'wrongType' | 'damaged' | 'notNow' | 'fileGone' | 'fileAgain';
  readonly name: string;
}

export interface Posted {
  readonly typed: Typed;
  readonly fileProblems: readonly FileProblem[];
  readonly ticket: Ticket;
  /** The ticket came with the form and is one of ours. */
  readonly ticketKnown: boolean;
  /** Buttons and hidden fields beside what was typed. */
  readonly field: (name: string) => string;
}

const WHY: Readonly<Record<string, FileProblem['why']>> = {
  too_large: 'tooLarge',
  media_type_refused: 'wrongType',
  media_type_mismatch: 'wrongType',
  damaged_file: 'damaged',
};

/** `mayUpload` is asked once, before the first file is kept. A file that cannot be taken becomes a problem, never an error. */
export async function readPosted(request: RouteRequest, deps: WebDeps, mayUpload: () => boolean): Promise<Posted> {
  const fields = new Map<string, string>();
  const kept: Kept[] = [];
  const fileProblems: FileProblem[] = [];
  let allowed: boolean | undefined;
  for await (const part of request.parts()) {
    if (part.name === 'file' && part.value !== undefined) keepAgain(part.value, deps, kept, fileProblems);
    else if (part.value !== undefined) fields.set(part.name, part.value);
    else if (kept.length >= deps.attachments.maxFiles) await refuseMore(part, fileProblems);
    else {
      const problem = await keepNew(part, deps, kept, () => (allowed ??= mayUpload()));
      if (problem) fileProblems.push(problem);
    }
  }
  const field = (name: string): string => fields.get(name) ?? '';
  const ticket = redeem(deps, 'ticket', field('ticket'));
  const typed = { ...readFields(field), files: without(kept, field('remove')) };
  return { typed, fileProblems, ticket: ticket ?? newTicket(deps), ticketKnown: ticket !== undefined, field };
}

function readFields(field: (name: string) => string): Omit<Typed, 'files'> {
  const line = (name: string): string => field(name).replace(/\s+/g, ' ').trim();
  return {
    content: field('content').replace(/\r\n?/g, '\n').trim(),
    title: line('title'),
    address: line('address'),
    occurredAt: line('occurredAt'),
    who: readWho(field),
    name: line('name'),
    phone: line('phone'),
    email: line('email'),
    ok: field('ok') !== '',
    geo: /^-?\d{1,2}(\.\d{1,6})?,-?\d{1,3}(\.\d{1,6})?,\d{1,6}$/.test(field('geo')) ? field('geo') : '',
    trap: field('website'),
  };
}

/** Our own form asks one question; a city's own form may send the two flags of the outward contract instead. */
function readWho(field: (name: string) => string): Who | '' {
  const who = field('set-who') || field('who');
  if (who === 'contact' || who === 'secret' || who === 'anonymous') return who;
  const on = (name: string): boolean => ['on', '1', 'true', 'yes'].includes(field(name));
  if (on('anonymous')) return 'anonymous';
  return on('secret') ? 'secret' : '';
}

function keepAgain(token: string, deps: WebDeps, kept: Kept[], problems: FileProblem[]): void {
  const file = redeem(deps, 'kept', token);
  if (file && kept.length < deps.attachments.maxFiles) kept.push(file);
  else if (!file) {
    const late = unwrap(deps, 'kept', token);
    if (late) problems.push({ why: 'fileGone', name: late.part.name ?? '' });
  }
}

async function refuseMore(part: FormPart, problems: FileProblem[]): Promise<void> {
  const size = await sizeOf(part);
  if (size !== 0 && !problems.some((p) => p.why === 'tooMany')) problems.push({ why: 'tooMany', name: '' });
}

/** A part must be read before the next one comes; one that is over the limit has a size all the same. */
async function sizeOf(part: FormPart): Promise<number> {
  try {
    return (await part.bytes()).length;
  } catch (error) {
    if (error instanceof GatewayError) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

async function keepNew(
  part: FormPart,
  deps: WebDeps,
  kept: Kept[],
  mayUpload: () => boolean,
): Promise<FileProblem | undefined> {
  const name = tidyName(part.filename) ?? '';
  try {
    const bytes = await part.bytes();
    if (bytes.length === 0) return undefined;
    if (!mayUpload()) return { why: 'notNow', name };
    const offered = { bytes, mediaType: part.mediaType, name };
    kept.push({ part: await keepAttachment(offered, deps.attachments, deps.blob), at: deps.now() });
    return undefined;
  } catch (error) {
    const why = error instanceof GatewayError ? WHY[error.code] : undefined;
    if (why) return { why, name };
    deps.log.warn({ code: error instanceof GatewayError ? error.code : 'unknown' }, 'a file could not be kept');
    if (error instanceof GatewayError) return { why: error.retryable ? 'notNow' : 'damaged', name };
    throw error;
  }
}

const without = (kept: readonly Kept[], remove: string): readonly Kept[] =>
  /^\d+$/.test(remove) ? kept.filter((_, i) => i !== Number(remove)) : kept;
