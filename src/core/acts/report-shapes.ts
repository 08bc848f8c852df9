// Report shapes: what a unit may report on a case, one shape a type; they check the input and stand in the OpenAPI document.
import Type, { type Static, type TProperties } from 'typebox';
import { Written } from '../text/written.ts';

const strict = { additionalProperties: false };
const Words = Written(10_000);
const Why = Written(1_000);
const Code = Type.String({ minLength: 1, maxLength: 40 });

/** Grounds on which units return cases: 属地不符, 权属不清, 职能交叉, 超出职责. */
const GROUNDS = ['wrong_area', 'unclear_owner', 'shared_duty', 'beyond_duty', 'other'] as const;
const METHODS = ['phone', 'sms', 'wechat', 'visit', 'other'] as const;

function shape<T extends string, P extends TProperties>(type: T, fields: P, description: string, example: object) {
  return Type.Object(
    {
      type: Type.Literal(type),
      ...fields,
      unit: Type.Optional({ ...Code, description: 'only from the desk: the unit on whose behalf; else who holds it' }),
    },
    { ...strict, description, examples: [{ type, ...example }] },
  );
}

/** 需补充: the citizen reads it on their channel as a question. */
const needs = Type.Optional({ ...Words, description: 'what the citizen is asked for; told to them' });

export const REPORTS = {
  signed: shape('signed', {}, '签收: the unit has the case', {}),
  returned: shape(
    'returned',
    {
      reason: Why,
      ground: Type.Optional(Type.Enum([...GROUNDS])),
      suggestedUnit: Type.Optional({ ...Code, description: 'code of the unit whose case it is; the desk is asked' }),
      needs,
    },
    '退回: not the duty of this unit; the case goes back to the desk',
    { reason: '该路段已移交区城管局管养', ground: 'wrong_area', suggestedUnit: 'qu-chengguan' },
  ),
  extension: shape(
    'extension',
    {
      reason: Why,
      until: Type.Optional(Type.String({ maxLength: 40, description: 'a time, or a date: then the end of that day' })),
      workingDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 60, description: 'more than there are now' })),
    },
    '申请延期: asks for more time, by `until` or `workingDays`; nothing moves before the desk accepts it',
    { reason: '需等待管材到货', workingDays: 5 },
  ),
  contacted: shape(
    'contacted',
    {
      method: Type.Optional(Type.Enum([...METHODS])),
      reached: Type.Optional(Type.Boolean({ description: 'false: tried in vain' })),
      note: Type.Optional({ ...Words, description: 'internal' }),
      needs,
    },
    '联系诉求人: the citizen was contacted; with `needs` they are asked for more by the channel they used',
    { method: 'phone', reached: true },
  ),
  progressed: shape(
    'progressed',
    {
      note: Type.Optional({ ...Words, description: 'internal' }),
      public: Type.Optional({ ...Words, description: 'told to the citizen' }),
    },
    '办理进展: at least one of `note` and `public`',
    { note: '已派员现场勘查', public: '已派员到现场查看，计划三日内修复。' },
  ),
  answered: shape(
    'answered',
    {
      public: { ...Words, description: 'told to the citizen' },
      internal: Type.Optional({ ...Words, description: 'for the hotline only' }),
    },
    '答复: what the citizen is told',
    { public: '您反映的路面坑洞已于今日修补完毕。', internal: '已联系当事人并现场复核' },
  ),
  resolved: shape(
    'resolved',
    {
      resolved: Type.Boolean(),
      reason: Type.Optional({ ...Why, description: 'asked for when it is not resolved' }),
      factual: Type.Optional(Type.Boolean({ description: '诉求属实' })),
      beyondDuty: Type.Optional(Type.Boolean({ description: '超职责诉求' })),
    },
    '办结: the unit has done what it can, with or without success',
    { resolved: true, factual: true },
  ),
};

export type ReportType = keyof typeof REPORTS;
export type Report = { [T in ReportType]: Static<(typeof REPORTS)[T]> }[ReportType];
export type ReportOf<T extends ReportType> = Extract<Report, { type: T }>;

export const isReportType = (value: unknown): value is ReportType =>
  typeof value === 'string' && Object.hasOwn(REPORTS, value);

/** For documents; who checks takes the shape of the type, so that the refusal names the field. */
export const AnyReport = Type.Union(Object.values(REPORTS), { discriminator: { propertyName: 'type' } });
