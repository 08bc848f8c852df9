// Text: the languages of the citizens' pages and how the visitor's choice of language and size is kept.
import { en } from './text-en.ts';
import { type Text, zh } from './text-zh.ts';

export type Lang = 'zh' | 'en';
export type { Text };

const TABLES: Readonly<Record<Lang, Text>> = { zh, en };

/** How one visitor wants to see the pages. */
export interface Look {
  readonly lang: Lang;
  readonly large: boolean;
}

export const textIn = (lang: Lang): Text => TABLES[lang];

export const LOOK_COOKIE = 'look';

/** `en.large`, `zh.large`, `en`, `zh`; anything else is the plain Chinese page. */
export function readLook(cookie: string | undefined): Look {
  const [lang, size] = (cookie ?? '').split('.');
  return { lang: lang === 'en' ? 'en' : 'zh', large: size === 'large' };
}

export const writeLook = ({ lang, large }: Look): string => (large ? `${lang}.large` : lang);

/** What the four buttons at the top ask for. */
export function changeLook(look: Look, wish: string | undefined): Look {
  if (wish === 'zh' || wish === 'en') return { ...look, lang: wish };
  if (wish === 'large' || wish === 'standard') return { ...look, large: wish === 'large' };
  return look;
}
