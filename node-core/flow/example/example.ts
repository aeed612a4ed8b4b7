/** A flow by example: from what a file looks like, a plan that loads it and is ready to be extended. Browser-safe. */
import { quote } from '../syntax/print.ts';
import { displayColumnType } from '../types/display.ts';
import type { Column } from '../types/type.ts';

/** What is known of a file from its beginning. */
export interface ExampleFile {
  /** With its ending: `airports.csv`, `trips.parquet`. */
  name: string;
  format: 'CSV' | 'JSON' | 'NDJSON' | 'PARQUET';
  columns: readonly Column[];
}

export interface ExamplePlan {
  /** Checked without a complaint, in the canonical style. */
  source: string;
  /** Name of the flow and of its file. */
  title: string;
  /** Name of the file input. */
  input: string;
  /** Id of the node that loads it. */
  step: string;
}

/** So many columns are listed; the form of a step shows all. */
const LISTED = 40;

export function planByExample({ name, format, columns }: ExampleFile): ExamplePlan {
  const base = name
    .replace(/^.*[\\/]/, '')
    .replace(/(?:\.(?:csv|tsv|tab|txt|json|ndjson|jsonl|geojson|parquet|gz))+$/i, '');
  const title = asTitle(base);
  const input = asName(base);
  const step = input === 'load' ? 'load_rows' : 'load';
  const options = /\.(?:tsv|tab)(?:\.gz)?$/i.test(name) && format === 'CSV' ? ' OPTIONS { delimiter: "\\t" }' : '';
  const shown = oneLine(name);
  const width = Math.max(0, ...columns.slice(0, LISTED).map((column) => oneLine(column.name).length));
  const lines = columns
    .slice(0, LISTED)
    .map((column) => `#   ${oneLine(column.name).padEnd(width)}  ${displayColumnType(column)}`);
  if (columns.length > LISTED) lines.push(`#   … and ${columns.length - LISTED} more`);
  const count = `${columns.length} ${columns.length === 1 ? 'column' : 'columns'}`;
  const source = [
    `FLOW ${quote(title)}`,
    '',
    'DESCRIPTION',
    `  ${quote(`Reads ${shown}.`)}`,
    'END DESCRIPTION',
    '',
    'INPUTS',
    `  file ${input} ${quote(`A file like ${shown}`)}`,
    'END INPUTS',
    '',
    `# ${shown} has ${columns.length === 0 ? 'columns that were not found out' : `${count}:`}`,
    ...lines,
    `STEP ${step} =`,
    `  LOAD ${format} FROM ${input}${options}`,
    '',
    `OUTPUT ${step} AS ${quote(title)}`,
    'END FLOW',
    '',
  ].join('\n');
  return { source, title, input, step: `step:${step}` };
}

/** `us-state_capitals` → `Us state capitals`. */
function asTitle(base: string): string {
  const words = oneLine(base)
    .replaceAll(/[_\-.]+/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return words === '' ? 'Data' : words.charAt(0).toUpperCase() + words.slice(1);
}

/** A name of FLOW; words of its own (`table`, `none`) get `data_` before them. */
function asName(base: string): string {
  const name = base
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9_]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .toLowerCase()
    .slice(0, 40);
  if (name === '') return 'data';
  return /^\d/.test(name) || RESERVED.has(name) ? `data_${name}` : name;
}

const RESERVED: ReadonlySet<string> = new Set(
  'text number bool json record list table file blob image tensor modelref optional end inputs input true false none null flow step output and or not in as from with to where by on'.split(
    ' ',
  ),
);

function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- a name may hold anything, and a comment is one line
  return text.replaceAll(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ');
}
