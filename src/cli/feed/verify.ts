// civicline verify: says of deliveries somebody kept whether they are genuine, and why not.
import { Command } from 'commander';
import { GatewayError } from '../../core/errors.ts';
import { type Scheme, verify } from '../../feed/sign.ts';
import { usage } from '../fail.ts';
import { type JsonLine, jsonLines } from '../lines.ts';
import { printLine } from '../workshop.ts';

interface Options {
  readonly publicKey?: string[];
  readonly tolerance: string;
  readonly anyTime?: boolean;
}

type Verdict =
  | { readonly row: number; readonly id?: string; readonly genuine: true; readonly scheme: Scheme }
  | { readonly row: number; readonly id?: string; readonly genuine: false; readonly why: string };

const ADVICE = 'Set CIVICLINE_SECRET to whsec_… (several with spaces), or give --public-key whpk_….';

export function verifyCommand(): Command {
  return new Command('verify')
    .description('check the signatures of deliveries')
    .argument('[file]', 'one JSON object a line: {headers, body} or {headers, bodyBase64}; standard input by default')
    .option('--public-key <whpk...>', 'public keys of the endpoint, for v1a')
    .option('--tolerance <seconds>', 'how old a delivery may be', '300')
    .option('--any-time', 'do not look at the time: for deliveries kept from earlier')
    .addHelpText('after', `\n${ADVICE}`)
    .action(run);
}

async function run(file: string | undefined, options: Options): Promise<void> {
  const secrets = [...(process.env.CIVICLINE_SECRET ?? '').split(/\s+/), ...(options.publicKey ?? [])].filter(Boolean);
  if (secrets.length === 0) throw usage('there is nothing to verify with', ADVICE);
  if (!/^\d{1,9}$/.test(options.tolerance)) throw usage(`--tolerance ${options.tolerance} is no number of seconds`);
  checkKeys(secrets);
  const tolerance = options.anyTime ? Number.POSITIVE_INFINITY : Number(options.tolerance);
  for await (const line of jsonLines(file ?? '/dev/stdin')) {
    const verdict = judged(line, secrets, tolerance);
    printLine(verdict);
    if (!verdict.genuine) process.exitCode = 1;
  }
}

/** A key that can fit nothing is bad usage, not a forged delivery. */
function checkKeys(secrets: readonly string[]): void {
  try {
    verify({ secrets, headers: {}, body: '', now: 0 });
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    if (error.code === 'secret_invalid') throw usage(error.message, ADVICE);
  }
}

function judged({ row, value, problem }: JsonLine, secrets: readonly string[], tolerance: number): Verdict {
  if (!value) return { row, genuine: false, why: problem ?? 'not a JSON object' };
  const headers = namesLowered(value.headers);
  const body = bodyOf(value);
  const named = headers['webhook-id'] === undefined ? { row } : { row, id: headers['webhook-id'] };
  if (body === undefined) return { ...named, genuine: false, why: 'body (text) or bodyBase64 is missing' };
  try {
    const scheme = verify({ secrets, headers, body, now: Date.now() / 1_000, tolerance });
    return { ...named, genuine: true, scheme };
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'signature_invalid')
      return { ...named, genuine: false, why: error.message.replace(/^The signature does not verify: /, '') };
    throw error;
  }
}

function namesLowered(given: unknown): Record<string, string | undefined> {
  if (typeof given !== 'object' || given === null) return {};
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function bodyOf({ body, bodyBase64 }: Readonly<Record<string, unknown>>): Uint8Array | string | undefined {
  if (typeof bodyBase64 === 'string') return Buffer.from(bodyBase64, 'base64');
  return typeof body === 'string' ? body : undefined;
}
