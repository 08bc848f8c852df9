// Cells: what accounts keep between runs.
import type { Direct } from '../direct.ts';
import type { Ground } from './ground.ts';

const nameOf = (account: string, name: string): string => JSON.stringify([account, name]);

export function openCells(ground: Ground): Pick<Direct, 'cell' | 'putCell'> {
  return {
    cell: (account, name) => ground.cells.get(nameOf(account, name)),
    putCell(account, name, value) {
      ground.commit(() => {
        if (value === undefined) ground.cells.delete(nameOf(account, name));
        else ground.cells.set(nameOf(account, name), value);
      });
    },
  };
}
