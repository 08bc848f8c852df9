import { describe, expect, test } from 'vitest';
import type { KnownCase } from '../../../src/core/draft.ts';
import { decided, knownCase, NOTHING } from '../example.ts';

const TEXT = '江北区环城北路12号门口路面有个大坑，摔了好几个人';
const there = (no: string, id: string, apart: string[] = [], more: Partial<KnownCase> = {}): KnownCase =>
  knownCase(TEXT, 60, { no, matter: { id, size: 2, ...(apart.length > 0 ? { apart } : {}) }, ...more });
const heard = (...alike: KnownCase[]) => decided(TEXT, {}, { known: { ...NOTHING, alike } });

describe('what a person told apart', () => {
  test('is not chosen between by the machine: a person is asked, with both', () => {
    const draft = heard(there('1', 'mat_1', ['mat_2']), there('2', 'mat_2', ['mat_1']));
    expect(draft.relation.to).toBe('none');
    expect(draft.flags).toContain('told_apart');
    const join = draft.proposals.find((one) => one.type === 'join');
    expect(join?.value.candidates).toMatchObject([{ matter: 'mat_1' }, { matter: 'mat_2' }]);
  });

  test('speaks also through a case that is closed: its sender writes again, and is not put back', () => {
    const closed = there('2', 'mat_2', ['mat_1'], { status: 'closed' });
    expect(heard(there('1', 'mat_1', ['mat_2']), closed).relation.to).toBe('none');
  });

  test('hinders nobody whose words are plainly those of one side', () => {
    const other = knownCase('鄞州区中山东路地铁口共享单车乱停放占满了盲道', 60, {
      no: '2',
      matter: { id: 'mat_2', size: 1 },
    });
    expect(heard(there('1', 'mat_1', ['mat_2']), other).relation).toMatchObject({ to: 'joined', other: { no: '1' } });
  });

  test('hinders nobody where nothing was told apart', () => {
    expect(heard(there('1', 'mat_1'), there('2', 'mat_2')).relation.to).toBe('joined');
  });
});

describe('a matter is dispatched once', () => {
  const unit = { code: 'u-other', name: '另一单位' };
  test('and who reports it later goes to the unit that has it', () => {
    expect(heard(there('1', 'mat_1', [], { unit }))).toMatchObject({ unit, led: true });
  });

  test('but where one side is secret or an informant, nothing shows that there is another', () => {
    expect(heard(there('1', 'mat_1', [], { unit, secret: true })).unit?.code).not.toBe('u-other');
    expect(heard(there('1', 'mat_1', [], { unit, kind: 'report' })).unit?.code).not.toBe('u-other');
  });
});
