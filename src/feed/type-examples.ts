// Type examples: one invented event of each type, whole, for the catalogue, the documents and test sends.
import { type EventType, schemaId } from '../core/event.ts';
import { CATALOGUE } from './catalogue.ts';

/** The number all pages show. */
const CASE_NO = '26112400382714';
const ULID = '01K00000000000000000000000';
const TIME = '2026-11-24T09:00:00.000+08:00';
const unit = { code: 'u-example', name: '示例单位' };
const matterId = `mat_${ULID}`;
const endpoint = `ep_${ULID}`;

const ofCase = {
  caseNo: CASE_NO,
  tenant: '330200',
  level: 'city',
  status: 'dispatched',
  kind: 'help',
  urgency: 'normal',
  category: { code: '0101', name: '道路破损' },
  unit,
  dueAt: '2026-12-01T18:00:00.000+08:00',
  href: `/v1/cases/${CASE_NO}`,
};
const ofMatter = { matterId, size: 2, category: '0101', unit, caseNo: CASE_NO, href: `/v1/matters/${matterId}` };
const opening = { matter: { id: matterId, size: 1 }, channel: 'web' };
const reported = { ...ofCase, status: 'in_progress', reportedBy: unit.code };
const delivery = {
  endpoint,
  seq: 42,
  eventId: `evt_${ULID}`,
  type: 'case.opened',
  attempts: 13,
  reason: 'it answered 500',
};
const divert = { to: '110', reason: '涉及人身安全', advice: '请立即拨打110' };

const SPECIAL: Readonly<Partial<Record<EventType, object>>> = {
  'message.noted': { messageId: `msg_${ULID}`, channel: 'web' },
  'case.opened': { ...ofCase, status: 'received', ...opening },
  'case.joined': { ...ofCase, ...opening, matter: { id: matterId, size: 2 } },
  'case.answered': { ...ofCase, status: 'answered', ...opening },
  'case.diverted': { ...ofCase, status: 'diverted', divert, ...opening },
  'case.followed_up': { ...ofCase, urges: false, messageId: `msg_${ULID}` },
  'case.proposed': { ...ofCase, ...opening, proposals: [{ id: `pro_${ULID}`, type: 'join' }] },
  'case.corrected': { ...ofCase, corrected: ['category'] },
  'case.assigned': { ...ofCase, previousUnit: 'u-other' },
  'case.signed': { ...reported, status: 'signed' },
  'case.returned': { ...reported, status: 'returned' },
  'case.extended': { ...reported, status: 'extended' },
  'case.contacted': reported,
  'case.progressed': reported,
  'case.resolved': { ...reported, status: 'follow_up' },
  'case.rated': { ...ofCase, status: 'follow_up', messageId: `msg_${ULID}`, score: 2, round: 0, words: false },
  'case.split': { ...ofCase, matter: { id: matterId, size: 1 }, from: `mat_${ULID.replace('K', 'J')}` },
  'case.redacted': { caseNo: CASE_NO, status: 'closed', href: ofCase.href },
  'endpoint.created': { endpoint },
  'endpoint.updated': { endpoint, fields: ['types'] },
  'webhook.ping': { endpoint },
};
const BY_SUBJECT = {
  case: ofCase,
  matter: ofMatter,
  endpoint: { endpoint, reason: 'by request' },
  channel: { channel: 'wechat', account: 'wechat-main', reason: 'the platform does not answer' },
  message: { messageId: `msg_${ULID}`, channel: 'web', caseNo: CASE_NO, href: ofCase.href },
};
const SUBJECTS = { case: CASE_NO, matter: matterId, endpoint, channel: 'wechat-main', message: `msg_${ULID}` };

export interface Example {
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What an event of this type could say. */
export function exampleOf(type: EventType): Example {
  const about = CATALOGUE.find((one) => one.type === type)?.subject ?? 'case';
  if (/^(delivery|lane)\./.test(type)) return { subject: endpoint, data: delivery };
  const usual = type.startsWith('message.') && type !== 'message.key_reused' ? BY_SUBJECT.message : BY_SUBJECT[about];
  return { subject: SUBJECTS[about], data: { ...(SPECIAL[type] ?? usual) } };
}

/** The whole event, as it would be sent. */
export function exampleEvent(type: EventType): Readonly<Record<string, unknown>> {
  const { subject, data } = exampleOf(type);
  return {
    specversion: '1.0',
    id: `evt_${ULID}`,
    source: '/gateways/example',
    type,
    subject,
    partitionkey: subject,
    sequence: '42'.padStart(20, '0'),
    time: TIME,
    timestamp: TIME,
    datacontenttype: 'application/json',
    dataschema: schemaId(type),
    data,
  };
}
