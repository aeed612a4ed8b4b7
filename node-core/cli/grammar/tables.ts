/** The grammar of voike tables. */
import { Option } from 'commander';
import { examples, exporting, type Grammar, positive, whole } from './grammar.ts';

/** Adds tables to the program. */
export function addTableCommands({ program, run, reaching }: Grammar): void {
  const tables = program.command('tables').description("Look at the project's tables.");
  reaching(tables.command('list', { isDefault: true }))
    .description('The tables of the project.')
    .action(run(async () => (await import('../commands/tables.ts')).listTables));
  reaching(tables.command('get'))
    .argument('<name>')
    .description('Rows of a table.')
    .addOption(new Option('--limit <rows>', 'how many').argParser(positive))
    .addOption(new Option('--offset <row>', 'first row, from 0').argParser(whole).default(0))
    .addHelpText('after', examples('voike tables get sales --limit 50'))
    .action(run(async () => (await import('../commands/tables.ts')).getTable));

  reaching(exporting(tables.command('export')))
    .argument('<name>')
    .description('Write a whole table to a file, or to stdout.')
    .addHelpText('after', examples('voike tables export sales -o sales.parquet', 'voike tables export sales | head'))
    .action(run(async () => (await import('../commands/export.ts')).exportNamedTable));
}
