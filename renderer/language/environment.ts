/**
 * What the node knows and the language service wants to know: operations, project tables, and the columns of the
 * files that were chosen as inputs.
 */
import type { FileRef } from '../../node-core/runs/schema.ts';
import type { Environment, OperationInfo } from '../../node-core/flow/plan/environment.ts';
import type { Column } from '../../node-core/flow/types/type.ts';
import { client, onNodeEvent, onNodeLeft, useConnection } from '../state/connection.ts';
import { activeDocument, useDocuments } from '../state/documents.ts';

type Tables = NonNullable<Environment['tables']>;

let operations: OperationInfo[] | undefined;
let tables: Tables | undefined;
/** Columns by the JSON of the file reference; a file that changes on disk is read again when it is chosen again. */
const sniffed = new Map<string, Promise<Column[] | undefined>>();

/** Calls back whenever the environment of the active document changes. */
export function followEnvironment(changed: (environment: Environment) => void): void {
  let seen: Record<string, unknown> | undefined;
  let round = 0;
  const tell = async (): Promise<void> => {
    const mine = ++round;
    const inputs = activeDocument()?.inputs ?? {};
    seen = inputs;
    const inputColumns: Record<string, Column[]> = {};
    await Promise.all(
      Object.entries(inputs).map(async ([name, value]) => {
        const columns = isFileRef(value) ? await columnsOf(value) : undefined;
        if (columns !== undefined) inputColumns[name] = columns;
      }),
    );
    if (mine !== round) return;
    changed({
      ...(operations === undefined ? {} : { operations }),
      ...(tables === undefined ? {} : { tables }),
      inputColumns,
    });
  };
  const read = async (): Promise<void> => {
    [operations, tables] = await Promise.all([readOperations(), readTables()]);
    await tell();
  };
  onNodeLeft(() => {
    round += 1;
    operations = undefined;
    tables = undefined;
    sniffed.clear();
  });
  useConnection.subscribe((now, before) => {
    if (now.phase === 'connected' && before.phase !== 'connected') void read();
  });
  useDocuments.subscribe(() => {
    if ((activeDocument()?.inputs ?? {}) !== seen && activeDocument() !== undefined) void tell();
  });
  onNodeEvent((event) => {
    if (event.type === 'table.changed' || event.type === 'reset') {
      void readTables().then((fresh) => {
        tables = fresh;
        return tell();
      });
    }
  });
}

function isFileRef(value: unknown): value is FileRef {
  return typeof value === 'object' && value !== null && ('$file' in value || '$blob' in value);
}

async function columnsOf(file: FileRef): Promise<Column[] | undefined> {
  // Asked again when the node is there.
  if (useConnection.getState().client === undefined) return undefined;
  const key = JSON.stringify(file);
  let known = sniffed.get(key);
  if (known === undefined) {
    known = client()
      .call<{ columns: unknown }>('flow.sniff', { file })
      .then((answer) => asColumns(answer.columns))
      .catch(() => {
        // Not readable now: nothing is known about its columns, and the run will say why.
        sniffed.delete(key);
        return undefined;
      });
    sniffed.set(key, known);
  }
  return known;
}

/** An entry of `flow.listOps`: a contract of the language, or an operation of the node. */
interface NodeOp {
  name: string;
  summary: string;
  kind: 'contract' | 'operation';
  effect: boolean;
  input?: OperationInfo['input'];
  output?: OperationInfo['output'];
}

async function readOperations(): Promise<OperationInfo[] | undefined> {
  try {
    const { ops } = await client().call<{ ops: NodeOp[] }>('flow.listOps');
    return ops
      .filter(({ kind }) => kind === 'operation')
      .map(({ name, summary, effect, input, output }) => ({
        name,
        summary,
        effect: effect ? 'write' : 'read',
        input: input ?? {},
        output: output ?? {},
      }));
  } catch {
    return undefined;
  }
}

async function readTables(): Promise<Tables | undefined> {
  try {
    const answer = await client().call<{ tables: { name: string; columns?: unknown }[] }>('tables.list');
    return answer.tables.flatMap(({ name, columns }) => {
      const known = asColumns(columns);
      return known === undefined ? [] : [{ name, columns: known }];
    });
  } catch {
    return undefined;
  }
}

/** Columns as the language knows them; the node may send them with the engine's type name alone. */
export function asColumns(columns: unknown): Column[] | undefined {
  if (!Array.isArray(columns)) return undefined;
  return columns.map((column: { name: string; type: unknown }) =>
    typeof column.type === 'string'
      ? { name: column.name, type: typeOfNative(column.type), native: column.type }
      : (column as Column),
  );
}

function typeOfNative(native: string): Column['type'] {
  const name = native.toUpperCase();
  if (name.endsWith('[]')) return { kind: 'list', of: typeOfNative(native.slice(0, -2)) };
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|REAL|DECIMAL|NUMERIC)\b/.test(name)) return { kind: 'number' };
  if (name === 'BOOLEAN') return { kind: 'bool' };
  if (name === 'DATE') return { kind: 'date' };
  if (name.startsWith('TIMESTAMP')) return { kind: 'timestamp' };
  if (name.startsWith('STRUCT') || name.startsWith('MAP')) return { kind: 'record' };
  if (name === 'VARCHAR' || name === 'TEXT' || name === 'UUID') return { kind: 'text' };
  return { kind: 'any' };
}
