/** Which effects must come after which, so that a flow reads what it wrote. Browser-safe. */
import type { Expr, Op } from '../syntax/ast.ts';
import type { Analysis, StepSymbol } from './model.ts';
import { nestedOps } from './operations/nested.ts';

interface Access {
  /** `table:name`, lower case; undefined when only the run knows which. */
  what: string | undefined;
  write: boolean;
}

/** What was last done to one table. */
interface Trace {
  /** The steps that wrote last, all of which the next reader and writer come after. */
  writers: StepSymbol[];
  /** The steps that have read since. */
  readers: StepSymbol[];
}

/**
 * Pairs of steps on the same table, at least one of which writes: `[earlier, later]`, in the order in which the steps
 * stand in the source, as far as what they read of each other allows. The number of pairs is linear in the number of steps.
 */
export function orderPairs(analysis: Analysis): [StepSymbol, StepSymbol][] {
  const pairs: [StepSymbol, StepSymbol][] = [];
  const traces = new Map<string, Trace>();
  /** The last step that may have written any table, and the steps since then that have touched some table. */
  let barrier: StepSymbol | undefined;
  let sinceBarrier: StepSymbol[] = [];
  /** Steps since the barrier that may have read any table. */
  let anyReaders: StepSymbol[] = [];
  const link = (earlier: StepSymbol, later: StepSymbol): void => {
    if (earlier !== later && !later.dependsOn.has(earlier)) pairs.push([earlier, later]);
  };
  for (const step of analysis.order) {
    const accesses = accessesOf(analysis, step.node.op);
    if (accesses.length === 0) continue;
    if (accesses.some((access) => access.what === undefined && access.write)) {
      for (const earlier of sinceBarrier) link(earlier, step);
      if (barrier !== undefined && sinceBarrier.length === 0) link(barrier, step);
      barrier = step;
      sinceBarrier = [];
      anyReaders = [];
      traces.clear();
      continue;
    }
    if (barrier !== undefined) link(barrier, step);
    if (accesses.some((access) => access.what === undefined)) {
      // Reads any table: after every write so far. Its own writes are handled below.
      for (const trace of traces.values()) for (const writer of trace.writers) link(writer, step);
      anyReaders.push(step);
    }
    const writes = new Set(accesses.filter((access) => access.write).map((access) => access.what!));
    for (const what of new Set(accesses.flatMap((access) => access.what ?? []))) {
      const trace = traces.get(what) ?? { writers: [], readers: [] };
      traces.set(what, trace);
      if (writes.has(what)) {
        for (const earlier of trace.readers.length > 0 ? trace.readers : trace.writers) link(earlier, step);
        for (const earlier of anyReaders) link(earlier, step);
        trace.writers = [step];
        trace.readers = [];
      } else {
        for (const writer of trace.writers) link(writer, step);
        trace.readers.push(step);
      }
    }
    sinceBarrier.push(step);
  }
  return pairs;
}

function accessesOf(analysis: Analysis, op: Op): Access[] {
  const found: Access[] = [];
  const pending: Op[] = [op];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    switch (next.op) {
      case 'STORE':
        found.push({ what: named(analysis, next.as.toLowerCase(), next.name), write: true });
        break;
      case 'LOAD_TABLE':
        if (!(next.table.kind === 'name' && analysis.byName.get(next.table.name)?.type.kind === 'table')) {
          found.push({ what: named(analysis, 'table', next.table), write: false });
        }
        break;
      case 'LOAD_MODEL':
        found.push({ what: named(analysis, 'model', next.model), write: false });
        break;
      case 'QUERY': {
        const tables = analysis.queryTables.get(next);
        if (tables === undefined) found.push({ what: undefined, write: false });
        else for (const table of tables) found.push({ what: `table:${table.name.toLowerCase()}`, write: false });
        break;
      }
      default:
        pending.push(...nestedOps(next));
    }
  }
  return found;
}

function named(analysis: Analysis, kind: string, expr: Expr): string | undefined {
  if (expr.kind === 'literal') return `${kind}:${String(expr.value).toLowerCase()}`;
  if (expr.kind === 'name' && !analysis.byName.has(expr.name)) return `${kind}:${expr.name.toLowerCase()}`;
  return undefined;
}
