/** What a difference between two plans is. Browser-safe. */
import type { SourceRange } from '../syntax/ast.ts';

/** `changed`, `renamed` and `moved` may come together; `layout` and `comment` change nothing about the plan. */
export type Difference = 'added' | 'removed' | 'renamed' | 'changed' | 'moved' | 'layout' | 'comment';

/** A node on one side. */
export interface DiffSide {
  /** Id in the graph of that side. */
  node: string;
  name: string;
  range: SourceRange;
}

/** A part that is different: old and new FLOW text, `null` where it is not there. */
export interface PartDifference {
  /** As in forms: `where`, `by`, `then.value`; `operation` when it is another operation, `@timeout` for an annotation. */
  id: string;
  label: string;
  old: string | null;
  new: string | null;
  oldRange?: SourceRange;
  newRange?: SourceRange;
}

/** A node that is not the same on both sides. */
export interface NodeDifference {
  kind: 'input' | 'step' | 'output';
  differences: Difference[];
  old?: DiffSide;
  new?: DiffSide;
  parts: PartDifference[];
}

/** All that is different. */
export interface PlanDifference {
  /** Nothing but white space differs. */
  same: boolean;
  /** The plans mean the same: at most names of the flow's own text, layout, comments, order or help differ. */
  sameMeaning: boolean;
  /** Name and description of the flow. */
  flow: PartDifference[];
  /** In the order of the new text; what is gone stands where it was. */
  nodes: NodeDifference[];
}
