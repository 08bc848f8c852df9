// Captions: WebVTT and SRT, as transcription programs export them.
// Source: W3C WebVTT; SRT has no standard, its times are HH:MM:SS,mmm.
import { clock, piece, pieces, type Said, type Transcript } from '../transcript.ts';
import { labelled } from './plain.ts';

const TIMES = /^\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})/;
const VOICE = /^<v(?:\.[^\s>]*)?\s+([^>]{1,100})>/;

export const isVtt = (text: string): boolean => /^WEBVTT(?:[ \t\n]|$)/.test(text);
export const isSrt = (text: string): boolean => {
  const [first = '', second = ''] = text.trimStart().split('\n', 2);
  return TIMES.test(first) || (/^\d+\s*$/.test(first) && TIMES.test(second));
};

/** Blocks between empty lines; one without times (a note, a style) is no saying. */
export function captions(text: string): Transcript {
  return { said: pieces(text.split(/\n[ \t]*(?:\n[ \t]*)+/).map(cue)) };
}

function cue(block: string): Said | undefined {
  const lines = block.split('\n');
  const at = lines.findIndex((line) => TIMES.test(line));
  const [, from = '', to = ''] = TIMES.exec(lines[at] ?? '') ?? [];
  if (at < 0 || /^(?:NOTE|STYLE|REGION)\b/.test(lines[0] ?? '')) return undefined;
  const said = lines
    .slice(at + 1)
    .join(' ')
    .trim();
  const voice = VOICE.exec(said)?.[1];
  const words = said
    .replace(/<[^>]{0,200}>/g, '')
    .replace(/&(lt|gt|amp|nbsp|lrm|rlm);/g, (_, name) => MARKS[name] ?? '');
  const { label, text } = voice === undefined ? labelled(words) : { label: voice.trim(), text: words };
  return piece({ label, text, at: clock(from), to: clock(to) });
}

const MARKS: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', nbsp: ' ' };
