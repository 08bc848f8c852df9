// A day of a city's hotline in small: dialogues on every channel in the mix cities report, with retries and reordering, and the cases they should make.
import { seeded } from './messages.mjs';

/**
 * Shares of what comes in. Cities report 87 to 91 in a hundred by phone and 7 by WeChat and Weibo (Beijing 2024, Yichun 2023);
 * what those reports put together is divided here by guess.
 */
const SHARES = {
  ...{ phone: 0.86, 'wechat-official': 0.05, 'wechat-kf': 0.02, web: 0.03, weibo: 0.01, email: 0.01 },
  ...{ qq: 0.008, wecom: 0.005, onebot: 0.004, telegram: 0.003 },
};
/** However small the day, each channel has this many dialogues. */
const LEAST = 4;

/** By what a dialogue is: how often, its messages, the cases they make and the messages those cases hold. */
const CHAT = [
  { kind: 'plain', share: 0.4, words: ['{matter}'], held: 1 },
  { kind: 'cut', share: 0.12, words: ['{matter}', '从早上到现在都没有人来', '请你们快一点'], held: 3 },
  { kind: 'reordered', share: 0.06, words: ['从早上到现在都没有人来', '{matter}'], held: 2 },
  { kind: 'thanks', share: 0.1, words: ['{matter}', '谢谢'], held: 1 },
  { kind: 'greeting', share: 0.1, words: ['你好', '{matter}'], held: 1 },
  { kind: 'withdrawn', share: 0.08, words: ['{matter}', '不用了，已经修好了'], held: 2, closes: true },
  { kind: 'asks', share: 0.06, words: ['{matter}', '查询'], held: 1 },
  { kind: 'manners', share: 0.08, words: ['在吗', '人工', '[微笑]'], held: 0 },
];
const PHOTO = { kind: 'photo', share: 0.1, words: ['〔photo〕', '{matter}'], held: 2 };
const CALLS = [
  { kind: 'plain', share: 0.9, words: ['{matter}'], held: 1 },
  { kind: 'calls again', share: 0.1, words: ['{matter}', '{matter}怎么还没有人来处理'], held: 2 },
];
/** Nobody proves who they are, or staff pass on what others said: every message stands for itself. */
const LETTERS = [{ kind: 'plain', share: 1, words: ['{matter}'], held: 1 }];

const scriptsOf = (channel) => {
  if (channel === 'phone') return CALLS;
  if (['web', 'email', 'wecom'].includes(channel)) return LETTERS;
  return channel === 'wechat-official' ? [...CHAT, PHOTO] : CHAT;
};

const TROUBLES = [
  '路灯三天不亮了',
  '窨井盖没有了',
  '垃圾堆了三天没人清运',
  '自来水发黄有沉淀',
  '红绿灯坏了',
  '电梯停了一周',
];
const ROADS = ['人民路', '大庆南路', '岳林路', '中山东路', '百丈东路', '环城西路', '药行街', '柳汀街'];

function pick(list, random) {
  const all = list.reduce((sum, one) => sum + (one.share ?? 1), 0);
  let left = random() * all;
  for (const one of list) {
    left -= one.share ?? 1;
    if (left < 0) return one;
  }
  return list.at(-1);
}

/** `{channel, citizen, steps: [{id, words, times}], held, closes}` for a day of about `n` deliveries. */
export function planDay(n, seed = 1) {
  const random = seeded(seed);
  const dialogues = [];
  for (const [channel, share] of Object.entries(SHARES)) {
    let left = n * share;
    for (let i = 0; left > 0 || i < LEAST; i += 1) {
      const one = dialogue(channel, i, random);
      left -= one.steps.reduce((sum, step) => sum + step.times, 0);
      dialogues.push(one);
    }
  }
  // Everybody talks at once: nobody's day is in the order of the channels.
  return dialogues
    .map((one) => [random(), one])
    .sort((a, b) => a[0] - b[0])
    .map(([, one]) => one);
}

function dialogue(channel, i, random) {
  const scripts = scriptsOf(channel);
  // The first few are one of each kind, so that a small day has them all.
  const { kind, words, held, closes = false } = i < scripts.length ? scripts[i] : pick(scripts, random);
  const house = 1 + Math.floor(random() * 900);
  const matter = `海曙区${pick(ROADS, random)}${house}号门前的${pick(TROUBLES, random)}，请派人来看一下`;
  const steps = words.map((text, at) => ({
    id: `${channel}-${i}-${at}`,
    words: text.replace('{matter}', matter),
    // One in ten deliveries comes again, some while the first is still under way.
    times: random() < 0.1 ? 2 + Math.floor(random() * 2) : 1,
  }));
  return { channel, citizen: i + 1, kind, steps, held, closes };
}

/** By channel: cases, messages in them, cases the citizen closed. */
export function expected(dialogues) {
  const sums = {};
  for (const { channel, held, closes } of dialogues) {
    sums[channel] ??= { cases: 0, messages: 0, closed: 0 };
    const sum = sums[channel];
    if (held === 0) continue;
    sum.cases += 1;
    sum.messages += held;
    if (closes) sum.closed += 1;
  }
  return sums;
}

/** The same of the cases a gateway lists. */
export function counted(cases) {
  const sums = {};
  for (const { channel, messages, status } of cases) {
    sums[channel] ??= { cases: 0, messages: 0, closed: 0 };
    const sum = sums[channel];
    sum.cases += 1;
    sum.messages += messages;
    if (status === 'closed') sum.closed += 1;
  }
  return sums;
}

/** All cases of a gateway; `get(path)` answers JSON. */
export async function allCases(get) {
  const cases = [];
  for (let after = ''; ; ) {
    const page = await get(`/v1/cases?limit=200${after ? `&after=${after}` : ''}`);
    cases.push(...page.data);
    if (!page.has_more) return cases;
    after = page.next_cursor;
  }
}
