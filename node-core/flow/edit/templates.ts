/** The text of a freshly inserted operation: right where what it reads is known, with holes where a person must say something. Browser-safe. */
import type { Column, FlowType } from '../types/type.ts';
import { columnText } from './values.ts';
import { HOLE } from './types.ts';

/** Something that the new operation reads. */
export interface Fed {
  name: string;
  /** Of a table, where they are known. */
  columns: readonly Column[] | undefined;
  type: FlowType;
}

/** So many columns are written out in SELECT and MAP; of more, a person chooses. */
const FEW = 12;

/** Text by id of palette item; `fed` fills its ports in order. What is not fed is a hole. */
export const TEMPLATES: Readonly<Record<string, (fed: readonly Fed[], freeTable: string) => string>> = {
  LOAD_CSV: ([a]) => `LOAD CSV FROM ${name(a)}`,
  LOAD_JSON: ([a]) => `LOAD JSON FROM ${name(a)}`,
  LOAD_NDJSON: ([a]) => `LOAD NDJSON FROM ${name(a)}`,
  LOAD_PARQUET: ([a]) => `LOAD PARQUET FROM ${name(a)}`,
  LOAD_TABLE: () => `LOAD TABLE ${HOLE}`,
  LOAD_MODEL: () => `LOAD MODEL ${HOLE}`,
  FILTER: ([a]) => `FILTER ${name(a)} WHERE ${HOLE}`,
  MAP: ([a]) => {
    const columns = few(a);
    return `MAP ${name(a)} TO { ${columns === undefined ? `column: ${HOLE}` : columns.map((column) => `${columnText(column)}: ${inRow(column)}`).join(', ')} }`;
  },
  SELECT: ([a]) => `SELECT ${name(a)} COLUMNS ${few(a)?.map(columnText).join(', ') ?? HOLE}`,
  GROUP_AGG: ([a]) => `GROUP ${name(a)} BY ${HOLE}\nAGG count(*) AS n`,
  JOIN: ([a, b]) => {
    const key = a?.columns?.find((column) => b?.columns?.some((other) => other.name === column.name))?.name;
    const on =
      key === undefined || !/^\w+$/.test(key) || a!.name === b!.name ? HOLE : `${a!.name}.${key} == ${b!.name}.${key}`;
    return `JOIN ${name(a)} WITH ${name(b)} ON ${on}`;
  },
  UNION: (fed) => `UNION ${[...fed.map((one) => one.name), HOLE, HOLE].slice(0, Math.max(2, fed.length)).join(', ')}`,
  DISTINCT: ([a]) => `DISTINCT ${name(a)}`,
  SORT: ([a]) => `SORT ${name(a)} BY ${HOLE}`,
  TAKE: ([a]) => `TAKE 10 FROM ${name(a)}`,
  QUERY: (fed) => `QUERY "SELECT * FROM ${fed.length === 0 ? HOLE : fed.map((one) => one.name).join(', ')}"`,
  'STORE:TABLE': ([a], table) => `STORE ${name(a)} AS TABLE "${table}" MODE replace`,
  'STORE:BLOB': ([a], table) => `STORE ${name(a)} AS BLOB "${table}"`,
  'STORE:MODEL': ([a], table) => `STORE ${name(a)} AS MODEL "${table}"`,
  TRANSFORM: ([a]) => `TRANSFORM ${a === undefined ? `{ field: ${HOLE} }` : `{ value: ${a.name} }`}`,
  OUTPUT: ([a]) => `OUTPUT ${name(a)}`,
  OUTPUT_TEXT: ([a]) => `OUTPUT_TEXT ${name(a)}`,
  OUTPUT_JSON: ([a]) => `OUTPUT_JSON ${name(a)}`,
  RETURN: ([a]) => `RETURN ${name(a)}`,
  ERROR: () => 'ERROR "Something is wrong"',
  SWITCH: ([a]) =>
    `SWITCH ${a === undefined || ['any', 'text'].includes(a.type.kind) ? name(a) : HOLE}\n  CASE "a": TRANSFORM { case: "a" }\n  DEFAULT: TRANSFORM { case: "other" }\nEND SWITCH`,
  IF: () => `IF ${HOLE} THEN TRANSFORM { ok: true } ELSE TRANSFORM { ok: false }`,
  FOR_EACH: ([a]) => `FOR EACH item IN ${name(a)}:\n  TRANSFORM item`,
  WAIT: () => 'WAIT "1s"',
  CALL_FLOW: ([a]) => `CALL FLOW ${HOLE}${a === undefined ? '' : ` WITH { ${a.name}: ${a.name} }`}`,
  APX_EXEC: () => `APX_EXEC ${HOLE}`,
  RUN_VASM: () => `RUN VASM ${HOLE}`,
  RUN_JOB: () => `RUN JOB ${HOLE}`,
  RUN_AGENT: () => `RUN AGENT ${HOLE}`,
  CALL: ([a]) => `CALL function(${a?.name ?? ''})`,
  INFER: ([a, b]) => (b === undefined ? `INFER ${HOLE} ON ${name(a)}` : `INFER ${a!.name} ON ${b.name}`),
  TRAIN: ([a, b]) => (b === undefined ? `TRAIN ${HOLE} ON ${name(a)}` : `TRAIN ${a!.name} ON ${b.name}`),
  ASK_AI: ([a]) => `ASK_AI ${HOLE}${a === undefined ? '' : ` WITH context ${a.name}`}`,
  BUILD_VPKG: ([a]) => `BUILD VPKG ${name(a)}`,
  DEPLOY_SERVICE: ([a]) => `DEPLOY SERVICE ${name(a)}`,
};

/** What a new step is called when nobody says. */
export const NAMES: Readonly<Record<string, string>> = {
  LOAD_CSV: 'load',
  LOAD_JSON: 'load',
  LOAD_NDJSON: 'load',
  LOAD_PARQUET: 'load',
  LOAD_TABLE: 'stored',
  LOAD_MODEL: 'model',
  FILTER: 'kept',
  MAP: 'mapped',
  SELECT: 'selected',
  GROUP_AGG: 'grouped',
  JOIN: 'joined',
  UNION: 'together',
  DISTINCT: 'unique_rows',
  SORT: 'sorted',
  TAKE: 'first_rows',
  QUERY: 'answer',
  'STORE:TABLE': 'store',
  'STORE:BLOB': 'store',
  'STORE:MODEL': 'store',
  TRANSFORM: 'facts',
  OUTPUT: 'result',
  OUTPUT_TEXT: 'report',
  OUTPUT_JSON: 'result',
  RETURN: 'done',
  ERROR: 'failure',
  SWITCH: 'choice',
  IF: 'decision',
  FOR_EACH: 'each_item',
  WAIT: 'pause',
  CALL_FLOW: 'called',
  CALL: 'called',
  APX_EXEC: 'answer',
  RUN_VASM: 'program',
  RUN_JOB: 'job',
  RUN_AGENT: 'agent_result',
  INFER: 'scored',
  TRAIN: 'trained',
  ASK_AI: 'ai_answer',
  BUILD_VPKG: 'package',
  DEPLOY_SERVICE: 'service',
};

function name(fed: Fed | undefined): string {
  return fed?.name ?? HOLE;
}

function few(fed: Fed | undefined): string[] | undefined {
  const columns = fed?.columns;
  if (columns === undefined || columns.length === 0 || columns.length > FEW) return undefined;
  // What is no plain name cannot be read as a value by it.
  return columns.map((column) => column.name);
}

/** A column as a value in a row: by its name. */
function inRow(column: string): string {
  return /^[A-Za-z_]\w*$/.test(column) ? (columnText(column).startsWith('"') ? HOLE : column) : HOLE;
}
