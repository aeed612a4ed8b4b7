/** The plan graph: what a checked FLOW plan becomes, what a run executes and what the workbench draws. Browser-safe. */
import type { Annotation, Expr, InputType, Op, SourceRange } from '../syntax/ast.ts';
import type { Trigger } from '../schedule/trigger.ts';
import type { FlowType } from '../types/type.ts';

export interface PlanGraph {
  v: 1;
  name: string;
  description: string;
  /** SHA-256 (hex) of the canonical JSON of the graph without source ranges: same meaning, same hash. */
  hash: string;
  /** What its annotations ask for; see {@link PlanSchedule}. Absent when there are none. */
  schedules?: PlanSchedule[];
  nodes: PlanNode[];
  edges: PlanEdge[];
}

/** When the flow asks to be run, by an annotation before FLOW. It is no part of the hash, and starts nothing. */
export interface PlanSchedule {
  trigger: Trigger;
  /** Of a cron text: the IANA zone; that of the person who makes the schedule when left out. */
  zone?: string;
  range: SourceRange;
}

export interface PlanEdge {
  /** Node ids. */
  from: string;
  to: string;
  /** `data` is a reference; `order` is an effect that must come after another on the same table. */
  kind: 'data' | 'order';
}

interface NodeBase {
  /** `input:airports`, `step:load`, `output:Top ten`. */
  id: string;
  name: string;
  /** Ids of the nodes it reads, without repeats, in order of first mention. */
  dependsOn: string[];
  /** Of the whole input, step or output in the source. */
  range: SourceRange;
  /** What it yields, as far as it is known before running. */
  type: FlowType;
}

export interface InputNode extends NodeBase {
  kind: 'input';
  inputType: InputType;
  optional: boolean;
  default?: Expr;
  help?: string;
}

/** Whether an input takes a file. In any other a record of a file's form is but a record. */
export function takesFile(node: InputNode): boolean {
  return node.inputType === 'file' || node.inputType === 'blob' || node.inputType === 'image';
}

export interface StepNode extends NodeBase {
  kind: 'step';
  /** `FILTER@1.0`. */
  contract: string;
  op: Op;
  annotations: StepAnnotations;
  /** `area.right[:scope]`, when the step does anything but compute. */
  capability?: string;
  /** A table operation that can be fused with its neighbours into one query. */
  relational: boolean;
  /** True for what must happen exactly once: STORE, APX_EXEC of a writing operation, DEPLOY_SERVICE, … */
  effect: boolean;
  /** Rough, unitless; for layout, slowest path before a run, and scheduling. */
  cost: number;
  placement: 'any' | 'local' | 'remote';
  /** For a step that is itself OUTPUT, OUTPUT_TEXT, OUTPUT_JSON or RETURN: the label (else the step's name) of that output of the run. */
  output?: { label: string; form: 'value' | 'text' | 'json' };
}

export interface OutputNode extends NodeBase {
  kind: 'output';
  value: Expr;
  /** The key of this output in the run's outputs: the label, else the name that is read, else `output`. */
  label: string;
}

export type PlanNode = InputNode | StepNode | OutputNode;

/** What the annotations of a step say, read once. Times in milliseconds. */
export interface StepAnnotations {
  timeout?: number;
  retry?: { times: number; backoff: number };
  /** Milliseconds that a result may be reused; `false` for @nocache. Absent: reuse whenever inputs are the same (pure steps). */
  cache?: number | false;
  roles?: string[];
  sensitive?: boolean;
  /** Where the card lies on the canvas, in pixels. Layout alone: no part of the plan's meaning. */
  at?: { x: number; y: number };
  /** The frame that the card lies in, by name. Layout alone. */
  group?: string;
  /** As written, for display. */
  source: Annotation[];
}
