/** For tests: relational groups out of FLOW text, and an engine in a temporary folder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from '../flow/syntax/parse.ts';
import type { ScopeValue, TableValue } from '../flow/values/value.ts';
import type { RelationalGroup, TableEngineOptions, TableSource } from './engine-types.ts';
import { openTableEngine } from './engine.ts';
import { sourceExpressions } from './relations.ts';

/** The steps of a FLOW text as one group; names of `scope` are files, tables, record lists or plain values. */
export function groupOf(source: string, scope: Record<string, ScopeValue> = {}): RelationalGroup {
  const text = source.includes('FLOW "') ? source : `FLOW "t"\n${source}\nEND FLOW`;
  const { plan, diagnostics } = parse(text);
  if (diagnostics.some((diagnostic) => diagnostic.severity === 'error')) throw new Error(JSON.stringify(diagnostics));
  const names = new Set<string>();
  let before = '';
  const steps = plan.body.flatMap((step) => {
    if (step.kind !== 'step') return [];
    const op =
      step.op.op === 'TAKE' && step.op.source === undefined
        ? { ...step.op, source: { kind: 'name' as const, name: before, range: step.op.range } }
        : step.op;
    const sources = sourceExpressions(op).map((expr): TableSource => {
      const name = expr.kind === 'name' ? expr.name : '';
      if (names.has(name)) return { kind: 'step', step: `step:${name}` };
      const value = scope[name] as unknown;
      if (Array.isArray(value)) return { kind: 'records', records: value };
      const kind = (value as { kind?: string } | undefined)?.kind;
      if (kind === 'table') return { kind: 'table', table: value as TableValue };
      if (kind === 'lazy-table') return { kind: 'lazy', table: value as never };
      if (kind === 'file') return { kind: 'file', file: value as never };
      throw new Error(`no source ${name}`);
    });
    names.add(step.name.name);
    before = step.name.name;
    return [{ nodeId: `step:${step.name.name}`, op, sources }];
  });
  return { steps, scope: { ...scope, INPUT: scope as never } };
}

export function openTestEngine(options: Partial<TableEngineOptions> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'voike-tables-'));
  const engines = openTableEngine({
    spillDir: join(dir, 'spill'),
    tablesDir: join(dir, 'tables'),
    blobPath: (id) => join(dir, 'blobs', id),
    ...options,
  });
  let next = 0;
  return {
    dir,
    engine: engines.of('test'),
    engines,
    key: () => (next++).toString(16).padStart(64, '0'),
    async close() {
      await engines.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
