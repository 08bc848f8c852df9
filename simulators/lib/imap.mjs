// A small IMAP server that is true to RFC 3501 and 2177 where a fetching client looks: LOGIN, EXAMINE, UID SEARCH, UID FETCH, IDLE.
import { createServer } from 'node:net';

/**
 * `numbered` is its UIDVALIDITY. Resolves with {port, put(mail, flags?), renumber(validity), said, watch, cut(), close()}: `put` brings a mail and
 * tells whoever idles, `renumber` numbers everything anew as after a restore, `said` holds what clients said without
 * passwords, `watch.fetching(uid)` may be set and is called when a mail's words are asked for, `cut` cuts every connection.
 */
export async function openMailbox(port = 0, numbered = 7) {
  let held = [];
  let validity = numbered;
  let next = 1;
  const said = [];
  const sessions = new Set();
  const watch = { fetching() {} };
  const state = {
    watch,
    held: () => held,
    validity: () => validity,
    next: () => next,
  };
  const server = createServer((socket) => {
    const session = { socket, idle: undefined, known: undefined };
    sessions.add(session);
    socket.on('close', () => sessions.delete(session)).on('error', () => {});
    socket.write('* OK [CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN] ready\r\n');
    let rest = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      const lines = (rest + chunk).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        said.push(/LOGIN|^[A-Za-z0-9+/=]{8,}$/.test(line) ? 'LOGIN' : line);
        answer(session, line, state);
      }
    });
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(Number(port), '127.0.0.1', resolve));
  return {
    port: server.address().port,
    said,
    watch,
    put(mail, flags = []) {
      held.push({ uid: next, mail, flags });
      next += 1;
      for (const session of sessions) if (session.idle) tellNew(session, held);
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

/** What came since the client last heard of the mailbox. A server tells it as soon as it may: else a client that was busy would idle beside new mail. */
function tellNew(session, held) {
  if (session.known === undefined || held.length <= session.known) return;
  session.known = held.length;
  session.socket.write(`* ${held.length} EXISTS\r\n`);
}

function answer(session, line, state) {
  const { socket } = session;
  if (/^done$/i.test(line)) {
    socket.write(`${session.idle} OK idle ended\r\n`);
    session.idle = undefined;
    return undefined;
  }
  const [, tag = '*', command = '', rest = ''] = /^(\S+) (uid \w+|\w+) ?(.*)$/i.exec(line) ?? [];
  const ok = (...lines) => {
    tellNew(session, state.held());
    return socket.write([...lines.map((one) => `* ${one}`), `${tag} OK done`, ''].join('\r\n'), 'latin1');
  };
  switch (command.toUpperCase()) {
    case 'CAPABILITY':
      return ok('CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN');
    case 'IDLE':
      session.idle = tag;
      socket.write('+ idling\r\n');
      return tellNew(session, state.held());
    case 'AUTHENTICATE':
    case 'LOGIN':
    case 'NOOP':
      return ok();
    case 'LIST':
    case 'LSUB':
      return ok('LIST (\\HasNoChildren) "/" "INBOX"');
    case 'EXAMINE':
    case 'SELECT':
      session.known = state.held().length;
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
      return fetch(session, tag, rest, { held: state.held(), watch: state.watch });
    case 'LOGOUT':
      ok('BYE');
      return socket.end();
    default:
      return socket.write(`${tag} BAD ${command} is not known\r\n`);
  }
}

function search(query, held) {
  const from = /UID (\d+):\*/i.exec(query)?.[1];
  const last = held.at(-1)?.uid ?? 0;
  const found = held.filter((one) => {
    // `n:*` holds the last one even when n is beyond it.
    if (from !== undefined) return one.uid >= Math.min(Number(from), last);
    return /SINCE/i.test(query) || !one.flags.includes('\\Seen');
  });
  return found.map(({ uid }) => uid);
}

function fetch({ socket }, tag, rest, { held, watch }) {
  const uid = Number(/^(\d+)/.exec(rest)?.[1]);
  const at = held.findIndex((one) => one.uid === uid);
  const one = held[at];
  if (one) {
    const size = `* ${at + 1} FETCH (UID ${uid} RFC822.SIZE ${one.mail.length}`;
    if (/BODY(?:\.PEEK)?\[\]/i.test(rest)) {
      watch.fetching(uid);
      socket.write(`${size} BODY[] {${one.mail.length}}\r\n`);
      socket.write(one.mail);
      socket.write(')\r\n');
    } else socket.write(`${size})\r\n`);
  }
  socket.write(`${tag} OK done\r\n`);
}
