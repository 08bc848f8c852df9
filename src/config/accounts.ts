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

/** What the fields above must be. */
export const ACCOUNT_HINTS: Readonly<Record<string, string>> = {
  channel: 'the id of a channel, as docs/channels/README.md lists them',
  tenant: "a division code in quotes: '330203'",
  apiBase: 'an address that begins with https:// or http://',
  maxSkewSeconds: 'whole seconds; 0 switches the check off',
  accounts: 'accounts: NAME: {channel: …}; a name has letters, digits, - and _ and begins with a letter or digit',
};

/** The account's name is also the path of its callbacks: /in/NAME. */
export const Accounts = strict({
  accounts: Type.Optional(
    // An account of another name would be nothing but ignored.
    Type.Record(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$' }), Block, { additionalProperties: false }),
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
