// Stall: sends mails by SMTP to a house in a process of its own, one after the other, and asks it how long its event loop stood still.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const SENDER = path.join(root, 'simulators/lib/send-mail.mjs');
const HOUSE = path.join(root, 'bench/lib/mail-house.mjs');
const QUIET_MS = 3_000;

async function open(folder) {
  cpSync(path.join(root, 'config'), path.join(folder, 'config'), { recursive: true });
  const accounts = 'accounts:\n  mail:\n    channel: email\n    smtp: {listen: 0}\n';
  writeFileSync(path.join(folder, 'config/channels.yaml'), accounts);
  const env = {
    PATH: process.env.PATH,
    PORT: '0',
    CIVICLINE_CONFIG: path.join(folder, 'config'),
    CIVICLINE_DATA: path.join(folder, 'data'),
    CIVICLINE_ADMIN_KEY: 'bench-admin-key-0000000',
  };
  const child = fork(HOUSE, { env, execArgv: ['--max-old-space-size=512'] });
  const ask = async (question) => {
    child.send(question);
    return (await once(child, 'message'))[0];
  };
  const [{ port }] = await once(child, 'message');
  const close = async () => {
    child.send('end');
    await once(child, 'exit');
  };
  return { ask, port, close };
}

/** The server's answer, in the words it gave. */
async function send(file, port) {
  const child = spawn(process.execPath, [SENDER, file, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let answer = '';
  child.stdout.on('data', (chunk) => {
    answer += chunk;
  });
  await once(child, 'close');
  return answer.trim().slice(0, 60);
}

/**
 * `mails`: [name, () => bytes]. The first, unmeasured, warms the house up; `idle` is the stall of the house while nothing
 * comes at all, which is the machine's.
 */
export async function stallOf(folder, mails) {
  const { ask, port, close } = await open(folder);
  const file = path.join(folder, 'mail.eml');
  const measured = async (work) => {
    await ask('begin');
    const began = performance.now();
    const answer = await work();
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    return { ...(await ask('stop')), seconds, answer };
  };
  try {
    writeFileSync(file, 'From: <a@example.com>\r\nSubject: warm\r\n\r\n海曙区人民路的路灯不亮\r\n');
    await send(file, port);
    const idle = await measured(() => new Promise((resolve) => setTimeout(resolve, QUIET_MS)));
    const each = [];
    for (const [name, make] of mails) {
      const bytes = make();
      writeFileSync(file, bytes);
      const megabytes = (bytes.length / 1_048_576).toFixed(1);
      each.push({ name, megabytes, ...(await measured(() => send(file, port))) });
    }
    const most = (what) => Math.max(...each.map((one) => one[what]));
    return { each, idle, worst: { stall: most('stall'), work: most('work'), peak: most('peak') } };
  } finally {
    await close();
  }
}
