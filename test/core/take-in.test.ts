import { describe, expect, test } from 'vitest';
import type { Incoming } from '../../src/core/message.ts';
import { takeIn } from '../../src/core/take-in.ts';
import { toRfc3339 } from '../../src/core/time.ts';
import { NOW } from './example.ts';

const mouth = { channel: 'web', account: 'web', tenant: '330200', level: 'city', utcOffsetMinutes: 480 } as const;
const mint = { ulid: () => 'U1', caseNo: () => '26092900000017', queryCode: () => 'K7MPA3XW' };
const taken = (sender: Partial<Incoming['sender']>, more: Partial<Incoming> = {}) =>
  takeIn(
    { sender: { keys: [], anonymous: false, secret: false, ...sender }, text: '', verified: 'none', ...more },
    mouth,
    mint,
    NOW,
  );

describe('the name of an anonymous sender', () => {
  const words = {
    title: '张伟的信',
    text: '楼下太吵\n我是张伟，邻居都知道张 伟',
    address: '江北区张伟家',
    occurredAt: '张伟昨晚在家时',
  };

  test('is in nothing that is kept of the message', () => {
    const message = taken({ anonymous: true, name: '张伟' }, words);
    expect(JSON.stringify(message)).not.toMatch(/张\s?伟/);
    expect(message).toMatchObject({ text: '楼下太吵\n我是〔姓名〕，邻居都知道〔姓名〕', sender: { anonymous: true } });
  });

  test('still tells one delivery from another', () => {
    const hash = (name: string) => taken({ anonymous: true, name }, words).contentHash;
    expect(hash('张伟')).not.toBe(hash('李强'));
  });

  test('that says nobody leaves the words as they are', () => {
    expect(taken({ anonymous: true, name: '匿名' }, { text: '我要匿名投诉' }).text).toBe('我要匿名投诉');
  });
});

test('of everybody else the words are kept as they were said', () => {
  const message = taken({ secret: true, name: '张伟' }, { text: '我是张伟', occurredAt: '张伟在家时' });
  expect(message).toMatchObject({ text: '我是张伟', occurredAt: '张伟在家时', sender: { name: '张伟' } });
});

test('what a wrong clock says was said next year was said when it came', () => {
  const at = (sentAt: string) => taken({}, { sentAt }).sentAt;
  expect(at('2099-01-01T00:00:00+08:00')).toBe(toRfc3339(NOW, 480));
  expect(at(toRfc3339(NOW + 3_600_000, 480))).toBe(toRfc3339(NOW + 3_600_000, 480));
  expect(at(toRfc3339(NOW - 3_600_000, 480))).toBe(toRfc3339(NOW - 3_600_000, 480));
});
