/** What a name stands for, and what is said of one that stands for nothing. Browser-safe. */
import { BARE_FUNCTIONS, functionContract, signature } from '../../contracts/functions.ts';
import type { SourceRange } from '../../syntax/ast.ts';
import { ANY, type FlowType } from '../../types/type.ts';
import { type Checker, error, read, refer, suggest } from '../checker.ts';
import { HOLE } from '../holes.ts';
import type { Variable } from '../model.ts';
import { columnNames, type ExprScope, lookUpColumn } from '../scope.ts';

/** Names that read as something else, so that no step or input may have them. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(['INPUT', 'true', 'false', 'none', 'null']);

/** Is this such a name? `True` is one as well, `input` is not. */
export function isReservedName(name: string): boolean {
  return RESERVED_NAMES.has(name) || ['true', 'false', 'none', 'null'].includes(name.toLowerCase());
}

function findVariable(scope: ExprScope, name: string): Variable | undefined {
  for (let i = scope.variables.length - 1; i >= 0; i--)
    if (scope.variables[i]!.name === name) return scope.variables[i];
  return undefined;
}

/** The type of what the name stands for: a column, a variable, a step or input, or a function. */
export function typeOfName(checker: Checker, name: string, range: SourceRange, scope: ExprScope): FlowType {
  const lookup = scope.columns === undefined ? undefined : lookUpColumn(scope.columns, name);
  if (lookup?.found === 'column')
    return refer(checker, range, { kind: 'column', column: lookup.column, declares: false }, lookup.column.type);
  if (lookup?.found === 'ambiguous') {
    const sides = lookup.sides.map((side) => side.name).filter((side) => side !== undefined);
    const written = sides.map((side) => `${side}.${name}`);
    error(
      checker,
      'FLOW3009',
      `Both tables have a column "${name}": write ${written.join(' or ') || 'which one is meant'}.`,
      range,
      sides.length === 0 ? {} : { fix: { title: `Write ${written[0]}`, edits: [{ range, text: written[0]! }] } },
    );
    return ANY;
  }
  const variable = findVariable(scope, name);
  if (variable !== undefined)
    return refer(checker, range, { kind: 'variable', variable, declares: false }, variable.type);
  const symbol = checker.analysis.byName.get(name);
  if (symbol !== undefined) {
    // Where columns are not known, a name of the step itself or of one that would close a circle can only be a column.
    const column =
      lookup?.found === 'maybe' && symbol.kind === 'step' && (symbol === checker.step || symbol.state !== 'done');
    if (!column) return read(checker, symbol, range);
  }
  if (lookup?.found === 'maybe') return ANY;
  if (BARE_FUNCTIONS.has(name.toUpperCase())) {
    const contract = functionContract(name)!;
    return refer(
      checker,
      range,
      { kind: 'function', contract },
      typeof contract.returns === 'function' ? ANY : contract.returns,
    );
  }
  unknownName(checker, name, range, scope);
  return ANY;
}

function unknownName(checker: Checker, name: string, range: SourceRange, scope: ExprScope): void {
  // Reported by what goes there; see holes.ts.
  if (name === HOLE) return;
  const names = (): string[] => [
    ...(scope.columns === undefined ? [] : columnNames(scope.columns)),
    ...scope.variables.map((variable) => variable.name),
    ...checker.analysis.byName.keys(),
  ];
  const { words, more } = suggest(checker, name, names, range);
  if (scope.columns !== undefined) {
    const tables = scope.columns.sides.map((side) => side.name).filter((side) => side !== undefined);
    const where = tables.length === 0 ? 'The table' : tables.map((side) => `"${side}"`).join(' and ');
    error(
      checker,
      'FLOW3001',
      `${where} ${tables.length > 1 ? 'have' : 'has'} no column "${name}", and there is no input or step of that name.${words}`,
      range,
      more,
    );
  } else if (name === 'INPUT') {
    error(checker, 'FLOW2001', 'INPUT is followed by a dot and the name of an input: INPUT.name.', range);
  } else if (functionContract(name) !== undefined) {
    const contract = functionContract(name)!;
    error(
      checker,
      'FLOW2001',
      `"${name}" is a function: write ${signature(contract)}.`,
      range,
      contract.parameters.length === 0
        ? { fix: { title: 'Add ()', edits: [{ range: { start: range.end, end: range.end }, text: '()' }] } }
        : {},
    );
  } else {
    error(checker, 'FLOW2001', `There is no input or step called "${name}".${words}`, range, more);
  }
}

/** The type of `INPUT.name`. */
export function typeOfInput(checker: Checker, name: string, range: SourceRange): FlowType {
  if (range.end === range.start) return ANY;
  const symbol = checker.analysis.byName.get(name);
  if (symbol?.kind === 'input') return read(checker, symbol, range);
  const inputs = checker.analysis.symbols.filter((candidate) => candidate.kind === 'input');
  const { words, more } = suggest(checker, name, () => inputs.map((input) => input.name), range);
  const isStep = symbol === undefined ? '' : ` "${name}" is a step: write it without INPUT.`;
  error(checker, 'FLOW2001', `The plan has no input called "${name}".${isStep || words}`, range, more);
  return ANY;
}
