/**
 * The parts of an operation, in the order of the source: what a form shows, where edges end, and what an edit may
 * change. One table for ports, forms, holes and edits. Browser-safe.
 */
import type { Aggregate, Expr, Ident, Op, RecordExpr, SourceRange } from './ast.ts';
import type { ExprRole } from './walk.ts';
import type { Word } from './words.ts';

/** What an edge may bring to a part; absent: the part is written, not connected. */
export type PartTakes = 'table' | 'file' | 'list' | 'model' | 'value';

interface PartBase {
  /** Unique in the operation; parts of inner operations begin with the part that they stand in (`then.where`). */
  id: string;
  /** One or two words. */
  label: string;
  /** What goes there, for the end of a sentence: `the table to filter`. */
  what: string;
  /** The word before it. */
  clause?: Word;
  /** A word that may stand before it. */
  maybe?: Word;
  optional?: boolean;
  takes?: PartTakes;
  /** Begins a line of its own when it is added. */
  ownLine?: boolean;
}

export type Part = PartBase &
  (
    | { kind: 'expr'; role: ExprRole; expr: Expr | undefined }
    | { kind: 'exprs'; items: Expr[]; separator: ', ' | ' ' }
    | { kind: 'args'; items: Expr[] }
    | { kind: 'columns'; items: Ident[] | undefined }
    | { kind: 'selection'; items: { column: Ident; as?: Ident }[] }
    | { kind: 'sort'; items: { value: Expr; descending: boolean }[] }
    | { kind: 'aggregates'; items: Aggregate[] }
    | { kind: 'record'; record: RecordExpr | undefined; role: ExprRole }
    | { kind: 'ident'; ident: Ident | undefined }
    /** One of several words. What it is when it is not written is the same as one of them. */
    | { kind: 'word'; value: string; choices: readonly string[] }
    | { kind: 'label'; value: { value: string; range: SourceRange } | undefined }
    | { kind: 'cases'; cases: Extract<Op, { op: 'SWITCH' }>['cases'] }
    | { kind: 'op'; op: Op | undefined }
  );

type More = Partial<PartBase>;

const expr = (id: string, label: string, what: string, value: Expr | undefined, more: More = {}): Part => ({
  id,
  label,
  what,
  kind: 'expr',
  role: 'value',
  expr: value,
  ...more,
});
const source = (id: string, label: string, what: string, value: Expr | undefined, more: More = {}): Part => ({
  id,
  label,
  what,
  kind: 'expr',
  role: 'source',
  expr: value,
  takes: 'table',
  ...more,
});
const rows = (id: string, label: string, what: string, value: Expr | undefined, more: More = {}): Part => ({
  id,
  label,
  what,
  kind: 'expr',
  role: 'row',
  expr: value,
  ...more,
});
const withPart = (op: Op, what = 'its values'): Part => ({
  id: 'with',
  label: 'with',
  what,
  kind: 'record',
  role: 'value',
  record: op.with,
  clause: 'WITH',
  optional: true,
});
const labelPart = (op: { label?: { value: string; range: SourceRange } }): Part => ({
  id: 'label',
  label: 'label',
  what: 'the label',
  kind: 'label',
  value: op.label,
  clause: 'AS',
  optional: true,
});

/** The parts of the operation itself; those of inner operations come from {@link innerOps}. */
export function partsOf(op: Op): Part[] {
  switch (op.op) {
    case 'LOAD':
      return [
        source('from', 'file', 'the file to read', op.from, { clause: 'FROM', takes: 'file' }),
        {
          id: 'options',
          label: 'options',
          what: 'how to read it',
          kind: 'record',
          role: 'value',
          record: op.options,
          clause: 'OPTIONS',
          optional: true,
        },
      ];
    case 'LOAD_TABLE':
      return [expr('table', 'table', 'the name of the table', op.table, { maybe: 'FROM' })];
    case 'LOAD_MODEL':
      return [
        expr('model', 'model', 'the name of the model', op.model, { maybe: 'FROM' }),
        expr('version', 'version', 'the version', op.version, { clause: 'VERSION', optional: true }),
      ];
    case 'FILTER':
      return [
        source('source', 'table', 'the table to filter', op.source),
        rows('where', 'condition', 'what must be true of a row', op.where, { clause: 'WHERE' }),
      ];
    case 'MAP':
      return [
        source('source', 'table', 'the table to make new rows of', op.source),
        op.using === undefined
          ? {
              id: 'to',
              label: 'columns',
              what: 'the columns of the new table',
              kind: 'record',
              role: 'row',
              record: op.to,
              clause: 'TO',
            }
          : { id: 'using', label: 'function', what: 'the function', kind: 'ident', ident: op.using, clause: 'USING' },
      ];
    case 'SELECT':
      return [
        source('source', 'table', 'the table to take columns from', op.source),
        {
          id: 'columns',
          label: 'columns',
          what: 'the columns to keep',
          kind: 'selection',
          items: op.columns,
          clause: 'COLUMNS',
        },
      ];
    case 'GROUP_AGG':
      return [
        source('source', 'table', 'the table to group', op.source),
        {
          id: 'by',
          label: 'group by',
          what: 'the columns to group by',
          kind: 'columns',
          items: op.by.length === 0 ? undefined : op.by,
          clause: 'BY',
          optional: true,
        },
        { id: 'aggregates', label: 'work out', what: 'what to work out', kind: 'aggregates', items: op.aggregates },
      ];
    case 'JOIN':
      return [
        source('left', 'first table', 'the first table', op.left),
        source('right', 'second table', 'the second table', op.right, { clause: 'WITH' }),
        rows('on', 'condition', 'which rows belong together', op.on, { clause: 'ON' }),
        {
          id: 'how',
          label: 'keep',
          what: 'which rows to keep',
          kind: 'word',
          value: op.how,
          choices: ['INNER', 'LEFT', 'OUTER'],
          optional: true,
        },
      ];
    case 'UNION':
      return [
        {
          id: 'sources',
          label: 'tables',
          what: 'a table',
          kind: 'exprs',
          items: op.sources,
          separator: ', ',
          takes: 'table',
        },
      ];
    case 'DISTINCT':
      return [
        source('source', 'table', 'the table', op.source),
        {
          id: 'by',
          label: 'by',
          what: 'the columns that tell rows apart',
          kind: 'columns',
          items: op.by,
          clause: 'BY',
          optional: true,
        },
      ];
    case 'SORT':
      return [
        source('source', 'table', 'the table to sort', op.source),
        { id: 'by', label: 'sort by', what: 'what to sort by', kind: 'sort', items: op.by, clause: 'BY' },
        expr('take', 'keep the first', 'how many rows to keep', op.take, {
          clause: 'TAKE',
          optional: true,
          ownLine: true,
        }),
      ];
    case 'TAKE':
      return [
        expr('count', 'rows', 'how many rows', op.count),
        source('source', 'table', 'the table', op.source, { clause: 'FROM', optional: true }),
      ];
    case 'QUERY':
      return [expr('sql', 'SQL', 'the SQL', op.sql), withPart(op, 'the values of its parameters')];
    case 'INFER':
    case 'TRAIN':
      return [
        source('model', 'model', 'the model', op.model, { takes: 'model' }),
        source('on', 'data', 'the data', op.on, { clause: 'ON', takes: 'value' }),
        withPart(op),
      ];
    case 'RUN_JOB':
      return [expr('job', 'job', 'the type of the job', op.job), withPart(op)];
    case 'RUN_VASM':
      return [expr('program', 'program', 'the program', op.program), withPart(op)];
    case 'CALL':
      return [
        { id: 'fn', label: 'function', what: 'the function', kind: 'ident', ident: op.fn },
        {
          id: 'args',
          label: 'arguments',
          what: 'an argument',
          kind: 'args',
          items: op.args,
          optional: true,
          takes: 'value',
        },
        withPart(op),
      ];
    case 'CALL_FLOW':
      return [expr('path', 'flow', 'the path of the flow', op.path), withPart(op, 'its inputs')];
    case 'ASK_AI':
      return [
        expr('question', 'question', 'the question', op.question),
        withPart(op, 'what it may look at'),
        {
          id: 'into',
          label: 'into',
          what: 'the field of the answer',
          kind: 'ident',
          ident: op.into,
          clause: 'INTO',
          optional: true,
        },
      ];
    case 'RUN_AGENT':
      return [expr('agent', 'agent', 'the agent', op.agent), withPart(op)];
    case 'APX_EXEC':
      return [expr('operation', 'operation', 'the operation of the node', op.operation), withPart(op, 'its input')];
    case 'BUILD_VPKG':
      return [source('source', 'source', 'what to pack', op.source, { takes: 'value' }), withPart(op)];
    case 'DEPLOY_SERVICE':
      return [
        source('source', 'package', 'what to put on line', op.source, { takes: 'value' }),
        expr('name', 'name', 'the name of the service', op.name, { maybe: 'AS', optional: true }),
        withPart(op),
      ];
    case 'STORE':
      return [
        source('source', 'what', 'what to store', op.source, { takes: op.as === 'TABLE' ? 'table' : 'value' }),
        {
          id: 'as',
          label: 'as',
          what: 'what it becomes',
          kind: 'word',
          value: op.as,
          choices: ['TABLE', 'BLOB', 'MODEL'],
          clause: 'AS',
        },
        expr('name', 'name', 'the name to store under', op.name),
        {
          id: 'mode',
          label: 'rows that are there',
          what: 'what happens to rows that are there',
          kind: 'word',
          value: op.mode,
          choices: ['replace', 'append', 'upsert'],
          clause: 'MODE',
          optional: true,
        },
        {
          id: 'by',
          label: 'key',
          what: 'the columns that tell rows apart',
          kind: 'columns',
          items: op.by,
          clause: 'BY',
          optional: true,
        },
      ];
    case 'TRANSFORM':
      return [expr('value', 'value', 'the value', op.value, { takes: 'value', maybe: 'WITH' }), withPart(op)];
    case 'OUTPUT':
    case 'OUTPUT_TEXT':
    case 'OUTPUT_JSON':
      return [
        expr('value', 'value', 'what to give out', op.value, { takes: 'value', maybe: 'WITH' }),
        labelPart(op),
        withPart(op),
      ];
    case 'RETURN':
      return [expr('value', 'value', 'what to give back', op.value, { takes: 'value', optional: true }), withPart(op)];
    case 'ERROR':
      return [expr('message', 'message', 'the message', op.message), withPart(op)];
    case 'SWITCH':
      return [
        expr('subject', 'value', 'what is compared', op.subject, { takes: 'value' }),
        { id: 'cases', label: 'cases', what: 'a case', kind: 'cases', cases: op.cases },
        {
          id: 'default',
          label: 'otherwise',
          what: 'what to do otherwise',
          kind: 'op',
          op: op.default,
          clause: 'DEFAULT',
          optional: true,
          ownLine: true,
        },
      ];
    case 'IF':
      return [
        expr('condition', 'condition', 'what decides', op.condition),
        { id: 'then', label: 'then', what: 'what to do when it is true', kind: 'op', op: op.then, clause: 'THEN' },
        {
          id: 'else',
          label: 'else',
          what: 'what to do otherwise',
          kind: 'op',
          op: op.else,
          clause: 'ELSE',
          optional: true,
        },
      ];
    case 'FOR_EACH':
      return [
        { id: 'variable', label: 'name', what: 'the name of an item', kind: 'ident', ident: op.variable },
        expr('list', 'list', 'the list to go through', op.list, { clause: 'IN', takes: 'list' }),
        { id: 'body', label: 'do', what: 'what to do for each item', kind: 'op', op: op.body },
        expr('parallel', 'at once', 'how many at once', op.parallel, {
          clause: 'PARALLEL',
          optional: true,
          ownLine: true,
        }),
      ];
    case 'UNKNOWN':
      return [
        {
          id: 'args',
          label: 'arguments',
          what: 'an argument',
          kind: 'exprs',
          items: op.args,
          separator: ' ',
          optional: true,
          takes: 'value',
        },
        withPart(op),
      ];
    case 'BROKEN':
      return [];
  }
}

/** The operations directly inside, with the ids that their parts begin with. */
export function innerOps(op: Op): { id: string; op: Op }[] {
  switch (op.op) {
    case 'SWITCH':
      return [
        ...op.cases.map((branch, i) => ({ id: `cases.${i}`, op: branch.op })),
        ...(op.default === undefined ? [] : [{ id: 'default', op: op.default }]),
      ];
    case 'IF':
      return [{ id: 'then', op: op.then }, ...(op.else === undefined ? [] : [{ id: 'else', op: op.else }])];
    case 'FOR_EACH':
      return [{ id: 'body', op: op.body }];
    default:
      return [];
  }
}

/** Calls `visit` with each part of the operation and of those inside it, with its whole id. */
export function walkParts(op: Op, visit: (part: Part, id: string, op: Op) => void, prefix = ''): void {
  for (const part of partsOf(op)) visit(part, prefix + part.id, op);
  for (const inner of innerOps(op)) walkParts(inner.op, visit, `${prefix}${inner.id}.`);
}
