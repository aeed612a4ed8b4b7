/** `voike tables …` */
import type { Where } from '../connection.ts';
import { EXIT } from '../exit.ts';
import { isNumeric, count, note, print, printJson, textTable } from '../print.ts';

import { withConnection } from './runs.ts';

type Options = Where & { json?: boolean; limit?: number; offset?: number };

export const listTables = (options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const { tables } = await connection.call('tables.list', {});
    if (options.json) printJson(tables);
    else if (tables.length === 0) note('The project has no tables yet. STORE … AS TABLE in a flow makes one.');
    else {
      print(
        textTable(
          [{ name: 'TABLE' }, { name: 'ROWS', right: true }, { name: 'COLUMNS' }],
          tables.map((table) => [table.name, count(table.rows), table.columns.map(({ name }) => name).join(', ')]),
        ),
      );
    }
    return EXIT.ok;
  });

export const getTable = (name: string, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const { page } = await connection.call('tables.get', {
      name,
      offset: options.offset ?? 0,
      limit: options.limit ?? (options.json ? 1000 : 20),
    });
    const end = page.offset + page.rows.length;
    if (options.json) printJson({ name, ...page, truncated: end < page.total });
    else {
      print(
        textTable(
          page.columns.map((column) => ({ name: column.name, right: isNumeric(column.type) })),
          page.rows,
        ),
      );
      note(
        end < page.total || page.offset > 0
          ? `Rows ${count(page.offset + 1)} to ${count(end)} of ${count(page.total)}.`
          : `${count(page.total)} rows.`,
      );
    }
    return EXIT.ok;
  });
