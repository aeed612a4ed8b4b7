/**
 * What can be done to a plan on its graph, and what is said about the graph's parts. Plain data, so that it crosses
 * into workers, over HTTP and into scripts as it is. Browser-safe.
 *
 * Nodes are named by their ids in the graph: `input:airports`, `step:load`, `output:Top ten`. Parts of an operation are
 * named by ids too (`source`, `where`, `by`, `then.where`, `with.limit`): {@link Port} and {@link FormField} share them.
 * `_` in a plan is a hole: something that is still to be filled in. The checker says what goes there (FLOW2012).
 */
import type { TextEdit } from '../service/item.ts';
import type { InputType, SourceRange } from '../syntax/ast.ts';
import type { Column } from '../types/type.ts';

export type { TextEdit };

export { HOLE } from '../plan/holes.ts';

// ---------------------------------------------------------------- edits

/** Where a new step goes. */
export type Where =
  /** After the last step. */
  | { place: 'end' }
  /** After a node, reading it. Several nodes fill the ports in order (JOIN, UNION). */
  | { place: 'after'; nodes: string[] }
  /** Between two nodes: reads `from`, and `to` reads it in the place of `from`. */
  | { place: 'edge'; from: string; to: string };

export type GraphEdit =
  /** A new step from the palette. `values` fill its form at once. */
  | {
      kind: 'insert';
      /** Id of a {@link PaletteItem}. */
      item: string;
      where: Where;
      name?: string;
      values?: FormValues;
      /** Its place on the canvas. */
      at?: Point;
    }
  | {
      kind: 'addInput';
      type: InputType;
      name?: string;
      optional?: boolean;
      /** FLOW text of a literal: `10`, `"x"`, `[1, 2]`. */
      default?: string;
      help?: string;
    }
  /** What is not said stays; `null` removes. */
  | {
      kind: 'changeInput';
      node: string;
      type?: InputType;
      optional?: boolean;
      default?: string | null;
      help?: string | null;
    }
  | { kind: 'addOutput'; of: string; label?: string }
  /** An OUTPUT outside a step. `value` is FLOW text. */
  | { kind: 'changeOutput'; node: string; value?: string; label?: string | null }
  /** `to` reads `from` at this port. Whatever was there before gives way; a port that takes many (`sources.+`) gets one more. */
  | { kind: 'connect'; from: string; to: string; port: string }
  /** Takes the edge away; with `port` only what reads there. A list gets shorter, any other port becomes a hole. */
  | { kind: 'disconnect'; from: string; to: string; port?: string }
  /** Changes parts of an operation; parts that are not named stay as they are, letter for letter. */
  | { kind: 'configure'; node: string; values: FormValues }
  /** The whole text of the operation (or of the OUTPUT) anew. */
  | { kind: 'rewrite'; node: string; text: string }
  /** A step, an input, or the label of an output; references follow. */
  | { kind: 'rename'; node: string; name: string }
  /** Readers of a deleted step with one source read its source; readers of an input its default; other places become holes. */
  | { kind: 'delete'; nodes: string[] }
  /** Copies with new names; references among the copies lead to the copies. */
  | { kind: 'duplicate'; nodes: string[] }
  /** In the order of the source: before or after another node of its kind. */
  | { kind: 'reorder'; nodes: string[]; before?: string; after?: string }
  /** On the canvas: written as `@at(x, y)`. Steps alone have a place of their own; other nodes in the list are passed over. */
  | { kind: 'move'; places: { node: string; at: Point }[] }
  /** Takes `@at` away, so that the layout places them; of all steps when no nodes are named. */
  | { kind: 'tidy'; nodes?: string[] }
  /** Written as `@group("name")`. */
  | { kind: 'group'; nodes: string[]; name: string }
  | { kind: 'ungroup'; nodes: string[] }
  | { kind: 'renameGroup'; group: string; name: string }
  /** Sets or changes an annotation: `arguments` is what stands in the brackets (`"30s"`), empty for none. `null` removes it. */
  | { kind: 'annotate'; node: string; name: string; arguments: string | null }
  /** The comment above a node, without `#`; several lines are several comments. Empty removes it. */
  | { kind: 'comment'; node: string; text: string }
  /** Name and description of the flow. */
  | { kind: 'flow'; name?: string; description?: string };

export interface Point {
  x: number;
  y: number;
}

/** Either all of the edits are made, or none. */
export type EditResult =
  /** Edits in source order that do not overlap, and the ids of the nodes to select afterwards. */
  | { ok: true; edits: TextEdit[]; select: string[] }
  /** A sentence for a person. */
  | { ok: false; reason: string };

// ---------------------------------------------------------------- ports

export type PortTakes = 'table' | 'file' | 'list' | 'model' | 'value';

/** A place of a node that an edge can lead to. */
export interface Port {
  /** `source`, `left`, `sources.1`, `with.limit`; ending in `.+` for a place that is not there yet. */
  id: string;
  /** For people: `table`, `first table`. */
  label: string;
  doc: string;
  takes: PortTakes;
  /** FLOW text that stands there now; empty for a hole and for `.+`. */
  text: string;
  /** Ids of the nodes that are read there. */
  reads: string[];
  /** Nothing is there yet, and something must be. */
  hole: boolean;
  /** An edge can be led here; otherwise it is only where edges of expressions end (id `values`). */
  connects: boolean;
}

export type MayConnect = { ok: true } | { ok: false; reason: string };

// ---------------------------------------------------------------- forms

export interface Form {
  node: string;
  kind: 'input' | 'step' | 'output';
  name: string;
  /** `GROUP`, `LOAD CSV`. */
  title: string;
  /** Markdown. */
  docs: string;
  summary: string;
  fields: FormField[];
  /** The whole text of the operation, for what has no field (edit `rewrite`). */
  text: string;
  annotations: { name: string; arguments: string; summary: string }[];
  /** The comment above it, without `#`. */
  comment: string;
  /** What is wrong with it now; `field` is the field that it is about. */
  problems: { message: string; severity: 'error' | 'warning' | 'info'; range: SourceRange; field?: string }[];
}

interface FieldBase {
  id: string;
  label: string;
  doc: string;
  /** Must be there. Values of other fields may be `null`: the part is left out. */
  required: boolean;
}

/** Columns that an expression can name, with the table that they come from (`left.key` in ON). */
export interface OfferedColumn extends Column {
  /** Name of the step or input. */
  table?: string;
  /** How it is written here: `state`, `"Miles per gallon"`, `departures.origin`. */
  insert: string;
}

export interface Choice {
  value: string;
  label: string;
  doc?: string;
}

/** A field of a form; `value` is what stands in the text now, `null` when the part is not there. Texts are FLOW text unless said otherwise. */
export type FormField = FieldBase &
  (
    | { kind: 'source'; value: string; takes: PortTakes; choices: Choice[] }
    | { kind: 'sources'; value: string[]; takes: PortTakes; choices: Choice[] }
    | { kind: 'expression'; value: string | null; columns: OfferedColumn[]; type?: string }
    /** SQL or another long text, as the text that it means, without quotes. */
    | { kind: 'text'; value: string | null; language?: 'sql' | 'flow'; suggestions?: Choice[] }
    /** A bare name: a variable, a function. */
    | { kind: 'name'; value: string | null; suggestions?: Choice[] }
    | { kind: 'choice'; value: string | null; choices: Choice[] }
    | { kind: 'bool'; value: boolean }
    /** Names of columns. */
    | { kind: 'columns'; value: string[] | null; columns: OfferedColumn[] }
    | { kind: 'selection'; value: Selected[]; columns: OfferedColumn[] }
    | { kind: 'sort'; value: SortKey[]; columns: OfferedColumn[] }
    | { kind: 'aggregates'; value: AggregateRow[]; columns: OfferedColumn[]; functions: Choice[] }
    /** Names and expressions: MAP, WITH, OPTIONS. `keys` are those that are known, with their types. */
    | { kind: 'record'; value: RecordRow[] | null; columns: OfferedColumn[]; keys?: KnownKey[] }
    | { kind: 'expressions'; value: string[]; columns: OfferedColumn[] }
    | { kind: 'cases'; value: CaseRow[] }
    /** An operation inside this one: its text, and its own fields with ids that begin with this one's. */
    | { kind: 'operation'; value: string | null; fields: FormField[] }
  );

export interface Selected {
  column: string;
  /** New name. */
  as: string | null;
}
export interface SortKey {
  value: string;
  descending: boolean;
}
export interface AggregateRow {
  /** `count`, `sum`, … */
  fn: string;
  /** FLOW text; null for count(*). */
  value: string | null;
  as: string | null;
}
export interface RecordRow {
  key: string;
  value: string;
}
export interface CaseRow {
  values: string[];
  /** Text of the operation. */
  operation: string;
}
export interface KnownKey {
  key: string;
  type: string;
  doc: string;
  required: boolean;
  choices?: Choice[];
}

/** For a `text` field: an expression in the place of a text that is written out. */
export interface ExpressionValue {
  expression: string;
}

export type FieldValue =
  | string
  | string[]
  | boolean
  | ExpressionValue
  | Selected[]
  | SortKey[]
  | AggregateRow[]
  | RecordRow[]
  | CaseRow[]
  | null;

/** By id of field, as the field's `value`. */
export type FormValues = Record<string, FieldValue>;

// ---------------------------------------------------------------- palette

export interface PaletteCategory {
  id: string;
  title: string;
  items: PaletteItem[];
}

export interface PaletteItem {
  /** `FILTER`, `STORE:TABLE`, `APX_EXEC:ledger.recent`, `input:file`, `output`. */
  id: string;
  /** What the edit is: a step, or one of the other two. */
  makes: 'step' | 'input' | 'output';
  /** `FILTER`, `LOAD CSV`, `ledger.recent`. */
  title: string;
  summary: string;
  /** Markdown. */
  docs: string;
  /** What people may look for besides title and summary, lower case. */
  words: string[];
  /** Text of the operation as it is inserted, with holes. */
  template: string;
  /** What its first port takes; absent when it reads nothing. */
  takes?: PortTakes;
  /** Whether this release runs it. */
  runs: boolean;
  effect: boolean;
}
