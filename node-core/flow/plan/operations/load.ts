/** What LOAD gives, from files and from tables of the project. Browser-safe. */
import type { Contract } from '../../contracts/contract.ts';
import type { Expr, Op } from '../../syntax/ast.ts';
import { aType } from '../../types/display.ts';
import { isOpen } from '../../types/relate.ts';
import type { FlowType } from '../../types/type.ts';
import { type Checker, error, refer, report, suggest } from '../checker.ts';
import { typeOf, typeOfRecord } from '../expressions.ts';
import { isHoleName } from '../holes.ts';
import type { ExprScope } from '../scope.ts';
import { checkOptions } from './contract.ts';
import { checkText, insideQuotes } from './expect.ts';
import { storesTable, tableColumns } from './project-tables.ts';
import { copyColumns, TABLE, tableOf } from './rows.ts';

/** LOAD from a file: its columns, where they are known. */
export function typeOfLoad(
  checker: Checker,
  op: Extract<Op, { op: 'LOAD' }>,
  scope: ExprScope,
  contract: Contract | undefined,
): FlowType {
  if (op.options !== undefined) {
    typeOfRecord(checker, op.options, scope);
    checkOptions(checker, op.options, contract);
  }
  const { from } = op;
  const type = typeOf(checker, from, scope);
  if (type.kind === 'text') {
    report(
      checker,
      'warning',
      'FLOW3011',
      'A text is not opened when the plan runs, be it a path or the id of a blob: a file is read only if the person who runs the plan names it. Declare `file` under INPUTS and load from that.',
      from.range,
    );
  } else if (!isOpen(type) && type.kind !== 'file' && type.kind !== 'blob') {
    error(checker, 'FLOW3014', `LOAD reads a file, and this is ${aType(type)}.`, from.range);
  }
  const input =
    from.kind === 'name'
      ? from.name
      : from.kind === 'member' && from.object.kind === 'name' && from.object.name === 'INPUT'
        ? from.property.name
        : undefined;
  const symbol = input === undefined ? undefined : checker.analysis.byName.get(input);
  const known = symbol?.kind === 'input' ? checker.analysis.environment.inputColumns?.[input!] : undefined;
  if (known === undefined) return type.kind === 'table' ? tableOf(type.columns) : TABLE;
  return tableOf(copyColumns(checker, known, op.wordRange));
}

/** LOAD TABLE: the columns of the project's table, unless the plan stores it anew. */
export function typeOfLoadTable(checker: Checker, table: Expr, scope: ExprScope): FlowType {
  let name: string | undefined;
  if (table.kind === 'name') {
    const symbol = checker.analysis.byName.get(table.name);
    const variable = scope.variables.some((candidate) => candidate.name === table.name);
    if (symbol?.kind === 'input' || variable) {
      const type = typeOf(checker, table, scope);
      if (type.kind === 'table') return type;
    } else name = table.name;
  } else if (table.kind === 'literal' && typeof table.value === 'string') name = table.value;
  else checkText(checker, table, scope, 'LOAD TABLE needs the name of a table');
  if (name === undefined || (table.kind === 'name' && isHoleName(table))) return TABLE;
  const columns = tableColumns(checker, name);
  refer(checker, table.range, { kind: 'table', name, columns }, TABLE);
  const { tables } = checker.analysis.environment;
  if (tables !== undefined && columns === undefined && !storesTable(checker, name)) {
    const { words, more } = suggest(checker, name, () => tables.map((known) => known.name), insideQuotes(table));
    report(
      checker,
      'warning',
      'FLOW4009',
      `The project has no table "${name}" yet, and this plan does not store one.${words}`,
      table.range,
      more,
    );
  }
  return columns === undefined ? TABLE : tableOf(copyColumns(checker, columns, table.range));
}
