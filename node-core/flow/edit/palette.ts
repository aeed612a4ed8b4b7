/** What can be inserted into a plan: from the contracts and operations of a node. Browser-safe. */
import { BUILTIN_CONTRACTS } from '../contracts/builtin.ts';
import type { Contract, ContractGroup } from '../contracts/contract.ts';
import { contractAsMarkdown } from '../contracts/registry.ts';
import { displayType } from '../types/display.ts';
import { typeOfSchema } from '../types/json-schema.ts';
import type { Environment } from '../plan/environment.ts';
import type { InputType } from '../syntax/ast.ts';
import type { PaletteCategory, PaletteItem, PortTakes } from './types.ts';
import { TEMPLATES } from './templates.ts';

const TITLES: Record<ContractGroup, string> = {
  load: 'Load',
  table: 'Tables',
  store: 'Store',
  result: 'Results',
  control: 'Control',
  flow: 'Flows',
  node: 'Node',
  program: 'Programs',
  ai: 'Models and agents',
  service: 'Packages and services',
};
const ORDER: readonly ContractGroup[] = [
  'load',
  'table',
  'result',
  'store',
  'control',
  'flow',
  'node',
  'program',
  'ai',
  'service',
];

/** What people say for an operation, who come from spreadsheets, SQL or other tools. */
const WORDS: Readonly<Record<string, string>> = {
  LOAD_CSV: 'read import file spreadsheet excel tsv open',
  LOAD_JSON: 'read import file open',
  LOAD_NDJSON: 'read import file json lines jsonl log open',
  LOAD_PARQUET: 'read import file open',
  LOAD_TABLE: 'read project database stored',
  LOAD_MODEL: 'read machine learning',
  FILTER: 'where keep rows select condition drop only',
  MAP: 'compute calculate column add change transform formula rename',
  SELECT: 'columns keep drop rename project pick',
  GROUP_AGG: 'group aggregate sum count average pivot summarise summarize total by',
  JOIN: 'merge lookup vlookup combine match left inner outer',
  UNION: 'append concatenate stack combine merge rows',
  DISTINCT: 'unique duplicates dedupe deduplicate',
  SORT: 'order top rank ascending descending',
  TAKE: 'limit head first top sample',
  QUERY: 'sql select database',
  'STORE:TABLE': 'save write table database export keep',
  'STORE:BLOB': 'save write file export keep',
  'STORE:MODEL': 'save write keep',
  TRANSFORM: 'record value compute expression',
  OUTPUT: 'result show give',
  OUTPUT_TEXT: 'result show report message',
  OUTPUT_JSON: 'result show record',
  RETURN: 'result value',
  ERROR: 'fail stop check assert',
  SWITCH: 'case branch choose',
  IF: 'condition branch else when',
  FOR_EACH: 'loop iterate repeat each map',
  WAIT: 'sleep delay pause',
  CALL_FLOW: 'subflow call run reuse',
  APX_EXEC: 'operation node call api',
  ASK_AI: 'language model llm question',
};

const TAKES: Readonly<Record<string, PortTakes>> = {
  LOAD_CSV: 'file',
  LOAD_JSON: 'file',
  LOAD_NDJSON: 'file',
  LOAD_PARQUET: 'file',
  FILTER: 'table',
  MAP: 'table',
  SELECT: 'table',
  GROUP_AGG: 'table',
  JOIN: 'table',
  UNION: 'table',
  DISTINCT: 'table',
  SORT: 'table',
  TAKE: 'table',
  QUERY: 'table',
  'STORE:TABLE': 'table',
  'STORE:BLOB': 'value',
  'STORE:MODEL': 'value',
  FOR_EACH: 'list',
  TRANSFORM: 'value',
  OUTPUT: 'value',
  OUTPUT_TEXT: 'value',
  OUTPUT_JSON: 'value',
  RETURN: 'value',
  SWITCH: 'value',
  CALL_FLOW: 'value',
  CALL: 'value',
  ASK_AI: 'value',
  INFER: 'value',
  TRAIN: 'value',
  BUILD_VPKG: 'value',
  DEPLOY_SERVICE: 'value',
};

const INPUTS: readonly { type: InputType; summary: string; words: string }[] = [
  { type: 'file', summary: 'A file that is chosen when the plan runs.', words: 'csv json parquet upload choose path' },
  { type: 'number', summary: 'A number that is given when the plan runs.', words: 'parameter setting value limit' },
  { type: 'text', summary: 'A text that is given when the plan runs.', words: 'parameter setting value string' },
  { type: 'bool', summary: 'Yes or no, given when the plan runs.', words: 'parameter setting switch flag boolean' },
  { type: 'table', summary: 'A table that is given when the plan runs.', words: 'rows parameter data' },
  { type: 'list', summary: 'A list that is given when the plan runs.', words: 'array parameter values' },
  { type: 'record', summary: 'A record that is given when the plan runs.', words: 'object parameter fields' },
  { type: 'json', summary: 'Any value that JSON can write.', words: 'any parameter' },
  { type: 'blob', summary: 'Stored bytes.', words: 'binary bytes' },
  { type: 'image', summary: 'A stored picture.', words: 'picture photo' },
  { type: 'tensor', summary: 'Numbers in several dimensions.', words: 'matrix array' },
  { type: 'modelRef', summary: 'A stored model.', words: 'machine learning' },
];

const palettes = new WeakMap<Environment, PaletteCategory[]>();

/** Everything that can be inserted, by category. The same environment gives the same list. */
export function paletteOf(environment: Environment = {}): PaletteCategory[] {
  let palette = palettes.get(environment);
  if (palette === undefined) {
    palette = makePalette(environment);
    palettes.set(environment, palette);
  }
  return palette;
}

/** The item of that id. */
export function findItem(id: string, environment: Environment): PaletteItem | undefined {
  for (const category of paletteOf(environment)) {
    const item = category.items.find((candidate) => candidate.id === id);
    if (item !== undefined) return item;
  }
  return undefined;
}

function makePalette(environment: Environment): PaletteCategory[] {
  const contracts = environment.contracts ?? BUILTIN_CONTRACTS;
  const categories: PaletteCategory[] = [
    {
      id: 'inputs',
      title: 'Inputs',
      items: INPUTS.map(({ type, summary, words }) => ({
        id: `input:${type}`,
        makes: 'input',
        title: type,
        summary,
        docs: summary,
        words: ['input', ...words.split(' ')],
        template: `${type} name`,
        runs: true,
        effect: false,
      })),
    },
  ];
  for (const group of ORDER) {
    const items = contracts.filter((contract) => contract.group === group).flatMap(itemsOf);
    if (group === 'result')
      items.unshift({
        id: 'output',
        makes: 'output',
        title: 'Output',
        summary: 'Makes what a step gives a result of the flow.',
        docs: 'An OUTPUT of its own: `OUTPUT step AS "label"`.',
        words: ['result', 'show', 'end'],
        template: 'OUTPUT _',
        takes: 'value',
        runs: true,
        effect: false,
      });
    if (items.length > 0) categories.push({ id: group, title: TITLES[group], items });
  }
  return [...categories, ...nodeOperations(environment)];
}

function itemsOf(contract: Contract): PaletteItem[] {
  if (contract.name === 'STORE')
    return (['TABLE', 'BLOB', 'MODEL'] as const).map((as) => ({
      ...itemOf(contract, `STORE:${as}`),
      title: `STORE AS ${as}`,
      runs: as !== 'MODEL',
      summary:
        as === 'TABLE'
          ? 'Keeps a table in the project.'
          : as === 'BLOB'
            ? 'Keeps a value in the project as a blob.'
            : 'Keeps a model in the project.',
    }));
  return [itemOf(contract, contract.name)];
}

function itemOf(contract: Contract, id: string): PaletteItem {
  const takes = TAKES[id];
  return {
    id,
    makes: 'step',
    title: contract.words,
    summary: contract.summary,
    docs: contractAsMarkdown(contract),
    words: [contract.name.toLowerCase(), ...(WORDS[id]?.split(' ') ?? [])],
    template: TEMPLATES[id]?.([], 'table') ?? id,
    ...(takes === undefined ? {} : { takes }),
    runs: contract.runs,
    effect: contract.effect,
  };
}

/** The operations of the node, one category an area. */
function nodeOperations(environment: Environment): PaletteCategory[] {
  const areas = new Map<string, PaletteItem[]>();
  for (const operation of environment.operations ?? []) {
    const area = operation.name.slice(0, operation.name.indexOf('.'));
    const items = areas.get(area) ?? [];
    areas.set(area, items);
    const keys = Object.entries(operation.input.properties ?? {});
    items.push({
      id: `APX_EXEC:${operation.name}`,
      makes: 'step',
      title: operation.name,
      summary: operation.summary,
      docs: [
        `**${operation.name}**`,
        operation.summary,
        keys
          .map(([key, schema]) => `- \`${key}\`: ${schema.description ?? displayType(typeOfSchema(schema))}`)
          .join('\n'),
      ]
        .filter((part) => part !== '')
        .join('\n\n'),
      words: [
        'node',
        'operation',
        area,
        ...operation.name
          .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
          .toLowerCase()
          .split(/[. ]/),
      ],
      template: `APX_EXEC "${operation.name}"`,
      takes: 'value',
      runs: true,
      effect: operation.effect === 'write',
    });
  }
  return [...areas].map(([area, items]) => ({ id: `node:${area}`, title: `Node: ${area}`, items }));
}
