/** A project with models, for tests. */
import { openTestProject, type TestProject } from '../projects/testing.ts';
import { tablesMigrations } from '../tables/migrations.ts';
import { BOOL, FLOAT, INT, optionOf, STRING, type Type } from '../vasm/type.ts';
import { ModelAccess } from './access.ts';
import { ModelConnection } from './connection.ts';
import { modelsMigrations } from './migrations.ts';
import { createModels, type Models } from './models.ts';
import type { ModelField, ModelShape } from './shape.ts';

export const TYPES: Record<string, Type> = { Int: INT, Float: FLOAT, Bool: BOOL, String: STRING };

/** `{ id: 'Int', name: 'String', email: 'String?' }` */
export function model(
  name: string,
  fields: Record<string, string | string[]>,
  table = `${name.toLowerCase()}s`,
): ModelShape {
  const made = Object.entries(fields).map(([field, type]): ModelField => {
    if (typeof type !== 'string') return { name: field, type: STRING, cases: type };
    const plain = TYPES[type.replace('?', '')]!;
    return { name: field, type: type.endsWith('?') ? optionOf(plain) : plain };
  });
  const key = made.find((field) => field.name === 'id' && ['Int', 'String'].includes(field.type.kind))?.name;
  return { name, table, fields: made, key };
}

export const USER = model('User', { id: 'Int', name: 'String', email: 'String?' });

export interface TestModels {
  test: TestProject;
  models: Models;
  migrate(shapes: ModelShape[], lose?: string[]): ReturnType<Models['migrate']>;
  /** Runs in one transaction on a connection of its own, as a thread does. */
  inCall<T>(
    shapes: readonly ModelShape[],
    work: (access: ModelAccess, connection: ModelConnection) => T,
    actor?: string,
  ): T;
  entries(): { kind: string; payload: Record<string, unknown>; actor: string }[];
  close(options?: { keep?: boolean }): Promise<void>;
}

export async function openTestModels(dataDir?: string): Promise<TestModels> {
  const test = await openTestProject({
    migrations: [...tablesMigrations, ...modelsMigrations],
    ...(dataDir === undefined ? {} : { dataDir }),
  });
  const { project } = test;
  const models = createModels({ events: test.events });
  return {
    test,
    models,
    migrate: (shapes, lose = []) => models.migrate(project, { models: shapes, lose, actor: 'local', program: 'test' }),
    inCall(shapes, work, actor = 'local') {
      const connection = new ModelConnection(models.file(project), 5000);
      try {
        connection.begin(true);
        connection.enter();
        let well = false;
        try {
          const value = work(new ModelAccess(connection, [], shapes), connection);
          well = true;
          return value;
        } finally {
          connection.leave(well, { program: 'test', actor });
          if (connection.commit(models.anchored(project))) models.changed(project);
        }
      } finally {
        connection.close();
      }
    },
    entries: () =>
      (project.db.prepare('SELECT leaf FROM ledger_entries ORDER BY seq').pluck().all() as string[])
        .map((leaf) => JSON.parse(leaf) as ReturnType<TestModels['entries']>[number])
        .filter(({ kind }) => kind.startsWith('model.')),
    async close(options) {
      await models.close();
      test.close(options);
    },
  };
}
