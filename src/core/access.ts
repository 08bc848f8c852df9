// API keys: who may do what. Bound to a unit, a key sees and acts on that unit's cases only; bound to a tenant, on that tenant's.
import Type, { type Static } from 'typebox';

export const SCOPES = ['admin', 'operator', 'unit', 'integrator', 'intake', 'metrics'] as const;
export const Scope = Type.Union(SCOPES.map((s) => Type.Literal(s)));
export type Scope = (typeof SCOPES)[number];

/** A key as the store knows it: its secret only as a hash (sha256 hex of the whole bearer token). */
export const ApiKey = Type.Object({
  id: Type.String({ pattern: '^key_' }),
  name: Type.String({ minLength: 1, maxLength: 100 }),
  hash: Type.String(),
  scopes: Type.Array(Scope),
  unit: Type.Optional(Type.String()),
  tenant: Type.Optional(Type.String()),
  createdAt: Type.String(),
  revokedAt: Type.Optional(Type.String()),
});
export type ApiKey = Omit<Static<typeof ApiKey>, 'scopes'> & { scopes: Scope[] };

/** One line of the audit trail: who did what to what, when and why. Never holds what was seen. */
export interface AuditEntry {
  readonly at: string;
  readonly actor: string; // key id, `system` or `cli`
  readonly action: string; // e.g. case.reveal, case.assign, key.create, endpoint.create, case.erase
  readonly subject: string;
  readonly reason?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** A line as the trail gives it back: the number tells its place, later ones are higher. */
export interface AuditLine extends AuditEntry {
  readonly id: number;
}
