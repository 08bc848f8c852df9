// Match: which events an endpoint or a reader may see. A unit sees those of the cases it holds or helps with, never one that bars it.
import { GatewayError } from '../core/errors.ts';
import { addressed, EVENT_TYPES, type EventType, type LogEntry } from '../core/event.ts';
import type { Endpoint } from '../core/store.ts';
import { compileFilter, type Filter } from './filter/filter.ts';

/** What of the log somebody is shown: everything, or one tenant's, one unit's, some types. */
export interface View {
  readonly types?: readonly string[];
  readonly tenant?: string;
  readonly unit?: string;
  readonly filter?: Filter;
}

export type Matches = (entry: Pick<LogEntry, 'type' | 'tenant' | 'unit' | 'coUnits' | 'barred' | 'body'>) => boolean;

/** What an endpoint is to be sent; its filter is compiled here, once. */
export function viewOfEndpoint({ types, tenant, unit, options }: Endpoint): View {
  return {
    ...(types === undefined ? {} : { types }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(unit === undefined ? {} : { unit }),
    ...(options.filter === undefined ? {} : { filter: compileFilter(options.filter) }),
  };
}

export function matcher(view: View): Matches {
  const types = view.types === undefined ? undefined : new Set<string>(expandTypes(view.types));
  const { tenant, unit, filter } = view;
  return (entry) =>
    (types === undefined || types.has(entry.type)) &&
    (tenant === undefined || entry.tenant === tenant) &&
    (unit === undefined || addressed(entry, unit)) &&
    (filter === undefined || filter(entry));
}

/** `case.*` to its types. Throws `unknown_type` for one that does not exist, so that a typing error is no silence. */
export function expandTypes(types: readonly string[]): EventType[] {
  return [
    ...new Set(
      types.flatMap((wanted) => {
        const found = EVENT_TYPES.filter(
          (type) => type === wanted || (wanted.endsWith('.*') && type.startsWith(wanted.slice(0, -1))),
        );
        if (found.length > 0) return found;
        throw new GatewayError({
          code: 'unknown_type',
          message: `There is no event type ${wanted.slice(0, 80)}.`,
          retryable: false,
          status: 422,
          field: 'types',
          advice: 'GET /v1/event-types lists them; case.* stands for all of a group.',
        });
      }),
    ),
  ];
}
