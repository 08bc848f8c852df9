// Captions: WebVTT and SRT, as transcription programs export them.
// Source: W3C WebVTT; SRT has no standard, its times are HH:MM:SS,mmm.
import { MOST_TURNS } from '../../../core/call.ts';
import { clock, piece, pieces, type Said, type Transcript } from '../transcript.ts';
import { labelled } from './plain.ts';

const TIMES = /^\s*((?:\d+:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?)\s*-->\s*((?:\d+:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?)/;
/** Several people may speak within one cue, each after their own tag. */
const VOICE = /<v(?:\.[^\s>]{0,100})?\s+([^>]{1,100})>/g;

export const isVtt = (text: string): boolean => /^WEBVTT(?:[ \t\n]|$)/.test(text);
export const isSrt = (text: string): boolean => {
  const [first = '', second = ''] = text.trimStart().split('\n', 2);
  return TIMES.test(first) || (/^\d+\s*$/.test(first) && TIMES.test(second));
};

/** Blocks between empty lines; one without times (a note, a style) is no saying. No more are read than a call may have turns, and one. */
export function captions(text: string): Transcript {
  const said: Said[] = [];
  let block: string[] = [];
  let from = 0;
  while (from <= text.length && said.length <= MOST_TURNS) {
    const end = text.indexOf('\n', from);
    const line = text.slice(from, end < 0 ? text.length : end);
    from += line.length + 1;
    if (line.trim() !== '') block.push(line);
    if (line.trim() !== '' && end >= 0) continue;
    for (const one of cue(block)) said.push(one);
    block = [];
  }
  return { said };
}

function cue(lines: readonly string[]): Said[] {
  const at = lines.findIndex((line) => TIMES.test(line));
  const [, from = '', to = ''] = TIMES.exec(lines[at] ?? '') ?? [];
  if (at < 0 || /^(?:NOTE|STYLE|REGION)\b/.test(lines[0] ?? '')) return [];
  const said = lines
    .slice(at + 1)
    .join(' ')
    .trim();
  return pieces(spoken(said).map(({ label, text }) => piece({ label, text, at: clock(from), to: clock(to) })));
}

function spoken(said: string): { label: string; text: string }[] {
  const voices = [...said.matchAll(VOICE)];
  const [first] = voices;
  if (!first) return [labelled(bare(said))];
  const before = bare(said.slice(0, first.index));
  return [
    ...(before.trim() === '' ? [] : [{ label: '', text: before }]),
    ...voices.map(({ 0: tag, 1: name = '', index }, at) => ({
      label: bare(name).trim(),
      text: bare(said.slice(index + tag.length, voices[at + 1]?.index)),
    })),
  ];
}

/** Without tags and escapes; `{\\an8}` says where on the picture the words stand. */
const bare = (words: string): string =>
  words
    .replace(/<[^>]{0,200}>|\{\\[^}]{0,100}\}/g, '')
    .replace(/&(lt|gt|amp|quot|apos|nbsp|lrm|rlm|#39|#34);/g, (_, name) => MARKS[name] ?? '');

const MARKS: Readonly<Record<string, string>> = {
  ...{ lt: '<', gt: '>', amp: '&', nbsp: ' ', quot: '"', apos: "'", '#39': "'", '#34': '"' },
};
