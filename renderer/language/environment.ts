/**
 * What the node knows and the language service wants to know: operations, project tables, the columns of the files that
 * were chosen as inputs, and what the functions of the programs take and give that the plan names.
 */
import type { FileRef } from '../../node-core/runs/schema.ts';
import type { Environment, OperationInfo } from '../../node-core/flow/plan/environment.ts';
import { type KnownPrograms, namedPrograms } from '../../node-core/flow/plan/programs.ts';
import type { Column } from '../../node-core/flow/types/type.ts';
import { client, onNodeEvent, onNodeLeft, useConnection } from '../state/connection.ts';
import { activeDocument, originOf, useDocuments } from '../state/documents.ts';
import { useLanguage } from '../state/language.ts';

type Tables = NonNullable<Environment['tables']>;

let operations: OperationInfo[] | undefined;
let tables: Tables | undefined;
/** Columns by the JSON of the file reference; a file that changes on disk is read again when it is chosen again. */
const sniffed = new Map<string, Promise<Column[] | undefined>>();

/** Asks the node about the programs that the plan on view names; what it answered before is kept until it answers. */
function followPrograms(changed: (programs: KnownPrograms | undefined) => void): { again(): void; forget(): void } {
  /** The document, the programs that it names, and the files given for them. */
  let asked = '';
  const look = async (): Promise<void> => {
    const document = activeDocument();
    const { documentId, ast, source } = useLanguage.getState();
    if (document === undefined || documentId !== document.id || ast === undefined || source === undefined) return;
    const named = namedPrograms(ast);
    const files = Object.fromEntries(
      named.inputs.flatMap((name) => {
        const file = document.inputs[name];
        const may = isFileRef(file) && ('$blob' in file || client().sameMachine);
        return may ? [[name, file] as const] : [];
      }),
    );
    const origin = originOf(document);
    const now = JSON.stringify([document.id, origin, named.paths, files]);
    if (now === asked) return;
    asked = now;
    if (named.paths.length === 0 && Object.keys(files).length === 0) {
      changed(undefined);
      return;
    }
    try {
      const programs = await client().call<KnownPrograms>('flow.programs', { source, origin, inputs: files });
      if (asked === now) changed(programs);
    } catch {
      // Nothing is known of them: asked again with the next change, and the run will say what is wrong.
      if (asked === now) asked = '';
    }
  };
  const lookIfConnected = (): void => {
    if (useConnection.getState().client !== undefined) void look();
  };
  useLanguage.subscribe((state, before) => {
    if (state.ast !== before.ast) lookIfConnected();
  });
  return {
    again() {
      asked = '';
      lookIfConnected();
    },
    forget() {
      asked = '';
    },
  };
}

/** Calls back whenever the environment of the active document changes. */
export function followEnvironment(changed: (environment: Environment) => void): void {
  let seen: Record<string, unknown> | undefined;
  let round = 0;
  let programs: KnownPrograms | undefined;
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
      ...(programs === undefined ? {} : { programs }),
    });
  };
  const followed = followPrograms((found) => {
    if (programs === undefined && found === undefined) return;
    programs = found;
    void tell();
  });
  const read = async (): Promise<void> => {
    [operations, tables] = await Promise.all([readOperations(), readTables()]);
    await tell();
    followed.again();
  };
  onNodeLeft(() => {
    programs = undefined;
    followed.forget();
    round += 1;
    operations = undefined;
    tables = undefined;
    sniffed.clear();
  });
  useConnection.subscribe((now, before) => {
    if (now.phase === 'connected' && before.phase !== 'connected') void read();
  });
  useDocuments.subscribe(() => {
    if ((activeDocument()?.inputs ?? {}) !== seen && activeDocument() !== undefined) {
      void tell();
      // A program may be among the files.
      followed.again();
    }
  });
  onNodeEvent((event) => {
    // A program that is named may be among them.
    if (event.type === 'files.changed' && programs !== undefined) followed.again();
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
