/**
 * Models of a module that is called once, as `vvm.run` and plans do: the first `db.…` has the node bring the tables to what the
 * module says, as far as that loses nothing, and begins the transaction that the whole call is.
 */
import type { Module } from '../vasm/module.ts';
import type { Value } from '../vvm/engine.ts';
import type { ModelPlace, ThreadContext } from '../vvm/host/answer.ts';
import type { Once } from '../vvm/job.ts';
import { ModelAccess } from './access.ts';
import { ModelConnection } from './connection.ts';
import { connect, dataFileOf, hasDataFile } from './data-file.ts';
import type { ModelShape } from './shape.ts';

/** How long it waits for somebody else who writes models of the project. */
const BUSY_MS = 5000;

/** Where it is kept that a call has happened; see {@link Once}. */
export interface Mark extends Once {
  /** What the call gave, as JSON; asked when it has ended well. */
  value(): unknown;
}

/**
 * @param projectFile of the project
 * @param mark of a call that is to have happened once
 * @param given as the compiler has them; of a module without its program they are what its records say
 */
export function jobModels(
  projectFile: string,
  module: Module,
  given: () => readonly ModelShape[] | undefined,
  mark?: Mark,
): ModelPlace {
  let access: ModelAccess | undefined;
  let known: readonly ModelShape[] | undefined;
  const modelsNow = (): readonly ModelShape[] => (known ??= given() ?? modelsOf(module));

  function begin(context: ThreadContext): ModelAccess {
    const models = modelsNow();
    // The node answers with who called.
    const actor = context.ask([JSON.stringify(models)]) as string;
    const connection = new ModelConnection(dataFileOf(projectFile), BUSY_MS);
    const writes = module.capabilities.some((one) => one.startsWith('db.write'));
    context.onEnd((ok) => {
      try {
        if (!connection.isOpen) return;
        if (ok && mark !== undefined && connection.hasChanged) {
          connection
            .statement('INSERT INTO voike_calls (key, value) VALUES (?, ?)')
            .run(mark.key, JSON.stringify(mark.value()));
          for (const key of mark.settled) connection.statement('DELETE FROM voike_calls WHERE key = ?').run(key);
        }
        connection.leave(ok, { program: module.name, actor });
        connection.commit();
      } finally {
        connection.close();
      }
    });
    connection.begin(writes);
    connection.enter();
    return new ModelAccess(connection, module.records, models);
  }

  return {
    tableOf: (model) => modelsNow().find(({ name }) => name === model)?.table ?? model,
    call: (name: string, args: Value[], context) => (access ??= begin(context)).call(name, args),
  };
}

/** What a marked call gave, when it has happened. */
export function markedCall(projectFile: string, key: string): { value: unknown } | undefined {
  const path = dataFileOf(projectFile);
  if (!hasDataFile(path)) return undefined;
  const db = connect(path, BUSY_MS);
  try {
    // A file that nobody has opened since it came from an older version has no such table yet.
    if (db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'voike_calls'`).get() === undefined) return undefined;
    const found = db.prepare('SELECT value FROM voike_calls WHERE key = ?').pluck().get(key) as string | undefined;
    return found === undefined ? undefined : { value: JSON.parse(found) as unknown };
  } finally {
    db.close();
  }
}

/** The models that a module's code names, with tables of their names. */
function modelsOf(module: Module): ModelShape[] {
  const names = new Set(
    module.functions.flatMap(({ code }) =>
      code.flatMap((one) => (one.op === 'HOST' && /^db\.\w+:/.test(one.name) ? one.name.replace(/^.*:/, '') : [])),
    ),
  );
  return module.records
    .filter(({ name }) => names.has(name))
    .map(({ name, fields }) => ({
      name,
      table: name,
      fields: fields.map((field) => ({ name: field.name, type: field.type })),
      key: fields.some((field) => field.name === 'id' && ['Int', 'String'].includes(field.type.kind))
        ? 'id'
        : undefined,
    }));
}
