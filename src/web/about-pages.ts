// About pages: what happens to personal information, and how accessible these pages are. Short and honest.
import type { RouteAnswer } from '../core/route.ts';
import { hotlineOf } from './deps.ts';
import { html } from './html.ts';
import { answer, type Visit } from './layout.ts';

export function privacyPage(visit: Visit): RouteAnswer {
  const { t, deps } = visit;
  const keep = deps.retentionMonths === undefined ? t.privacy.keepUnset : t.privacy.keepMonths(deps.retentionMonths);
  const parts = t.privacy.parts(deps.city().name, hotlineOf(deps), keep);
  const main = html`<h1>${t.privacy.title}</h1><dl class="terms">${parts.map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`)}</dl>
  <p class="block"><a href="/">${t.receipt.write}</a></p>`;
  return answer(visit, { name: 'about', title: t.privacy.title, main, back: '/privacy' });
}

export function accessPage(visit: Visit): RouteAnswer {
  const { t, deps } = visit;
  const main = html`<h1>${t.access.title}</h1>${t.access.parts(hotlineOf(deps)).map((text) => html`<p class="f">${text}</p>`)}
  <p class="block"><a href="/">${t.receipt.write}</a></p>`;
  return answer(visit, { name: 'about', title: t.access.title, main, back: '/accessibility' });
}
