// The citizens' pages over HTTP, without a browser: what is refused, kept, sealed and never said.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import { webPages } from '../../src/web/index.ts';
import { en } from '../../src/web/text-en.ts';
import { zh } from '../../src/web/text-zh.ts';
import { type TestHouse, testHouse } from './house.ts';
import { type Served, serve } from './serve.ts';

const FILLED = {
  content: '小区北门的路灯灭了',
  address: '湖滨路 88 号',
  who: 'contact',
  phone: '13800138000',
  name: '测试人',
  ok: '1',
};
const SECOND = 1_000;

let house: TestHouse;
let served: Served;
/** A browser's jar. */
let cookies: Record<string, string>;

beforeEach(async () => {
  house = testHouse();
  served = await serve(webPages(house.deps));
  cookies = {};
});
afterEach(() => served.close());

async function ask(
  method: string,
  path: string,
  fields?: Record<string, string> | FormData,
  headers = {},
): Promise<{ status: number; text: string; headers: Headers }> {
  const jar = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
  const body = fields && (fields instanceof FormData ? fields : new URLSearchParams(fields));
  const response = await fetch(served.url + path, {
    method,
    redirect: 'manual',
    headers: { ...(jar.length > 0 ? { cookie: jar.join('; ') } : {}), ...headers },
    ...(body ? { body } : {}),
  });
  for (const line of response.headers.getSetCookie()) {
    const [name = '', value = ''] = line.split(';')[0]?.split(/=(.*)/) ?? [];
    cookies[name] = value;
  }
  return { status: response.status, text: await response.text(), headers: response.headers };
}

const hiddenFields = (page: string): Record<string, string> =>
  Object.fromEntries(
    [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map((m) => [
      m[1] ?? '',
      plain(m[2] ?? ''),
    ]),
  );
const plain = (text: string): string =>
  text.replace(
    /&(lt|gt|quot|#39|amp);/g,
    (_, name: string) => ({ lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' })[name] ?? '',
  );

async function toCheck(fields: Record<string, string> = FILLED): Promise<Record<string, string>> {
  const form = await ask('GET', '/');
  const checked = await ask('POST', '/check', { ...hiddenFields(form.text), ...fields });
  expect(checked.status).toBe(200);
  expect(checked.text).toContain('检查一遍');
  return hiddenFields(checked.text);
}

async function send(fields?: Record<string, string>): Promise<string> {
  const carried = await toCheck(fields);
  house.clock += 5 * SECOND;
  const sent = await ask('POST', '/send', carried);
  expect([sent.status, sent.headers.get('location')]).toEqual([303, '/receipt']);
  return (await ask('GET', '/receipt')).text;
}

const only = <T>(all: Iterable<T>): T => {
  const [first, ...rest] = all;
  if (first === undefined || rest.length > 0) throw new Error('expected exactly one');
  return first;
};

describe('the way from the form to the receipt', () => {
  it('takes in exactly what was written, once, and shows number and code', async () => {
    const page = await send();
    const { caseNo, queryCode } = only(house.cases.values());
    expect(page).toContain(`${caseNo.slice(0, 6)}-${caseNo.slice(6, 10)}-${caseNo.slice(10)}`);
    expect(page).toContain(`${queryCode.slice(0, 4)}-${queryCode.slice(4)}`);
    expect(only(house.accepted)).toMatchObject({
      text: FILLED.content,
      address: FILLED.address,
      sender: { name: '测试人', secret: false },
    });
  });

  it('shows each missing answer at its field and above, and keeps all that was typed', async () => {
    const answer = await ask('POST', '/check', { address: '湖滨路 <88>', phone: '1380013800', who: 'secret' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('<title>有 3 处要改');
    expect(answer.text).toContain('手机号少了 1 位');
    expect(answer.text).toContain('value="湖滨路 &lt;88&gt;"');
    expect(answer.text).toMatch(/id="secret" value="secret" checked/);
    expect(answer.text).toContain('aria-describedby="phone-e" aria-invalid="true"');
  });

  it('is one case when sent twice, and the second receipt says so', async () => {
    const carried = await toCheck();
    house.clock += 5 * SECOND;
    await ask('POST', '/send', carried);
    await ask('POST', '/send', carried);
    expect(house.accepted).toHaveLength(1);
    expect((await ask('GET', '/receipt')).text).toContain('已经提交过了');
  });

  it('counts other words after going back as another matter', async () => {
    const carried = await toCheck();
    house.clock += 5 * SECOND;
    await ask('POST', '/send', carried);
    const again = await ask('POST', '/send', { ...carried, content: '另一件：健身器材坏了' });
    expect(again.text).toContain('会另算一件');
    house.clock += 5 * SECOND;
    await ask('POST', '/send', hiddenFields(again.text));
    expect(house.cases.size).toBe(2);
  });

  it('tells somebody who comes back to the form that the last one has arrived', async () => {
    await send();
    expect((await ask('GET', '/')).text).toContain('您刚才提交的那件，已经收到了');
  });

  it('never hands on name and phone of who wants to be anonymous', async () => {
    await send({ ...FILLED, who: 'anonymous' });
    expect(JSON.stringify(only(house.accepted))).not.toMatch(/测试人|13800138000/);
  });

  it.each([
    ['title', { title: '路'.repeat(501) }],
    ['address', { address: '湖'.repeat(490), geo: '29.868300,121.544000,25' }],
    ['address', { address: '湖'.repeat(501) }],
    ['occurredAt', { occurredAt: '早'.repeat(101) }],
    ['name', { name: '名'.repeat(101) }],
    ['email', { email: `${'a'.repeat(250)}@x.cn` }],
  ])('says at %s itself that it is too long, where it can be shortened', async (field, fields) => {
    const answer = await ask('POST', '/check', { ...FILLED, ...fields });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`href="#${field}">请写短一些`);
    expect(answer.text).toMatch(
      new RegExp(`<input [^>]*id="${field}" name="${field}"[^>]*aria-describedby="[^"]*${field}-e`),
    );
    expect([...answer.text.matchAll(new RegExp(` name="${field}"`, 'g'))]).toHaveLength(1);
  });

  it('takes in the longest texts that it lets through', async () => {
    const longest = { title: '路'.repeat(500), email: `${'a'.repeat(249)}@x.cn`, name: '名'.repeat(100) };
    await send({ ...FILLED, ...longest, address: '湖'.repeat(466), geo: '29.868300,121.544000,25' });
    expect(only(house.accepted)).toMatchObject({ title: longest.title, sender: { email: longest.email } });
  });

  it('escapes whatever is written', async () => {
    const form = await ask('GET', '/');
    const page = await ask('POST', '/check', {
      ...hiddenFields(form.text),
      ...FILLED,
      content: `</textarea><script>alert("1")</script>'`,
    });
    expect(page.text).not.toContain('<script>alert');
    expect(page.text).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;');
  });

  it('keeps a position only when it was asked for, behind the address', async () => {
    await send({ ...FILLED, geo: '29.868300,121.544000,18' });
    expect(only(house.accepted).address).toBe('湖滨路 88 号 (29.868300, 121.544000 ±18 m)');
  });
});

describe('what the check page asks about', () => {
  const checkWith = async (fields: Record<string, string>): Promise<string> => {
    const form = await ask('GET', '/');
    return (await ask('POST', '/check', { ...hiddenFields(form.text), ...FILLED, ...fields })).text;
  };

  it('repeats the number to call when the words tell of danger, and still lets send', async () => {
    const page = await checkWith({ content: '楼下着火了' });
    expect(page).toContain('tel:119');
    expect(page).toContain('>提交</button>');
  });

  it('is not alarmed by a word inside another', async () => {
    expect(await checkWith({ content: '想着火锅店的油烟' })).not.toContain('tel:119');
  });

  it('suggests secrecy to who seems to inform on somebody, and never switches by itself', async () => {
    const page = await checkWith({ content: '举报有人行贿' });
    expect(page).toContain('要不要改成“请为我保密”');
    expect(hiddenFields(page).who).toBe('contact');
    const changed = await ask('POST', '/check', { ...hiddenFields(page), 'set-who': 'secret' });
    expect(hiddenFields(changed.text).who).toBe('secret');
    expect(changed.text).toContain('别人可能认出您');
  });

  it('asks for a place when there is none', async () => {
    expect(await checkWith({ address: '' })).toContain('没写地点');
  });
});

describe('what comes from elsewhere or from programs', () => {
  it('a send from another site is not taken in; the words are shown again', async () => {
    const carried = await toCheck();
    house.clock += 5 * SECOND;
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://elsewhere.example' },
      { origin: 'null' },
    ]) {
      const answer = await ask('POST', '/send', carried, headers);
      expect(answer.status).toBe(403);
      expect(answer.text).toContain(FILLED.content);
    }
    expect(house.accepted).toEqual([]);
  });

  it('a send without our ticket, or with a forged one, is asked to press once more', async () => {
    const carried = await toCheck();
    house.clock += 5 * SECOND;
    for (const ticket of ['', 'AAAA', carried.ticket?.slice(0, -4) ?? '']) {
      const answer = await ask('POST', '/send', { ...carried, ticket });
      expect(answer.text).toContain('再点一次');
    }
    expect(house.accepted).toEqual([]);
  });

  it('a form filled in within two seconds is asked to press once more, and then taken in', async () => {
    const carried = await toCheck();
    house.clock += SECOND;
    const again = await ask('POST', '/send', carried);
    expect(again.text).toContain('请再看一眼');
    house.clock += 2 * SECOND;
    expect((await ask('POST', '/send', hiddenFields(again.text))).status).toBe(303);
  });

  it('a program that fills in the field nobody sees is told to leave it empty', async () => {
    const answer = await ask('POST', '/check', { ...FILLED, website: 'https://spam.example' });
    expect(answer.status).toBe(422);
    expect(answer.text).not.toContain('spam.example');
  });

  it('a flood is told when to come back, with the words kept', async () => {
    const carried = await toCheck();
    house.clock += 5 * SECOND;
    house.limits = { intake: () => ({ ok: false, retryAfter: 90 }) };
    const answer = await ask('POST', '/send', carried);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '90']);
    expect(answer.text).toContain('请 2 分钟后再试');
    expect(answer.text).toContain(FILLED.content);
  });

  it('a full disk loses no word: the page says so and sends again with the same ticket', async () => {
    const carried = await toCheck();
    house.clock += 5 * SECOND;
    house.script = new GatewayError({ code: 'disk_full', message: 'full', retryable: true, retryAfter: 20 });
    const answer = await ask('POST', '/send', carried);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '20']);
    expect(answer.text).toContain('没提交成功，您写的都还在');
    house.script = {};
    expect((await ask('POST', '/send', hiddenFields(answer.text))).status).toBe(303);
  });

  it('a city’s own form may post the two flags of the outward contract', async () => {
    const answer = await ask('POST', '/check', {
      ...FILLED,
      who: '',
      secret: 'on',
      title: '路灯',
      email: 'a@example.org',
    });
    expect(hiddenFields(answer.text)).toMatchObject({ who: 'secret', title: '路灯', email: 'a@example.org' });
  });
});

describe('files', () => {
  const PDF = '%PDF-1.4 x';
  const upload = (fields: Record<string, string>, ...files: File[]): FormData => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    for (const file of files) form.append('files', file);
    return form;
  };
  const pdf = (name: string): File => new File([PDF], name, { type: 'application/pdf' });

  it('are kept over an error, can be removed, and go with the message', async () => {
    const failed = await ask(
      'POST',
      '/check',
      upload({ content: 'a' }, pdf('一.pdf'), pdf('二.pdf'), new File(['MZ'], 'x.exe')),
    );
    expect(failed.text).toContain('“x.exe”这种文件我们打不开');
    const tokens = [...failed.text.matchAll(/name="file" value="([^"]+)"/g)].map((m) => m[1] ?? '');
    expect(tokens).toHaveLength(2);
    const form = upload({ ...hiddenFields(failed.text), ...FILLED, remove: '0' });
    form.delete('file');
    for (const token of tokens) form.append('file', token);
    const edited = await ask('POST', '/edit', form);
    expect(edited.text).toContain('二.pdf');
    expect(edited.text).not.toContain('一.pdf');
    await send({ ...FILLED, file: hiddenFields(edited.text).file ?? '' });
    expect(only(house.accepted).parts).toMatchObject([{ name: '二.pdf', blob: 'blob-2' }]);
  });

  it('that waited too long are named, so that nobody believes they went with it', async () => {
    const page = await ask('POST', '/check', upload(FILLED, pdf('一.pdf')));
    house.clock += 51 * 60 * SECOND;
    const late = await ask('POST', '/send', hiddenFields(page.text));
    expect(late.text).toContain('“一.pdf”放得太久，请再选一次');
  });

  it('that went with the last message are asked for again when other words are written after going back', async () => {
    const page = await ask('POST', '/check', upload(FILLED, pdf('一.pdf')));
    const carried = hiddenFields(page.text);
    house.clock += 5 * SECOND;
    expect((await ask('POST', '/send', carried)).status).toBe(303);
    for (const path of ['/check', '/send']) {
      const other = await ask('POST', path, { ...carried, content: '桥上的栏杆松了' });
      expect(other.status).toBe(422);
      expect(other.text).toContain('“一.pdf”已随上一次提交交来');
      expect(other.text).toContain('桥上的栏杆松了');
      expect(other.text).not.toContain('name="file" value=');
      expect((await ask('POST', '/check', { ...hiddenFields(other.text), ...FILLED, content: '桥上' })).status).toBe(
        200,
      );
    }
    expect(house.accepted).toHaveLength(1);
  });

  it('that the house no longer holds are asked for again, with the words kept and nothing taken in', async () => {
    const page = await ask('POST', '/check', upload(FILLED, pdf('一.pdf')));
    house.clock += 5 * SECOND;
    house.script = new GatewayError({ code: 'no_blob', message: 'taken', retryable: false, status: 400 });
    const refused = await ask('POST', '/send', hiddenFields(page.text));
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('“一.pdf”已随上一次提交交来，或放得太久');
    expect(refused.text).toContain(FILLED.content);
    house.script = {};
    const again = await ask('POST', '/check', upload({ ...hiddenFields(refused.text), ...FILLED }, pdf('二.pdf')));
    house.clock += 5 * SECOND;
    expect((await ask('POST', '/send', hiddenFields(again.text))).status).toBe(303);
    expect(only(house.accepted).parts).toMatchObject([{ name: '二.pdf' }]);
  });

  it('that come too fast, or that the disk has no room for just now, are not called broken', async () => {
    const told = async () => (await ask('POST', '/check', upload(FILLED, pdf('一.pdf')))).text;
    house.limits = { intake: () => ({ ok: false, retryAfter: 60 }) };
    expect(await told()).toContain('“一.pdf”这会儿收不下');
    house.limits = {};
    house.full = true;
    const text = await told();
    expect(text).toContain('“一.pdf”这会儿收不下');
    expect(text).toContain(FILLED.content);
    expect(text).not.toContain('没有传完整');
  });

  it('cannot be named by somebody who did not bring them', async () => {
    await send({ ...FILLED, file: Buffer.from('["kept",{"part":{"blob":"blob-1"},"at":0}]').toString('base64url') });
    expect(only(house.accepted).parts).toBeUndefined();
  });

  it('over the number allowed are refused with the limit', async () => {
    const many = Array.from({ length: 10 }, (_, i) => pdf(`${i}.pdf`));
    expect((await ask('POST', '/check', upload(FILLED, ...many))).text).toContain('最多附 9 个文件');
    expect(house.blobs.size).toBe(9);
  });
});

describe('the receipt', () => {
  it('hangs on a cookie no script and no eye can read; no address holds number or code', async () => {
    await send();
    const { caseNo, queryCode } = only(house.cases.values());
    expect(cookies.receipt).not.toContain(queryCode);
    expect(Buffer.from(cookies.receipt ?? '', 'base64url').toString('latin1')).not.toContain(queryCode);
    const page = await ask('GET', '/receipt');
    expect(page.headers.get('cache-control')).toBe('no-store');
    const links = [...page.text.matchAll(/(?:href|action|src)="([^"]*)"/g)].map((m) => m[1]).join(' ');
    expect(links).not.toContain(caseNo);
    expect(links).not.toContain(queryCode);
    expect(page.text.match(/<title>.*<\/title>/)?.[0]).not.toMatch(/\d{4}/);
  });

  it('is gone after half an hour, and says where the state can be seen', async () => {
    await send();
    house.clock += 31 * 60 * SECOND;
    const page = await ask('GET', '/receipt');
    expect(page.status).toBe(404);
    expect(page.text).toContain('href="/case"');
  });

  it('can be downloaded as text', async () => {
    await send();
    const file = await ask('GET', '/receipt.txt');
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="receipt-\d{14}\.txt"$/);
    const { queryCode } = only(house.cases.values());
    expect(file.text).toContain(`查询码: ${queryCode.slice(0, 4)}-${queryCode.slice(4)}`);
  });

  it('says an answer at once with its source', async () => {
    house.script = {
      outcome: 'answered',
      status: 'answered',
      answer: { text: '周末也能办。', source: '公积金中心', validUntil: '2027-01-01' },
    };
    const page = await send();
    expect(page).toContain('这个问题现在就能回答');
    expect(page).toContain('周末也能办。');
    expect(page).toContain('来源：公积金中心，有效到 1 月 1 日');
    expect(page).toContain('没解决？写一句，请人来办');
  });

  it('tells how many others said the same, never what they said', async () => {
    house.script = { outcome: 'joined', matter: { id: 'mat_1', size: 4 } };
    expect(await send()).toContain('已有 3 位市民反映同一件事');
  });

  it('sends somebody on with reason, advice and a number to press', async () => {
    house.script = {
      outcome: 'diverted',
      status: 'diverted',
      divert: { to: '119', reason: 'fire', advice: '先离开，再打 119。' },
    };
    const page = await send();
    for (const words of ['这件事由消防 119直接受理', '像是火情或有人被困', '先离开，再打 119。', 'href="tel:119"'])
      expect(page).toContain(words);
    expect(page).not.toContain('fire');
  });

  it('gives every reason of the example tables in words, and an unknown one no heading at all', async () => {
    const told = (file: string, code: RegExp) => [...readFileSync(file, 'utf8').matchAll(code)].map((m) => m[1]);
    const codes = [
      ...told('config/emergencies.yaml', /^ +reason: (\S+)$/gm),
      ...told('config/refusals.yaml', /- code: (\S+)\n.*\n +to: /g),
    ];
    expect(codes.length).toBeGreaterThan(12);
    for (const table of [zh, en]) for (const code of codes) expect(Object.keys(table.receipt.because)).toContain(code);
    house.script = {
      outcome: 'diverted',
      status: 'diverted',
      divert: { to: 'other', reason: 'of_a_city_alone', advice: '请到窗口办理。' },
    };
    const page = await send();
    expect(page).toContain('请到窗口办理。');
    expect(page).not.toMatch(/of_a_city_alone|为什么/);
  });

  it('answers a greeting without a number', async () => {
    house.script = { outcome: 'noted', note: '您好，请说说您遇到的事。' };
    const page = await send();
    expect(page).toContain('您好，请说说您遇到的事。');
    expect(page).not.toContain('查询码');
  });
});

describe('looking a case up', () => {
  const look = (caseNo: string, queryCode: string, headers = {}) =>
    ask('POST', '/case', { caseNo, queryCode }, headers);

  it('shows the state to who has number and code, however they are spaced', async () => {
    await send();
    const { caseNo, queryCode } = only(house.cases.values());
    const page = await look(` ${caseNo.slice(0, 6)} ${caseNo.slice(6)}`, queryCode.toLowerCase());
    expect(page.status).toBe(200);
    expect(page.text).toContain('已转给市政设施养护中心');
    expect(page.text).not.toMatch(new RegExp(`测试人|13800138000|${queryCode}`));
  });

  it('gives one answer to every wrong pair, and counts it', async () => {
    await send();
    const { caseNo, queryCode } = only(house.cases.values());
    const counted: string[] = [];
    house.limits = {
      lookup: (_, no) => {
        counted.push(no);
        return { ok: true };
      },
      giveLookupBack: (_, no) => void counted.splice(counted.indexOf(no), 1),
    };
    const answers = [await look(caseNo, 'XXXXXXXX'), await look('26112400382715', 'XXXXXXXX'), await look('12', '!')];
    const said = answers.map((a) => [a.status, a.text.match(/id="pair-e"[\s\S]*?<\/p>/)?.[0]]);
    expect(new Set(said.map(String)).size).toBe(1);
    expect(answers[0]?.text).toContain('编号和查询码对不上，请检查。');
    expect(counted).toEqual([caseNo, '26112400382715', '12']);
    await look(caseNo, queryCode);
    expect(counted).toHaveLength(3);
  });

  it('is slowed after too many wrong ones', async () => {
    house.limits = { lookup: () => ({ ok: false, retryAfter: 61 }) };
    const page = await look('26112400382715', 'XXXXXXXX');
    expect([page.status, page.headers.get('retry-after')]).toEqual([429, '61']);
    expect(page.text).toContain('请 2 分钟后再试');
  });

  it('lets its owner add words, which join the same case', async () => {
    await send();
    const { caseNo, queryCode } = only(house.cases.values());
    const page = await look(caseNo, queryCode);
    const empty = await ask('POST', '/case/more', { ...hiddenFields(page.text), more: ' ' });
    expect([empty.status, empty.text.includes('请写一写要补充什么')]).toEqual([422, true]);
    const added = await ask('POST', '/case/more', { ...hiddenFields(page.text), more: '今天又有人摔了' });
    expect(added.status).toBe(303);
    expect(house.accepted.at(-1)).toMatchObject({ text: '今天又有人摔了', thread: { caseNo, queryCode } });
    expect((await ask('GET', '/receipt')).text).toContain('补充好了');
  });

  it('lets its owner rate a result, says what is wrong at the control, and goes in by the door with the proof', async () => {
    await send();
    const { caseNo, queryCode } = only(house.cases.values());
    expect((await look(caseNo, queryCode)).text).not.toContain('/case/rate');
    const open = house.cases.get(caseNo);
    if (!open) throw new Error('no case');
    house.cases.set(caseNo, { ...open, status: 'done', rating: {} });
    const page = await look(caseNo, queryCode);
    expect(page.text).toContain('<legend>您对办理结果满意吗</legend>');
    expect(page.text.match(/<label><input type="radio" name="score"/g)).toHaveLength(5);
    const [, claim = ''] = /action="\/case\/rate"[\s\S]*?name="claim" value="([^"]+)"/.exec(page.text) ?? [];
    const rate = (fields: Record<string, string>) => ask('POST', '/case/rate', { claim, ...fields });
    const empty = await rate({ words: '修得很快' });
    expect([empty.status, empty.text.includes('请选一项')]).toEqual([422, true]);
    expect(empty.text).toMatch(/id="rate-5" value="5" aria-describedby="rate-e"/);
    expect(empty.text).toContain('修得很快</textarea>');
    const long = await rate({ score: '5', words: '长'.repeat(301) });
    expect([long.status, long.text.includes('aria-describedby="rate-h rate-e" aria-invalid="true"')]).toEqual([
      422,
      true,
    ]);
    const done = await rate({ score: '5', words: '修得很快' });
    expect([done.status, done.text.includes('谢谢您的评价。')]).toEqual([200, true]);
    expect(house.accepted.at(-1)).toMatchObject({ text: '评价：非常满意。修得很快', thread: { caseNo, queryCode } });
    expect((await ask('POST', '/case/rate', { claim: 'AAAA', score: '5' })).status).toBe(403);
    expect((await ask('POST', '/case/rate', { claim, score: '5' }, { 'sec-fetch-site': 'cross-site' })).status).toBe(
      403,
    );
    expect(house.accepted).toHaveLength(2);
  });

  it('adds no words without a claim of ours', async () => {
    expect((await ask('POST', '/case/more', { claim: 'AAAA', more: 'x' })).status).toBe(403);
    expect(house.accepted).toEqual([]);
  });
});

describe('size and language', () => {
  it('change without losing a word, and are remembered', async () => {
    const form = await ask('GET', '/');
    const large = await ask('POST', '/view', { ...hiddenFields(form.text), ...FILLED, look: 'large' });
    expect(large.text).toContain('class="large"');
    expect(large.text).toContain(FILLED.content);
    const english = await ask('POST', '/view', { ...hiddenFields(large.text), ...FILLED, look: 'en' });
    expect(english.text).toContain('<html lang="en" class="large">');
    expect(english.text).toContain(FILLED.content);
    expect((await ask('GET', '/privacy')).text).toContain('<html lang="en" class="large">');
  });

  it('lead back only to our own pages', async () => {
    expect((await ask('POST', '/view', { look: 'en', back: '/privacy' })).headers.get('location')).toBe('/privacy');
    expect((await ask('POST', '/view', { look: 'en', back: '//elsewhere.example' })).headers.get('location')).toBe('/');
  });
});

describe('every page', () => {
  it('runs no foreign code, sends no address on, and is not framed', async () => {
    for (const path of ['/', '/case', '/privacy', '/accessibility', '/receipt']) {
      const { headers, text } = await ask('GET', path);
      const policy = headers.get('content-security-policy') ?? '';
      for (const rule of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"])
        expect(policy).toContain(rule);
      expect(policy).not.toContain('unsafe');
      expect(text).not.toMatch(/<script(?! src="\/assets\/)|<style| style="| on\w+="/);
    }
  });

  it('serves style and script under names that change with their content, to be kept for ever', async () => {
    const { text } = await ask('GET', '/');
    for (const path of text.match(/\/assets\/civic-[0-9a-f]{12}\.(css|js)/g) ?? []) {
      const asset = await ask('GET', path);
      expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    }
  });

  it('weighs less than 30 kB with style and script', async () => {
    await send();
    const sizes = new Map<string, number>();
    const { text } = await ask('GET', '/');
    let assets = 0;
    for (const path of new Set(text.match(/\/assets\/civic-[0-9a-f]{12}\.(css|js)/g)))
      assets += Buffer.byteLength((await ask('GET', path)).text);
    for (const path of ['/', '/case', '/privacy', '/accessibility', '/receipt'])
      sizes.set(path, assets + Buffer.byteLength((await ask('GET', path)).text));
    for (const look of ['en.large', 'zh']) {
      cookies.look = look;
      sizes.set(`errors ${look}`, assets + Buffer.byteLength((await ask('POST', '/check', {})).text));
    }
    for (const [page, size] of sizes) expect(`${page} ${size < 30_000 ? 'is light' : size}`).toBe(`${page} is light`);
  });
});
