import { describe, expect, test } from 'vitest';
import { prepared } from '../example.ts';

describe('the kind of a message', () => {
  test.each([
    ['单位三个月没发工资了，拖欠工资', 'complaint'],
    ['物业收费', 'complaint'],
    ['路灯不亮', 'help'],
    ['河水又黑又臭，请处理', 'complaint'],
    ['这条路什么时候才能修好', 'complaint'],
    ['这条路什么时候修', 'consult'],
    ['护照到期了怎么换', 'consult'],
    ['希望公园增加路灯', 'suggestion'],
    ['下水道堵了，麻烦派人来，谢谢', 'help'],
  ])('%s: %s', (text, kind) => {
    expect(prepared(text).kind).toBe(kind);
  });
});
