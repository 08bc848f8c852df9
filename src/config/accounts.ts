// Accounts: channels.yaml, one block an account. What stands in a block is checked by its channel, not here.
import Type, { type Static } from 'typebox';
import type { Ledger } from './problems.ts';
import { DivisionCode, strict } from './shapes.ts';

const Block = Type.Object({
  channel: Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' }),
  tenant: Type.Optional(DivisionCode),
  apiBase: Type.Optional(Type.String({ pattern: '^https?://' })),
  maxSkewSeconds: Type.Optional(Type.Integer({ minimum: 0 })),
});

/** The account's name is also the path of its callbacks: /in/NAME. */
export const Accounts = strict({
  accounts: Type.Optional(
    Type.Union([Type.Null(), Type.Record(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$' }), Block)]),
  ),
});
export type Accounts = Static<typeof Accounts>;

/** Lines of channels.yaml: of each account, and of each setting of it (`oa/token`). */
export function linesOf(accounts: Accounts['accounts'], ledger: Ledger): Readonly<Record<string, number>> {
  const places = Object.entries(accounts ?? {}).flatMap(([name, block]) => [
    name,
    ...Object.keys(block).map((field) => `${name}/${field}`),
  ]);
  return Object.fromEntries(
    places.flatMap((place) => {
      const line = ledger.lineOf('channels.yaml', `/accounts/${place}`);
      return line === undefined ? [] : [[place, line]];
    }),
  );
}
