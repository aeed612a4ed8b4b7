/** The form of a node: its parts as fields, with what may be chosen in each. Browser-safe. */
import { contractName, type ContractOption } from '../contracts/contract.ts';
import { contractAsMarkdown, contractIndex } from '../contracts/registry.ts';
import { analyse } from '../plan/analyse.ts';
import { ANNOTATIONS, isLayout } from '../plan/annotations.ts';
import { sideName } from '../plan/columns.ts';
import type { Environment } from '../plan/environment.ts';
import type { Analysis, StepSymbol } from '../plan/model.ts';
import { type Expr, INPUT_TYPES, type Op, type SourceRange } from '../syntax/ast.ts';
import { innerOps, type Part } from '../syntax/parts.ts';
import { AGGREGATES } from '../syntax/operations/group.ts';
import { displayType } from '../types/display.ts';
import { type JsonSchema, typeOfSchema } from '../types/json-schema.ts';
import { elementType, rowColumns } from '../types/relate.ts';
import type { FlowType } from '../types/type.ts';
import { commentText } from './annotate.ts';
import { brokenRange } from './configure.ts';
import { Change, refuse } from './change.ts';
import { type Located, locateParts } from './locate.ts';
import { takes as fits } from './ports.ts';
import { findNode, type Found } from './statements.ts';
import type { Choice, Form, FormField, KnownKey, OfferedColumn, PortTakes, RecordRow } from './types.ts';
import { columnText, isTextPart, readPart } from './values.ts';

/** The form of a node; throws a refusal when the plan has none of that id. */
export function formOf(source: string, id: string, environment: Environment = {}): Form {
  const analysis = analyse(source, environment);
  const found = findNode(analysis, id);
  const change = new Change(analysis);
  const { statement } = found;
  const problems = analysis.diagnostics
    .filter(({ range }) => range.start >= statement.range.start && range.end <= statement.range.end)
    .map(({ message, severity, range }) => ({ message, severity, range }));
  const base = {
    node: id,
    kind: found.kind,
    name: found.name,
    comment: commentText(change, statement),
    problems,
    annotations: [],
  };
  if (statement.kind === 'input') return { ...base, ...inputForm(analysis, found) };
  if (statement.kind === 'output')
    return {
      ...base,
      title: 'OUTPUT',
      summary: 'A result of the flow.',
      docs: 'Makes a value a result of the flow.',
      text: source.slice(statement.value.range.start, statement.value.range.end),
      fields: [
        {
          id: 'value',
          label: 'value',
          doc: 'What to give out.',
          required: true,
          kind: 'expression',
          value: source.slice(statement.value.range.start, statement.value.range.end),
          columns: [],
        },
        {
          id: 'label',
          label: 'label',
          doc: 'The name of the result.',
          required: false,
          kind: 'text',
          value: statement.label?.value ?? null,
        },
      ],
    };
  const step = found.symbol as StepSymbol;
  const { op } = step.node;
  const contract = op.op === 'BROKEN' ? undefined : contractIndex(environment.contracts).get(contractName(op));
  const places = new Map<string, Located>();
  const fields = fieldsOf(analysis, step, op, '', [], places);
  return {
    ...base,
    title: contract?.words ?? (op.op === 'BROKEN' ? 'Broken' : contractName(op)),
    summary: contract?.summary ?? '',
    docs: contract === undefined ? '' : contractAsMarkdown(contract),
    text: slice(source, op.op === 'BROKEN' ? brokenRange(analysis, step.node) : op.range),
    fields,
    annotations: step.node.annotations
      .filter((annotation) => !isLayout(annotation))
      .map((annotation) => ({
        name: annotation.name.name.toLowerCase(),
        arguments: source
          .slice(annotation.name.range.end, annotation.range.end)
          .replace(/^\s*\(([^]*)\)$/, '$1')
          .trim(),
        summary: ANNOTATIONS.find(({ name }) => name === annotation.name.name.toLowerCase())?.summary ?? '',
      })),
    problems: problems.map((problem) => {
      // The innermost field that the problem lies in.
      let best: Located | undefined;
      for (const place of places.values())
        if (
          place.present &&
          place.clause.start <= problem.range.start &&
          problem.range.end <= place.clause.end &&
          (best === undefined || place.clause.end - place.clause.start <= best.clause.end - best.clause.start)
        )
          best = place;
      return best === undefined ? problem : { ...problem, field: best.id };
    }),
  };
}

function slice(source: string, { start, end }: SourceRange): string {
  return source.slice(start, end);
}

function inputForm(analysis: Analysis, found: Found): Pick<Form, 'title' | 'summary' | 'docs' | 'text' | 'fields'> {
  const input = found.statement;
  if (input.kind !== 'input') return refuse(`"${found.name}" is no input.`);
  const { source } = analysis;
  return {
    title: 'Input',
    summary: 'Given when the plan runs.',
    docs: 'A value or a file that is given when the plan runs. With a default, or when it is optional, it may be left out.',
    text: source.slice(input.range.start, input.range.end),
    fields: [
      {
        id: 'type',
        label: 'type',
        doc: 'What may be given.',
        required: true,
        kind: 'choice',
        value: input.type,
        choices: INPUT_TYPES.map((type) => ({ value: type, label: type })),
      },
      {
        id: 'optional',
        label: 'optional',
        doc: 'May be left out.',
        required: false,
        kind: 'bool',
        value: input.optional,
      },
      {
        id: 'default',
        label: 'default',
        doc: 'What it is when nothing is given, as FLOW text: `10`, `"x"`.',
        required: false,
        kind: 'expression',
        value: input.default === undefined ? null : source.slice(input.default.range.start, input.default.range.end),
        columns: [],
      },
      {
        id: 'help',
        label: 'help',
        doc: 'What a person should know who fills it in.',
        required: false,
        kind: 'text',
        value: input.help ?? null,
      },
    ],
  };
}

/** A variable of FOR EACH around an operation. */
interface Bound {
  name: string;
  type: FlowType;
}

function fieldsOf(
  analysis: Analysis,
  step: StepSymbol,
  op: Op,
  prefix: string,
  bound: readonly Bound[],
  places: Map<string, Located>,
): FormField[] {
  const parts = locateParts(analysis.source, op, prefix);
  if (parts === undefined) return [];
  const fields: FormField[] = [];
  for (const located of parts) {
    places.set(located.id, located);
    fields.push(...fieldOf(analysis, step, op, located, bound, places));
  }
  return fields;
}

function fieldOf(
  analysis: Analysis,
  step: StepSymbol,
  op: Op,
  located: Located,
  bound: readonly Bound[],
  places: Map<string, Located>,
): FormField[] {
  const { part, id } = located;
  const { source, environment } = analysis;
  const value = readPart(source, located);
  const base = {
    id,
    label: part.label,
    doc: docOf(part, op, environment),
    required: part.optional !== true,
  };
  switch (part.kind) {
    case 'expr':
      if (part.role === 'source' && part.takes !== undefined)
        return [
          {
            ...base,
            kind: 'source',
            value: (value as string | null) ?? '',
            takes: part.takes,
            choices: sourceChoices(analysis, step, part.takes, bound),
          },
        ];
      if (isTextPart(part)) {
        const suggestions = suggestionsFor(analysis, op, part);
        return [
          {
            ...base,
            kind: 'text',
            value: value === '_' ? '' : (value as string | null),
            ...(part.id === 'sql' ? { language: 'sql' as const } : {}),
            ...(suggestions === undefined ? {} : { suggestions }),
          },
        ];
      }
      return [
        { ...base, kind: 'expression', value: value as string | null, columns: columnsFor(analysis, op, part, bound) },
      ];
    case 'exprs':
    case 'args':
      return part.takes === 'table'
        ? [
            {
              ...base,
              kind: 'sources',
              value: value as string[],
              takes: 'table',
              choices: sourceChoices(analysis, step, 'table', bound),
            },
          ]
        : [{ ...base, kind: 'expressions', value: value as string[], columns: [] }];
    case 'columns':
      return [
        { ...base, kind: 'columns', value: value as string[] | null, columns: columnsFor(analysis, op, part, bound) },
      ];
    case 'selection':
      return [{ ...base, kind: 'selection', value: value as never, columns: columnsFor(analysis, op, part, bound) }];
    case 'sort':
      return [{ ...base, kind: 'sort', value: value as never, columns: columnsFor(analysis, op, part, bound) }];
    case 'aggregates':
      return [
        {
          ...base,
          kind: 'aggregates',
          required: false,
          value: value as never,
          columns: columnsFor(analysis, op, part, bound),
          functions: AGGREGATES.map((fn) => ({ value: fn, label: fn })),
        },
      ];
    case 'record':
      return recordFields(analysis, op, located, value as RecordRow[] | null, bound, base);
    case 'ident':
      return [{ ...base, kind: 'name', value: value as string | null }];
    case 'word':
      return [
        {
          ...base,
          kind: 'choice',
          value: value as string | null,
          choices: part.choices.map((choice) => ({
            value: choice,
            label: WORD_LABELS[`${op.op}.${choice}`] ?? choice.toLowerCase(),
          })),
        },
      ];
    case 'label':
      return [{ ...base, kind: 'text', value: value as string | null }];
    case 'cases':
      return [{ ...base, kind: 'cases', value: value as never }, ...innerFields(analysis, step, op, bound, places, id)];
    case 'op': {
      const inner = part.op;
      return [
        {
          ...base,
          kind: 'operation',
          value: value as string | null,
          fields:
            inner === undefined
              ? []
              : fieldsOf(analysis, step, inner, `${id}.`, [...bound, ...boundBy(analysis, op)], places),
        },
      ];
    }
  }
}

const WORD_LABELS: Readonly<Record<string, string>> = {
  'JOIN.INNER': 'pairs only',
  'JOIN.LEFT': 'every row of the first table',
  'JOIN.OUTER': 'every row of both tables',
  'STORE.TABLE': 'a table',
  'STORE.BLOB': 'a blob',
  'STORE.MODEL': 'a model',
  'STORE.replace': 'give way to the new rows',
  'STORE.append': 'stay; the new rows are added',
  'STORE.upsert': 'give way where the key is the same',
};

/** The operations of the cases, each with its fields. */
function innerFields(
  analysis: Analysis,
  step: StepSymbol,
  op: Op,
  bound: readonly Bound[],
  places: Map<string, Located>,
  id: string,
): FormField[] {
  const prefix = id.slice(0, id.lastIndexOf('cases'));
  return innerOps(op)
    .filter((inner) => inner.id.startsWith('cases.'))
    .map((inner, i) => ({
      id: `${prefix}${inner.id}`,
      label: `case ${i + 1}`,
      doc: 'What is done in this case.',
      required: true,
      kind: 'operation' as const,
      value: analysis.source.slice(inner.op.range.start, inner.op.range.end),
      fields: fieldsOf(analysis, step, inner.op, `${prefix}${inner.id}.`, bound, places),
    }));
}

function boundBy(analysis: Analysis, op: Op): Bound[] {
  if (op.op !== 'FOR_EACH') return [];
  return [{ name: op.variable.name, type: elementType(typeAt(analysis, op.list, [])) }];
}

/** The type of what an expression names; any for one that computes. */
function typeAt(analysis: Analysis, expr: Expr, bound: readonly Bound[]): FlowType {
  if (expr.kind === 'name') {
    const variable = bound.findLast(({ name }) => name === expr.name);
    return variable?.type ?? analysis.byName.get(expr.name)?.type ?? { kind: 'any' };
  }
  if (expr.kind === 'member') {
    if (expr.object.kind === 'name' && expr.object.name === 'INPUT')
      return analysis.byName.get(expr.property.name)?.type ?? { kind: 'any' };
    const type = typeAt(analysis, expr.object, bound);
    if (type.kind === 'record') return type.fields?.[expr.property.name] ?? { kind: 'any' };
    return expr.property.name === 'output' || expr.property.name === 'result' ? type : { kind: 'any' };
  }
  return { kind: 'any' };
}

function docOf(part: Part, op: Op, environment: Environment): string {
  const contract = op.op === 'BROKEN' ? undefined : contractIndex(environment.contracts).get(contractName(op));
  const wanted = [part.clause, part.id, part.label].map((name) => name?.toLowerCase());
  const parameter = contract?.parameters.find(({ name }) => wanted.includes(name.toLowerCase()));
  const what = `${part.what.charAt(0).toUpperCase()}${part.what.slice(1)}.`;
  return parameter?.doc ?? what;
}

/** The columns that a part of a row-wise operation can name. */
function columnsFor(analysis: Analysis, op: Op, part: Part, bound: readonly Bound[]): OfferedColumn[] {
  const isRow = part.kind !== 'expr' || part.role === 'row';
  if (!isRow) return [];
  if (op.op === 'JOIN') {
    return [op.left, op.right].flatMap((side) => {
      const name = sideName(side);
      return (rowColumns(typeAt(analysis, side, bound)).columns ?? []).map((column) => ({
        ...column,
        ...(name === undefined ? {} : { table: name }),
        insert: name === undefined ? columnText(column.name) : `${name}.${column.name}`,
      }));
    });
  }
  if (!('source' in op) || op.source === undefined) return [];
  const table = sideName(op.source);
  return (rowColumns(typeAt(analysis, op.source, bound)).columns ?? []).map((column) => ({
    ...column,
    ...(table === undefined ? {} : { table }),
    insert: part.kind === 'columns' || part.kind === 'selection' ? columnText(column.name) : column.name,
  }));
}

/** Inputs and steps that may stand there: those that fit, and that do not read this step. */
function sourceChoices(analysis: Analysis, step: StepSymbol, takes: PortTakes, bound: readonly Bound[]): Choice[] {
  const readers = readersOf(analysis, step);
  const choices: Choice[] = bound.map(({ name }) => ({ value: name, label: name, doc: 'the item' }));
  for (const symbol of analysis.symbols) {
    if (readers.has(symbol) || !fits(takes, symbol.type) || symbol.name === '') continue;
    choices.push({ value: symbol.name, label: symbol.name, doc: displayType(symbol.type) });
  }
  return choices;
}

/** The step and all that depend on it. */
function readersOf(analysis: Analysis, step: StepSymbol): Set<unknown> {
  const readers = new Set<unknown>([step]);
  // Each step stands behind what it reads.
  for (const other of analysis.order) for (const read of other.dependsOn) if (readers.has(read)) readers.add(other);
  return readers;
}

function suggestionsFor(analysis: Analysis, op: Op, part: Part): Choice[] | undefined {
  const { environment } = analysis;
  if (op.op === 'APX_EXEC' && part.id === 'operation')
    return environment.operations?.map(({ name, summary }) => ({ value: name, label: name, doc: summary }));
  if ((op.op === 'LOAD_TABLE' && part.id === 'table') || (op.op === 'STORE' && part.id === 'name'))
    return environment.tables?.map(({ name, columns }) => ({
      value: name,
      label: name,
      doc: `${columns.length} columns`,
    }));
  return undefined;
}

type Base = Pick<FormField, 'id' | 'label' | 'doc' | 'required'>;

/** A record as one field; of a node operation with a known input one field a key, and one for the rest. */
function recordFields(
  analysis: Analysis,
  op: Op,
  located: Located,
  value: RecordRow[] | null,
  bound: readonly Bound[],
  base: Base,
): FormField[] {
  const { part, id } = located;
  const columns = part.kind === 'record' && part.role === 'row' ? columnsFor(analysis, op, part, bound) : [];
  const keys = knownKeys(analysis.environment, op, part);
  return [{ ...base, kind: 'record', value, columns, ...(keys === undefined ? {} : { keys }) }].map((field) => ({
    ...field,
    id,
  })) as FormField[];
}

function knownKeys(environment: Environment, op: Op, part: Part): KnownKey[] | undefined {
  if (op.op === 'APX_EXEC' && op.operation.kind === 'literal') {
    const name = op.operation.value;
    const found = environment.operations?.find((operation) => operation.name === name);
    if (found?.input.properties === undefined) return undefined;
    return Object.entries(found.input.properties).map(([key, schema]) =>
      keyOf(key, schema, found.input.required?.includes(key) ?? false),
    );
  }
  if (part.id === 'options' && op.op === 'LOAD') {
    const contract = contractIndex(environment.contracts).get(contractName(op));
    return contract?.options?.map(optionKey);
  }
  return undefined;
}

function keyOf(key: string, schema: JsonSchema, required: boolean): KnownKey {
  const values = schema.enum ?? schema.anyOf?.flatMap((choice) => ('const' in choice ? [choice.const] : []));
  return {
    key,
    type: displayType(typeOfSchema(schema)),
    doc: schema.description ?? '',
    required,
    ...(values === undefined || values.length === 0
      ? {}
      : { choices: values.map((choice) => ({ value: JSON.stringify(choice), label: String(choice) })) }),
  };
}

function optionKey({ name, kind, doc }: ContractOption): KnownKey {
  return {
    key: name,
    type: kind,
    doc,
    required: false,
    ...(kind === 'bool'
      ? {
          choices: [
            { value: 'true', label: 'true' },
            { value: 'false', label: 'false' },
          ],
        }
      : {}),
  };
}
