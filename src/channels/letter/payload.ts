// Payload: one letter or visit as a register, a scanning system or an OCR file tells it, before it is read as a message.
import Type, { type Static } from 'typebox';
import { Part } from '../../core/message.ts';

const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }));

/** The fields as they were written, in the words of columns.ts; `receivedAt` may be a day number of a sheet. */
export const LetterFields = Type.Object(
  {
    number: text(200),
    form: text(100),
    name: text(200),
    phone: text(200),
    email: text(320),
    address: text(1_000),
    people: text(40),
    place: text(1_000),
    purpose: text(100),
    title: text(1_000),
    text: text(200_000),
    occurredAt: text(200),
    receivedAt: text(100),
    /** Of what was recognised: 0.93, 93 or 93%. */
    confidence: text(20),
    files: text(4_000),
    anonymous: text(20),
    secret: text(20),
  },
  { additionalProperties: false },
);
export type LetterFields = Static<typeof LetterFields>;

export const LetterPayload = Type.Object({
  fields: LetterFields,
  /** The row with all its columns, also those nobody asks for: kept sealed as the original. */
  original: Type.Optional(Type.Record(Type.String({ maxLength: 200 }), Type.String({ maxLength: 200_000 }))),
  /** By what name each field stood there: what is wrong is told in the words of the file. */
  called: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 200 }))),
  /** Scans already kept by `Door.blob`. */
  parts: Type.Optional(Type.Array(Part, { maxItems: 50 })),
  doubts: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 4 })),
  /** A key with scope `intake` came with it. */
  keyed: Type.Optional(Type.Boolean()),
});
export type LetterPayload = Static<typeof LetterPayload>;
