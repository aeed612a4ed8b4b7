/** The types that the checker follows through a plan. Browser-safe. */

export type FlowType =
  /** Nothing is known. */
  | { kind: 'any' }
  | { kind: 'none' }
  | { kind: 'text' }
  | { kind: 'number' }
  | { kind: 'bool' }
  /** A calendar date or a moment; from column types and from DATE, NOW. */
  | { kind: 'date' }
  | { kind: 'timestamp' }
  | { kind: 'list'; of: FlowType }
  /** `fields` absent: a record of which the fields are not known. */
  | { kind: 'record'; fields?: Record<string, FlowType> }
  /** `columns` absent: not known before the run. Order is the column order. */
  | { kind: 'table'; columns?: Column[] }
  | { kind: 'file' }
  | { kind: 'blob' }
  | { kind: 'model' };

export interface Column {
  name: string;
  type: FlowType;
  /** The engine's own name of it (`BIGINT`, `VARCHAR`), when known. */
  native?: string;
}

export const ANY: FlowType = { kind: 'any' };
export const TEXT: FlowType = { kind: 'text' };
export const NUMBER: FlowType = { kind: 'number' };
export const BOOL: FlowType = { kind: 'bool' };
