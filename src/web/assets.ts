// Assets: one style sheet and one script, named by their content so that a browser fetches each version once.
import { createHash } from 'node:crypto';
import type { Route } from '../core/route.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

/** Comments and indentation are for people. Good enough for our own sheet, which holds neither strings with spaces nor calc(). */
const lean = (css: string): string =>
  css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\n\s*/g, '')
    .replace(/\s*([{};,])\s*/g, '$1')
    .replace(/: /g, ':');

const named = (text: string, ending: string): string =>
  `/assets/civic-${createHash('sha256').update(text).digest('hex').slice(0, 12)}.${ending}`;

const style = lean(STYLE);
const script = SCRIPT.replace(/\n\s*/g, '\n').trim();

export const STYLE_PATH = named(style, 'css');
export const SCRIPT_PATH = named(script, 'js');

/** The stroke of 一 with its lamp, as an icon without a request. */
export const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='7' fill='%230C2A33'/%3E%3Cpath d='M0 16h26' stroke='%23F2F7F7' stroke-width='4'/%3E%3Ccircle cx='20' cy='16' r='6' fill='%23F2B63C' stroke='%230C2A33' stroke-width='3'/%3E%3C/svg%3E";

function asset(path: string, mediaType: string, text: string): Route {
  const headers = {
    'content-type': `${mediaType}; charset=utf-8`,
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
  };
  return { method: 'GET', path, access: 'public', hidden: true, handle: () => ({ status: 200, headers, body: text }) };
}

export const assets = (): Route[] => [
  asset(STYLE_PATH, 'text/css', style),
  asset(SCRIPT_PATH, 'text/javascript', script),
];
