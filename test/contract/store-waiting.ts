// What every store promises about files that came alone: they wait for their sender's words or a person, and are sealed and erased with what takes them.
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../src/core/store.ts';
import type { Bench } from './store.ts';
import { keep, NOON, numbers, part, put, recalled, the } from './teller.ts';

const MINUTE = 60_000;

export function waitingPromises(bench: Bench): void {
  const photo = (
    ref: string,
    blob: string,
    more: { proved?: string[]; address?: string; at?: number } = {},
  ): Decision => {
    const { proved = ['o1'], address, at = NOON } = more;
    const message = { id: ref, parts: [part(blob)], ...(address ? { address } : {}) };
    return {
      ...bench.tell.noted({ text: '', externalId: ref, proved, message }, [blob]),
      waits: { at, due: at + 10 * MINUTE },
    };
  };
  const blobOf = async () => (await bench.store.putBlob(Buffer.from('picture'), { mediaType: 'image/png' })).ref;
  const asks = (proved: string, minutes = 5) => ({
    ...bench.tell.ask({ text: '路灯不亮', proved: [proved] }),
    waiting: { since: NOON + (minutes - 10) * MINUTE, until: NOON + minutes * MINUTE },
  });

  describe('keeps files that came alone', () => {
    it('for words of the same sender that come in time, and for nobody else', async () => {
      const { store } = bench;
      await keep(store, photo('msg_p1', await blobOf(), { address: '人民路12号' }));
      expect((await recalled(store, asks('o1'))).waiting).toEqual([{ id: 'msg_p1', address: '人民路12号' }]);
      expect((await recalled(store, asks('o2'))).waiting).toBeUndefined();
      expect((await recalled(store, asks('o1', 11))).waiting).toBeUndefined();
      expect((await recalled(store, asks('o1', -1))).waiting).toBeUndefined();
    });

    it('goes into the case its sender’s words open, first, with its picture, and the case still tells what was said', async () => {
      const { store, tell } = bench;
      const blob = await blobOf();
      await keep(store, photo('msg_p1', blob));
      const lamp = tell.opened({ text: '路灯不亮', proved: ['o1'] }, { case: { messages: 2 } });
      await keep(store, { ...lamp, adopt: ['msg_p1'] });
      expect((await store.messagesOf(lamp.no)).map((m) => m.parts.length)).toEqual([1, 0]);
      expect(Buffer.from(the(await store.getBlob(blob)).bytes).toString()).toBe('picture');
      expect(await store.findCase(lamp.no, { said: true })).toMatchObject({ messages: 2, said: { text: '路灯不亮' } });
      expect((await store.lookup(lamp.no, lamp.queryCode))?.no).toBe(lamp.no);
      expect((await recalled(store, asks('o1'))).waiting).toBeUndefined();
      expect((await recalled(store, { ...tell.ask({ text: '', externalId: 'msg_p1' }) })).first).toMatchObject({
        outcome: 'noted',
      });
      await store.erase(lamp.no, tell.audit(lamp.no, 'case.erase'), tell.event('case.redacted', lamp.no));
      expect(await store.getBlob(blob)).toBeUndefined();
      expect(await store.messagesOf(lamp.no)).toEqual([]);
    });

    it('goes into the case its sender’s words follow up', async () => {
      const { store, tell } = bench;
      const lamp = tell.opened({ text: '路灯不亮', proved: ['o1'] });
      await keep(store, lamp);
      await keep(store, photo('msg_p1', await blobOf()));
      await keep(store, {
        ...tell.followed({ text: '还是不亮', proved: ['o1'] }, { no: lamp.no, version: 1 }),
        adopt: ['msg_p1'],
      });
      expect(await store.messagesOf(lamp.no)).toHaveLength(3);
      expect(await store.findCase(lamp.no, { said: true })).toMatchObject({
        messages: 3,
        version: 2,
        said: { text: '路灯不亮' },
      });
    });

    it('once: who comes later must decide again, and nothing of theirs stays', async () => {
      const { store, tell } = bench;
      await keep(store, photo('msg_p1', await blobOf()));
      await keep(store, { ...tell.opened({ text: '路灯不亮', proved: ['o1'] }), adopt: ['msg_p1'] });
      const late = tell.opened({ text: '井盖丢了', proved: ['o9'] });
      expect(await put(store, { ...late, adopt: ['msg_p1'] })).toEqual({ ok: false, why: 'stale' });
      expect(await store.findCase(late.no)).toBeUndefined();
    });

    it('and hands them to a person when no words came, longest first, with the receipt of the case', async () => {
      const { store, tell } = bench;
      await keep(
        store,
        photo('msg_p2', await blobOf(), { at: NOON + MINUTE }),
        photo('msg_p1', await blobOf(), { proved: [] }),
      );
      expect(await store.overdue(NOON + 10 * MINUTE - 1, 9)).toEqual([]);
      expect((await store.overdue(NOON + 10 * MINUTE, 9)).map((m) => m.id)).toEqual(['msg_p1']);
      expect((await store.overdue(NOON + 11 * MINUTE, 9)).map((m) => m.id)).toEqual(['msg_p1', 'msg_p2']);
      expect((await store.overdue(NOON + 11 * MINUTE, 1)).map((m) => m.id)).toEqual(['msg_p1']);
      const ask = { ...tell.ask({ text: '' }), waiting: { since: 0, until: -1, ref: 'msg_p1' } };
      expect((await recalled(store, ask)).waiting).toEqual([{ id: 'msg_p1' }]);
      const { message: _none, ...lone } = tell.opened({ text: '' });
      await keep(store, { ...lone, ask: { ...ask, fingerprint: lone.ask.fingerprint }, adopt: ['msg_p1'] } as Decision);
      expect((await store.overdue(NOON + 11 * MINUTE, 9)).map((m) => m.id)).toEqual(['msg_p2']);
      const again = await recalled(store, { ...tell.ask({ text: '', externalId: 'msg_p1' }) });
      expect(the(again.first).caseNo).toBe(lone.no);
      expect(numbers([the(await store.findCase(lone.no))])).toEqual([lone.no]);
    });

    it('no longer than retention says', async () => {
      const { store } = bench;
      await keep(store, photo('msg_p1', await blobOf()));
      for (let left = 1; left > 0; ) left = await store.forgetLoose(Date.now() + 1e12);
      expect(await store.overdue(NOON + 1e9, 9)).toEqual([]);
      expect((await recalled(store, asks('o1'))).waiting).toBeUndefined();
    });
  });
}
