// Digest: a short title and the core sentence of a request, cut out of what was said and never invented.
import type { CategoryRule } from '../city.ts';
import { troublesIn } from './catalogue.ts';

export interface Digest {
  readonly title: string;
  readonly core: string;
}

const LONGEST_TITLE = 30;
const LONGEST_CORE = 120;
/** More sentences than this are not weighed one by one: a request is told long before. */
const MOST_SENTENCES = 40;

const SENTENCE = /[^。！？!?;；\n]+[。！？!?;；]?/g;
const CLAUSE = /[^，,、：:\s]+[，,、：:\s]*/g;
/** Without punctuation a transcript is one sentence: cut where speech takes breath, or by length. */
const UNPUNCTUATED = 80;

const ASKS =
  /请|希望|要求|建议|请问|咨询|能否|能不能|什么时候|何时|如何|怎么|投诉|举报|反映|恳请|盼|望|为什么|解决|处理|维修|修复|退/;
const MANNERS =
  /^(?:尊敬的|敬爱的|各位|您好|你好|领导|局长|市长|书记|厅长|主任|谢谢|感谢|非常感谢|此致|敬礼|辛苦|喂|嗯|好的|再见|请问您|为您服务)/;
const FRAME =
  /^(?:(?:尊敬的[^,，:：。]{0,12}[,，:：]?|您好|你好|喂|嗯|啊|那个|就是|我想|我要|我们想|想)?(?:反映一下|反映|投诉|举报|咨询一下|咨询|问一下|请问一下|请问|说一下)?(?:一下|的是|说)?[,，:：!！。\s]*)+/;
const AGENT = /^(?:坐席|座席|客服|话务员|接线员|工作人员|热线|agent)\s*\d*\s*[:：]/i;
const CITIZEN = /^(?:市民|群众|来电人|诉求人|用户|客户|居民|对方|来电|customer|caller)\s*\d*\s*[:：]/i;
const TURN =
  /(?=(?:坐席|座席|客服|话务员|接线员|工作人员|市民|群众|来电人|诉求人|用户|客户|居民|agent|customer|caller)\s*\d{0,6}\s*[:：])/gi;
/** What the agent says is worth less: it is the citizen's request. */
const AGENT_WEIGHT = 0.3;

/** `title` is the citizen's own, when there is one; `text` what was said below it. Undefined for a text without words. */
export function digest(title: string, text: string, categories: readonly CategoryRule[]): Digest | undefined {
  const sentences = turnsOf(text).flatMap(({ words, weight }) =>
    sentencesOf(words).map((sentence) => ({ sentence, weight })),
  );
  const weighed = sentences
    .slice(0, MOST_SENTENCES)
    .map(({ sentence, weight }, at) => ({ sentence, score: weigh(sentence, at, categories) * weight }));
  const best = weighed.reduce<(typeof weighed)[number] | undefined>(
    (top, one) => (!top || one.score > top.score ? one : top),
    undefined,
  );
  const core = cut(best?.sentence ?? title, LONGEST_CORE);
  if (core === '') return undefined;
  return { title: cut(title === '' ? headline(core, categories) : title, LONGEST_TITLE), core };
}

interface Turn {
  readonly words: string;
  readonly weight: number;
}

/** A call's turns with what each is worth; a text that is no conversation is one turn. */
function turnsOf(text: string): Turn[] {
  if (text.split(/[:：]/, 3).length < 3) return [{ words: text, weight: 1 }];
  const parts = text.split(TURN).filter((part) => part.trim() !== '');
  const spoken = parts.filter((part) => AGENT.test(part) || CITIZEN.test(part)).length;
  if (spoken < 2) return [{ words: text, weight: 1 }];
  return parts.map((part) => ({
    words: part.replace(AGENT, '').replace(CITIZEN, '').trim(),
    weight: AGENT.test(part) ? AGENT_WEIGHT : 1,
  }));
}

function sentencesOf(words: string): string[] {
  const sentences = words.match(SENTENCE) ?? [];
  return sentences.flatMap((one) => {
    const sentence = one.trim();
    if (sentence === '') return [];
    return sentence.length > LONGEST_CORE && !/[，,]/.test(sentence) ? pieces(sentence) : [sentence];
  });
}

function pieces(sentence: string): string[] {
  const list: string[] = [];
  for (let at = 0; at < sentence.length; at += UNPUNCTUATED) list.push(sentence.slice(at, at + UNPUNCTUATED));
  return list;
}

/** Names the trouble, asks for something, is neither manners nor a fragment; being said early breaks ties. */
function weigh(sentence: string, at: number, categories: readonly CategoryRule[]): number {
  const troubles = troublesIn(sentence, categories, 3);
  const asks = ASKS.test(sentence) ? 1 : 0;
  const manners = MANNERS.test(sentence) ? 1.5 : 0;
  const fragment = sentence.length < 8 ? 1.5 : 0;
  return 3 + troubles + asks - manners - fragment - Math.min(1, at * 0.1);
}

/** The clause that names the trouble first, without the words before a request. */
function headline(core: string, categories: readonly CategoryRule[]): string {
  const clauses = core.match(CLAUSE) ?? [core];
  const telling = clauses.findIndex((clause) => troublesIn(clause, categories, 1) > 0);
  const from = Math.max(0, telling);
  let title = bareClause(clauses[from] ?? core);
  for (const clause of clauses.slice(from + 1)) {
    if (title.length >= 12 || title.length + clause.length > LONGEST_TITLE) break;
    title = `${title}，${trimmed(clause)}`;
  }
  return title === '' ? bareClause(core) : title;
}

const bareClause = (clause: string): string => trimmed(clause.replace(FRAME, '')) || trimmed(clause);
const trimmed = (text: string): string => text.replace(/[\s，,、：:。！!？?;；]+$/, '').trim();

/** Ends after a clause where one ends in the second half; never in the middle of a surrogate pair. */
function cut(text: string, most: number): string {
  const whole = text.trim();
  if (whole.length <= most) return whole;
  const head = whole.slice(0, most - 1);
  const end = Math.max(...['，', ',', '、', '。', '；', ' '].map((mark) => head.lastIndexOf(mark)));
  const kept = end > most / 2 ? head.slice(0, end) : head;
  return `${kept.replace(/[\ud800-\udbff]$/, '')}…`;
}
