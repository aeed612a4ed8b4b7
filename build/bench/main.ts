/** `npm run bench [-- NAME …]`: measures, prints a table of ratios, ends with 1 when a target is missed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { type Bench, type Figure, isMet, ratioOf } from './figure.ts';
import { flow } from './flow.ts';
import { folders } from './folders.ts';
import { ledger } from './ledger.ts';
import { node } from './node.ts';
import { runs } from './runs.ts';
import { services } from './services.ts';
import { shell } from './shell.ts';
import { tables } from './tables.ts';
import { vvm } from './vvm.ts';
import { workbench } from './workbench.ts';

const benches: Bench[] = [flow, runs, tables, ledger, node, workbench, folders, shell, vvm, services];

function row(figure: Figure): string[] {
  const number = (value: number) => (value >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3));
  const ratio = ratioOf(figure);
  const met = isMet(figure);
  const { target } = figure;
  return [
    figure.what,
    `${number(figure.value)} ${figure.unit}`,
    figure.baseline === undefined ? '' : `${figure.baseline.what}: ${number(figure.baseline.value)}`,
    ratio === undefined ? '' : `${ratio.toFixed(2)}×`,
    target === undefined
      ? ''
      : `${target.kind === 'most' ? '≤' : '≥'} ${target.value.toLocaleString('en')}${target.ratio ? '×' : ''}`,
    met === undefined ? '' : met ? 'met' : 'MISSED',
  ];
}

const wanted = process.argv.slice(2);
const figures: Figure[] = [];
for (const bench of benches.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  process.stderr.write(`${bench.name} …\n`);
  figures.push(...(await bench.run()));
}
const rows = [['what', 'value', 'baseline', 'ratio', 'target', ''], ...figures.map(row)];
const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
console.log(`Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`);
for (const cells of rows)
  console.log(
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
for (const { what, note } of figures) if (note !== undefined) console.log(`${what}: ${note}`);
const report = join(import.meta.dirname, '..', '..', 'out', 'reports', 'bench.json');
mkdirSync(join(report, '..'), { recursive: true });
writeFileSync(report, JSON.stringify(figures, null, 2));
const missed = figures.filter((figure) => isMet(figure) === false);
console.log(
  missed.length === 0
    ? 'Every target is met.'
    : `${missed.length} missed: ${missed.map(({ what }) => what).join('; ')}`,
);
process.exitCode = missed.length === 0 ? 0 : 1;
