// Heat: what the heat of matters is reckoned from: which of them grow, who reported them, and how much came in altogether.
import type { Case } from '../../core/case.ts';
import type { Direct } from '../direct.ts';
import { MOST_REPORTED, MOST_WORDS, numbered } from '../heat.ts';
import type { Ground } from './ground.ts';
import { unitList } from './known.ts';
import { MATTER_COLUMNS, type MatterRow, matterOf } from './matters.ts';

interface Row {
  readonly at: number;
  readonly channel: string;
  readonly division: string | null;
  readonly urgency: Case['urgency'];
  readonly hidden: number;
  readonly barred: string | null;
  readonly people: string | null;
}

export function openHeat({ db }: Ground): Pick<Direct, 'growing' | 'matterFacts' | 'openedSince'> {
  const growing = db
    .prepare<[number, string | null, string | null, number], string>(
      `SELECT id FROM matters WHERE size >= 2 AND grown >= ? AND (? IS NULL OR tenant = ?) ORDER BY grown DESC, id LIMIT ?`,
    )
    .pluck();
  const matter = db.prepare<[string], MatterRow>(`SELECT ${MATTER_COLUMNS} FROM matters WHERE id = ? AND size > 0`);
  const cases = db.prepare<[string, number], Row>(
    `SELECT opened_at AS at, json_extract(doc, '$.channel') AS channel, division, urgency, barred,
       (secret = 1 OR kind = 'report') AS hidden,
       (SELECT group_concat(hex(k.blind)) FROM sender_keys k WHERE k.case_id = cases.id) AS people
     FROM cases WHERE matter = ? AND erased = 0 ORDER BY id DESC LIMIT ?`,
  );
  const words = db
    .prepare<[string, number], string>(
      `SELECT masked FROM cases WHERE matter = ? AND erased = 0 AND secret = 0 AND kind <> 'report'
       ORDER BY id DESC LIMIT ?`,
    )
    .pluck();
  const last = db.prepare<[], number | null>('SELECT max(id) FROM cases').pluck();
  const openedAt = db
    .prepare<[number], string>("SELECT json_extract(doc, '$.openedAt') FROM cases WHERE id = ?")
    .pluck();

  return {
    growing: ({ since, limit, tenant = null }) => growing.all(since, tenant, tenant, limit),
    matterFacts(id) {
      const row = matter.get(id);
      if (!row) return undefined;
      const reported = cases.all(id, MOST_REPORTED).map(({ division, barred, hidden, people, ...rest }) => ({
        ...rest,
        ...(division === null ? {} : { division }),
        ...{ hidden: hidden === 1, barred: barred === null ? [] : unitList(barred), keys: people?.split(',') ?? [] },
      }));
      return { matter: matterOf(row), reported: numbered(reported), words: words.all(id, MOST_WORDS) };
    },
    openedSince(since) {
      // Cases are numbered as they are opened, without gaps: the first of them is found by halving.
      let [low, high] = [1, (last.get() ?? 0) + 1];
      const end = high;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (Date.parse(openedAt.get(middle) ?? '') >= since) high = middle;
        else low = middle + 1;
      }
      return end - low;
    },
  };
}
