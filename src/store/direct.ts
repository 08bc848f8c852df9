// Direct: the store port without waiting, as a database in this very thread gives it; and how it becomes a Store.
import type { Store } from '../core/store.ts';

type Plain<T> = T extends (...args: infer A) => Promise<infer R> ? (...args: A) => R : T;

/** Every call of the port, synchronous; only the online backup waits between its pages. */
export type Direct = { readonly [K in Exclude<keyof Store, 'backup'>]: Plain<Store[K]> } & Pick<Store, 'backup'>;

/** The calls of the port by name, as they travel to a worker thread. */
export const CALLS = [
  'recall',
  'write',
  'quarantine',
  'quarantined',
  'findQuarantined',
  'releaseQuarantined',
  'findCase',
  'findCases',
  'caseBelow',
  'lookup',
  'messagesOf',
  'findMatter',
  'change',
  'moveMatter',
  'erase',
  'expired',
  'forgetLoose',
  'head',
  'readLog',
  'positionAt',
  'append',
  'putEndpoint',
  'endpoints',
  'deleteEndpoint',
  'settle',
  'pending',
  'deliveries',
  'halted',
  'haltedIn',
  'keep',
  'keepings',
  'putKey',
  'keyByHash',
  'keys',
  'audit',
  'auditTrail',
  'putBlob',
  'getBlob',
  'sweepBlobs',
  'cell',
  'putCell',
  'rotate',
  'backup',
  'stats',
  'probe',
  'close',
] as const;
export type Call = (typeof CALLS)[number];

type CallOf<C extends Call> = (...args: Parameters<Store[C]>) => ReturnType<Store[C]>;
export type Invoke = (call: Call, args: readonly unknown[]) => Promise<unknown>;

/** A Store whose every call goes through `invoke`. */
export function storeOver(kind: string, epoch: string, invoke: Invoke): Store {
  const through = <C extends Call>(call: C): CallOf<C> => {
    // What comes back has the type of the call by name: both ends of the wire are this same list.
    return (...args) => invoke(call, args) as ReturnType<Store[C]>;
  };
  return {
    kind,
    epoch,
    recall: through('recall'),
    write: through('write'),
    quarantine: through('quarantine'),
    quarantined: through('quarantined'),
    findQuarantined: through('findQuarantined'),
    releaseQuarantined: through('releaseQuarantined'),
    findCase: through('findCase'),
    findCases: through('findCases'),
    caseBelow: through('caseBelow'),
    lookup: through('lookup'),
    messagesOf: through('messagesOf'),
    findMatter: through('findMatter'),
    change: through('change'),
    moveMatter: through('moveMatter'),
    erase: through('erase'),
    expired: through('expired'),
    forgetLoose: through('forgetLoose'),
    head: through('head'),
    readLog: through('readLog'),
    positionAt: through('positionAt'),
    append: through('append'),
    putEndpoint: through('putEndpoint'),
    endpoints: through('endpoints'),
    deleteEndpoint: through('deleteEndpoint'),
    settle: through('settle'),
    pending: through('pending'),
    deliveries: through('deliveries'),
    halted: through('halted'),
    haltedIn: through('haltedIn'),
    keep: through('keep'),
    keepings: through('keepings'),
    putKey: through('putKey'),
    keyByHash: through('keyByHash'),
    keys: through('keys'),
    audit: through('audit'),
    auditTrail: through('auditTrail'),
    putBlob: through('putBlob'),
    getBlob: through('getBlob'),
    sweepBlobs: through('sweepBlobs'),
    cell: through('cell'),
    putCell: through('putCell'),
    rotate: through('rotate'),
    backup: through('backup'),
    stats: through('stats'),
    probe: through('probe'),
    close: through('close'),
  };
}
