/** The grammar of voike runs. */
import { type Command, Option } from 'commander';
import { examples, exporting, type Grammar, positive, whole } from './grammar.ts';

/** Adds runs to the program. */
export function addRunsCommands({ program, run, reaching }: Grammar): void {
  const runs = program.command('runs').description('Look at runs.');
  reaching(runs.command('list', { isDefault: true }))
    .description('The latest runs.')
    .addOption(new Option('--limit <n>', 'how many').argParser(positive).default(20))
    .option('--state <state>', 'queued, running, succeeded, failed, cancelled, interrupted or paused')
    .addHelpText('after', examples('voike runs list --state failed'))
    .action(run(async () => (await import('../commands/runs.ts')).listRuns));
  reaching(runs.command('get'))
    .argument('<run>')
    .description('One run: its steps and outputs.')
    .addOption(new Option('--limit <rows>', 'rows of a table').argParser(positive))
    .addHelpText('after', examples('voike runs get 0199f3a2-… --json'))
    .action(run(async () => (await import('../commands/runs.ts')).getRun));
  reaching(runs.command('cancel'))
    .argument('<run>')
    .description('Cancel a run; what is finished is kept.')
    .action(run(async () => (await import('../commands/runs.ts')).cancelRun));

  const one = (name: string): Command => reaching(runs.command(name)).argument('<run>');
  one('continue')
    .description('Go on with a run that is paused, and follow it to its end or its next stop.')
    .option('--step', 'do one step, then stop before the next')
    .option('--from <step>', 'the step to go on with, when it stands before several')
    .addOption(new Option('--limit <rows>', 'rows of a table').argParser(positive))
    .addHelpText('after', examples('voike runs continue 0199f3a2-… --step'))
    .action(run(async () => (await import('../commands/debug-run.ts')).continueRun));
  one('pause')
    .description('Ask a run to stop before the steps that come next.')
    .action(run(async () => (await import('../commands/debug-run.ts')).pauseRun));
  one('edit')
    .argument('<step>', 'whose result, or whose input')
    .argument('[input]', 'name of what the step reads; without it its result is replaced')
    .description('Replace what a step yields or reads, and go on from there.')
    .option('--value <json>', 'the value; @file and @- (stdin) hold it')
    .option('--rows <json>', 'rows of a table: a list of records; @file and @- (stdin) hold them')
    .option('--file <path>', 'a CSV, JSON, NDJSON or Parquet file with the rows')
    .addOption(new Option('--limit <rows>', 'rows of a table').argParser(positive))
    .addHelpText(
      'after',
      examples(
        'voike runs edit 0199f3a2-… busiest --file corrected.csv',
        `voike runs edit 0199f3a2-… top sorted --rows '[{"state": "TX", "n": 3}]'`,
      ),
    )
    .action(run(async () => (await import('../commands/debug-run.ts')).editRun));
  one('retry')
    .description('Try the failed steps of a run again; what is done stays.')
    .addOption(new Option('--limit <rows>', 'rows of a table').argParser(positive))
    .action(run(async () => (await import('../commands/debug-run.ts')).retryRun));
  one('events')
    .description('What happened in a run, in order; with --json one event a line.')
    .action(run(async () => (await import('../commands/debug-run.ts')).runEvents));
  reaching(runs.command('compare'))
    .argument('<a>', 'a run')
    .argument('<b>', 'another')
    .description('Compare two runs: inputs, plan, steps, outputs; with --step the rows that differ.')
    .option('--step <step>', 'the rows of this step')
    .option('--by <columns>', 'with --step: columns that match rows, with commas between')
    .addOption(new Option('--limit <rows>', 'rows that differ').argParser(positive))
    .addHelpText('after', examples('voike runs compare 0199f3a2-… 0199f3b7-… --step top --by state'))
    .action(run(async () => (await import('../commands/compare.ts')).compareRuns));
  reaching(exporting(runs.command('export')))
    .argument('<run>')
    .argument('[step]', 'a step by its name or id, as step:load or output:Rows; without it the whole run')
    .description('Write the whole result of a step to a file or to stdout; or a run as one file for another node.')
    .addHelpText(
      'after',
      examples(
        'voike runs export 0199f3a2-… busiest -o busiest.csv',
        'voike runs export 0199f3a2-… -o busiest.voikerun',
      ),
    )
    .action(run(async () => (await import('../commands/export.ts')).exportRunOrStep));
  reaching(runs.command('import'))
    .argument('<file>', 'a .voikerun file; - is stdin')
    .description('Take in a run that another node has exported, checking everything in it.')
    .addHelpText('after', examples('voike runs import busiest.voikerun'))
    .action(run(async () => (await import('../commands/share.ts')).importRun));

  reaching(runs.command('free'))
    .description('Say which results of old runs would be let go, and what that frees; with --yes, let them go.')
    .addOption(new Option('--keep-runs <n>', 'keep so many of the newest runs of each flow').argParser(whole))
    .addOption(new Option('--keep-days <n>', 'and all that began in so many last days').argParser(whole))
    .option('--yes', 'let them go, and keep this rule for the project')
    .addHelpText('after', examples('voike runs free', 'voike runs free --keep-runs 5 --keep-days 7 --yes'))
    .action(run(async () => (await import('../commands/retention.ts')).freeResults));
  one('pin')
    .description('Have a run keep its results whatever the rule.')
    .action(run(async () => (await import('../commands/retention.ts')).pinRun));
  one('unpin')
    .description('Let the rule decide again whether a run keeps its results.')
    .action(run(async () => (await import('../commands/retention.ts')).unpinRun));
}
