/** The grammar of FLOW files as wholes: diff, lineage, new, test, run. */
import { Option } from 'commander';
import { collect, examples, type Grammar, positive } from './grammar.ts';

/** Adds diff, lineage, new, test and run to the program. */
export function addFlowCommands({ program, run, reaching }: Grammar): void {
  program
    .command('diff')
    .argument('<old>', 'a FLOW file; - is stdin')
    .argument('<new>', 'a FLOW file; - is stdin')
    .description(
      'Tell two flows apart by their structure: what came, went, changed, was renamed or moved. Needs no node.',
    )
    .option('--json', 'the difference as JSON')
    .addHelpText(
      'after',
      `
Exit codes
  0  the same but for white space
  1  different
  2  trouble
${examples('voike diff old.flow new.flow', 'git show HEAD:plan.flow | voike diff - plan.flow')}`,
    )
    .action(run(async () => (await import('../commands/diff.ts')).diffCommand));

  reaching(program.command('lineage'))
    .argument('<file>', 'a FLOW file; - is stdin')
    .argument('<column>', 'a step and a column of it, as top.state')
    .option('-i, --input <name=@path>', 'a file for an input, so that its columns are known', collect, [])
    .description('Follow a column back to its sources and forward to what it feeds. Needs no node without --input.')
    .addHelpText(
      'after',
      examples('voike lineage plan.flow top.n', 'voike lineage plan.flow named.city --input airports=@airports.csv'),
    )
    .action(run(async () => (await import('../commands/lineage.ts')).lineageCommand));

  reaching(program.command('new'))
    .argument('<file>', 'a CSV, TSV, JSON, NDJSON or Parquet file')
    .option('-o, --output <file>', 'write the flow to this file instead of to stdout; it must not be there')
    .description('Make a flow that loads a file, from what the file looks like.')
    .addHelpText('after', examples('voike new airports.csv', 'voike new trips.parquet -o trips.flow'))
    .action(run(async () => (await import('../commands/new.ts')).newCommand));

  reaching(program.command('test'))
    .argument('<file...>', 'FLOW programs; - is stdin')
    .option('--filter <text>', 'only tests whose title holds this text')
    .option('--grant <capability>', 'let the tests use this, as log, and nothing else', collect, [])
    .option('--watch', 'run them again whenever a file changes, until Ctrl-C')
    .option('--junit <file>', 'write the report as JUnit XML as well')
    .addOption(new Option('--time <ms>', 'end a test after so many milliseconds (default: 30000)').argParser(positive))
    .addOption(new Option('--engine <engine>', 'interpreter, or wasm').choices(['interpreter', 'wasm']).default('wasm'))
    .description('Run the tests of FLOW programs: test "…" { expect … }.')
    .addHelpText(
      'after',
      `
Exit codes
  0  all passed
  1  one failed, a file does not compile, or no test was run
${examples('voike test sums.flow', 'voike test flows/*.flow --filter empty --junit report.xml', 'voike test sums.flow --watch')}`,
    )
    .action(run(async () => (await import('../commands/test.ts')).testCommand));

  reaching(program.command('run'))
    .argument('[file]', 'a FLOW file; - is stdin')
    .argument('[call...]', 'of a program: the function to call and its arguments')
    .description('Run a FLOW file, on the node of the data directory or, when none runs, on one of its own.')
    .option(
      '--grant <capability>',
      'let a program use this, as log, and nothing else; else what was decided, or it asks',
      collect,
      [],
    )
    .option('-i, --input <name=value>', 'an input; name=@path is a file, name=@- is stdin', collect, [])
    .option('--resume <run>', 'go on with a run that was interrupted')
    .option('--rerun <run>', 'run it again, using the results that did not change')
    .option(
      '--from-step <step>',
      'with --rerun, or with a file that was run before: do this step and those after it again',
    )
    .addOption(
      new Option('--limit <rows>', 'rows of a table to print (default: 20, with --json 1000)').argParser(positive),
    )
    .option('--from <step>', 'the same as --from-step')
    .option('--until <step>', 'run only what this step needs, and end there; can be given several times', collect, [])
    .option('--break <step>', 'stop before this step and show what it reads; can be given several times', collect, [])
    .option('--detach', 'print the id of the run and do not wait')
    .addHelpText(
      'after',
      examples(
        'voike run top.flow --until busiest',
        'voike run top.flow --break busiest',
        'voike run top.flow --input airports=@airports.csv --input limit=10',
        'voike run top.flow --input data=@- --json < data.csv',
        'voike run --resume 0199f3a2-…',
        'voike run fib.flow fib 35',
      ),
    )
    .action(run(async () => (await import('../commands/run.ts')).runCommand));
}
