/** What can stand in quotes: operations of the node, programs, tables. Browser-safe. */
import type { Analysis } from '../../plan/model.ts';
import { type ProgramInfo, programSignature } from '../../plan/programs.ts';
import { displayColumnType, displayType } from '../../types/display.ts';
import { rowColumns } from '../../types/relate.ts';
import type { OpContext } from '../context.ts';
import type { Items } from './items.ts';
import { projectTables } from './values.ts';

/** The functions of a program that can be called. */
export function functions(items: Items, info: ProgramInfo | undefined, before: string): void {
  for (const func of info?.functions ?? [])
    items.add(0, 'function', before + func.name, { detail: programSignature(func) });
}

/** What fits inside this text. */
export function insideString(items: Items, token: number, op: OpContext | undefined, analysis: Analysis): void {
  if (op === undefined) return;
  const first = token === op.first;
  if (op.words === 'APX_EXEC' && first) {
    for (const operation of analysis.environment.operations ?? [])
      items.add(0, 'node-operation', operation.name, { detail: operation.effect, documentation: operation.summary });
  } else if ((op.words === 'RUN VASM' || op.words === 'RUN JOB') && first) {
    for (const [path, info] of Object.entries(analysis.environment.programs?.paths ?? {}))
      functions(items, info, `${path}#`);
  } else if (op.words === 'LOAD TABLE' && first) projectTables(items, analysis, false);
  else if (op.words === 'STORE' && op.clause === 'AS') projectTables(items, analysis, false);
  else if (op.words === 'QUERY' && first) {
    for (const symbol of analysis.symbols) {
      const known = rowColumns(symbol.type);
      if (symbol.type.kind !== 'table' && known.columns === undefined) continue;
      items.add(0, symbol.kind, symbol.name, { detail: displayType(symbol.type) });
      for (const column of known.columns ?? [])
        items.add(2, 'column', column.name, { detail: `${displayColumnType(column)} of ${symbol.name}` });
    }
    projectTables(items, analysis, false);
  }
}
