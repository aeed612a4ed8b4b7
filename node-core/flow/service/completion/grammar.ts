/** What stands where in each operation, as far as completion must know. Browser-safe. */
import type { OpContext } from '../context.ts';

/** What stands somewhere. */
export type Slot =
  | 'table'
  | 'row'
  | 'value'
  | 'columns'
  | 'file'
  | 'project-table'
  | 'keys'
  | 'new-name'
  | 'store-kind'
  | 'mode'
  | 'none';

/** How an operation goes on. */
export interface Grammar {
  /** What stands right after the operation's words. */
  first: Slot;
  /** Clause words that may follow, with what stands after them. */
  clauses: Record<string, Slot>;
  /** Words that end it and take nothing. */
  tail?: readonly string[];
}

/** Of an operation that is not listed. */
export const VALUE: Grammar = { first: 'value', clauses: { WITH: 'keys' } };
const LOAD_FILE: Grammar = { first: 'none', clauses: { FROM: 'file', OPTIONS: 'keys' } };
const RESULT: Grammar = { first: 'value', clauses: { AS: 'none', WITH: 'keys' } };

/** By the operation's words. */
export const GRAMMAR: Record<string, Grammar> = {
  'LOAD CSV': LOAD_FILE,
  'LOAD JSON': LOAD_FILE,
  'LOAD NDJSON': LOAD_FILE,
  'LOAD PARQUET': LOAD_FILE,
  'LOAD TABLE': { first: 'project-table', clauses: {} },
  'LOAD MODEL': { first: 'value', clauses: { VERSION: 'value' } },
  FILTER: { first: 'table', clauses: { WHERE: 'row' } },
  MAP: { first: 'table', clauses: { TO: 'row', USING: 'none' } },
  SELECT: { first: 'table', clauses: { COLUMNS: 'columns', AS: 'new-name' } },
  GROUP: { first: 'table', clauses: { BY: 'columns', AGG: 'row', AS: 'new-name' } },
  JOIN: { first: 'table', clauses: { WITH: 'table', ON: 'row' }, tail: ['LEFT', 'INNER', 'OUTER'] },
  UNION: { first: 'table', clauses: {} },
  DISTINCT: { first: 'table', clauses: { BY: 'columns' } },
  SORT: { first: 'table', clauses: { BY: 'row', TAKE: 'value' }, tail: ['ASC', 'DESC'] },
  TAKE: { first: 'value', clauses: { FROM: 'table' } },
  QUERY: { first: 'value', clauses: { WITH: 'keys' } },
  STORE: { first: 'value', clauses: { AS: 'store-kind', MODE: 'mode', BY: 'columns' } },
  INFER: { first: 'value', clauses: { ON: 'value', WITH: 'keys' } },
  TRAIN: { first: 'value', clauses: { ON: 'value', WITH: 'keys' } },
  OUTPUT: RESULT,
  OUTPUT_TEXT: RESULT,
  OUTPUT_JSON: RESULT,
  SWITCH: { first: 'value', clauses: { CASE: 'value', DEFAULT: 'none' }, tail: ['END SWITCH'] },
  IF: { first: 'value', clauses: { THEN: 'none', ELSE: 'none' } },
  'FOR EACH': { first: 'new-name', clauses: { IN: 'value', PARALLEL: 'value' } },
  ASK_AI: { first: 'value', clauses: { WITH: 'keys', INTO: 'new-name' } },
};

/** What stands where the cursor is. */
export function slotOf(op: OpContext, grammar: Grammar): Slot {
  if (op.clause === undefined) return op.open.length > 0 && grammar.first === 'table' ? 'value' : grammar.first;
  const slot = grammar.clauses[op.clause] ?? 'value';
  return slot === 'keys' && op.open.length > 1 ? 'value' : slot;
}
