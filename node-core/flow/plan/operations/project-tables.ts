/** Tables of the project, as far as the plan does not store them anew. Browser-safe. */
import type { Column } from '../../types/type.ts';
import type { Checker } from '../checker.ts';
import { nestedOps } from './nested.ts';

/** Columns of a table of the project; unknown when this plan stores it anew. */
export function tableColumns(checker: Checker, name: string): readonly Column[] | undefined {
  if (storesTable(checker, name)) return undefined;
  return checker.analysis.environment.tables?.find((table) => table.name.toLowerCase() === name.toLowerCase())?.columns;
}

const stores = new WeakMap<object, Set<string>>();

/** Does the plan store a table of this name? */
export function storesTable(checker: Checker, name: string): boolean {
  let names = stores.get(checker.analysis);
  if (names === undefined) {
    names = new Set();
    const pending = checker.analysis.parse.plan.body.flatMap((item) => (item.kind === 'step' ? [item.op] : []));
    for (let op = pending.pop(); op !== undefined; op = pending.pop()) {
      if (op.op === 'STORE' && op.as === 'TABLE') {
        if (op.name.kind === 'literal' && typeof op.name.value === 'string') names.add(op.name.value.toLowerCase());
        else if (op.name.kind === 'name') names.add(op.name.name.toLowerCase());
      }
      pending.push(...nestedOps(op));
    }
    stores.set(checker.analysis, names);
  }
  return names.has(name.toLowerCase());
}
