import { describe, expect, test } from 'vitest';
import { openLog } from '../../src/http/log.ts';
import { scrubText } from '../../src/http/scrub.ts';

function logged(write: (log: ReturnType<typeof openLog>) => void): string {
  const lines: string[] = [];
  write(openLog({ level: 'debug', stream: { write: (line: string) => void lines.push(line) } }));
  return lines.join('');
}

describe('the log', () => {
  test.each([
    ['a phone number', '来电 13800000000 称'],
    ['a full-width phone number', '来电１３８００００００００称'],
    ['an identity number', '身份证 110101199003074258'],
    ['a mail address', 'mail from wang.xm@example.com failed'],
    ['a named person', '我叫王小明'],
    ['a key', 'Authorization: Bearer ck_abcdefghijklmnop'],
    ['a webhook secret', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  ])('keeps %s out of texts, messages and errors alike', (_what, text) => {
    const all = logged((log) => {
      log.info({ note: text }, text);
      log.warn({ deep: { list: [text] } }, 'x');
      log.error({ err: new Error(text, { cause: new Error(text) }) }, 'failed');
      log.info(text);
    });
    expect(all).not.toMatch(/13800000000|１３８|199003074258|wang\.xm@|王小明|abcdefghijklmnop|MfKQ9r8/);
    expect(all.trim().split('\n')).toHaveLength(4);
  });

  test('drops fields that hold words or secrets, whatever is in them', () => {
    const all = logged((log) =>
      log.info({ text: 'w', content: 'w', said: { name: 'w' }, queryCode: 'w', token: 'w', phone: 1 }, 'x'),
    );
    expect(all).not.toMatch(/"w"|:1[,}]/);
  });

  test('keeps our own ids, numbers and times readable', () => {
    for (const text of [
      'evt_01JDF0M8Q2YR6S9T3V5W7X9Z1B',
      '26112400382714',
      '2026-11-24T10:00:00.000+08:00',
      '/v1/cases/:no',
      'GET',
    ])
      expect(scrubText(text)).toBe(text);
  });

  test('survives circles', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(logged((log) => log.info({ circle }, 'x'))).toContain('"x"');
  });
});
