// A citizen who writes mail, over real sockets: in by SMTP and by the mailbox, a case, the unit's answer out in the thread; nothing lost on a full disk or a crash.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseMail } from '../../src/channels/email/parse.ts';
import { ADMIN, BUILT, furnish, type Gateway, newHome, run, serve, until } from './house.ts';

interface Server {
  readonly ports: { readonly imap: number; readonly outgoing: number };
  readonly box: { put(mail: Buffer): number; readonly watch: { fetching(uid: number): void }; cut(): void };
  readonly sent: Buffer[];
  close(): Promise<void>;
}
interface Simulator {
  platform(options: object): Promise<Server>;
  mailOf(settings: object, words: string): Buffer;
  say(settings: object, words: string, more?: object): Promise<string>;
}

const OURS = '12345@city.example.cn';

describe.skipIf(!BUILT)('a citizen who writes mail', () => {
  let simulator: Simulator;
  let server: Server;
  let home: string;
  let gateway: Gateway;
  let smtp: string;

  const begin = async () => {
    gateway = await serve(home);
    // Told in the log: the account listens on a port of its own.
    smtp = /"port":(\d+)[^\n]*receiving mail/.exec(gateway.said.out + gateway.said.err)?.[1] ?? '';
    expect(smtp).not.toBe('');
  };
  beforeAll(async () => {
    simulator = (await import(String(new URL('../../simulators/email.mjs', import.meta.url)))) as Simulator;
    server = await simulator.platform({});
    home = newHome();
    const mail = {
      channel: 'email',
      smtp: { listen: 0 },
      imap: { host: '127.0.0.1', port: server.ports.imap, secure: false, user: 'a', password: 'b' },
      outgoing: { host: '127.0.0.1', port: server.ports.outgoing, from: OURS, name: '12345' },
    };
    writeFileSync(join(home, 'config', 'channels.yaml'), stringify({ accounts: { mail } }));
    await begin();
  });
  afterAll(async () => {
    await gateway.end('SIGTERM');
    await server.close();
  });

  const operator = async (path: string) => (await gateway.ask('GET', path, { token: ADMIN })).json;
  const cases = async () => (await operator('/v1/cases')).data;
  const sentTo = async (what: RegExp) => {
    const mails = await Promise.all(server.sent.map(async (raw) => (await parseMail(raw)).mail));
    return mails.filter((mail) => what.test(mail.text));
  };

  it('by SMTP: gets a receipt, and the unit’s answer, each in the thread and never to be answered by a program', async () => {
    const words = '海曙区人民路12号门前的路灯三天不亮了，请派人来修';
    const mail = { subject: '路灯不亮', id: '<first@example.com>', headers: ['References: <older@example.com>'] };
    expect(await simulator.say({ smtp, ...mail }, words, mail)).toMatch(/^250/);
    const [{ caseNo, unit }] = await cases();
    for (const body of [{ type: 'signed' }, { type: 'answered', public: '路灯已换好，请您看看。' }]) {
      const report = { token: ADMIN, body: { ...body, unit: unit.code } };
      expect((await gateway.ask('POST', `/v1/cases/${caseNo}/reports`, report)).status).toBeLessThan(300);
    }
    await until(async () => (await sentTo(/路灯已换好/)).length > 0);
    const [receipt] = await sentTo(/工单号/);
    const [answer] = await sentTo(/路灯已换好/);
    for (const out of [receipt, answer]) {
      expect(out?.answers[0]).toBe('<first@example.com>');
      expect(out?.subject).toBe(`Re: 路灯不亮 [12345-${caseNo}]`);
      expect(out?.headers).toContainEqual(['auto-submitted', 'auto-replied']);
      expect(out?.messageId).toMatch(new RegExp(`^<${caseNo}\\..+@city\\.example\\.cn>$`));
    }
    expect(answer?.messageId).not.toBe(receipt?.messageId);
    const shown = async () => (await operator(`/v1/cases/${caseNo}`)).outgoing;
    await until(async () => (await shown()).every((row: { state: string }) => row.state === 'sent'));
  });

  it('by the mailbox: the same mail again is no second case, and an automatic one is none at all', async () => {
    const before = (await cases()).length;
    const mail = simulator.mailOf(
      { subject: '井盖', id: '<two@example.com>' },
      '江北区大庆南路路口的井盖丢了，请尽快补上',
    );
    for (const one of [mail, simulator.mailOf({ subject: '自动回复: 您好' }, '我正在休假。'), mail])
      server.box.put(one);
    server.box.put(simulator.mailOf({ subject: '公交' }, '鄞州区天童北路公交站台没有灯，请装上'));
    await until(async () => (await cases()).length >= before + 2);
    expect(await cases()).toHaveLength(before + 2);
    expect(await sentTo(/休假/)).toEqual([]);
  });

  it('goes on about a case by its number in the subject, which proves nothing', async () => {
    const [{ caseNo }] = (await cases()).slice(-1);
    await simulator.say({ smtp }, '还是不亮，请再派人来看看', {
      subject: `Re: 路灯 [12345-${caseNo}]`,
      from: 'other@example.com',
    });
    const [newest] = await cases();
    expect(newest.caseNo).not.toBe(caseNo);
    expect((await operator(`/v1/cases/${newest.caseNo}`)).flags).toContain('cited_unproved');
  });

  it('loses nothing when the house dies between fetching a mail and storing it', async () => {
    const before = (await cases()).length;
    let dies: Promise<unknown> | undefined;
    server.box.watch.fetching = () => {
      server.box.watch.fetching = () => {};
      dies = gateway.end('SIGKILL');
    };
    server.box.put(simulator.mailOf({ subject: '垃圾' }, '北仑区新碶街道小区的垃圾堆了三天没人清运'));
    await until(() => dies !== undefined);
    await dies;
    await begin();
    await until(async () => (await cases()).length > before);
    expect(await cases()).toHaveLength(before + 1);
  });

  it('is told to come again while nothing can be stored, by SMTP with 452, and the mailbox waits', async () => {
    const before = (await cases()).length;
    await gateway.end('SIGTERM');
    furnish(home, { store: { minFreeBytes: 2 ** 50 } });
    await begin();
    const tree = { subject: '大树', id: '<tree@example.com>' };
    const words = '慈溪市浒山街道路边的大树被风刮倒，挡住了半条路';
    await expect(simulator.say({ smtp }, words, tree)).rejects.toMatchObject({ responseCode: 452 });
    server.box.put(simulator.mailOf({ subject: '电梯' }, '余姚市阳明街道小区的电梯停了，老人出不了门'));
    await until(() => /the mailbox cannot be read just now/.test(gateway.said.out + gateway.said.err));
    expect(await cases()).toHaveLength(before);
    await gateway.end('SIGTERM');
    furnish(home, { store: { minFreeBytes: 1_048_576 } });
    await begin();
    expect(await simulator.say({ smtp }, words, tree)).toMatch(/^250/);
    await until(async () => (await cases()).length >= before + 2);
    expect(await cases()).toHaveLength(before + 2);
  });

  it('is found in an archive too: single mails and mailbox files, twice without a second case', async () => {
    const before = (await cases()).length;
    const archive = join(home, 'old.mbox');
    const mails = ['奉化区岳林路上窨井盖没有了', '镇海区庄市公园的健身器材坏了好几个月'].map((words, at) =>
      simulator.mailOf({ subject: `旧信${at}`, id: `<old-${at}@example.com>` }, words),
    );
    writeFileSync(archive, mails.map((mail) => `From zhang@example.com Mon Nov 23 15:20:00 2026\n${mail}\n`).join(''));
    const outcomes = async () =>
      (await run(home, ['import', '--channel', 'email', '--account', 'mail', '--json', archive])).lines.map(
        (line) => line.outcome,
      );
    expect(await outcomes()).toEqual(['accepted', 'accepted']);
    expect(await outcomes()).toEqual(['repeated', 'repeated']);
    expect(await cases()).toHaveLength(before + 2);
    expect(await sentTo(/窨井盖/)).toEqual([]);
  });
});
