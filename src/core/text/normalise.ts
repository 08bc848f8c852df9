// Normalise: one spelling for what people type: NFKC, nothing invisible, single spaces, half-width digits.

/** What needs no work but collapsing spaces: printable ASCII, common Chinese punctuation, the main CJK block. */
const PLAIN = /^[ -~\u2014\u2018-\u201d\u3001\u3002\u3008-\u3011\u4e00-\u9fff]*$/;
/** The same plus white space and full-width forms, which NFKC maps one to one: nothing invisible to remove. */
const PLAIN_OR_WIDE = /^[ -~\s\u2014\u2018-\u201d\u3001\u3002\u3008-\u3011\u4e00-\u9fff\uff01-\uff5e]*$/;
const SPACES = /\s+/g;
const SOME_SPACES = / {2}|[^\S ]/;
/** Zero-width, bidi, tag and control characters, variation selectors, lone surrogates: they hide words from rules and eyes. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cs}\ufff9-\ufffb]+/gu;

/** Idempotent. Keeps case and punctuation; line breaks become spaces. */
export function normalise(text: string): string {
  if (PLAIN.test(text)) return collapse(text);
  if (PLAIN_OR_WIDE.test(text)) return collapse(text.normalize('NFKC'));
  return normaliseFully(text);
}

function collapse(text: string): string {
  return (SOME_SPACES.test(text) ? text.replace(SPACES, ' ') : text).trim();
}

function normaliseFully(text: string): string {
  // Invisible characters go first: removing one afterwards could bring a letter and its accent together again.
  const seen = text.replace(SPACES, ' ').replace(INVISIBLE, '');
  return seen.normalize('NFKC').replace(INVISIBLE, '').replace(SPACES, ' ').trim();
}

/** Letters and digits only, lower case: what is left when punctuation, spaces and emoji do not count. */
export function bare(text: string): string {
  let words = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (counts(text.charCodeAt(at))) continue;
    if (at > from) words += text.slice(from, at);
    from = at + 1;
  }
  words += text.slice(from);
  const rare = RARE.test(words) ? words.replace(NO_WORD, '') : words;
  return UPPER.test(rare) ? rare.toLowerCase() : rare;
}

const UPPER = /\p{Lu}/u;
const RARE = /[^a-zA-Z0-9\u4e00-\u9fff]/;
const NO_WORD = /[^\p{L}\p{N}]+/gu;

/** Quick no for ASCII and CJK punctuation; anything beyond is judged by NO_WORD, which is slower. */
function counts(code: number): boolean {
  if (code < 0x80) return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90);
  return code < 0x2010 || (code > 0x206f && code < 0x3000) || code > 0x303f;
}
