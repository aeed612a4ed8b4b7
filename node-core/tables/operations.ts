/** Operations on a project's tables. */
import { Type } from 'typebox';
import { operation } from '../operations/operation.ts';
import { TablePage } from '../runs/schema.ts';
import type { ProjectTables } from './project-tables.ts';

const Column = Type.Object({ name: Type.String(), type: Type.String({ description: "The engine's type, as BIGINT" }) });
const TableInfo = Type.Object({
  name: Type.String(),
  model: Type.Optional(Type.String({ description: 'The model of a program that it holds; programs alone write it' })),
  columns: Type.Array(Column),
  rows: Type.Integer(),
  version: Type.Integer({ description: 'Grows by one with every change' }),
  updatedAt: Type.String(),
});
const Name = Type.String({ minLength: 1, maxLength: 128 });

export interface TableServices {
  tables: ProjectTables;
}

export function tablesOperations({ tables }: TableServices) {
  return {
    'tables.list': operation({
      summary: "The project's tables",
      http: { method: 'GET', path: '/tables' },
      access: 'project',
      capability: 'tables.read',
      effect: 'read',
      input: Type.Object({}),
      output: Type.Object({ tables: Type.Array(TableInfo) }),
      handler: ({ project }) => ({ tables: tables.list(project) }),
    }),

    'tables.get': operation({
      summary: 'A table with some of its rows',
      http: { method: 'GET', path: '/tables/:name' },
      access: 'project',
      capability: 'tables.read',
      effect: 'read',
      input: Type.Object({
        name: Name,
        offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
        limit: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000, default: 100 })),
      }),
      output: Type.Object({ ...TableInfo.properties, page: TablePage }),
      handler({ project }, { name, offset = 0, limit = 100 }) {
        const table = tables.get(project, name);
        return {
          ...table,
          page: { columns: table.columns, rows: tables.rows(project, name, offset, limit), offset, total: table.rows },
        };
      },
    }),

    'tables.drop': operation({
      summary: 'Delete a table with its rows',
      http: { method: 'DELETE', path: '/tables/:name' },
      access: 'project',
      capability: 'tables.write',
      effect: 'write',
      ledger: ['table.drop'],
      input: Type.Object({ name: Name }),
      output: Type.Object({ dropped: Type.String() }),
      async handler({ project, actor }, { name }) {
        await tables.drop(project, name, actor);
        return { dropped: name };
      },
    }),
  };
}
