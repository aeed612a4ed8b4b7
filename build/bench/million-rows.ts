/** Child of the tables benchmark: `million-rows.ts make|flow|sql FOLDER` prints what it measured as one line of JSON. */
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { openNode } from '../../node-core/node.ts';
import type { RunRecord, TablePage } from '../../node-core/runs/schema.ts';

const [mode, folder = ''] = process.argv.slice(2);
const csv = join(folder, 'million.csv');

const source = `
FLOW "A million rows"
INPUTS
  file data
END INPUTS
STEP load = LOAD CSV FROM data
STEP chosen = FILTER load WHERE country == "US" AND age > 30
STEP by_city = GROUP chosen BY city
  AGG count(*) AS n
  AGG sum(amount) AS total
STEP top = SORT by_city BY n DESC, city
  TAKE 10
OUTPUT top AS "top"
END FLOW`;

const warmUp = `
FLOW "Loads the engine"
STEP rows = TRANSFORM [{ n: 1 }, { n: 2 }]
STEP more = FILTER rows WHERE n > 1
OUTPUT more
END FLOW`;

const statement = `
  SELECT * FROM (
    SELECT city, count(*) AS n, sum(amount) AS total FROM read_csv('${csv}') WHERE country = 'US' AND age > 30 GROUP BY city
  ) ORDER BY n DESC, city LIMIT 10`;

async function duckdb() {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  return instance.connect();
}

/** Rows with the totals in whole units: the engines may add floats in different orders. */
const comparable = (rows: unknown[][]) => rows.map(([city, n, total]) => [city, Number(n), Math.round(Number(total))]);

let ms = 0;
let first: unknown;
if (mode === 'make') {
  const connection = await duckdb();
  await connection.run(`SELECT setseed(0.5)`);
  await connection.run(
    `COPY (SELECT i AS id, 'city' || (i % 5000) AS city, (i * 7919) % 100 AS age, round(random() * 1000, 2) AS amount,
       ['US','DE','FR','IN'][1 + (i * 31) % 4] AS country, DATE '2020-01-01' + (i % 1000)::INT AS day, md5(i::VARCHAR) AS ref
       FROM range(1000000) t(i)) TO '${csv}' (HEADER)`,
  );
} else if (mode === 'sql') {
  const connection = await duckdb();
  const start = performance.now();
  const result = await connection.runAndReadAll(statement);
  ms = performance.now() - start;
  first = comparable(result.getRowsJS());
} else {
  const node = await openNode({ dataDir: join(folder, `node-${process.pid}`) });
  const context = { ...node.local(), signal: new AbortController().signal, log: node.log };
  // The engine is loaded at first use; the statement alone is timed on one that is loaded, too.
  const loaded = (await node.call('flow.execute', context, { source: warmUp, inputs: {}, mode: 'sync' })) as RunRecord;
  if (loaded.state !== 'succeeded') throw new Error(JSON.stringify(loaded.error));
  const start = performance.now();
  const run = (await node.call('flow.execute', context, {
    source,
    inputs: { data: { $file: csv } },
    mode: 'sync',
  })) as RunRecord;
  ms = performance.now() - start;
  if (run.state !== 'succeeded') throw new Error(JSON.stringify(run.error));
  const result = (await node.call('flow.stepResult', context, {
    id: run.id,
    step: 'step:top',
    offset: 0,
    limit: 10,
  })) as { page: TablePage };
  first = comparable(result.page.rows);
  await node.close();
}
console.log(JSON.stringify({ ms, peakMib: process.resourceUsage().maxRSS / 1024, first }));
