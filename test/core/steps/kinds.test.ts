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
    ['养狗登记怎么办啊', 'consult'],
    ['养狗登记如何办理呢', 'consult'],
    ['犬证年检怎么弄呀', 'consult'],
    ['租房备案咋办', 'consult'],
    ['占道经营许可怎么办啊', 'consult'],
    ['邻居养狗扰民怎么办啊', 'complaint'],
    ['车位被占了怎么办呀', 'complaint'],
    ['路灯坏了怎么弄呢', 'help'],
    ['派出所不给养狗登记怎么办', 'help'],
    ['养狗登记怎么办这么久', 'complaint'],
  ])('%s: %s', (text, kind) => {
    expect(prepared(text).kind).toBe(kind);
  });
});
