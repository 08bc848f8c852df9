// A small IMAP server that is true to RFC 3501 and 2177 where a fetching client looks: LOGIN, EXAMINE, UID SEARCH, UID FETCH, IDLE.
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface Mailbox {
  readonly port: number;
  /** Brings a mail and tells whoever idles. */
  put(mail: Buffer, flags?: readonly string[]): number;
  /** Numbers everything anew, as after a restore. */
  renumber(validity: number): void;
  /** Everything clients said, without passwords. */
  readonly said: string[];
  /** Cuts every connection. */
  cut(): void;
  close(): Promise<void>;
}

interface Held {
  uid: number;
  readonly mail: Buffer;
  readonly flags: readonly string[];
}

interface Session {
  readonly socket: Socket;
  idle: string | undefined;
}

export async function openMailbox(): Promise<Mailbox> {
  let held: Held[] = [];
  let validity = 7;
  let next = 1;
  const said: string[] = [];
  const sessions = new Set<Session>();
  const state = {
    held: () => held,
    validity: () => validity,
    next: () => next,
  };
  const server = createServer((socket) => {
    const session: Session = { socket, idle: undefined };
    sessions.add(session);
    socket.on('close', () => sessions.delete(session)).on('error', () => {});
    socket.write('* OK [CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN] ready\r\n');
    let rest = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        said.push(/LOGIN|^[A-Za-z0-9+/=]{8,}$/.test(line) ? 'LOGIN' : line);
        answer(session, line, state);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    said,
    put(mail, flags = []) {
      held.push({ uid: next, mail, flags });
      next += 1;
      for (const { socket, idle } of sessions) if (idle) socket.write(`* ${held.length} EXISTS\r\n`);
      return next - 1;
    },
    renumber(fresh) {
      validity = fresh;
      held = held.map((one, at) => ({ ...one, uid: at + 1 }));
      next = held.length + 1;
    },
    cut() {
      for (const { socket } of sessions) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        for (const { socket } of sessions) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

interface State {
  held(): readonly Held[];
  validity(): number;
  next(): number;
}

function answer(session: Session, line: string, state: State): unknown {
  const { socket } = session;
  if (/^done$/i.test(line)) {
    socket.write(`${session.idle} OK idle ended\r\n`);
    session.idle = undefined;
    return undefined;
  }
  const [, tag = '*', command = '', rest = ''] = /^(\S+) (uid \w+|\w+) ?(.*)$/i.exec(line) ?? [];
  const ok = (...lines: readonly string[]): boolean =>
    socket.write([...lines.map((one) => `* ${one}`), `${tag} OK done`, ''].join('\r\n'), 'latin1');
  switch (command.toUpperCase()) {
    case 'CAPABILITY':
      return ok('CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN');
    case 'IDLE':
      session.idle = tag;
      return socket.write('+ idling\r\n');
    case 'AUTHENTICATE':
    case 'LOGIN':
    case 'NOOP':
      return ok();
    case 'LIST':
    case 'LSUB':
      return ok('LIST (\\HasNoChildren) "/" "INBOX"');
    case 'EXAMINE':
    case 'SELECT':
      return ok(
        'FLAGS (\\Seen \\Deleted)',
        `${state.held().length} EXISTS`,
        '0 RECENT',
        `OK [UIDVALIDITY ${state.validity()}] valid`,
        `OK [UIDNEXT ${state.next()}] next`,
      );
    case 'UID SEARCH':
      return ok(`SEARCH ${search(rest, state.held()).join(' ')}`);
    case 'UID FETCH':
      return fetch(session, tag, rest, state.held());
    case 'LOGOUT':
      ok('BYE');
      return socket.end();
    default:
      return socket.write(`${tag} BAD ${command} is not known\r\n`);
  }
}

function search(query: string, held: readonly Held[]): number[] {
  const from = /UID (\d+):\*/i.exec(query)?.[1];
  const last = held.at(-1)?.uid ?? 0;
  const found = held.filter((one) => {
    // `n:*` holds the last one even when n is beyond it.
    if (from !== undefined) return one.uid >= Math.min(Number(from), last);
    return /SINCE/i.test(query) || !one.flags.includes('\\Seen');
  });
  return found.map(({ uid }) => uid);
}

function fetch({ socket }: Session, tag: string, rest: string, held: readonly Held[]): void {
  const uid = Number(/^(\d+)/.exec(rest)?.[1]);
  const at = held.findIndex((one) => one.uid === uid);
  const one = held[at];
  if (one) {
    const size = `* ${at + 1} FETCH (UID ${uid} RFC822.SIZE ${one.mail.length}`;
    if (/BODY(?:\.PEEK)?\[\]/i.test(rest)) {
      socket.write(`${size} BODY[] {${one.mail.length}}\r\n`);
      socket.write(one.mail);
      socket.write(')\r\n');
    } else socket.write(`${size})\r\n`);
  }
  socket.write(`${tag} OK done\r\n`);
}
