// Plain text of a call: a line a saying, `坐席：您好` or `[00:12] 市民: …`; lines without a label go on with the one before.
import { MOST_TURNS } from '../../../core/call.ts';
import { clock, piece, pieces, type Said, type Transcript } from '../transcript.ts';

const STAMP =
  /^[[(（【]?\s*((?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?)\s*(?:(?:-->?|—|~|-)\s*(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?\s*)?[\])）】]?\s*/;
/** Short, and no sentence: what a colon stands behind in running words is no speaker. */
const LABEL = /^[[【<(（]?([^:：\n,，。！？!?;；、"“”《》]{1,20}?)[\]】>)）]?\s*[:：]\s*(?!\/\/)/;
/** Running words that have a colon behind them. */
const NO_SPEAKER = /^(?:电话|手机|地址|时间|问题|内容|主题|诉求|备注|说明|标题|联系方式|https?|\d+)$/i;

/** 昨天晚上 8:30: a time of day, and no speaker. */
const MINUTES = /^[0-5]\d(?!\d)/;

/** `说话人 1  00:05` alone on its line, as meeting and dictation programs export: what follows are that speaker's words. */
const HEADLINE =
  /^([^\s\d[\]()（）【】<>:：,，。！？!?;；、][^:：,，。！？!?;；、]{0,19}?)\s*[[(（]?\s*((?:\d{1,2}:)?\d{1,2}:\d{2})(?:[.,]\d{1,3})?\s*[\])）]?\s*[:：]?$/;

/** The speaker at the beginning of a line, when there is one. */
export function labelled(line: string): { readonly label: string; readonly text: string } {
  const found = LABEL.exec(line.trim());
  const label = found?.[1]?.trim() ?? '';
  if (
    !found ||
    label === '' ||
    NO_SPEAKER.test(label) ||
    (/\d$/.test(label) && MINUTES.test(line.trim().slice(found[0].length)))
  )
    return { label: '', text: line };
  return { label, text: line.trim().slice(found[0].length) };
}

export function plain(text: string): Transcript {
  const said: { label: string; at?: number; lines: string[] }[] = [];
  const lines = text.split('\n');
  // One alone may be a sentence that ends in a time of day.
  const headed = lines.slice(0, MOST_TURNS).filter((line) => HEADLINE.test(line.trim())).length > 1;
  for (const line of lines) {
    const bare = line.trim();
    if (bare === '') continue;
    // One more than is kept, so that it is told; the rest lies in the original.
    if (said.length > MOST_TURNS) break;
    const head = headed ? HEADLINE.exec(bare) : null;
    if (head) {
      said.push({ label: head[1]?.trim() ?? '', at: clock(head[2] ?? ''), lines: [] });
      continue;
    }
    const stamp = STAMP.exec(bare);
    const rest = stamp ? bare.slice(stamp[0].length) : bare;
    const { label, text: words } = labelled(rest);
    const current = said.at(-1);
    const at = stamp?.[1] === undefined ? undefined : clock(stamp[1]);
    if (at === undefined && current && (label === '' || (current.lines.length === 0 && current.at !== undefined)))
      current.lines.push(label === '' ? words : rest);
    else
      said.push({
        label: label || (at !== undefined ? (current?.label ?? '') : ''),
        ...(at === undefined ? {} : { at }),
        lines: [words],
      });
  }
  return { said: pieces(said.map((one) => saying(one))) };
}

const saying = ({ label, at, lines }: { label: string; at?: number; lines: string[] }): Said | undefined =>
  piece({ label, text: lines.join('\n').trim(), at });
