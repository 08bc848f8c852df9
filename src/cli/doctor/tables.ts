// What the doctor sees in the city's own tables: a calendar that ends, answers that have run out, accounts that cannot open.
import { loadAccounts, withWeb } from '../../channels/index.ts';
import type { City } from '../../core/city.ts';
import { dateOf } from '../../core/clock.ts';
import { dutyFor } from '../../core/routing/table.ts';
import type { Settings } from '../../settings.ts';
import { type Finding, verdicts } from './finding.ts';

/** The State Council's notice of the next year appears early in November. */
const NOTICE_MONTH = 11;

export function calendarFindings(city: City, now: number): Finding[] {
  const { ok, warn, fail } = verdicts('calendar');
  const today = dateOf(now, city.utcOffsetMinutes);
  const year = Number(today.slice(0, 4));
  const month = Number(today.slice(5, 7));
  const covered = (wanted: number): boolean => city.calendar.some((c) => c.year === wanted);
  const advice = (wanted: number): string =>
    `Enter the State Council's notice for ${wanted} in calendar.yaml; until then cases get no due date and are flagged no_calendar.`;
  const found: Finding[] = [];
  if (!covered(year)) found.push(fail(`no notice covers this year, ${year}`, advice(year)));
  if (month >= NOTICE_MONTH && !covered(year + 1)) found.push(warn(`no notice covers ${year + 1}`, advice(year + 1)));
  const years = city.calendar.map((c) => c.year).join(', ');
  return found.length > 0 ? found : [ok(`notices cover ${years}`)];
}

const AHEAD_MS = 30 * 86_400_000;

/** At start only what no row ever covers is refused: a row that runs out must not keep a gateway from starting at night. */
export function routingFindings(city: City, now: number): Finding[] {
  const { ok, warn } = verdicts('routing');
  const uncovered = (at: number): string[] => {
    const day = dateOf(at, city.utcOffsetMinutes);
    const anywhere = [undefined, ...city.divisions.map(({ code }) => code)];
    return city.categories
      .filter(({ code }) => !city.categories.some((one) => one.code !== code && one.code.startsWith(code)))
      .filter(({ code }) => anywhere.every((place) => dutyFor(code, place, day, city).duty === undefined))
      .map(({ code, name }) => `${code} ${name}`);
  };
  const advice = 'Add a row to routes in units.yaml; until then such cases wait at the desk.';
  const today = uncovered(now);
  const soon = uncovered(now + AHEAD_MS).filter((one) => !today.includes(one));
  const found: Finding[] = [];
  if (today.length > 0) found.push(warn(`nobody handles today: ${today.slice(0, 5).join(', ')}`, advice));
  if (soon.length > 0) found.push(warn(`in 30 days nobody handles: ${soon.slice(0, 5).join(', ')}`, advice));
  return found.length > 0 ? found : [ok(`${city.routes.length} rows cover every category`)];
}

export function knowledgeFindings(city: City, now: number): Finding[] {
  const { ok, warn } = verdicts('knowledge');
  const today = dateOf(now, city.utcOffsetMinutes);
  const old = city.knowledge.filter((k) => k.validUntil < today).map((k) => k.id);
  const examples = city.knowledge.filter((k) => k.example).length;
  const found: Finding[] = [];
  if (old.length > 0)
    found.push(
      warn(
        `${old.length} answers have run out: ${old.slice(0, 5).join(', ')}`,
        'Renew them or take them out; they answer nobody.',
      ),
    );
  if (city.demo && examples > 0)
    found.push(
      warn(
        `demo is on: ${examples} example answers reach citizens`,
        'Set demo: false in civicline.yaml before opening to the public.',
      ),
    );
  const live = city.knowledge.filter((k) => k.validUntil >= today && (city.demo || !k.example)).length;
  return found.length > 0 ? found : [ok(`${live} of ${city.knowledge.length} answers may reach citizens`)];
}

export async function channelFindings(settings: Settings): Promise<Finding[]> {
  const { ok, fail } = verdicts('channels');
  const accounts = withWeb(settings.accounts);
  const found: Finding[] = [];
  for (const [name, block] of Object.entries(accounts)) {
    try {
      await loadAccounts({ [name]: block }, undefined, settings.accountLines);
      found.push(ok(`${name} (${block.channel}): settings are sound`));
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      found.push(
        fail(detail, 'Correct this account in channels.yaml; its page in docs/channels says what each value is.'),
      );
    }
  }
  return found;
}
