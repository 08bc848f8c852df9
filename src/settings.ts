// Settings: the shape of the one frozen configuration. src/config.ts fills it from files and environment.
import type { AccountBlock } from './core/channel.ts';
import type { City } from './core/city.ts';

export interface HttpSettings {
  readonly host: string;
  readonly port: number;
  /** Number of proxies in front whose X-Forwarded-For is believed; 0 = none. */
  readonly trustedProxies: number;
  /** Public base URL for links in events and pages; empty = relative. */
  readonly publicUrl: string;
  readonly limits: {
    /** Anonymous intake: messages a minute from one address, high enough for a city behind one address. */
    readonly perAddressPerMinute: number;
    /** The same words from one address, a minute. */
    readonly sameContentPerMinute: number;
    /** Wrong codes for one number from one address before it is slowed. */
    readonly wrongLookups: number;
  };
  readonly attachments: {
    readonly maxFiles: number;
    readonly maxBytes: number;
    readonly mediaTypes: readonly string[];
  };
}

export interface FeedSettings {
  /** CIDRs the feed may reach besides public addresses; also allows http and any port there. */
  readonly allowedNetworks: readonly string[];
  readonly concurrency: number;
  readonly timeoutMs: number;
  /** Seconds before attempt n; feed.md 4.4 by default. */
  readonly schedule: readonly number[];
  /** Days the log is kept; for ever when the operator has not said. */
  readonly retentionDays?: number;
  /** Seconds after which an undelivered event of a type is told as late; types not named have no limit. */
  readonly lateAfterSeconds: Readonly<Record<string, number>>;
}

/** Which language model is asked, how often, and how long it may take. */
export interface AssistantSettings {
  /** Of an OpenAI-compatible API, up to what comes before /chat/completions. */
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey?: string;
  readonly timeoutMs: number;
  /** Calls in a minute, and in a day, retries counted. */
  readonly perMinute: number;
  readonly perDay: number;
  /** Cases older than this are passed over: a proposal that comes too late only disturbs. */
  readonly maxAgeMinutes: number;
}

export interface Settings {
  /** Name of this gateway in event sources: `/gateways/{instance}`. */
  readonly instance: string;
  readonly city: City;
  readonly http: HttpSettings;
  readonly feed: FeedSettings;
  readonly store: {
    /** `sqlite:` (file in `dataDir`), `memory:`, later `postgres:`. */
    readonly url: string;
    readonly dataDir: string;
    /** Below this many free bytes the gateway refuses new work. */
    readonly minFreeBytes: number;
  };
  /** Absent: no model is asked. */
  readonly assistant?: AssistantSettings;
  readonly retention: { readonly months?: number };
  readonly accounts: Readonly<Record<string, AccountBlock>>;
  /** Lines of channels.yaml: of each account, and of each setting of it (`oa/token`). */
  readonly accountLines?: Readonly<Record<string, number>>;
  /** Read from the environment; never logged. */
  readonly secrets: { readonly masterKey?: string; readonly adminKey?: string };
  readonly configDir: string;
}
