// Forest: many small trees asked as one: their numbers lie side by side, and no branch is taken that a processor could guess wrongly.

/** Of depth three: at node n goes to 2n+1 when the feature is at most `at`, else to 2n+2; eight leaves. */
export interface Tree {
  readonly feature: readonly number[];
  readonly at: readonly number[];
  readonly leaf: readonly number[];
}

const DEPTH = 3;
const NODES = 7;
const LEAVES = 8;

export function leafOf(tree: Tree, row: readonly number[]): number {
  let node = 0;
  for (let depth = 0; depth < DEPTH; depth++)
    node = 2 * node + ((row[tree.feature[node] ?? 0] ?? 0) <= (tree.at[node] ?? 0) ? 1 : 2);
  return tree.leaf[node - NODES] ?? 0;
}

/** Adds the leaves of all trees to `bias`, in their order: the same number as asking one tree after the other. */
export function forestOf(trees: readonly Tree[], bias: number): (row: Float64Array) => number {
  const features = new Uint8Array(trees.length * NODES);
  const limits = new Float64Array(trees.length * NODES);
  const leaves = new Float64Array(trees.length * LEAVES);
  trees.forEach((tree, n) => {
    for (let node = 0; node < NODES; node++) {
      features[n * NODES + node] = tree.feature[node] ?? 0;
      limits[n * NODES + node] = tree.at[node] ?? 0;
    }
    for (let leaf = 0; leaf < LEAVES; leaf++) leaves[n * LEAVES + leaf] = tree.leaf[leaf] ?? 0;
  });
  return (row) => {
    let sum = bias;
    for (let root = 0, leaf = 0; leaf < leaves.length; root += NODES, leaf += LEAVES) {
      const first = 1 + Number(!((row[features[root] ?? 0] ?? 0) <= (limits[root] ?? 0)));
      const second = 2 * first + 1 + Number(!((row[features[root + first] ?? 0] ?? 0) <= (limits[root + first] ?? 0)));
      const third =
        2 * second + 1 + Number(!((row[features[root + second] ?? 0] ?? 0) <= (limits[root + second] ?? 0)));
      sum += leaves[leaf + third - NODES] ?? 0;
    }
    return sum;
  };
}
