// WeChat customer service keeps every channel's promises: woken, it pulls, and its cursor moves only after the commit.
import { describe, expect, it, vi } from 'vitest';
import type { KfPayload } from '../../src/channels/wechat-kf/read.ts';
import { wechatKf } from '../../src/channels/wechat-kf/wechat-kf.ts';
import type { Outgoing } from '../../src/core/channel.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { channelContract, type FetchOptions, jsonAnswer, type TestDoor, testDoor } from '../contract/channel.ts';
import { call } from './call.ts';
import { NOW_SECONDS, sealed, WORK } from './work.ts';

const KF = 'wkAJ2GCAAA';
const block = { channel: 'wechat-kf', openKfId: KF, ...WORK };
const settings = wechatKf.settings(block);
const WOKEN = `<xml><MsgType>event</MsgType><Event>kf_msg_or_event</Event><Token>once</Token><OpenKfId>${KF}</OpenKfId></xml>`;
const post = (door: TestDoor, { body, query }: ReturnType<typeof sealed>) => call(door, body, { query });

interface Page {
  readonly rows: readonly unknown[];
  readonly next?: string;
  readonly more?: 0 | 1;
}

/** The platform: one page for each cursor; `asked` are the cursors it was asked for. */
function platform(door: TestDoor, pages: Readonly<Record<string, Page>>) {
  const asked: string[] = [];
  const said: Record<string, unknown>[] = [];
  door.network = (url: string, { body }: FetchOptions) => {
    if (url.includes('/gettoken')) return jsonAnswer({ errcode: 0, access_token: 'T', expires_in: 7200 });
    if (url.includes('/media/get')) return { status: 200, headers: {}, bytes: Buffer.from('#!AMR\n....') };
    const fields = JSON.parse(String(body));
    if (!url.includes('/sync_msg')) {
      said.push(fields);
      return jsonAnswer({ errcode: 0, msgid: fields.msgid });
    }
    asked.push(fields.cursor ?? '');
    const { rows, next = '', more = 0 } = pages[fields.cursor ?? ''] ?? { rows: [] };
    return jsonAnswer({ errcode: 0, msg_list: rows, next_cursor: next, has_more: more });
  };
  return { asked, said };
}

channelContract(wechatKf, {
  settings: block,
  badSettings: { block: { ...block, openKfId: '' }, names: 'openKfId' },
  async arrive(door, payload) {
    const before = door.payloads.length;
    platform(door, { '': { rows: [(payload as KfPayload).row], next: 'c1' } });
    await post(door, sealed(WOKEN));
    await vi.waitFor(() => expect(door.payloads.length).toBeGreaterThan(before));
  },
  strangers: {
    'somebody with another token': (door) => post(door, sealed(WOKEN, { token: 'other' })),
    'a callback for another corporation': (door) => post(door, sealed(WOKEN, { corpId: 'ww-other' })),
    'last week’s callback': (door) => post(door, sealed(WOKEN, {}, String(Number(NOW_SECONDS) - 604_800))),
  },
});

const row = (id: string, more: object = {}) => ({
  ...{ msgid: id, open_kfid: KF, external_userid: 'wm-1', send_time: Number(NOW_SECONDS), origin: 3 },
  ...{ msgtype: 'text', text: { content: `路灯 ${id}` }, ...more },
});
const ids = (door: TestDoor): unknown[] =>
  door.payloads.map((payload) => Reflect.get(Object((payload as KfPayload).row), 'msgid'));

describe('pulling', () => {
  it('begins by itself, goes through all pages, empty ones too, and begins there the next time', async () => {
    const door = testDoor(wechatKf, settings);
    const { asked } = platform(door, {
      '': { rows: [row('a'), row('b')], next: 'c1', more: 1 },
      c1: { rows: [], next: 'c2', more: 1 },
      c2: { rows: [row('c')], next: 'c3' },
    });
    await (await wechatKf.open(settings, door)).close();
    expect(asked[0]).toBe('');
    const again = await wechatKf.open(settings, door);
    await vi.waitFor(() => expect(ids(door)).toEqual(['a', 'b', 'c']));
    await vi.waitFor(async () => expect(await door.cells.get(`cursor:${KF}`)).toBe('c3'));
    await again.close();
  });

  it('moves no cursor past what is not durable, and takes it in when there is room', async () => {
    const door = testDoor(wechatKf, settings);
    const { asked } = platform(door, { '': { rows: [row('a'), row('b')], next: 'c1' } });
    const { accept } = door;
    let full = true;
    door.accept = async (payload) => {
      if (full && ids(door).includes('a'))
        throw new GatewayError({ code: 'no_room', message: 'full', retryable: true });
      return accept(payload);
    };
    const opened = await wechatKf.open(settings, door);
    await vi.waitFor(() => expect(ids(door)).toEqual(['a']));
    expect(await door.cells.get(`cursor:${KF}`)).toBeUndefined();
    full = false;
    await vi.waitFor(async () => {
      await post(door, sealed(WOKEN));
      expect(await door.cells.get(`cursor:${KF}`)).toBe('c1');
    });
    // The first row came twice: its msgid makes that one message.
    expect(ids(door).slice(0, 3)).toEqual(['a', 'a', 'b']);
    expect(asked.slice(0, 2)).toEqual(['', '']);
    await opened.close();
  });

  it('lets one row nobody can read hold up no other, and hears only its own account', async () => {
    const door = testDoor(wechatKf, settings);
    const rows = [{ msgid: 'x', origin: 3 }, row('other', { open_kfid: 'wk-other' }), row('b')];
    platform(door, { '': { rows, next: 'c1' } });
    const opened = await wechatKf.open(settings, door);
    await vi.waitFor(async () => expect(await door.cells.get(`cursor:${KF}`)).toBe('c1'));
    expect(ids(door)).toEqual(['b']);
    await opened.close();
  });

  it('keeps a citizen’s voice, and welcomes who has just come in', async () => {
    const door = testDoor(wechatKf, settings);
    const entered = { origin: 4, msgtype: 'event', event: { event_type: 'enter_session', welcome_code: 'code' } };
    const { said } = platform(door, {
      '': {
        rows: [
          { ...entered, send_time: Number(NOW_SECONDS) - 3 },
          { ...entered, send_time: Number(NOW_SECONDS) - 60 },
          row('v', { msgtype: 'voice', voice: { media_id: 'm' } }),
        ],
        next: 'c1',
      },
    });
    door.words = (what) => (what === 'welcome' ? '您好，这里是 12345' : '');
    const opened = await wechatKf.open(settings, door);
    await vi.waitFor(async () => expect(await door.cells.get(`cursor:${KF}`)).toBe('c1'));
    expect(said).toEqual([{ code: 'code', msgtype: 'text', text: { content: '您好，这里是 12345' } }]);
    expect(door.payloads).toMatchObject([{ part: { kind: 'audio' } }]);
    const medium = door.asked.find(({ url }) => url.includes('/media/get'));
    expect(medium?.options.timeoutMs, 'nobody waits for this answer').toBeGreaterThan(5_000);
    await opened.close();
  });
});

describe('a corporation with several customer service accounts', () => {
  const all = wechatKf.settings({ channel: 'wechat-kf', ...WORK });
  const at = (kf: string) => sealed(WOKEN.replace(KF, kf));

  it('is heard at each the callbacks speak of, answered where the citizen wrote, and pulled at each after a restart', async () => {
    const door = testDoor(wechatKf, all);
    const said: Record<string, unknown>[] = [];
    const asked: string[] = [];
    door.network = (url: string, { body }: FetchOptions) => {
      if (url.includes('/gettoken')) return jsonAnswer({ errcode: 0, access_token: 'T', expires_in: 7200 });
      const fields = JSON.parse(String(body));
      if (url.includes('/send_msg')) said.push(fields);
      if (!url.includes('/sync_msg')) return jsonAnswer({ errcode: 0, msgid: fields.msgid });
      asked.push(fields.open_kfid);
      const kf = fields.open_kfid;
      const list = fields.cursor ? [] : [row(`of-${kf}`, { open_kfid: kf, external_userid: `wm-${kf}` })];
      return jsonAnswer({ errcode: 0, msg_list: list, next_cursor: 'c1', has_more: 0 });
    };
    const opened = await wechatKf.open(all, door);
    for (const kf of ['wk1', 'wk2']) await post(door, at(kf));
    await vi.waitFor(() => expect(ids(door).sort()).toEqual(['of-wk1', 'of-wk2']));
    const to = (user: string) => ({
      keys: [{ kind: 'external_userid', scope: WORK.corpId, value: user, proved: true }],
    });
    const raw = { mediaType: 'application/json', content: JSON.stringify(row('x', { open_kfid: 'wk9' })) };
    await opened.send?.({ id: 'o1', to: to('wm-wk2'), message: { text: '好' } } as unknown as Outgoing);
    await opened.send?.({ id: 'o2', to: to('wm-1'), message: { text: '好' }, inReply: { raw } } as unknown as Outgoing);
    expect(said.map(({ open_kfid }) => open_kfid)).toEqual(['wk2', 'wk9']);
    const nobody = { id: 'o3', to: to('wm-nobody'), message: { text: '好' } } as unknown as Outgoing;
    await expect(opened.send?.(nobody)).rejects.toMatchObject({ code: 'no_address' });
    await opened.close();
    asked.length = 0;
    const again = await wechatKf.open(all, door);
    await vi.waitFor(() => expect(asked.sort()).toEqual(['wk1', 'wk2']));
    await again.close();
  });
});

describe('replies of customer service', () => {
  it('carry our id, so that one sent twice arrives once', async () => {
    const door = testDoor(wechatKf, settings);
    const { said } = platform(door, {});
    const opened = await wechatKf.open(settings, door);
    const to = { keys: [{ kind: 'external_userid', scope: WORK.corpId, value: 'wm-1', proved: true }] };
    const outgoing = { id: 'out-1', to, message: { text: '已修好' } } as unknown as Outgoing;
    expect(await opened.send?.(outgoing)).toBe('out-1');
    expect(said).toEqual([
      { touser: 'wm-1', open_kfid: KF, msgid: 'out-1', msgtype: 'text', text: { content: '已修好' } },
    ]);
    await opened.close();
  });
});
