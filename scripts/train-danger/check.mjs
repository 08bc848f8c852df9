// Check: the danger model by itself, each fifth of all lines held back in turn: how many are above each threshold.
import { fold, foldOf, gramsOf, hanzi, starts } from './windows.mjs';

const CALL = [
  '喂你好这里是热线请问有什么可以帮您喂你好我是住在庄桥这边的我跟你说一下',
  '你们能不能派人过来看一下我这个情况已经跟社区说过了社区说让我打你们电话我也不知道该找谁好谢谢你了好的您的情况我了解了请问您的地址是哪里',
];
const spoken = (text) => hanzi(text).length > 60 && (text.match(/[，,。!！?？；;\n]/g) ?? []).length * 40 < text.length;

export function check({ positives, alikes, messages }, made, { danger }) {
  const lists = { short: [], inCall: [], calls: [], alike: [], calm: [], titles: [], letters: [], unpunctuated: [] };
  for (let part = 0; part < 5; part++) {
    const kept = (text) => fold(text) !== part;
    const model = made(
      positives.filter((x) => kept(x.text)),
      alikes.filter((x) => kept(x.text)),
      messages.filter((m) => foldOf(m) !== part),
    );
    const window = (words) => {
      const found = gramsOf(words)
        .map((gram) => model.index.get(gram))
        .filter((at) => at !== undefined);
      return danger(model, { found, norm: 1 / Math.sqrt(2 * words.length - 1 || 1) });
    };
    const score = (text) => Math.max(...starts(hanzi(text)).map(window));
    for (const { text } of positives.filter((x) => !kept(x.text)))
      if (hanzi(text).length > 40) lists.calls.push(score(text));
      else {
        lists.short.push(score(text));
        lists.inCall.push(score(CALL.join(text)));
      }
    for (const { text } of alikes.filter((x) => !kept(x.text)))
      (hanzi(text).length > 40 ? lists.calm : lists.alike).push(score(text));
    for (const message of messages) {
      const { title, text } = message;
      if (foldOf(message) !== part) continue;
      if (title) lists.titles.push(score(title));
      (spoken(text) ? lists.unpunctuated : lists.letters).push(score((title ?? '') + text));
    }
    process.stderr.write(`part ${part + 1} of 5\n`);
  }
  const size = Object.entries(lists).map(([name, list]) => `${name} ${list.length}`);
  process.stdout.write(`lines: ${size.join(', ')}\n`);
  for (let at = -5; at <= 4; at += 0.5) {
    const share = (list) => (list.filter((v) => v >= at).length / Math.max(1, list.length)).toFixed(3);
    const row = Object.entries(lists).map(([name, list]) => `${name} ${share(list)}`);
    process.stdout.write(`${at.toFixed(1).padStart(5)} ${row.join('  ')}\n`);
  }
}
