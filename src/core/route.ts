// Route: what channels, feed and pages declare and src/http mounts. Declaring a route needs no server.
import type { TSchema } from 'typebox';
import type { ApiKey, Scope } from './access.ts';

/** One part of a multipart form, read as it arrives. Files must be consumed before the next part is asked for. */
export interface FormPart {
  readonly name: string;
  readonly filename?: string;
  readonly mediaType?: string;
  /** Text of a field; undefined for a file. */
  readonly value?: string;
  /** Bytes of a file; rejects with GatewayError `too_large` past the limit. */
  bytes(): Promise<Uint8Array>;
}

export interface RouteRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Path and query exactly as they were sent, for platforms that sign them or send a bare `+`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: Readonly<Record<string, string>>;
  /** Per `Route.body`: undefined, the raw bytes, the parsed JSON, or the fields of a urlencoded form. */
  readonly body: unknown;
  /** For `body: 'form'`: all parts, urlencoded or multipart alike. */
  parts(): AsyncIterable<FormPart>;
  /** The key that was presented, when it is valid; always there when `access` names scopes. */
  readonly key?: ApiKey;
  /** Address of the caller, behind the configured number of trusted proxies. */
  readonly address: string;
  /** Aborted when the caller goes away or the house closes. */
  readonly signal: AbortSignal;
}

export interface RouteAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Objects become JSON; strings and bytes go out as they are; async iterables are streamed. */
  readonly body?: object | string | Uint8Array | AsyncIterable<string>;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/v1/cases/:no` */
  readonly path: string;
  /** `public`, or the scopes of which a key needs one; `admin` opens everything. */
  readonly access: 'public' | readonly Scope[];
  readonly body?: 'none' | 'raw' | 'json' | 'form' | 'json-or-form';
  /** Bytes; the default is 256 KiB. */
  readonly bodyLimit?: number;
  /** Files a form may bring, each of so many bytes; the house's `http.attachments` when absent. */
  readonly files?: { readonly maxFiles: number; readonly maxBytes: number };
  readonly summary?: string;
  readonly tags?: readonly string[];
  /** Left out of the OpenAPI document (pages, assets). */
  readonly hidden?: boolean;
  readonly schema?: {
    readonly body?: TSchema;
    /** What the handler reads and checks by itself: shown in the document, not asked by the front. */
    readonly reads?: TSchema;
    readonly query?: TSchema;
    readonly params?: TSchema;
    readonly answers?: Readonly<Record<number, TSchema>>;
  };
  handle(request: RouteRequest): Promise<RouteAnswer> | RouteAnswer;
}
