/** Puts parts of a table on the clipboard; rows that are not at hand are fetched. What goes wrong is said in a toast. */
import type { TablePage } from '../../../node-core/runs/schema.ts';
import { copyText, count, thousands, toast, toastProblem } from '../../ui/index.ts';
import { copied, type CopyForm, plainCell } from './copy.ts';

/** Rows that are put on the clipboard at most; more would stall the programs that paste it. */
const COPY_LIMIT = 100_000;

export interface RowSource {
  total: number;
  /** A row that is at hand. */
  held(row: number): unknown[] | undefined;
  fetch(offset: number, limit: number, signal: AbortSignal): Promise<TablePage>;
}

/** Rows and columns, from 0, both ends included. */
export interface GridArea {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** One cell as its text, more in the form that is asked for. `names` are those of all columns. */
export async function copyArea(
  source: RowSource,
  area: GridArea,
  names: readonly string[],
  form: CopyForm = 'plain',
): Promise<void> {
  try {
    const taken = await collect(source, area.top, area.bottom);
    if (form === 'plain' && area.top === area.bottom && area.left === area.right) {
      await copyText(plainCell(taken[0]?.[area.left]), 'Cell copied');
      return;
    }
    const cells = taken.map((row) => row.slice(area.left, area.right + 1));
    const text = copied(form, names.slice(area.left, area.right + 1), cells);
    await copyText(text, `${count(cells.length, 'row')} copied${form === 'plain' ? '' : ` as ${form}`}`);
    sayCut(cells.length, area.bottom - area.top + 1);
  } catch (error) {
    toastProblem(error);
  }
}

function sayCut(taken: number, wanted: number): void {
  if (taken >= wanted) return;
  toast({
    tone: 'warn',
    text: `The first ${thousands(taken)} of ${thousands(wanted)} rows were copied.`,
    hint: 'Export writes all of them to a file.',
  });
}

async function collect({ held, fetch }: RowSource, start: number, end: number): Promise<unknown[][]> {
  const taken: unknown[][] = [];
  const stop = Math.min(end, start + COPY_LIMIT - 1);
  for (let row = start; row <= stop;) {
    const present = held(row);
    if (present !== undefined) {
      taken.push(present);
      row++;
    } else {
      const page = await fetch(row, Math.min(1000, stop - row + 1), new AbortController().signal);
      if (page.rows.length === 0) break;
      taken.push(...page.rows);
      row += page.rows.length;
    }
  }
  return taken;
}
