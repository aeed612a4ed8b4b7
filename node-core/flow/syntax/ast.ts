/**
 * The syntax tree of a FLOW plan. Browser-safe. Every node carries its range in UTF-16 offsets; comments and blank
 * lines are kept beside the tree (see `Plan.trivia`), so that the formatter and edits lose nothing.
 */
import type { SourceRange } from '../../errors/problem.ts';

export type { SourceRange };

/** A word in the source: a name where it is written. */
export interface Ident {
  name: string;
  range: SourceRange;
}

// ---------------------------------------------------------------- expressions

export type Expr =
  | { kind: 'literal'; value: string | number | boolean | null; range: SourceRange }
  | { kind: 'name'; name: string; range: SourceRange }
  /** `object.property`; `INPUT.x` is a member of the name INPUT. */
  | { kind: 'member'; object: Expr; property: Ident; range: SourceRange }
  | { kind: 'index'; object: Expr; index: Expr; range: SourceRange }
  | { kind: 'call'; callee: Expr; args: Expr[]; range: SourceRange }
  | { kind: 'unary'; operator: '-' | '!'; operand: Expr; range: SourceRange }
  | { kind: 'binary'; operator: BinaryOperator; left: Expr; right: Expr; range: SourceRange }
  | { kind: 'list'; items: Expr[]; range: SourceRange }
  | RecordExpr
  /** Stands where an expression was missing or broken, so that the rest of the tree is whole. Already reported. */
  | { kind: 'error'; range: SourceRange };

export type BinaryOperator = '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'IN' | '+' | '-' | '*' | '/' | '%';

export interface RecordExpr {
  kind: 'record';
  entries: RecordEntry[];
  range: SourceRange;
}
export interface RecordEntry {
  key: Ident;
  value: Expr;
}

// ---------------------------------------------------------------- the plan

export interface Plan {
  kind: 'plan';
  /** Before FLOW: `@every("1h")`. */
  annotations: Annotation[];
  /** Text after FLOW; its range is the string token's. */
  name: { value: string; range: SourceRange } | undefined;
  /** The leading """ … """ of the file. */
  docString?: { value: string; range: SourceRange };
  /** DESCRIPTION … END DESCRIPTION, one string a line. */
  description: { value: string; range: SourceRange }[];
  inputs: Input[];
  /** Steps and outputs in source order. */
  body: (Step | Output)[];
  range: SourceRange;
}

export type InputType =
  | 'text'
  | 'number'
  | 'bool'
  | 'json'
  | 'record'
  | 'list'
  | 'table'
  | 'file'
  | 'blob'
  | 'image'
  | 'tensor'
  | 'modelRef';

export const INPUT_TYPES: readonly InputType[] = [
  'text',
  'number',
  'bool',
  'json',
  'record',
  'list',
  'table',
  'file',
  'blob',
  'image',
  'tensor',
  'modelRef',
];

export interface Input {
  kind: 'input';
  type: InputType;
  typeRange: SourceRange;
  name: Ident;
  optional: boolean;
  /** A literal, or a list or record of literals. */
  default?: Expr;
  help?: string;
  range: SourceRange;
}

export interface Annotation {
  name: Ident;
  args: AnnotationArgument[];
  range: SourceRange;
}
/** `3` or `backoff="2s"`. */
export interface AnnotationArgument {
  name?: Ident;
  value: Expr;
}

export interface Step {
  kind: 'step';
  annotations: Annotation[];
  name: Ident;
  op: Op;
  range: SourceRange;
}

/** An OUTPUT outside a step. */
export interface Output {
  kind: 'output';
  value: Expr;
  label?: { value: string; range: SourceRange };
  range: SourceRange;
}

// ---------------------------------------------------------------- operations

/** What every operation carries. */
interface OpBase {
  range: SourceRange;
  /** The operation's words (`LOAD CSV`), for colours and hover. */
  wordRange: SourceRange;
  /** `FILTER@1` pins a major version. */
  major?: number;
  /** `WITH { … }` or `WITH key = expr, …`, always as a record; `WITH context x` of ASK_AI is `{ context: x }`. */
  with?: RecordExpr;
}

export type AggregateFunction =
  | 'count'
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'median'
  | 'stddev'
  | 'first'
  | 'last'
  | 'list'
  | 'count_distinct';

export interface Aggregate {
  fn: AggregateFunction;
  fnRange: SourceRange;
  /** Absent for count(*). Bare names are columns. */
  value?: Expr;
  /** Column it makes; when not written, the planner names it `<fn>_<column>`. */
  as?: Ident;
  range: SourceRange;
}

export type Op = OpBase &
  (
    | { op: 'LOAD'; format: 'CSV' | 'JSON' | 'NDJSON' | 'PARQUET'; from: Expr; options?: RecordExpr }
    /** `LOAD TABLE "t"` is a literal, `LOAD TABLE t` an Ident given as a name. */
    | { op: 'LOAD_TABLE'; table: Expr }
    | { op: 'LOAD_MODEL'; model: Expr; version?: Expr }
    | { op: 'FILTER'; source: Expr; where: Expr }
    | { op: 'MAP'; source: Expr; to?: RecordExpr; using?: Ident }
    | { op: 'SELECT'; source: Expr; columns: { column: Ident; as?: Ident }[] }
    | { op: 'GROUP_AGG'; source: Expr; by: Ident[]; aggregates: Aggregate[] }
    | { op: 'JOIN'; left: Expr; right: Expr; on: Expr; how: 'INNER' | 'LEFT' | 'OUTER' }
    | { op: 'UNION'; sources: Expr[] }
    | { op: 'DISTINCT'; source: Expr; by?: Ident[] }
    | { op: 'SORT'; source: Expr; by: { value: Expr; descending: boolean }[]; take?: Expr }
    /** Without FROM: of the step before; the parser leaves `source` out and the planner fills it in. */
    | { op: 'TAKE'; count: Expr; source?: Expr }
    | { op: 'QUERY'; sql: Expr }
    | { op: 'INFER' | 'TRAIN'; model: Expr; on: Expr }
    | { op: 'RUN_JOB'; job: Expr }
    | { op: 'RUN_VASM'; program: Expr }
    | { op: 'CALL'; fn: Ident; args: Expr[] }
    | { op: 'CALL_FLOW'; path: Expr }
    | { op: 'ASK_AI'; question: Expr; into?: Ident }
    | { op: 'RUN_AGENT'; agent: Expr }
    | { op: 'APX_EXEC'; operation: Expr }
    | { op: 'BUILD_VPKG'; source: Expr }
    | { op: 'DEPLOY_SERVICE'; source: Expr; name?: Expr }
    | {
        op: 'STORE';
        source: Expr;
        as: 'TABLE' | 'BLOB' | 'MODEL';
        name: Expr;
        /** `replace` when left out. */
        mode: 'append' | 'replace' | 'upsert';
        by?: Ident[];
      }
    | { op: 'TRANSFORM'; value: Expr }
    | { op: 'OUTPUT' | 'OUTPUT_TEXT' | 'OUTPUT_JSON'; value: Expr; label?: { value: string; range: SourceRange } }
    | { op: 'RETURN'; value?: Expr }
    | { op: 'ERROR'; message: Expr }
    | { op: 'SWITCH'; subject: Expr; cases: { values: Expr[]; op: Op; range: SourceRange }[]; default?: Op }
    | { op: 'IF'; condition: Expr; then: Op; else?: Op }
    | { op: 'FOR_EACH'; variable: Ident; list: Expr; body: Op; parallel?: Expr }
    /** Any other NAME: looked up in the node's registry. */
    | { op: 'UNKNOWN'; name: string; args: Expr[] }
    /** Stands where an operation was missing or broken. Already reported. */
    | { op: 'BROKEN' }
  );

export type OpKind = Op['op'];

// ---------------------------------------------------------------- diagnostics

export interface Diagnostic {
  /** FLOW1xxx syntax, FLOW2xxx names, FLOW3xxx types, FLOW4xxx operations. */
  code: string;
  severity: 'error' | 'warning' | 'info';
  message: string;
  range: SourceRange;
  /** The other place that it is about (the first step of that name, …). */
  related?: { message: string; range: SourceRange }[];
  /** A mend that an editor can offer. */
  fix?: { title: string; edits: { range: SourceRange; text: string }[] };
}

/** A comment or a run of blank lines, kept so that nothing is lost; see format. */
export interface Comment {
  /** With its `#`. */
  text: string;
  range: SourceRange;
}

export interface ParseResult {
  plan: Plan;
  comments: Comment[];
  diagnostics: Diagnostic[];
}
