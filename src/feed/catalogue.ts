// Catalogue: what each event type means, in one sentence in Chinese and English, for GET /v1/event-types.
import type { EventType } from '../core/event.ts';

export interface TypeInfo {
  readonly type: EventType;
  /** What `subject`, and so the order of events, is about. */
  readonly subject: 'case' | 'matter' | 'endpoint' | 'channel' | 'message';
  readonly zh: string;
  readonly en: string;
}

const WORDS: Readonly<Record<EventType, readonly [subject: TypeInfo['subject'], zh: string, en: string]>> = {
  'message.received': ['case', '收到一条来件', 'A message has come in.'],
  'message.noted': [
    'message',
    '来件只是问候或致谢，已回复，不立工单',
    'A greeting or a thank-you was answered without a case.',
  ],
  'message.key_reused': [
    'case',
    '平台用同一编号发来了不同内容',
    'A platform used one id for different words; both are kept.',
  ],
  'message.sent': ['case', '已回复来件人', 'A reply went out to the sender.'],
  'message.failed': ['case', '回复未能送达', 'A reply could not be delivered.'],
  'case.opened': ['case', '新立工单', 'A case was opened.'],
  'case.followed_up': ['case', '同一人补充了原工单', 'The same person added to an open case.'],
  'case.joined': ['case', '并入已有事项的新工单', 'A new case joined a matter that is known already.'],
  'case.answered': [
    'case',
    '已由知识库直接答复，或承办单位已答复',
    'A case was answered: at once from the knowledge base, or by its unit (then with reportedBy).',
  ],
  'case.diverted': ['case', '不属受理范围，已告知正确渠道', 'A case belongs elsewhere and the sender was told where.'],
  'case.proposed': ['case', '系统拿不准，请人工决定', 'The machine asks a person to decide.'],
  'case.corrected': [
    'case',
    '人工更正了类型、分类、地点或紧急程度',
    'A person corrected kind, category, place or urgency.',
  ],
  'case.assigned': ['case', '已派给承办单位', 'A case was assigned to a unit.'],
  'case.signed': ['case', '承办单位已签收', 'The unit has signed for the case.'],
  'case.returned': ['case', '承办单位退回', 'The unit returned the case.'],
  'case.extended': ['case', '已同意延期', 'The desk granted the unit more time; dueAt is the new time.'],
  'case.contacted': ['case', '已联系诉求人', 'The unit has contacted the citizen.'],
  'case.progressed': ['case', '办理有进展', 'There is progress.'],
  'case.resolved': ['case', '承办单位报告办结', 'The unit reports the case done.'],
  'case.reopened': ['case', '重新办理', 'The case was opened again.'],
  'case.closed': ['case', '工单关闭', 'The case is closed.'],
  'case.rated': [
    'case',
    '市民评价了办理结果',
    'The citizen rated the result; a later rating of the same result replaces it.',
  ],
  'case.split': ['case', '工单从事项中拆出', 'The case was split from its matter.'],
  'case.redacted': ['case', '个人信息已删除', 'The personal data of the case was erased.'],
  'matter.opened': ['matter', '出现一个新事项', 'A new matter has appeared.'],
  'matter.grown': ['matter', '反映同一事项的人增多', 'More people report the same matter.'],
  'matter.hot': ['matter', '事项成为热点', 'A matter has become hot.'],
  'matter.split': ['matter', '事项被拆分', 'A matter was split.'],
  'matter.merged': ['matter', '两个事项合并', 'Two matters were merged.'],
  'endpoint.created': ['endpoint', '新增订阅端点', 'An endpoint was created.'],
  'endpoint.updated': ['endpoint', '订阅端点有变更', 'An endpoint was changed.'],
  'endpoint.failing': ['endpoint', '订阅端点持续失败', 'An endpoint keeps failing.'],
  'endpoint.disabled': ['endpoint', '订阅端点已停用', 'An endpoint was disabled.'],
  'endpoint.enabled': ['endpoint', '订阅端点已启用', 'An endpoint was enabled.'],
  'endpoint.recovered': ['endpoint', '订阅端点已恢复', 'An endpoint works again.'],
  'delivery.exhausted': [
    'endpoint',
    '一条事件未能送达，已转入死信',
    'An event was given up for an endpoint and lies in its dead letters.',
  ],
  'delivery.late': ['endpoint', '一条事件送达过迟', 'An event is late.'],
  'delivery.recovered': [
    'endpoint',
    '死信或迟到的事件已补送',
    'A dead letter, or an event told as late, was delivered after all.',
  ],
  'lane.blocked': ['endpoint', '一个工单的事件停在死信处', 'The events of one case wait behind a dead letter.'],
  'lane.released': ['endpoint', '停住的事件已放行', 'Events that waited behind a dead letter go on.'],
  'channel.degraded': ['channel', '渠道异常', 'A channel is not working as it should.'],
  'channel.restored': ['channel', '渠道恢复', 'A channel works again.'],
  'webhook.ping': ['endpoint', '测试事件，不在日志中', 'A test that is not in the log.'],
};

export const CATALOGUE: readonly TypeInfo[] = Object.entries(WORDS).map(([type, [subject, zh, en]]) => ({
  type: type as EventType, // the keys of a Record<EventType, …>
  subject,
  zh,
  en,
}));
