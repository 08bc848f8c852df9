// SMTP: mail handed over directly. 250 only after the commit; what cannot be committed is refused with 452 and comes again.
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Door } from '../../core/channel.ts';
import { GatewayError, Unreadable } from '../../core/errors.ts';
import { sharedBytes } from '../common/shared-bytes.ts';
import type { Envelope } from './auth.ts';
import type { SmtpSettings } from './settings.ts';
import { readCertificate, renewals } from './tls.ts';

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** Bytes of all mails under way at once; more would be memory without an end. */
const MOST_UNDER_WAY = 128 * 1_048_576;
const MOST_CLIENTS = 100;
const PATIENCE_MS = 60_000;

class Refusal extends Error {
  readonly responseCode: number;
  constructor(responseCode: number, message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}

/** Rejects when it cannot listen there. `receive` resolves when the mail is durable. */
export async function listen(
  { host, port, maxBytes, tls }: SmtpSettings,
  door: Door,
  receive: (bytes: Uint8Array, envelope: Envelope) => Promise<unknown>,
): Promise<Listening> {
  let underWay = 0;
  const certificate = tls && readCertificate(tls);
  const renewed =
    tls &&
    renewals(
      tls,
      () => door.now(),
      (error) => door.log.error({ account: door.account, err: error }, 'the renewed certificate cannot be used'),
    );
  const server = new SMTPServer({
    // Nobody logs in here and nothing is relayed: every recipient is this mailbox.
    ...{ authOptional: true, disabledCommands: tls ? ['AUTH'] : ['AUTH', 'STARTTLS'], banner: 'civicline' },
    ...(certificate ? { ...certificate, minVersion: 'TLSv1.2' as const } : {}),
    ...{ size: maxBytes, maxClients: MOST_CLIENTS, socketTimeout: PATIENCE_MS, closeTimeout: 5_000 },
    disableReverseLookup: true,
    onConnect(_session, done) {
      const fresh = renewed?.();
      if (fresh) server.updateSecureContext(fresh);
      done();
    },
    onMailFrom(_address, session, done) {
      if (tls?.required && !session.secure) done(new Refusal(530, 'must issue a STARTTLS command first'));
      else done();
    },
    onData(stream, session, done) {
      let own = 0;
      const room = (size: number): boolean => {
        own += size;
        underWay += size;
        return underWay <= MOST_UNDER_WAY;
      };
      gather(stream, room)
        .then(({ bytes, full }) => {
          if (stream.sizeExceeded) throw new Refusal(552, `the mail is over ${maxBytes} bytes`);
          if (full) throw new Refusal(452, 'too much mail at once; try again');
          return receive(bytes, envelopeOf(session));
        })
        .finally(() => {
          // Also when the sender hung up in the middle: what was counted for it is free again.
          underWay -= own;
        })
        .then(
          () => done(null, 'taken in'),
          (error: unknown) => done(refusal(error, door)),
        );
    },
  });
  server.on('error', (error) => door.log.warn({ account: door.account, err: error }, 'an SMTP connection broke'));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address: AddressInfo | string | null = server.server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const envelopeOf = ({ remoteAddress, hostNameAppearsAs, envelope }: SMTPServerSession): Envelope => ({
  ip: remoteAddress.replace(/^::ffff:/, ''),
  ...(hostNameAppearsAs ? { helo: hostNameAppearsAs } : {}),
  sender: envelope.mailFrom ? envelope.mailFrom.address : '',
});

/** Reads to the end even when it is too much, so that the refusal can be said. */
async function gather(
  stream: SMTPServerDataStream,
  room: (size: number) => boolean,
): Promise<{ bytes: Uint8Array; full: boolean }> {
  const chunks: Buffer[] = [];
  let full = false;
  for await (const chunk of stream) {
    if (full || stream.sizeExceeded || !(chunk instanceof Buffer)) continue;
    full = !room(chunk.length);
    chunks.push(chunk);
  }
  return { bytes: await sharedBytes(chunks), full };
}

/** 452 where it helps to send again; 554 for what will never be read. */
function refusal(error: unknown, door: Door): Error {
  if (error instanceof Refusal) return error;
  if (error instanceof Unreadable) return new Refusal(554, error.message.slice(0, 200));
  const told = error instanceof GatewayError ? { code: error.code } : { err: error };
  door.log.warn({ account: door.account, ...told }, 'a mail could not be stored and was refused for now');
  if (error instanceof GatewayError && !error.retryable) return new Refusal(554, 'the mail was refused');
  return new Refusal(452, 'the mail cannot be stored now; try again');
}
