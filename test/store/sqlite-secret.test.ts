// What names a person lies in the SQLite store's files sealed only: a byte-grep with canaries, erasure, and a change of the master key.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/core/store.ts';
import { openInThread } from '../../src/store/sqlite/client.ts';
import { AT, keep, NOON, numbers, recalled, TENANT, Teller, the, type Words } from '../contract/teller.ts';
import { MASTER, newFolder, OTHER_MASTER } from './folders.ts';

const open = (folder: string, masterKey: Uint8Array = MASTER): Store =>
  openInThread({ file: join(folder, 'civicline.db'), masterKey, instance: 'test' });

const CANARY = {
  name: '金丝雀某甲',
  phone: '19900001234',
  email: 'canary@mail.example',
  address: '金丝雀路七号',
  text: 'canary-text-7f3a',
  title: 'canary-title-51bc',
  attachment: 'canary-file-88d2.png',
  bytes: 'canary-bytes-40e9',
  raw: 'canary-raw-c3d7',
  externalId: 'canary-external-2a6e',
  caseId: 'canary-case-id-19f0',
  sender: 'canary-openid-6be1',
  stated: 'canary-stated-0d44',
  code: 'CANARYK7',
  note: 'canary-note-aa17',
  corrected: 'canary-corrected-e05d',
  aside: 'canary-aside-77c0',
  fault: 'canary-fault-3f9b',
  pending: 'canary-pending-b81c',
  hook: 'canary-hook-f2f2',
  secret: 'whsec_canary-d90a',
  parcel: 'canary-parcel-4d1b',
  idempotency: 'canary-idempotency-5e5e',
  call: 'canary-call-91a0',
  turn: 'canary-turn-6c2f',
  caller: '19900005678',
} as const;

/** Everything that lies in the folder, as it lies there. */
const filesOf = (folder: string): Buffer[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((f) => f.isFile())
    .map((f) => readFileSync(join(f.parentPath, f.name)));

function found(folder: string, words: readonly string[]): string[] {
  const bytes = filesOf(folder);
  return words.filter((word) => bytes.some((b) => b.includes(word)));
}
const canaries = (folder: string): string[] => found(folder, Object.values(CANARY));

const MASKED = '[名字]说路灯不亮，电话[号码]，masked-words-9c1d';

/** One case with a canary in everything that can hold one; after each act nothing of them may lie open. */
async function tellAll(store: Store, tell: Teller, after: () => void) {
  const attached = await store.putBlob(Buffer.from(CANARY.bytes.repeat(50_000)), {
    mediaType: 'image/png',
    name: CANARY.attachment,
  });
  await store.putBlob(Buffer.from(CANARY.pending), { mediaType: 'image/png', name: CANARY.pending });
  after();
  const { name, phone, email, address, title } = CANARY;
  const words: Words = {
    text: CANARY.text,
    externalId: CANARY.externalId,
    proved: [CANARY.sender],
    stated: [CANARY.stated],
    message: {
      call: { id: CANARY.call, turns: [{ speaker: 'citizen', who: CANARY.name, text: CANARY.turn }] },
      ...{ title, address, raw: { mediaType: 'message/rfc822', content: CANARY.raw } },
      sender: { keys: [], name, phone, email, anonymous: false, secret: false },
      parts: [
        { kind: 'image', mediaType: 'image/png', name: CANARY.attachment, size: 1, hash: 'h', blob: attached.ref },
      ],
    },
  };
  const said = { text: CANARY.text, title, name, phone, email, address };
  const opening = {
    case: { said, externalId: CANARY.caseId },
    queryCode: CANARY.code,
    masked: MASKED,
    blobs: [attached.ref],
  };
  const one = tell.opened(words, opening);
  await keep(store, one);
  after();
  await keep(store, tell.followed({ ...words, text: `${CANARY.text} again` }, { no: one.no, version: 1 }));
  await keep(store, tell.noted({ text: CANARY.note, proved: [CANARY.sender] }));
  after();
  const c = the(await store.findCase(one.no));
  const reply = { text: CANARY.note, externalId: 'out' };
  const message = tell.message(reply, tell.ask(reply));
  const change = { ...c, said: { ...said, address: CANARY.corrected } };
  await store.change(tell.change(change, {}, { message, idempotencyKey: CANARY.idempotency }));
  after();
  const aside = { text: CANARY.aside };
  const item = { id: 'qua_1', account: 'web', receivedAt: AT, error: `Error: ${CANARY.fault}` };
  await store.quarantine({ ...item, message: tell.message(aside, tell.ask(aside)) });
  await store.putEndpoint({
    ...{ id: 'ep_1', url: `https://example.org/${CANARY.hook}`, state: 'enabled', createdBy: 'k', createdAt: AT },
    ...{ secrets: [{ secret: CANARY.secret }], cursor: 0, options: {} },
  });
  const parcel = { endpoint: 'ep_1', seq: 1, caseNo: one.no, body: CANARY.parcel };
  const fact = { call: CANARY.call, part: 'cdr', rank: 1, offeredAt: NOON, party: CANARY.caller } as const;
  await store.putCalls('hotline', TENANT, [fact]);
  await store.keepParcel(parcel, tell.audit(one.no, 'endpoint.enclose'));
  after();
  return { one, attached };
}

describe('what names a person', () => {
  it('lies open in none of the files, while the store works and after it is closed', async () => {
    const folder = newFolder();
    const store = open(folder);
    const { one, attached } = await tellAll(store, new Teller(), () => expect(canaries(folder)).toEqual([]));
    // It is all there for who may read it.
    const c = await store.findCase(one.no, { said: true });
    expect(c).toMatchObject({ externalId: CANARY.caseId, said: { name: CANARY.name, address: CANARY.corrected } });
    expect((await store.messagesOf(one.no))[0]).toMatchObject({
      raw: { content: CANARY.raw },
      call: { turns: [{ text: CANARY.turn }] },
    });
    expect(await store.calls({ limit: 1 })).toMatchObject([{ party: CANARY.caller }]);
    expect(await store.getBlob(attached.ref)).toMatchObject({ name: CANARY.attachment });
    expect(found(folder, [MASKED])).toEqual([MASKED]); // the masked copy is in the clear: the grep sees the files
    await store.close();
    expect(canaries(folder)).toEqual([]);
    await open(folder).close();
    expect(canaries(folder)).toEqual([]);
  });

  it('would be found if it were written unsealed: this test sees the fault', async () => {
    const folder = newFolder();
    const store = open(folder);
    const one = new Teller().opened({ text: 'x' }, { masked: `forgot to mask ${CANARY.name} ${CANARY.phone}` });
    await keep(store, one);
    expect(canaries(folder)).toEqual([CANARY.name, CANARY.phone]);
    await store.close();
    expect(canaries(folder)).toEqual([CANARY.name, CANARY.phone]);
  });

  it('cannot be read from a backup without the key either', async () => {
    const [folder, copies] = [newFolder(), newFolder()];
    const store = open(folder);
    await tellAll(store, new Teller(), () => undefined);
    await store.backup(join(copies, 'copy.db'));
    expect(canaries(copies)).toEqual([]);
    expect(found(copies, [MASKED])).toEqual([MASKED]);
    await store.close();
  });
});

describe('an erased case', () => {
  const words = (exact: string): string[] => ['masked-words-9c1d', '[名字]说路灯不亮', exact];

  it('leaves no byte of its words, masked or not, nor of their fingerprint', async () => {
    const folder = newFolder();
    const store = open(folder);
    const tell = new Teller();
    const { one } = await tellAll(store, tell, () => undefined);
    const exact = the(one.ask.fingerprint).exact;
    const long = tell.opened({ text: '长' }, { masked: 'masked-long-words '.repeat(3000) });
    await keep(store, long);
    expect(found(folder, words(exact))).toEqual(words(exact));
    await store.erase(one.no, tell.audit(one.no, 'case.erase'), tell.event('case.redacted', one.no));
    expect(found(folder, words(exact))).toEqual([]);
    expect(found(folder, ['masked-long-words'])).toEqual(['masked-long-words']);
    await store.erase(long.no, tell.audit(long.no, 'case.erase'), tell.event('case.redacted', long.no));
    expect(found(folder, ['masked-long-words'])).toEqual([]);
    expect(canaries(folder)).toEqual([]);
    await store.close();
    expect(found(folder, [...words(exact), 'masked-long-words'])).toEqual([]);
  });

  it('leaves none for long when somebody was reading the file meanwhile', async () => {
    const folder = newFolder();
    const store = open(folder);
    const tell = new Teller();
    const one = tell.opened({ text: '路灯不亮' }, { masked: MASKED });
    await keep(store, one);
    const reader = new Database(join(folder, 'civicline.db'), { readonly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM cases').get();
    await store.erase(one.no, tell.audit(one.no, 'case.erase'), tell.event('case.redacted', one.no));
    expect(found(folder, [MASKED])).toEqual([MASKED]); // what the reader still may see
    reader.close();
    await store.sweepBlobs(0); // what the gateway does every quarter of an hour
    expect(found(folder, [MASKED])).toEqual([]);
    await store.close();
  });
});

describe('what opened no case', () => {
  it('leaves no sealed byte, no key and no file once it is forgotten', async () => {
    const folder = newFolder();
    const store = open(folder);
    const tell = new Teller();
    const file = await store.putBlob(Buffer.from(CANARY.bytes), { mediaType: 'image/png', name: CANARY.attachment });
    const words = { text: CANARY.note, proved: [CANARY.sender], externalId: CANARY.externalId };
    const aside = { text: CANARY.aside };
    await keep(store, tell.opened({ text: '路灯不亮' }), tell.noted(words, [file.ref]));
    const item = { id: 'qua_1', account: 'web', receivedAt: AT, error: CANARY.fault };
    await store.quarantine({ ...item, message: tell.message(aside, tell.ask(aside)) });
    const lying = (): Buffer[] => {
      const db = new Database(join(folder, 'civicline.db'), { readonly: true });
      const bytes = (sql: string) => db.prepare<[], Buffer>(sql).pluck().all();
      const found = [
        ...bytes('SELECT sealed FROM messages WHERE case_id IS NULL'),
        ...bytes('SELECT delivery FROM messages WHERE case_id IS NULL'),
        ...bytes('SELECT sealed FROM quarantine'),
        ...bytes('SELECT sealed FROM blobs UNION ALL SELECT sealed FROM chunks'),
        ...bytes('SELECT wrapped FROM vaults WHERE id NOT IN (SELECT vault FROM cases) AND wrapped IS NOT NULL'),
      ];
      db.close();
      return found;
    };
    const before = lying();
    expect(before.length).toBeGreaterThanOrEqual(7);
    const still = () => before.filter((bytes) => filesOf(folder).some((b) => b.includes(bytes)));
    expect(still()).toEqual(before);
    expect(await store.forgetLoose(NOON + 1)).toBe(2);
    expect(lying()).toEqual([]);
    expect(still()).toEqual([]);
    expect(canaries(folder)).toEqual([]);
    await store.close();
    expect(still()).toEqual([]);
  });
});

describe('the look-ups of an erased case', () => {
  it('are gone with it: no row ties a sender, a word, a delivery or a file to it', async () => {
    const folder = newFolder();
    const store = open(folder);
    const tell = new Teller();
    const { one } = await tellAll(store, tell, () => undefined);
    const other = tell.opened({ text: '电梯停了没人管', proved: ['o1'], stated: ['o2'] });
    await keep(store, other);
    const rows = (no: string): number[] => {
      const db = new Database(join(folder, 'civicline.db'), { readonly: true });
      const of = ['sender_keys', 'sketches', 'messages'].map((table) => `${table} WHERE case_id = c.id`);
      const all = [
        ...of,
        'grams WHERE id = c.id',
        'blobs WHERE vault = c.vault',
        'vaults WHERE id = c.vault AND wrapped IS NOT NULL',
      ];
      const sql = (from: string): string => `SELECT (SELECT count(*) FROM ${from}) FROM cases c WHERE no = ?`;
      const counts = all.map((from) => db.prepare<[string], number>(sql(from)).pluck().get(no) ?? -1);
      db.close();
      return counts;
    };
    expect(rows(one.no)).toEqual([2, 1, 3, 1, 1, 1]);
    const untouched = rows(other.no);
    await store.erase(one.no, tell.audit(one.no, 'case.erase'), tell.event('case.redacted', one.no));
    expect(rows(one.no)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(rows(other.no)).toEqual(untouched);
    await store.close();
  });
});

describe('a new master key', () => {
  it('opens everything, finds everything, and the old one opens nothing', async () => {
    const folder = newFolder();
    const store = open(folder);
    const tell = new Teller();
    const { one, attached } = await tellAll(store, tell, () => undefined);
    const pending = await store.putBlob(Buffer.from('later'), { mediaType: 'image/png' });
    expect(await store.rotate(OTHER_MASTER)).toBeGreaterThanOrEqual(5);
    expect((await store.findCase(one.no, { said: true }))?.said?.name).toBe(CANARY.name);
    const two = tell.opened({ text: '又一件', proved: [CANARY.sender] });
    await keep(store, two);
    await store.close();

    expect(() => open(folder)).toThrow(expect.objectContaining({ code: 'wrong_key' }));
    const after = open(folder, OTHER_MASTER);
    expect((await after.findCase(one.no, { said: true }))?.said?.address).toBe(CANARY.corrected);
    expect((await after.messagesOf(one.no)).map((m) => m.text)).toHaveLength(3);
    expect((await after.lookup(one.no, CANARY.code))?.no).toBe(one.no);
    const again = tell.ask({ text: CANARY.text, externalId: CANARY.externalId, proved: [CANARY.sender] });
    expect((await recalled(after, again)).first).toEqual(one.receipt);
    expect(numbers((await recalled(after, tell.ask({ text: 'y', proved: [CANARY.sender] }))).mine)).toEqual([
      two.no,
      one.no,
    ]);
    expect((await after.getBlob(attached.ref))?.name).toBe(CANARY.attachment);
    expect(Buffer.from(the(await after.getBlob(pending.ref)).bytes).toString()).toBe('later');
    expect((await after.quarantined(9))[0]?.message.text).toBe(CANARY.aside);
    expect((await after.endpoints())[0]?.secrets).toEqual([{ secret: CANARY.secret }]);
    const change = tell.change(the(await after.findCase(one.no)), {}, { idempotencyKey: CANARY.idempotency });
    expect(await after.change(change)).toBe('repeated');
    await keep(after, tell.opened({ text: '还有一件', tenant: TENANT }, { blobs: [pending.ref] }));
    await after.close();
  });

  it('of a wrong length is refused, and the old one still opens', async () => {
    const folder = newFolder();
    const store = open(folder);
    const one = new Teller().opened({ text: '路灯不亮' });
    await keep(store, one);
    await expect(store.rotate(new Uint8Array(16))).rejects.toMatchObject({ code: 'bad_key' });
    expect((await store.findCase(one.no, { said: true }))?.said?.text).toBe('路灯不亮');
    await store.close();
    await open(folder).close();
  });
});
