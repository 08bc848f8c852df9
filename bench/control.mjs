// The control: what one would build first. fastify, SQLite with one durable transaction a request, keyword rules, a webhook
// signed and sent for each case, a mark when it arrived. Every figure of the gateway stands beside this one.
import { createHash, createHmac, randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import Fastify from 'fastify';
import { Pool } from 'undici';

const { PORT, DB_FILE, SINK_URL } = process.env;

const RULES = Object.entries({
  ...{ heating: '暖气 供暖 室温', noise: '打桩 噪音 扰民', property: '物业 电梯 保洁', parking: '停车 车位 消防通道' },
  ...{
    wages: '工钱 工资 欠薪',
    food: '过期 食品 变质',
    roads: '路面 坑 摔倒',
    lamps: '路灯 不亮',
    transit: '公交 站牌',
  },
  ...{ medical: '报销 医保 住院', residence: '落户 户口', waste: '垃圾桶 清运 气味', illegal: '私搭 板房 违建' },
  ...{ water: '自来水 停水', power: '停电 停了三次电', schools: '学费 培训班', fumes: '油烟', parcels: '快递 包裹' },
  ...{ praise: '表扬 感谢', dumping: '倒建筑垃圾', traffic: '乱停车 红绿灯', dogs: '狗 拴绳', trees: '树 倒了' },
  ...{ parks: '公园 健身器材', pensions: '退休', deeds: '房产证 开发商', gas: '煤气 燃气', markets: '秤 菜场' },
  ...{ tax: '发票', tourism: '景区 门票' },
}).map(([category, words]) => [category, words.split(' ')]);
const classify = (text) => RULES.find(([, words]) => words.some((w) => text.includes(w)))?.[0] ?? 'other';

const db = new Database(DB_FILE);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec(`
  create table if not exists cases (id text primary key, channel text not null, external_id text not null, title text,
    name text, phone text, address text, content text not null, category text not null, hash text not null,
    status text not null default 'new', created_at integer not null);
  create unique index if not exists cases_external on cases (channel, external_id);
  create index if not exists cases_phone on cases (phone);
  create index if not exists cases_category on cases (category, created_at);
  create index if not exists cases_hash on cases (hash);
  create index if not exists cases_status on cases (status, created_at);
  create table if not exists outbox (seq integer primary key, case_id text not null, body text not null,
    delivered integer not null default 0);
  create index if not exists outbox_open on outbox (delivered, seq);`);
const insertCase = db.prepare(
  `insert or ignore into cases (id, channel, external_id, title, name, phone, address, content, category, hash, created_at)
   values (@caseNo, @channel, @externalId, @title, @name, @phone, @address, @content, @category, @hash, @createdAt)`,
);
const findCase = db.prepare('select id from cases where channel = ? and external_id = ?');
const insertOutbox = db.prepare('insert into outbox (case_id, body) values (?, ?)');
const markDelivered = db.prepare('update outbox set delivered = 1 where seq = ?');

const store = db.transaction((one) => {
  if (insertCase.run(one).changes === 0) return undefined;
  const body = JSON.stringify({ type: 'case.created', data: one });
  return { seq: insertOutbox.run(one.caseNo, body).lastInsertRowid, body };
});

const sink = new URL(SINK_URL);
const pool = new Pool(sink.origin, { connections: 16 });
async function deliver({ seq, body }) {
  const headers = {
    'content-type': 'application/json',
    'webhook-id': String(seq),
    'x-signature': createHmac('sha256', 'bench-control').update(body).digest('hex'),
  };
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      const answer = await pool.request({ method: 'POST', path: sink.pathname, headers, body });
      await answer.body.dump();
      if (answer.statusCode < 300) return void markDelivered.run(seq);
    } catch (error) {
      console.error(`delivery ${seq}: ${error.message}`);
    }
    await new Promise((r) => setTimeout(r, 200 * 2 ** attempt));
  }
}

const text = (maxLength) => ({ type: 'string', maxLength });
const body = {
  type: 'object',
  required: ['content'],
  properties: { content: text(20_000), title: text(500), name: text(100), phone: text(50), address: text(500) },
};
const app = Fastify();
app.get('/readyz', async () => ({ ok: true }));
app.post('/in/web', { schema: { body } }, async (request, reply) => {
  const { content, title = null, name = null, phone = null, address = null } = request.body;
  const externalId = request.headers['idempotency-key'];
  const stored = store({
    ...{ caseNo: randomUUID(), channel: 'web', externalId, title, name, phone, address, content },
    category: classify((title ?? '') + content),
    hash: createHash('sha1').update(content).digest('hex'),
    createdAt: Date.now(),
  });
  if (!stored) return { outcome: 'repeated', caseNo: findCase.get('web', externalId).id };
  deliver(stored);
  reply.code(201);
  return { outcome: 'opened', caseNo: JSON.parse(stored.body).data.caseNo };
});
await app.listen({ port: Number(PORT), host: '127.0.0.1' });
