// How right relating is: B-cubed and pairs of a clustering against the judged one, hard negatives merged, the right one among three.

const f1 = (p, r) => (p + r === 0 ? 0 : (2 * p * r) / (p + r));
const round = (x) => Math.round(x * 10_000) / 10_000;
const both = (pairs) => new Set(pairs.flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]));
const GIANT = 40;

/** `rows`: what `civicline relate` answers, in the order of the stream; `field`: cluster or suggested. */
function clustering({ clusters, apart, unclear }, rows, field) {
  const goldOf = new Map(clusters.flatMap((ids) => ids.map((id) => [id, new Set(ids)])));
  const dontCare = both(unclear);
  const of = new Map(rows.map((row) => [row.id, row[field]]));
  const members = groupBy(of.keys(), (id) => of.get(id));
  const sums = { all: [0, 0, 0], multi: [0, 0, 0], pairs: [0, 0, 0], small: [0, 0, 0] };
  for (const { id } of rows) {
    const gold = goldOf.get(id) ?? new Set([id]);
    const mine = members.get(of.get(id)) ?? [];
    const right = mine.filter((one) => gold.has(one)).length;
    const wrong = mine.filter((one) => !gold.has(one) && !dontCare.has(`${id} ${one}`)).length;
    for (const sum of gold.size > 1 ? [sums.all, sums.multi] : [sums.all]) {
      sum[0] += right / (right + wrong);
      sum[1] += right / gold.size;
      sum[2] += 1;
    }
    for (const sum of gold.size > GIANT ? [sums.pairs] : [sums.pairs, sums.small]) {
      sum[0] += right - 1;
      sum[1] += wrong;
      sum[2] += gold.size - right;
    }
  }
  const cubed = ([p, r, n]) => ({ p: round(p / n), r: round(r / n), f1: round(f1(p / n, r / n)) });
  const pairwise = ([right, wrong, missed]) =>
    round(f1(right / Math.max(1, right + wrong), right / Math.max(1, right + missed)));
  const merged = apart.filter(([a, b]) => of.get(a) !== undefined && of.get(a) === of.get(b)).length;
  return {
    multi: cubed(sums.multi),
    all: cubed(sums.all),
    merged: round(merged / Math.max(1, apart.length)),
    pairs: pairwise(sums.pairs),
    pairsWithoutGiants: pairwise(sums.small),
  };
}

function groupBy(items, nameOf) {
  const groups = new Map();
  for (const item of items) groups.set(nameOf(item), [...(groups.get(nameOf(item)) ?? []), item]);
  return groups;
}

/** Joins by the machine, counted message to matter, don't-care pairs left out; and the right earlier one among three. */
function joins({ clusters, unclear }, rows) {
  const goldOf = new Map(clusters.flatMap((ids) => ids.map((id) => [id, new Set(ids)])));
  const dontCare = both(unclear);
  const clusterOf = new Map(rows.map((row) => [row.id, row.cluster]));
  const members = new Map();
  const seen = new Set();
  let [joined, right, later, found] = [0, 0, 0, 0];
  for (const row of rows) {
    const gold = goldOf.get(row.id) ?? new Set();
    const before = members.get(row.cluster) ?? [];
    const same = before.some((id) => gold.has(id));
    if (same || (before.length > 0 && !before.some((id) => dontCare.has(`${row.id} ${id}`)))) {
      joined += 1;
      right += same ? 1 : 0;
    }
    const earlier = [...gold].filter((id) => seen.has(id));
    if (earlier.length > 0) {
      later += 1;
      const shown = row.candidates.slice(0, 3).some(({ id }) => earlier.includes(id));
      if (shown || earlier.some((id) => clusterOf.get(id) === row.cluster)) found += 1;
    }
    members.set(row.cluster, [...before, row.id]);
    seen.add(row.id);
  }
  return { joined, right: round(right / Math.max(1, joined)), later, topThree: round(found / Math.max(1, later)) };
}

export function scoreRelating(judged, rows) {
  return {
    suggested: clustering(judged, rows, 'suggested'),
    cluster: clustering(judged, rows, 'cluster'),
    ...joins(judged, rows),
  };
}
