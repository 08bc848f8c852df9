// Quotes: what is new in a reply, without the mail it answers, its head and signatures. What cannot be told apart stays whole.

/** `uncertain`: old and new words are mixed, so everything was kept. */
export interface Reply {
  readonly text: string;
  readonly uncertain: boolean;
}

/** What a line is: e empty, b a head or a line that begins the old mail, h one of its headers, q quoted, s a signature, d the end of what is read, t text. */
type Kind = 'e' | 'b' | 'h' | 'q' | 's' | 'd' | 't';

/** The rules look at lines; more of them, or longer ones, no person wrote. The rest is kept as it is. */
const MOST_LINES = 4_000;
const MOST_WIDTH = 600;

const WROTE = [
  ...[
    'wrote',
    'writes',
    'written',
    'schrieb',
    'schreef',
    'geschreven',
    'a écrit',
    'écrit',
    'escribió',
    'escreveu',
    'ha scritto',
    'scrisse',
  ],
  ...[
    'napisał\\(?a?\\)?',
    'napsal\\(?a?\\)?',
    'skrev',
    'написал\\(?а?\\)?',
    'пише',
    'пишет',
    'написав',
    'написала',
    'kirjoitti',
    'yazdı',
    'a scris',
    'írta',
    'pisze',
  ],
  ...['写道', '寫道', '写到', '的邮件中写道', '编写', '寫了', '书'],
];
/** Chinese puts no space before its verb: then a time of day stands there. */
const HEAD_ENDS = new RegExp(`(?:^|[\\s，,>)）】"”\\]]|\\d[:：]\\d{2})(?:${WROTE.join('|')})\\s*[:：]?\\s*$`, 'iu');
const HEAD_HOLDS = new RegExp(`\\s(?:${WROTE.join('|')})\\s`, 'iu');
/** On/Am/Le/在/于 … wrote: needs a date, an address or a time to be a head rather than a sentence. */
const DATED =
  /\d{1,2}[:.]\d{2}|\d{4}\s*[-/.年]|[-/.]\d{4}|<[^<>\s]+@|[^\s@]{1,64}@\S|\b\d{1,2}\.? \p{L}+\.? \d{4}|\p{L}{3,9}\.? \d{1,2},? \d{4}/iu;
const HEAD_BEGINS =
  /^\s*(?:on|am|le|el|il|op|em|den|w dniu|dnia|den|pe|在|于|於|\d{1,4}[-/.年]\d{1,2}|\p{L}+,? \d{1,2}|\d{1,2} \p{L}+|от|чт|"?[^"\n]{1,60}"? <\S+@)/iu;

const BAR =
  /^\s*[-_=—－*]{2,}\s*(?:(?:original|forwarded|reply|reply above|begin forwarded|replied|ursprüngliche|weitergeleitete|mensaje|message|wiadomość|original\w*|опис|исходное|пересылаемое|oorspronkelijk\w*|oprindelig|původní)\b.{0,40}|原始邮件|原始信息|原邮件|邮件原件|邮件原文|邮件内容|回复的?原邮件|原始信件|原始郵件|原件|转发的?邮件|轉寄郵件|转发邮件信息|回复的?邮件|Original\s*Mail).{0,10}[-_=—－*]*\s*$/iu;
const WROTE_BAR = /^\s*[-=]{3,}.{4,80}(?:写道|寫道|wrote)\s*[:：]?\s*[-=]{3,}\s*$/iu;
const UNDERLINE = /^\s*(?:_{5,}|-{20,}|={20,})\s*$/;
const FORWARD = /^\s*(?:begin forwarded message|anfang der weitergeleiteten|début du message réexpédié)\s*[:：]?\s*$/i;

const FIELDS =
  'from|sent|to|cc|bcc|subject|date|reply-to|von|gesendet|an|betreff|datum|de|envoyé|à|objet|enviado|para|asunto|fecha|assunto|data|da|risposta|inviato|a|oggetto|van|verzonden|aan|onderwerp|fra|sendt|til|emne|från|skickat|ämne|od|wysłano|do|temat|от|отправлено|кому|тема|дата|від|发件人|發件人|寄件者|寄件人|发送时间|發送時間|寄件日期|发送日期|收件人|收件者|抄送|抄送人|副本|主题|主題|主旨|日期|时间|发件时间|答复|回复地址';
const FIELD = new RegExp(`^\\s*[>*]*\\s*\\**(?:${FIELDS})\\**\\s*(?:\\[[^\\]]*\\])?[:：]\\**\\s*.{0,400}$`, 'iu');
/** With which the header block of an old mail begins. */
const FIRST_FIELD =
  /^\s*\**(?:from|von|de|da|van|fra|från|od|от|від|发件人|發件人|寄件者|寄件人|date|sent|gesendet|发送时间|subject|主题|to|收件人)\**\s*[:：]/iu;

const SIGNATURE = [
  /^[\s<([（]*(?:sent (?:from|via|with|using)|get \[?outlook for|diese nachricht wurde von|from my (?:iphone|ipad|phone|mobile|android)|envoyé (?:de|depuis)|von meinem .{0,40} gesendet|gesendet (?:von|mit)|enviado desde|enviado do|inviato da|verzonden (?:met|vanaf)|skickat från|sendt fra|wysłano z|отправлено с|надіслано з|lähetetty)\b.{0,120}$/iu,
  /^\s*[<([【]?\s*(?:发自|發自|发送自|来自|從我的|从我的|由我的)\s*\s*(?:我的|手机|手機|iPhone|iPad|QQ邮箱|网易|網易|Foxmail|Outlook|iPhone|华为|小米|Android|企业微信|126|163|新浪|阿里).{0,40}$/iu,
  /^\s*发自(?!内心|肺腑|心底).{0,30}(?:手机|平板|邮箱|邮件|iPhone|iPad|Mac|Mail|Foxmail|Outlook|Android|微信|钉钉|客户端|设备|鸿蒙|HarmonyOS)[\s\]）)】>。.]*$/iu,
  /^\s*(?:从|從|由|使用|通过)\s?.{0,30}(?:手机|手機|平板|iPhone|iPad|Mac|Galaxy|Android|Outlook|Mail|邮件|Windows|鸿蒙|客户端|设备|设备上)\s?(?:版)?(?:发送|發送|傳送|寄出|发出)[\s。.]*$/iu,
  /^\s*来自.{0,14}(?:邮箱|邮件|客户端|Android版|iOS版|iPhone版|手机版)\s*(?:Android版|iOS版|手机版)?\s*$/iu,
  /^\s*签名由.{1,20}定制\s*$/u,
  /^\s*(?:获取|取得|下载|下載)\s*(?:适用于 .{1,20} 的 )?Outlook\b.{0,80}$/iu,
  /^\s*-{2,}\s*sent from .{0,80}$/i,
];
const DELIMITER = [
  /^\s*[-–—_]{2}\s*$/,
  /^\s*(?:本邮件|本郵件|此邮件|本电子邮件|本信息)[（(]?.{0,20}(?:保密|机密|機密|含有|包含|仅供|專供|专供).*$/,
  /^\s*(?:免责声明|免責聲明|保密声明|confidentiality notice|disclaimer)\s*[:：].*$/i,
  /^\s*[-–—=_*#]{3,}\s*(?:reply above this line|please reply above|请在此行(?:以)?上(?:方)?回复|在此线以上回复)/i,
  /^\s*(?:this (?:e-?mail|message) (?:and any attachments? |transmission )?(?:is|are|may|contains).{0,80}(?:confidential|privileged|intended)).*$/i,
];
/** A notice of a program, quoted without any mark that it is old. */
const NOTICE = /^\s*-{3,}\s*[^-\s][^-]{0,30}\s*-{3,}\s*$/;
const NOTICE_WORDS =
  /直接回复本邮件|请勿(?:直接)?回复|请保留(?:主题|标题)|本邮件由系统|reply to this email directly|do not reply to this/i;

/** The new words of a mail. `text` has \n line ends. */
export function newWords(text: string): Reply {
  const clean = text.replace(/\u00a0|&nbsp;?/g, ' ').replace(/[\u200b\u2060\ufeff]/g, '');
  const all = joinHeads(clean.split('\n'));
  if (all.length > MOST_LINES) return { text: clean.trim(), uncertain: true };
  const kinds = classify(all);
  const end = cut(kinds, all);
  const lines = all.slice(end.from, end.to);
  const own = kinds.slice(end.from, end.to);
  const kept = lines.filter((_, i) => own[i] !== 's' && own[i] !== 'b');
  const said = kept
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  if (said === '') return { text: clean.trim(), uncertain: kinds.some((kind) => kind === 'q' || kind === 'b') };
  if (own.includes('q') || noticed(said)) return { text: clean.trim(), uncertain: true };
  return { text: said, uncertain: false };
}

const noticed = (said: string): boolean =>
  NOTICE_WORDS.test(said) && said.split('\n').some((line) => NOTICE.test(line));

/** A head that a program broke over up to three lines is one line again. */
function joinHeads(lines: readonly string[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] ?? '';
    const size = headSize(lines, i);
    joined.push(
      size > 1
        ? lines
            .slice(i, i + size)
            .map((part) => part.trim())
            .join(' ')
        : line,
    );
    i += Math.max(0, size - 1);
  }
  return joined;
}

function headSize(lines: readonly string[], at: number): number {
  const first = lines[at] ?? '';
  if (!HEAD_BEGINS.test(first) || first.length > MOST_WIDTH) return 0;
  for (let size = 1; size <= 5; size += 1) {
    const parts = lines.slice(at, at + size);
    const [line, next] = [parts.at(-1) ?? '', lines[at + size] ?? ''];
    if (line.trim() === '' && !next.trim().startsWith('<')) return 0;
    const whole = parts.map((part) => part.trim()).join(' ');
    if (whole.length > MOST_WIDTH || !DATED.test(whole)) continue;
    if (headed(whole) || (NAMED.test(whole) && quotedAfter(lines, at + size - 1))) return size;
  }
  return 0;
}

/** Somebody wrote, with the verb at the end or, as Germans and Scandinavians put it, between date and name. */
const headed = (line: string): boolean => {
  const bare = line.replace(/^\s*[-=]{2,}|[-=]{2,}\s*$/g, '');
  return HEAD_ENDS.test(bare) || (HEAD_HOLDS.test(bare) && /[:：]\s*$/.test(bare));
};

/** Some programs write no verb: 2016-10-24 15:36 GMT+02:00 Somebody <a@b>: */
const NAMED = /<\s*\S+@\S+\s*>\s*[:：]?\s*$/;

const quotedAfter = (lines: readonly string[], at: number): boolean => /^\s*[>|]/.test(nextText(lines, at));

function classify(lines: readonly string[]): Kind[] {
  const kinds = lines.map((line, i) => kindOf(line, lines, i));
  markBlocks(kinds, lines);
  return kinds;
}

function kindOf(line: string, lines: readonly string[], at: number): Kind {
  if (line.trim() === '') return 'e';
  if (line.length > MOST_WIDTH) return 't';
  if (/^\s*(?:>|\|(?=\s*\S)(?!.*\|\s*$))/.test(line)) return 'q';
  if (DELIMITER.some((mark) => mark.test(line))) return 'd';
  if (BAR.test(line) || WROTE_BAR.test(line) || FORWARD.test(line) || isHead(line, lines, at)) return 'b';
  if (UNDERLINE.test(line)) return FIRST_FIELD.test(nextText(lines, at)) ? 'b' : 't';
  if (SIGNATURE.some((mark) => mark.test(line))) return 's';
  return FIELD.test(together(line)) ? 'h' : 't';
}

/** 收 件 人： and 主　题： are spread out to stand below each other; NetEase draws its header as a table. */
const together = (line: string): string =>
  line
    .replace(/^(\s*\p{Script=Han})[\s\u3000]+(?=\p{Script=Han}[\s\u3000]*(?:\p{Script=Han}[\s\u3000]*)?[:：])/u, '$1')
    .replace(/^(\s*\p{Script=Han}{2})[\s\u3000]+(\p{Script=Han}[:：])/u, '$1$2')
    .replace(/^\s*\|\s*(\p{Script=Han}{2,4})\s*\|/u, '$1：');

/** 日志里写道： is a sentence unless quoted lines follow, or it names a date and somebody. */
function isHead(line: string, lines: readonly string[], at: number): boolean {
  const quoted = quotedAfter(lines, at);
  const begins = HEAD_BEGINS.test(line.replace(/^\s*[-=]{2,}\s*/, ''));
  if (headed(line)) return quoted || (DATED.test(line) && begins);
  return quoted && DATED.test(line) && begins && NAMED.test(line);
}

const nextText = (lines: readonly string[], at: number): string =>
  lines.slice(at + 1, at + 4).find((line) => line.trim() !== '') ?? '';

/** Whose the old mail is: without it a run of 主题：, 时间：, 地点： is a citizen's own form. */
const SENDER =
  /^\s*[>*]*\s*\**(?:from|von|de|da|van|fra|från|od|от|від|发件人|發件人|寄件者|寄件人|risposta|reply-to)\**\s*(?:\[[^\]]*\])?[:：]/iu;
/** What only a program writes: a time of day, an address, a reply's subject. */
const WRITTEN_BY_PROGRAM = /\d{1,2}[:：]\d{2}|[^\s@]@\S|[:：]\s*(?:re|回复|答复|转发|fw|fwd|aw|sv)\s*[:：]/iu;

/** The headers of an old mail begin a block; what merely looks like one of them within the words does not. */
function markBlocks(kinds: Kind[], lines: readonly string[]): void {
  for (let i = 0; i < kinds.length; i += 1) {
    if (kinds[i] !== 'h') continue;
    let end = i;
    while (end < kinds.length && (kinds[end] === 'h' || (kinds[end] === 't' && kinds[end + 1] === 'h'))) end += 1;
    const block = lines
      .slice(i, end)
      .filter((_, at) => kinds[i + at] === 'h')
      .map(together);
    const real = isBlock(block, FIRST_FIELD.test(lines[i] ?? ''));
    kinds[i] = real ? 'b' : 't';
    for (let at = i + 1; at < end; at += 1) kinds[at] = real ? 'h' : 't';
    i = end - 1;
  }
}

function isBlock(block: readonly string[], first: boolean): boolean {
  const names = new Set(
    block.map((line) =>
      line
        .split(/[:：]/)[0]
        ?.replace(/[\s*>]/g, '')
        .toLowerCase(),
    ),
  );
  const sent = block.some((line) => SENDER.test(line));
  if (!sent || !(names.size >= 3 || (names.size >= 2 && first))) return false;
  return block.some((line) => WRITTEN_BY_PROGRAM.test(line));
}

/** Which lines are the reply. */
function cut(kinds: readonly Kind[], lines: readonly string[]): { from: number; to: number } {
  const delimiter = kinds.indexOf('d');
  const until = delimiter > 0 ? delimiter : kinds.length;
  const head = kinds.slice(0, until).indexOf('b');
  const before = kinds.slice(0, head < 0 ? until : head);
  if (head >= 0 && before.includes('t')) return { from: 0, to: head };
  const pattern = kinds.slice(0, until).join('');
  // All of the old mail first, marked as quoted, and the reply below it.
  const below = /^[ebhs]*b[ebhs]*q[eqbh]*(t[ets]*)$/.exec(pattern);
  if (below?.[1]) return { from: until - below[1].length, to: until };
  const tail = /[eqs]+$/.exec(pattern)?.[0].length ?? 0;
  return { from: 0, to: before.includes('t') || lines.length === 0 ? until - tail : until };
}
