// What the doctor sees in the city's own tables: a calendar that ends, answers that have run out, accounts that cannot open.
import { loadAccounts, withWeb } from '../../channels/index.ts';
import type { City } from '../../core/city.ts';
import { dateOf } from '../../core/clock.ts';
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
      await loadAccounts({ [name]: block });
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
