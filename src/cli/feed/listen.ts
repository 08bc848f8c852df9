// civicline listen: brings events to a URL on a developer's own machine, signed, without a public address or an endpoint.
import { Command } from 'commander';
import { webhookHeaders } from '../../feed/deliver.ts';
import { newSecret } from '../../feed/secrets.ts';
import { signersOf } from '../../feed/sign.ts';
import { version } from '../../version.ts';
import { usage } from '../fail.ts';
import { printLine } from '../workshop.ts';
import { type Asked, type Heard, openGateway, reasonOf } from './gateway.ts';
import { ending, tell, withAsked } from './options.ts';

interface Options extends Asked {
  readonly forward: string;
}

const TIMEOUT_MS = 15_000;

export function listenCommand(): Command {
  return withAsked(new Command('listen'))
    .description('forward events, signed, to a URL of your own machine; one line of JSON for each')
    .requiredOption('--forward <url>', 'where to post them, query and all')
    .action(listen);
}

/** Nothing is made at the gateway: its endpoints and deliveries do not notice. The secret is CIVICLINE_SECRET, or a new one. */
async function listen(options: Options): Promise<void> {
  if (!URL.canParse(options.forward) || !/^https?:/.test(options.forward))
    throw usage(`${options.forward} is no http address`, 'Write it like http://127.0.0.1:3000/hook.');
  const gateway = openGateway(options, process.env, tell);
  const secret = process.env.CIVICLINE_SECRET || newSecret();
  const signers = signersOf(secret, ['v1']);
  tell(`forwarding to ${new URL(options.forward).origin}; verify with SECRET=${secret}`);
  const signal = ending();
  for await (const heard of gateway.stream(options, signal)) {
    printLine(await forwarded(heard, options.forward, signers));
  }
}

/** What became of one event. It is posted once: `--after` with the cursor brings it again. */
async function forwarded({ body, cursor }: Heard, url: string, signers: ReturnType<typeof signersOf>): Promise<object> {
  const event: Readonly<Record<string, unknown>> = { ...JSON.parse(body) };
  const now = Date.now();
  const { id, type, subject, sequence } = event;
  const headers = webhookHeaders({
    id: String(id),
    type: String(type),
    seq: Number(sequence),
    attempt: 1,
    endpoint: 'listen',
    signers,
    body,
    now,
    agentName: `civicline-listen/${version}`,
  });
  const told = { id, type, subject, sequence, cursor };
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    await answer.body?.cancel();
    return { ...told, status: answer.status, ms: Date.now() - now };
  } catch (error) {
    return { ...told, error: reasonOf(error), ms: Date.now() - now };
  }
}
