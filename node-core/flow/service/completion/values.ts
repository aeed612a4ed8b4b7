/** Values: names, functions, literals, aggregates, tables of the project. Browser-safe. */
import { FUNCTIONS, signature } from '../../contracts/functions.ts';
import type { Analysis } from '../../plan/model.ts';
import { displayType } from '../../types/display.ts';
import type { FlowType } from '../../types/type.ts';
import type { OpContext } from '../context.ts';
import { functionAsMarkdown } from '../hover.ts';
import type { Items } from './items.ts';

/** All that gives a value. */
export function values(items: Items, op: OpContext | undefined, analysis: Analysis, rank: number): void {
  symbols(items, op, analysis, rank, () => true);
  for (const contract of FUNCTIONS) {
    const places = contract.parameters
      .filter((parameter) => !parameter.optional)
      .map((parameter, i) => `\${${i + 1}:${parameter.name}}`);
    items.add(rank + 1, 'function', contract.name, {
      snippet: `${contract.name}(${places.join(', ')})`,
      detail: signature(contract),
      documentation: functionAsMarkdown(contract),
    });
  }
  literals(items);
  items.add(9, 'keyword', 'NOT');
  if (analysis.parse.plan.inputs.length > 0)
    items.add(9, 'keyword', 'INPUT', { insert: 'INPUT.', detail: 'the inputs' });
}

/** Values that are words. */
export function literals(items: Items): void {
  for (const word of ['true', 'false', 'none']) items.add(9, 'value', word);
}

/** Steps, inputs and variables that have a wanted type. */
export function symbols(
  items: Items,
  op: OpContext | undefined,
  analysis: Analysis,
  rank: number,
  wanted: (type: FlowType) => boolean,
): void {
  for (const variable of op?.variables ?? [])
    items.add(rank, 'variable', variable.name, { detail: 'item of FOR EACH' });
  const self = op?.step;
  for (let i = analysis.symbols.length - 1; i >= 0; i--) {
    const symbol = analysis.symbols[i]!;
    if (symbol.name === self || symbol.name === '' || !wanted(symbol.type)) continue;
    items.add(rank, symbol.kind, symbol.name, { detail: displayType(symbol.type) });
  }
}

/** The aggregate functions. */
export function aggregates(items: Items): void {
  items.add(0, 'aggregate', 'count(*)', { detail: 'how many rows' });
  for (const [name, detail] of [
    ['sum', 'sum of the values'],
    ['avg', 'mean of the values'],
    ['min', 'least value'],
    ['max', 'greatest value'],
    ['count', 'how many values are not none'],
    ['count_distinct', 'how many different values'],
    ['median', 'value in the middle'],
    ['stddev', 'standard deviation of a sample'],
    ['first', 'value of the first row'],
    ['last', 'value of the last row'],
    ['list', 'all values, as a list'],
  ] as const)
    items.add(0, 'aggregate', name, { snippet: `${name}(\${1:column})`, detail });
}

/** The tables of the project. */
export function projectTables(items: Items, analysis: Analysis, quoted: boolean): void {
  for (const table of analysis.environment.tables ?? []) {
    items.add(0, 'table', table.name, {
      insert: quoted ? JSON.stringify(table.name) : table.name,
      detail: displayType({ kind: 'table', columns: [...table.columns] }),
    });
  }
}
