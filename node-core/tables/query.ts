/** QUERY: one SELECT that a person wrote, over the tables that it names and nothing else of this machine. */
import { Problem } from '../errors/problem.ts';
import type { TableValue, Value } from '../flow/values/value.ts';
import { describe } from './sources.ts';
import type { DuckDb } from './duckdb.ts';
import type { TableEngine } from './engine-types.ts';
import { engineProblem } from './run-errors.ts';
import { fromDuckDb, nativeOf, quoteName, quoteText } from './sql-types.ts';
import { COUNTS } from './statement.ts';
import { fromEngine } from './wire.ts';

/** On an instance of its own that sees the named tables and nothing else of this machine. */
export async function runQuery(
  duckdb: DuckDb,
  fromRecords: TableEngine['fromRecords'],
  sql: string,
  paths: Map<string, string>,
  parameters: Record<string, Value>,
  wanted: { key: string; signal?: AbortSignal },
): Promise<TableValue> {
  const { StatementType } = await import('@duckdb/node-api');
  return duckdb.apart(wanted.signal, async (connection) => {
    try {
      await connection.run(`SET allowed_paths = [${[...paths.values()].map(quoteText).join(', ')}]`);
      for (const [name, path] of paths) {
        const columns = (await describe(connection, `read_parquet(${quoteText(path)})`)).filter(
          (column) => column.name !== COUNTS,
        );
        await connection.run(
          `CREATE VIEW ${quoteName(name)} AS SELECT ${columns.map((column) => quoteName(column.name)).join(', ')} FROM read_parquet(${quoteText(path)})`,
        );
      }
      await connection.run('SET enable_external_access = false');
      await connection.run('SET lock_configuration = true');
      const text = colonParameters(sql);
      if (!/^(?:\s|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/|\()*(?:SELECT|WITH|VALUES|FROM)\b/i.test(text)) throw notOneSelect();
      const statements = await connection.extractStatements(text);
      if (statements.count !== 1) throw notOneSelect();
      const statement = await statements.prepare(0);
      if (statement.statementType !== StatementType.SELECT) throw notOneSelect();
      const values: Record<string, string | number | bigint | boolean | null> = {};
      for (let index = 1; index <= statement.parameterCount; index++) {
        const name = statement.parameterName(index);
        if (!Object.hasOwn(parameters, name))
          throw new Problem(
            'missing-parameter',
            `The query has a parameter :${name}, and WITH gives no value for it.`,
            { status: 422, hint: `Add WITH { ${name}: … }.` },
          );
        const value = parameters[name] ?? null;
        values[name] =
          typeof value === 'object' && value !== null
            ? JSON.stringify(value)
            : typeof value === 'number' && Number.isSafeInteger(value)
              ? BigInt(value)
              : value;
      }
      statement.bind(values);
      const result = await statement.runAndReadAll();
      const types = result.columnTypes().map((type) => fromDuckDb(type));
      const names = result.columnNames();
      const rows = result.getRows();
      const records = rows.map((row) =>
        Object.fromEntries(
          row.map((value, index) => [
            names[index] as string,
            types[index]?.exact === true ? fromEngine(value, types[index].type) : plain(value),
          ]),
        ),
      );
      return await fromRecords(
        records,
        wanted.key,
        names.map((name, index) => ({ name, type: nativeOf(types[index]?.type ?? { k: 'text' }) })),
      );
    } catch (error) {
      if (error instanceof Problem) throw error;
      const message = (error as Error).message;
      if (wanted.signal?.aborted === true) throw engineProblem(error, { signal: wanted.signal });
      throw new Problem(
        'bad-sql',
        `The query cannot be answered: ${message.split('\n')[0]?.replace(/^[A-Z]\w* Error: /, '')}`,
        {
          status: 422,
          hint: 'One SELECT over steps and tables by name; values go in with :name and WITH.',
          cause: error,
        },
      );
    }
  });
}

function notOneSelect(): Problem {
  return new Problem('bad-sql', 'A query is one SELECT statement.', {
    status: 422,
    hint: 'Use STORE … AS TABLE to write, and several QUERY steps for several questions.',
  });
}

/** A value of a type that FLOW has no word for. */
function plain(value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  const number = Number(String(value));
  return /^-?[\d.]+$/.test(String(value)) && Number.isFinite(number) ? number : String(value);
}

/** `:name` becomes DuckDB's `$name`, outside of quotes, comments and casts. */
export function colonParameters(sql: string): string {
  return sql.replace(
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[^]*?\*\/|::|:([A-Za-z_]\w*)/g,
    (whole, name: string | undefined) => (name === undefined ? whole : `$${name}`),
  );
}
