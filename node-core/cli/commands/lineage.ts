/** `voike lineage FILE STEP.COLUMN` */
import { check } from '../../flow/plan/check.ts';
import { columnsOf, type ColumnAt, type Lineage, lineageOf } from '../../flow/plan/lineage.ts';
import type { Where } from '../connection.ts';
import { EXIT, usage } from '../exit.ts';
import { readInputArguments } from '../inputs.ts';
import { print, printJson } from '../print.ts';
import { readSource } from '../sources.ts';
import { withConnection } from './runs.ts';

/** Without inputs it asks no node: columns of files are then known by their use alone. */
export async function lineageCommand(
  file: string,
  what: string,
  options: Where & { input?: string[]; json?: boolean },
): Promise<number> {
  const { text } = await readSource(file);
  const { draft, parse } = check(text, {});
  const node = draft.nodes
    .filter((one) => what.startsWith(`${one.name}.`) || what.startsWith(`${one.id}.`))
    .sort((a, b) => b.name.length - a.name.length)[0];
  if (node === undefined)
    throw usage(
      `The flow has nothing that "${what}" names.`,
      `Write a step, a dot and a column: ${draft.nodes.find((one) => one.kind === 'step')?.name ?? 'step'}.column.`,
    );
  const column = what.slice((what.startsWith(`${node.id}.`) ? node.id : node.name).length + 1);
  const show = (lineage: Lineage): number => {
    if (options.json) printJson(lineage);
    else describe(lineage);
    return EXIT.ok;
  };
  if (options.input !== undefined && options.input.length > 0) {
    return withConnection(options, async (connection) => {
      const inputs = await readInputArguments(options.input!, parse.plan.inputs, connection);
      return show(
        (await connection.callAny('flow.lineage', { source: text, node: node.id, column, inputs })) as Lineage,
      );
    });
  }
  const lineage = lineageOf(text, node.id, column);
  if (lineage === undefined) {
    const known = columnsOf(node.type)?.map((one) => one.name);
    throw usage(
      `"${node.name}" has no column "${column}".`,
      known === undefined || known.length === 0
        ? 'It is no table.'
        : `Its columns are ${known.slice(0, 20).join(', ')}.`,
    );
  }
  return show(lineage);
}

const at = ({ node, column }: ColumnAt): string => {
  const name = node.replace(/^(?:step|output):/, '');
  return column === undefined ? name : `${name}.${column}`;
};

function describe({ of, type, back, sources, forward, uses, ends }: Lineage): void {
  print(`${at(of)}   ${type}`);
  print('\nComes from');
  for (const { from, to, how, expression } of back) print(`  ${at(to)} ← ${at(from)}   ${how}: ${expression}`);
  for (const end of sources) print(`  ${at(end.at)}: ${end.reason}`);
  print('\nFeeds');
  for (const { from, to, how, expression } of forward) print(`  ${at(from)} → ${at(to)}   ${how}: ${expression}`);
  for (const use of uses)
    print(`  ${use.node.replace(/^step:/, '')}: ${use.column} decides ${use.decides}   ${use.expression}`);
  for (const end of ends) print(`  ${at(end.at)}: ${end.reason}`);
}
