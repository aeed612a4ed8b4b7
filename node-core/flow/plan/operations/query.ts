/** What is known of a QUERY: its tables, and its parameters. Browser-safe. */
import type { Op, SourceRange } from '../../syntax/ast.ts';
import { aType } from '../../types/display.ts';
import { rowColumns } from '../../types/relate.ts';
import type { FlowType } from '../../types/type.ts';
import { type Checker, error, read, refer, report, suggest } from '../checker.ts';
import { isHoleName } from '../holes.ts';
import type { ExprScope } from '../scope.ts';
import { sqlTables } from '../sql-tables.ts';
import { checkText } from './expect.ts';
import { storesTable, tableColumns } from './project-tables.ts';
import { TABLE } from './rows.ts';

/** QUERY: notes the tables that its SQL reads. Which columns it makes, SQL alone knows. */
export function typeOfQuery(checker: Checker, op: Extract<Op, { op: 'QUERY' }>, scope: ExprScope): FlowType {
  if (op.sql.kind !== 'literal' || typeof op.sql.value !== 'string') {
    checkText(checker, op.sql, scope, 'QUERY needs its SQL as text');
    if (op.sql.kind === 'binary' || op.sql.kind === 'call') {
      report(
        checker,
        'warning',
        'FLOW3015',
        'SQL that is put together from values cannot be checked, and may not mean what it seems. Write values as :name in the SQL and give them with WITH { name: … }.',
        op.sql.range,
      );
    }
    return TABLE;
  }
  const sql = op.sql.value;
  const tables = [];
  const shift = plainText(checker.analysis.source, op.sql.range, sql);
  for (const table of sqlTables(sql)) {
    const range =
      shift === undefined
        ? { start: op.sql.range.start, end: op.sql.range.start }
        : { start: shift + table.start, end: shift + table.end };
    const symbol = checker.analysis.byName.get(table.name);
    // A step or input that is no table does not hide a table of the project.
    if (
      symbol !== undefined &&
      symbol !== checker.step &&
      (symbol.kind === 'input' || symbol.state === 'done') &&
      rowColumns(symbol.type).rows
    ) {
      const type = read(checker, symbol, range);
      if (shift !== undefined)
        for (const { start, end } of table.again)
          refer(checker, { start: shift + start, end: shift + end }, { kind: 'symbol', symbol, declares: false }, type);
      continue;
    }
    if (isHoleName({ name: table.name, range: table })) continue;
    tables.push(table);
    const columns = tableColumns(checker, table.name);
    refer(checker, range, { kind: 'table', name: table.name, columns }, TABLE);
    const known = checker.analysis.environment.tables;
    if (known !== undefined && columns === undefined && !storesTable(checker, table.name)) {
      const names = (): string[] => [...known.map((entry) => entry.name), ...checker.analysis.byName.keys()];
      const { words, more } = suggest(checker, table.name, names, range);
      report(
        checker,
        'warning',
        'FLOW4009',
        `There is no table "${table.name}" in the project${symbol === undefined ? ', and no step of that name' : `, and "${table.name}" here is ${aType(symbol.type)}`}.${words}`,
        range.end > range.start ? range : op.sql.range,
        range.end > range.start ? more : {},
      );
    }
  }
  checker.analysis.queryTables.set(op, tables);
  checkParameters(checker, op, sql);
  return TABLE;
}

const PARAMETER =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'[^']*(?:''[^']*)*(?:'|$)|"[^"]*(?:""[^"]*)*(?:"|$)|::|[:$]([A-Za-z_]\w*)/g;

/** Every `:name` of the SQL has its value in WITH, and the other way round. */
function checkParameters(checker: Checker, op: Extract<Op, { op: 'QUERY' }>, sql: string): void {
  const named = new Set<string>();
  for (const match of sql.matchAll(PARAMETER)) if (match[1] !== undefined) named.add(match[1]);
  const given = new Map((op.with?.entries ?? []).map((entry) => [entry.key.name, entry.key]));
  for (const name of named) {
    if (!given.has(name))
      error(
        checker,
        'FLOW4005',
        `The SQL uses :${name}, and WITH gives no value for it. Write WITH { ${name}: … }.`,
        op.sql.range,
      );
  }
  for (const [name, key] of given) {
    if (!named.has(name) && key.range.end > key.range.start) {
      const { words, more } = suggest(checker, name, () => named, key.range);
      report(checker, 'warning', 'FLOW4006', `The SQL does not use :${name}.${words}`, key.range, more);
    }
  }
}

/** The offset of the text of a string token, when it stands in the source letter for letter. */
function plainText(source: string, range: SourceRange, text: string): number | undefined {
  for (const quote of [3, 1]) {
    const start = range.start + quote;
    if (range.end - quote - start === text.length && source.startsWith(text, start)) return start;
  }
  return undefined;
}
