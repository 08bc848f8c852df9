// The log: pino lines in JSON on one stream, with personal data and secrets scrubbed from every text before it is written.
import { type DestinationStream, type Logger, pino } from 'pino';
import { scrub, scrubText } from './scrub.ts';

export type { Logger };

/** `level` as in pino; `stream` is standard output by default. Fits the port `Log` of core. */
export function openLog(options: { readonly level?: string; readonly stream?: DestinationStream } = {}): Logger {
  return pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // Errors are scrubbed with the rest; pino's own serializer would run first and keep their texts.
      serializers: { err: (error: unknown) => error },
      formatters: {
        level: (label) => ({ level: label }),
        log: (detail) =>
          Object.fromEntries(Object.entries(detail).map(([name, value]) => [name, scrubField(name, value)])),
      },
      hooks: {
        logMethod(args, method) {
          const [first, second] = args;
          if (typeof first === 'string') return method.apply(this, [scrubText(first)]);
          return method.apply(this, typeof second === 'string' ? [first, scrubText(second)] : [first]);
        },
      },
    },
    options.stream ?? pino.destination({ sync: true }),
  );
}

function scrubField(name: string, value: unknown): unknown {
  const scrubbed = scrub({ [name]: value });
  return typeof scrubbed === 'object' && scrubbed !== null ? Reflect.get(scrubbed, name) : scrubbed;
}
