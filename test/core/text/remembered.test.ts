import { expect, test } from 'vitest';
import { remembered } from '../../../src/core/text/remembered.ts';

function counting(room: number) {
  const read: string[] = [];
  const lengthOf = remembered(room, (text) => {
    read.push(text);
    return text.length;
  });
  return { read, lengthOf };
}

test('what was read lately is not read again', () => {
  const { read, lengthOf } = counting(2);
  expect([lengthOf('停水'), lengthOf('路灯坏了'), lengthOf('停水')]).toEqual([2, 4, 2]);
  expect(read).toEqual(['停水', '路灯坏了']);
});

test('all is forgotten when there is no more room, by number or by length', () => {
  const many = counting(2);
  for (const text of ['一', '二', '三', '一']) many.lengthOf(text);
  expect(many.read).toEqual(['一', '二', '三', '一']);
  const long = counting(4);
  for (const text of ['长'.repeat(3_000), '短'.repeat(1_001), '长'.repeat(3_000)]) long.lengthOf(text);
  expect(long.read).toHaveLength(3);
});

test('stays while it is asked for, however many others come', () => {
  const read: string[] = [];
  const lengthOf = remembered(8, (text) => read.push(text));
  for (let n = 0; n < 100; n++) {
    lengthOf('asked again and again');
    lengthOf(`once ${n}`);
  }
  expect(read.filter((text) => text === 'asked again and again')).toHaveLength(1);
  lengthOf('once 0');
  expect(read.filter((text) => text === 'once 0')).toHaveLength(2);
});
