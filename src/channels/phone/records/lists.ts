// Lists: call records as tables (CSV with a header in Chinese or English, Asterisk's Master.csv) and as JSON lists.
import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import type { CallFact } from '../../../core/call-record.ts';
import { Unreadable } from '../../../core/errors.ts';
import { type Fields, isFields } from '../../../core/payload.ts';
import { numberOf } from '../told.ts';
import { cdrFacts, isAmiText, isCdr, MASTER } from './asterisk.ts';
import { between, fact, type Known, length, lower, time } from './fact.ts';

type Row = Readonly<Record<string, string>>;
export interface RowRead {
  readonly row: number;
  readonly facts?: readonly CallFact[];
  readonly refused?: string;
}

const MEANS: Readonly<Record<string, readonly string[]>> = {
  id: [
    'id',
    'callid',
    'call_id',
    'uniqueid',
    'uuid',
    '通话编号',
    '通话id',
    '话单编号',
    '流水号',
    '呼叫编号',
    '录音编号',
  ],
  caller: ['caller', 'from', 'src', 'caller_number', '主叫', '主叫号码', '来电号码', '来电', '客户号码'],
  called: ['called', 'to', 'dst', 'called_number', '被叫', '被叫号码', '接入号码', '接入号'],
  direction: ['direction', '方向', '呼叫方向', '呼叫类型', '通话类型'],
  start: ['start', 'start_time', 'offered_at', 'calldate', '来电时间', '呼入时间', '呼叫时间', '开始时间', '进线时间'],
  answer: ['answer', 'answer_time', 'answered_at', '接听时间', '应答时间', '接通时间'],
  end: ['end', 'end_time', 'ended_at', '结束时间', '挂机时间', '挂断时间'],
  wait: ['wait', 'wait_seconds', 'queue_time', '等待时长', '排队时长', '等待时间(秒)', '等待时长(秒)', '排队时长(秒)'],
  talk: ['talk', 'talk_seconds', 'billsec', '通话时长', '通话时长(秒)', '通话秒数'],
  status: ['status', 'result', 'disposition', '状态', '通话状态', '呼叫结果', '接听状态', '结果', '是否接通'],
};

const ANSWERED = /^(?:已接(?:听|通)?|接听|接通|应答|成功|通话成功|是|正常|answered|completed|connected|yes|y|1)$/i;
const ABANDONED =
  /^(?:放弃|未接(?:听|通|来电)?|漏接|呼损|振铃放弃|排队放弃|主动挂断|否|abandoned?|missed|no[ _-]?answer|unanswered|cancel(?:l?ed)?|hung[ _-]?up|no|n|0)$/i;
const FAILED = /^(?:失败|忙|占线|繁忙|拥塞|busy|failed|congestion|rejected|error)$/i;
const MENU = /^(?:自助|语音导航|机器人|ivr|menu|self[ _-]?service|voicemail)$/i;
const OUTWARD = /^(?:呼出|外呼|去电|回访|out(?:bound|going)?)$/i;

const bare = (name: string): string => name.trim().toLowerCase().replace(/（/g, '(').replace(/）/g, ')');

/** Which column means what; the account's own names come first. */
function columnsIn(header: readonly string[], own: Columns): Columns {
  const names = header.map(bare);
  return Object.fromEntries(
    Object.entries(MEANS).flatMap(([meaning, usual]) => {
      const wanted = own[meaning] === undefined ? usual : [bare(own[meaning]), ...usual];
      const found = wanted.find((name) => names.includes(name));
      return found === undefined ? [] : [[meaning, found]];
    }),
  );
}

/** A table has a time and says by something whose call it was or how it ended. */
const isTable = (columns: Readonly<Record<string, string>>): boolean =>
  'start' in columns && ['id', 'caller', 'answer', 'status'].filter((one) => one in columns).length >= 2;

type Columns = Readonly<Record<string, string>>;
type Head = {
  readonly delimiter: string;
  readonly names: readonly string[];
  readonly columns: Columns;
  readonly master: boolean;
};

/** Told by the first line alone. Undefined when the text is no list of calls. */
function headOf(text: string, own: Columns): Head | undefined {
  const [line = ''] = text.split('\n', 1);
  if (!/[,;\t]/.test(line) || line.length > 10_000) return undefined;
  const delimiter = [',', '\t', ';'].sort((a, b) => line.split(b).length - line.split(a).length)[0] ?? ',';
  const [first] = rowsOf(line, delimiter);
  if (!first) return undefined;
  const names = first.map(bare);
  const columns = columnsIn(first, own);
  const master = isMaster(first);
  const cdr = names.includes('disposition') && names.includes('uniqueid');
  return master || cdr || isTable(columns) ? { delimiter, names, columns, master } : undefined;
}

/** Longer lists are for `import`, where nobody waits behind them. */
export const MOST_ROWS = 5_000;

export const tooMany = (): Unreadable =>
  new Unreadable(`a list has at most ${MOST_ROWS} calls here; civicline import takes longer ones`, 'body');

/** A list with more lines than that: to be told before it is read, since reading it takes time. */
export function isTooLong(text: string, own: Columns): boolean {
  const most = MOST_ROWS + 1;
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0 && lines <= most; at = text.indexOf('\n', at + 1)) lines += 1;
  if (lines <= most) return false;
  if (isAmiText(text)) return (text.match(/^Event:/gim)?.length ?? 0) >= most;
  return headOf(text.replace(/^\ufeff/, ''), own) !== undefined;
}

/** Undefined when the text is no list of calls. */
export function csvRows(text: string, known: Known, own: Columns): RowRead[] | undefined {
  const head = headOf(text, own);
  if (!head) return undefined;
  const { delimiter, names, columns, master } = head;
  const rows = rowsOf(text, delimiter);
  if (master) return rows.map((cells, at) => masterRow(cells, at + 1, known));
  return rows.slice(1).map((cells, at) => {
    const row = Object.fromEntries(names.map((name, n) => [name, (cells[n] ?? '').trim()]));
    return read(row, columns, at + 2, known);
  });
}

function rowsOf(text: string, delimiter: string): string[][] {
  try {
    const options = { delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: true, bom: true };
    return parse(text, options);
  } catch (cause) {
    throw new Unreadable('the table of calls cannot be read', 'body', cause);
  }
}

const isMaster = (cells: readonly string[]): boolean =>
  cells.length >= 17 && /^(?:ANSWERED|NO ANSWER|BUSY|FAILED|CONGESTION)$/.test((cells[14] ?? '').trim());

function masterRow(cells: readonly string[], row: number, known: Known): RowRead {
  return told(row, () =>
    cdrFacts(Object.fromEntries(MASTER.map((name, at) => [name, (cells[at] ?? '').trim()])), known),
  );
}

function read(row: Row, columns: Readonly<Record<string, string>>, at: number, known: Known): RowRead {
  return told(at, () => (isCdr(row) ? cdrFacts(row, known) : generic(row, columns, known)));
}

/** A row that cannot be read is told; the others stand. */
function told(row: number, reading: () => CallFact[]): RowRead {
  try {
    return { row, facts: reading() };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { row, refused: error.message };
  }
}

function generic(row: Row, columns: Readonly<Record<string, string>>, known: Known): CallFact[] {
  const cell = (meaning: string): string => row[columns[meaning] ?? ''] ?? '';
  const offeredAt = time(cell('start'), 'start', known);
  if (offeredAt === undefined) throw new Unreadable('the row has no time', 'start');
  const out = OUTWARD.test(cell('direction'));
  const sides = out
    ? { direction: 'out' as const, party: numberOf(cell('called')) }
    : between(cell('caller'), cell('called'), known);
  if (!sides) return [];
  const id =
    cell('id') ||
    createHash('sha256')
      .update(`${cell('caller')} ${cell('called')} ${offeredAt}`)
      .digest('hex')
      .slice(0, 32);
  const answeredAt = time(cell('answer'), 'answer', known);
  const [waitMs, talkMs] = [length(cell('wait')), length(cell('talk'))];
  const outcome = outcomeOf(cell('status'), answeredAt !== undefined || (talkMs ?? 0) > 0);
  const endedAt = time(cell('end'), 'end', known) ?? offeredAt + (waitMs ?? 0) + (talkMs ?? 0);
  const taken =
    outcome === 'answered' ? (answeredAt ?? (waitMs === undefined ? undefined : offeredAt + waitMs)) : undefined;
  const talked = outcome === 'answered' ? { talkMs, answeredAt: taken } : {};
  return [fact({ call: id, part: 'row', rank: 1, ...sides, offeredAt, endedAt, waitMs, outcome, ...talked })];
}

function outcomeOf(status: string, spoke: boolean): NonNullable<CallFact['outcome']> {
  if (ANSWERED.test(status)) return 'answered';
  if (ABANDONED.test(status)) return 'abandoned';
  if (FAILED.test(status)) return 'failed';
  if (MENU.test(status)) return 'menu';
  if (status !== '') throw new Unreadable(`how the call ended is not known here: ${status.slice(0, 40)}`, 'status');
  return spoke ? 'answered' : 'abandoned';
}

/** A list of records in JSON, bare or under `calls`, `records` or `data`; undefined when it is none. */
export function jsonRows(value: unknown, known: Known, own: Readonly<Record<string, string>>): RowRead[] | undefined {
  const list = Array.isArray(value)
    ? value
    : isFields(value)
      ? ([value.calls, value.records, value.data].find(Array.isArray) ?? [value])
      : [];
  if (list.length === 0 || !list.every(isFields)) return undefined;
  const rows = list.map((one: Fields) =>
    Object.fromEntries(Object.entries(lower(one)).map(([name, cell]) => [bare(name), cell])),
  );
  const columns = columnsIn([...new Set(rows.flatMap((row) => Object.keys(row)))], own);
  if (!rows.every((row) => isCdr(row)) && !isTable(columns)) return undefined;
  return rows.map((row, at) => read(row, columns, at + 1, known));
}
