// Appraisal: the words by which citizens rate a result: 满意, 不太满意, 5分, 评价 with the case's number; and what they say with it.

import type { Score } from '../case.ts';
import { parseCaseNo, parseQueryCode } from '../case-no.ts';

export interface Appraisal {
  readonly score: Score;
  /** A digit alone: it may be a menu's, and means something only to whom a result was told. */
  readonly weak: boolean;
  /** It is called a rating (评价…): whatever is said with it belongs to it. */
  readonly named: boolean;
  readonly words: string;
  readonly caseNo?: string;
  readonly queryCode?: string;
}

const LEVELS: readonly (readonly [Score, string])[] = [
  [1, '非常不满意?|很不满意|十分不满意|特别不满意|极其?不满意|太不满意|差评'],
  [2, '不太满意|不是很满意|不够满意|不怎么满意|不满意'],
  [3, '基本满意|基本上满意|还算满意|一般满意|勉强满意'],
  [5, '非常满意|很满意|十分满意|特别满意|相当满意|太满意|好评'],
  [4, '比较满意|挺满意|满意'],
];
const NAMED = /^(?:我的|我要|我来|我)?(?:满意度)?(?:评价|评分|打分)(?:一下|是|为)?[:：,，\s]*/;
const ABOUT =
  /^(?:我)?对?(?:你们的?|本次|这次|这个)?(?:处理|办理|答复|回复|解决)?(?:的)?结果(?:我)?(?:是|表示|觉得|感到)?[,，:：\s]*|^我(?:是|表示|觉得|感到)?/;
const LEVEL = LEVELS.map(([score, words]) => [score, new RegExp(`^(?:${words})`)] as const);
const POINTS = /^(?:给|打)?([1-5一二三四五])(?:分|颗星|星)/;
const DIGIT = /^([1-5])(?=$|[\s,，.。!！:：;；])/;
const NUMBER = /^(?:工单号?|单号|编号)?[:： ]*(\d(?:[ \p{Pd}]{0,3}\d){13})(?!\d)[\s,，]*(.*)$/su;
const CODE = /^(?:查询码)?[:：\s]*([A-Za-z2-9]{4}[ \p{Pd}]?[A-Za-z2-9]{4})[\s,，]+(.*)$/su;
const REST = /^[了的吧啊呀哦啦哈呢]?(?:[\s,，.。!！;；:：~]+(.*))?$/su;
/** Emoji, and as QQ and WeChat write theirs: [强], /:strong. */
const FACES = /\p{Extended_Pictographic}[\u{1f3fb}-\u{1f3ff}\ufe0f\u200d]*|\[\p{Script=Han}{1,3}\]|\/:[a-z]{2,10}/giu;
const LONGEST = 600;

/** `text` is normalised. Undefined when it rates nothing: 满意度调查什么时候开始 is a question. */
export function appraisalOf(text: string): Appraisal | undefined {
  if (text.length > LONGEST) return undefined;
  const said = text.replace(FACES, ' ').trim();
  const named = NAMED.test(said);
  const { rest, ...cited } = citedIn(named ? said.replace(NAMED, '') : said, named);
  const level = levelIn(rest.replace(ABOUT, ''), named);
  if (!level) return undefined;
  return { ...level, ...cited, named };
}

/** What a rating lacks: `how`, every level; `mistyped`, a case number that is one. Undefined when it has all, or words that must not be lost. */
export function lacksOf(text: string): 'how' | 'mistyped' | undefined {
  if (text.length > LONGEST || !NAMED.test(text)) return undefined;
  const said = text
    .replace(FACES, ' ')
    .trim()
    .replace(NAMED, '')
    .replace(/^(?:工单号?|单号|编号|查询码)[:：\s]*/, '');
  const { rest } = citedIn(said, true);
  const [, number = '', after = ''] = /^((?:[A-Za-z0-9][\s,，\p{Pd}]*)*)(.*)$/su.exec(rest) ?? [];
  const isNumber = (number.match(/\d/g)?.length ?? 0) >= LEAST_DIGITS;
  if (number !== '' && !isNumber) return undefined;
  const level = levelIn(after.replace(ABOUT, ''), true);
  if (level ? !isMere(level) : bareOf(after) !== '') return undefined;
  return isNumber ? 'mistyped' : level ? undefined : 'how';
}

const LEAST_DIGITS = 4;
const bareOf = (text: string): string => text.replace(/谢谢|[吧啊呀吗呢]|[\s\p{P}]/gu, '');

function citedIn(text: string, named: boolean): { rest: string; caseNo?: string; queryCode?: string } {
  const [, digits = '', after = ''] = (named && NUMBER.exec(text)) || [];
  const caseNo = parseCaseNo(digits);
  if (caseNo === undefined) return { rest: text };
  const [, code = '', rest = ''] = CODE.exec(after) ?? [];
  const queryCode = parseQueryCode(code);
  return queryCode === undefined ? { rest: after, caseNo } : { rest, caseNo, queryCode };
}

function levelIn(text: string, named: boolean): Pick<Appraisal, 'score' | 'weak' | 'words'> | undefined {
  const told = LEVEL.find(([, pattern]) => pattern.test(text));
  const points = told ? null : POINTS.exec(text);
  const digit = told || points ? null : DIGIT.exec(text);
  const length = told ? (told[1].exec(text)?.[0].length ?? 0) : (points ?? digit)?.[0].length;
  if (length === undefined) return undefined;
  const rest = REST.exec(text.slice(length));
  const score = told?.[0] ?? scoreOf((points ?? digit)?.[1] ?? '');
  if (!rest || score === undefined) return undefined;
  const words = (rest[1] ?? '').trim();
  const weak = digit !== null && !named;
  return weak && words !== '' ? undefined : { score, weak, words };
}

const SCORES: readonly Score[] = [1, 2, 3, 4, 5];
const scoreOf = (digit: string): Score | undefined =>
  SCORES[('12345'.indexOf(digit) + 1 || '一二三四五'.indexOf(digit) + 1) - 1];

const THANKS = /谢谢|感谢|多谢|辛苦|您|你们?|师傅|大家|很快|不错|点赞|了|啦|[\s\p{P}]/gu;
/** Nothing but manners goes with it. */
export const isMere = ({ words }: Pick<Appraisal, 'words'>): boolean => words.replace(THANKS, '').length === 0;

/** The words want something done besides, tell of a trouble, or take the praise back: a call too many costs less than a request unread. */
export const wants = ({ words }: Appraisal): boolean =>
  /希望|麻烦|请|但|可是|不过|只是|就是|还是|还没|没有|不|又|另外|建议|怎么|为什么|[?？]|坏|漏|堵|吵|臭|脏|乱|断|塌|裂|丢|危险|停[水电气]|投诉|举报|反映/.test(
    words,
  );
