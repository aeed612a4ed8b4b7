/** The command line's grammar: what can be said, with help and examples. What it does is in commands/. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Problem } from '../errors/problem.ts';
import { EXPORT_FORMATS } from '../results/schema.ts';
import { asProblem, EXIT, usage } from './exit.ts';
import { host } from './host.ts';
import { printJson } from './print.ts';

type Options = Record<string, any>;

const LSP_HELP = `
Editors start it by themselves for files that end in .flow, plans and programs alike:
  Neovim   vim.filetype.add({ extension = { flow = 'flow' } })
           vim.lsp.config('voike', { cmd = { 'voike', 'lsp' }, filetypes = { 'flow' } })
           vim.lsp.enable('voike')
  Helix    in languages.toml
           [language-server.voike]
           command = "voike"
           args = ["lsp"]
           [[language]]
           name = "flow"
           scope = "source.flow"
           file-types = ["flow"]
           comment-token = "#"
           language-servers = ["voike"]
  Emacs    (add-to-list 'auto-mode-alist '("\\\\.flow\\\\'" . prog-mode))
           (with-eval-after-load 'eglot
             (add-to-list 'eglot-server-programs '(prog-mode "voike" "lsp")))
  Others   any client of the Language Server Protocol: the command is voike lsp, on stdin and stdout`;

export interface ProgramOptions {
  version: string;
  /** What `voike serve` does. Where no node can be started the command is not there. */
  serve?: () => Promise<(options: Options) => Promise<number>>;
  /** Whether a command may say which node it means; else there is one, the host's. */
  reaching: boolean;
}

/** Gives the commands, and the function that runs an argument list and resolves with its exit code. */
export function createProgram({ version, serve, reaching: mayReach }: ProgramOptions): {
  program: Command;
  run: (args: string[]) => Promise<number>;
} {
  let code: number = EXIT.ok;
  /** Loads a command's code and keeps the exit code that it gives. */
  const run =
    (load: () => Promise<(...args: any[]) => Promise<number>>) =>
    async (...args: unknown[]): Promise<void> => {
      // The last argument is the command itself; its own options and the shared ones of its parents come together.
      const command = args.at(-1) as Command;
      code = await (await load())(...args.slice(0, -2), command.optsWithGlobals<Options>());
    };

  const program = new Command('voike')
    .description('FLOW on your own machine: check, run and prove it.')
    .version(version, '-V, --version')
    .showHelpAfterError('(voike --help lists the commands)')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({ writeOut: (text) => host().out(text), writeErr: (text) => host().note(text) })
    .addHelpText(
      'after',
      `
Exit codes
  0  done
  1  the thing failed: diagnostics, a failed run, a ledger that is broken
  2  the command was used wrongly
  3  the node cannot be reached or opened
With --json what failed is told on stdout as well, as { "error": { code, detail, hint, … } }.${
        mayReach
          ? '\n\nVOIKE_DATA, VOIKE_KEY, VOIKE_ADMIN_TOKEN stand for --data, --key and --admin-token; VOIKE_DEBUG=1 shows the insides of a failure.'
          : ''
      }`,
    );

  const reaching = (command: Command): Command =>
    !mayReach
      ? command.option('--json', 'the result as JSON on stdout')
      : command
          .option('--data <dir>', 'data directory (default: ~/.voike)')
          .option('--node <url>', 'a node elsewhere, instead of the one of the data directory')
          .option('--key <key>', 'project key for --node')
          .option('--admin-token <token>', 'admin token for --node')
          .option('--json', 'the result as JSON on stdout');

  const exporting = (command: Command): Command =>
    command
      .option('-o, --output <file>', 'the file; one that is there is replaced')
      .addOption(
        new Option(
          '-f, --format <format>',
          'what to write; by the end of the name when there is a file, else csv',
        ).choices(EXPORT_FORMATS),
      );

  if (serve !== undefined)
    reaching(program.command('serve'))
      .description('Start a node and keep it running.')
      .addOption(new Option('--port <port>', 'port; without it the first free one from 8737').argParser(port))
      .option('--host <address>', 'address to listen on (default: 127.0.0.1, this machine only)')
      .option('--allow-host <name:port>', 'answer to this Host as well', collect, [])
      .option('--allow-origin <origin>', 'let pages of this origin in', collect, [])
      .option('--allow-connect <origin>', 'let the workbench in a tab connect to this node as well', collect, [])
      .option('--workbench <dir>', 'folder of a built workbench')
      .option('--verbose', 'log on stderr')
      .addHelpText('after', examples('voike serve', 'voike serve --data ./project --port 9000'))
      .action(run(serve));

  program
    .command('check')
    .argument('<file...>', 'FLOW files; - is stdin')
    .description('Check FLOW files: syntax, names, types. Needs no node.')
    .option('--json', 'an array of { file, ok, diagnostics }')
    .addHelpText('after', examples('voike check flows/*.flow', 'voike check plan.flow --json'))
    .action(run(async () => (await import('./commands/check.ts')).checkCommand));

  program
    .command('fmt')
    .argument('<file...>', 'FLOW files; - is stdin')
    .description('Format FLOW files in place.')
    .option('--check', 'change nothing; exit with 1 when a file would change')
    .option('--stdout', 'write the result to stdout instead of the file')
    .option('--json', 'an array of { file, changed }')
    .addHelpText('after', examples('voike fmt plan.flow', 'voike fmt --check flows/*.flow'))
    .action(run(async () => (await import('./commands/fmt.ts')).fmtCommand));

  // It talks for as long as a person does; the workbench has a view for that.
  if (mayReach)
    reaching(program.command('debug'))
      .argument('<file>', 'a FLOW program, VASM text or binary')
      .argument('<call...>', 'the function to call and its arguments')
      .option('--break <line>', 'stop there as well', collect, [])
      .option(
        '--grant <capability>',
        'let it use this, as log, and nothing else; else what was decided, or it asks',
        collect,
        [],
      )
      .description('Call a function step by step: it stands before its first line. Type h for what can be done.')
      .addHelpText(
        'after',
        examples('voike debug program.flow fib 10', "printf 'c\\np n\\n' | voike debug program.flow fib 10 --break 3"),
      )
      .action(run(async () => (await import('./commands/debug-program.ts')).debugCommand));

  // It speaks on stdin and stdout for as long as an editor does: nothing for a prompt inside of the workbench.
  if (mayReach)
    program
      .command('lsp')
      .description(
        'The language service for other editors: a server of the Language Server Protocol on stdin and stdout.',
      )
      .option('--stdio', 'what it does anyway; some editors say it')
      .addHelpText('after', LSP_HELP)
      .action(run(async () => (await import('./commands/lsp.ts')).lspCommand.bind(undefined, version)));

  program
    .command('plan')
    .argument('<file>', 'a FLOW file; - is stdin')
    .description('Show the steps that a FLOW file becomes. Needs no node.')
    .option('--json', 'the graph as JSON')
    .addHelpText('after', examples('voike plan plan.flow', 'voike plan plan.flow --json'))
    .action(run(async () => (await import('./commands/plan.ts')).planCommand));

  const vasm = program.command('vasm').description('VASM, the portable form of programs: text and binary.');
  vasm
    .command('asm')
    .argument('<file>', 'VASM text; - is stdin')
    .description('Make the binary of a VASM text, once the verifier takes it. Needs no node.')
    .option('-o, --output <file>', 'the file (default: FILE.bin); - is stdout')
    .option('--strip', 'without what tells where the code came from')
    .option('--json', '{ file, ok, output, id, bytes, diagnostics }')
    .addHelpText('after', examples('voike vasm asm fib.vasm', 'voike vasm asm fib.vasm -o out/fib.vasm.bin --strip'))
    .action(run(async () => (await import('./commands/vasm.ts')).assembleCommand));
  vasm
    .command('dis')
    .argument('<file>', 'a VASM binary, or a text; - is stdin')
    .description('Write a module as VASM text, in its one form. Needs no node.')
    .option('-o, --output <file>', 'the file; one that is there is replaced')
    .addHelpText('after', examples('voike vasm dis fib.vasm.bin', 'voike vasm dis untidy.vasm -o tidy.vasm'))
    .action(run(async () => (await import('./commands/vasm.ts')).disassembleCommand));
  vasm
    .command('verify')
    .argument('<file...>', 'VASM texts or binaries; - is stdin')
    .description('Prove that modules can be run safely: types, stack, jumps, capabilities, limits. Needs no node.')
    .option('--json', 'an array of { file, ok, id, diagnostics }')
    .addHelpText('after', examples('voike vasm verify fib.vasm', 'voike vasm verify *.vasm.bin --json'))
    .action(run(async () => (await import('./commands/vasm.ts')).verifyCommand));

  reaching(vasm.command('run'))
    .argument('<file>', 'VASM text or binary; - is stdin')
    .argument('<func>', 'a function that it exports')
    .argument('[arg...]', 'as the types of its parameters ask: text for a String, JSON for a List, Map or model, none')
    .description('Call a function of a module, within its fuel, time and memory, with nothing that was not granted.')
    .addOption(new Option('--fuel <n>', 'instructions at most (default: 10000000000)').argParser(positive))
    .addOption(new Option('--time <ms>', 'milliseconds at most (default: 30000)').argParser(positive))
    .addOption(new Option('--engine <engine>', 'wasm is faster for long work').choices(['interpreter', 'wasm']))
    .option(
      '--grant <capability>',
      'let it use this, as log, and nothing else; else what was decided, or it asks',
      collect,
      [],
    )
    .addHelpText(
      'after',
      examples(
        'voike vasm run fib.vasm fib 30',
        'voike vasm run abs.vasm abs -- -5',
        'voike vasm run hello.vasm main --grant log --json',
      ),
    )
    .action(run(async () => (await import('./commands/vasm-run.ts')).runModule));

  const wasi = program.command('wasi').description('WebAssembly modules of others, run as jobs.');
  reaching(wasi.command('run'))
    .argument('<file>', 'a WebAssembly module, as compilers make it for wasm32-wasip1; - is stdin')
    .argument('[arg...]', 'its arguments')
    .description('Run a module with its arguments and the files that are named, and with nothing that was not granted.')
    .option('--file <path=file>', 'let it read this file, under this path', collect, [])
    .option('--env <name=value>', 'set a variable of its environment', collect, [])
    .option('--stdin <file>', 'what it reads as stdin; - is stdin')
    .option('--grant <capability>', 'let it use time or random; else what was decided', collect)
    .addOption(new Option('--time <ms>', 'milliseconds at most (default: 30000)').argParser(positive))
    .addHelpText(
      'after',
      examples(
        'voike wasi run sort.wasm --stdin names.txt -- -r',
        'voike wasi run count.wasm data/rows.csv --file data/rows.csv=rows.csv --grant time',
      ),
    )
    .action(run(async () => (await import('./commands/wasi.ts')).runWasi));

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
    .action(run(async () => (await import('./commands/diff.ts')).diffCommand));

  reaching(program.command('lineage'))
    .argument('<file>', 'a FLOW file; - is stdin')
    .argument('<column>', 'a step and a column of it, as top.state')
    .option('-i, --input <name=@path>', 'a file for an input, so that its columns are known', collect, [])
    .description('Follow a column back to its sources and forward to what it feeds. Needs no node without --input.')
    .addHelpText(
      'after',
      examples('voike lineage plan.flow top.n', 'voike lineage plan.flow named.city --input airports=@airports.csv'),
    )
    .action(run(async () => (await import('./commands/lineage.ts')).lineageCommand));

  reaching(program.command('new'))
    .argument('<file>', 'a CSV, TSV, JSON, NDJSON or Parquet file')
    .option('-o, --output <file>', 'write the flow to this file instead of to stdout; it must not be there')
    .description('Make a flow that loads a file, from what the file looks like.')
    .addHelpText('after', examples('voike new airports.csv', 'voike new trips.parquet -o trips.flow'))
    .action(run(async () => (await import('./commands/new.ts')).newCommand));

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
    .action(run(async () => (await import('./commands/test.ts')).testCommand));

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
    .action(run(async () => (await import('./commands/run.ts')).runCommand));

  const runs = program.command('runs').description('Look at runs.');
  reaching(runs.command('list', { isDefault: true }))
    .description('The latest runs.')
    .addOption(new Option('--limit <n>', 'how many').argParser(positive).default(20))
    .option('--state <state>', 'queued, running, succeeded, failed, cancelled, interrupted or paused')
    .addHelpText('after', examples('voike runs list --state failed'))
    .action(run(async () => (await import('./commands/runs.ts')).listRuns));
  reaching(runs.command('get'))
    .argument('<run>')
    .description('One run: its steps and outputs.')
    .addOption(new Option('--limit <rows>', 'rows of a table').argParser(positive))
    .addHelpText('after', examples('voike runs get 0199f3a2-… --json'))
    .action(run(async () => (await import('./commands/runs.ts')).getRun));
  reaching(runs.command('cancel'))
    .argument('<run>')
    .description('Cancel a run; what is finished is kept.')
    .action(run(async () => (await import('./commands/runs.ts')).cancelRun));

  const one = (name: string): Command => reaching(runs.command(name)).argument('<run>');
  one('continue')
    .description('Go on with a run that is paused, and follow it to its end or its next stop.')
    .option('--step', 'do one step, then stop before the next')
    .option('--from <step>', 'the step to go on with, when it stands before several')
    .addOption(new Option('--limit <rows>', 'rows of a table').argParser(positive))
    .addHelpText('after', examples('voike runs continue 0199f3a2-… --step'))
    .action(run(async () => (await import('./commands/debug-run.ts')).continueRun));
  one('pause')
    .description('Ask a run to stop before the steps that come next.')
    .action(run(async () => (await import('./commands/debug-run.ts')).pauseRun));
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
    .action(run(async () => (await import('./commands/debug-run.ts')).editRun));
  one('retry')
    .description('Try the failed steps of a run again; what is done stays.')
    .addOption(new Option('--limit <rows>', 'rows of a table').argParser(positive))
    .action(run(async () => (await import('./commands/debug-run.ts')).retryRun));
  one('events')
    .description('What happened in a run, in order; with --json one event a line.')
    .action(run(async () => (await import('./commands/debug-run.ts')).runEvents));
  reaching(runs.command('compare'))
    .argument('<a>', 'a run')
    .argument('<b>', 'another')
    .description('Compare two runs: inputs, plan, steps, outputs; with --step the rows that differ.')
    .option('--step <step>', 'the rows of this step')
    .option('--by <columns>', 'with --step: columns that match rows, with commas between')
    .addOption(new Option('--limit <rows>', 'rows that differ').argParser(positive))
    .addHelpText('after', examples('voike runs compare 0199f3a2-… 0199f3b7-… --step top --by state'))
    .action(run(async () => (await import('./commands/compare.ts')).compareRuns));
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
    .action(run(async () => (await import('./commands/export.ts')).exportRunOrStep));
  reaching(runs.command('import'))
    .argument('<file>', 'a .voikerun file; - is stdin')
    .description('Take in a run that another node has exported, checking everything in it.')
    .addHelpText('after', examples('voike runs import busiest.voikerun'))
    .action(run(async () => (await import('./commands/share.ts')).importRun));

  reaching(runs.command('free'))
    .description('Say which results of old runs would be let go, and what that frees; with --yes, let them go.')
    .addOption(new Option('--keep-runs <n>', 'keep so many of the newest runs of each flow').argParser(whole))
    .addOption(new Option('--keep-days <n>', 'and all that began in so many last days').argParser(whole))
    .option('--yes', 'let them go, and keep this rule for the project')
    .addHelpText('after', examples('voike runs free', 'voike runs free --keep-runs 5 --keep-days 7 --yes'))
    .action(run(async () => (await import('./commands/retention.ts')).freeResults));
  one('pin')
    .description('Have a run keep its results whatever the rule.')
    .action(run(async () => (await import('./commands/retention.ts')).pinRun));
  one('unpin')
    .description('Let the rule decide again whether a run keeps its results.')
    .action(run(async () => (await import('./commands/retention.ts')).unpinRun));

  const tables = program.command('tables').description("Look at the project's tables.");
  reaching(tables.command('list', { isDefault: true }))
    .description('The tables of the project.')
    .action(run(async () => (await import('./commands/tables.ts')).listTables));
  reaching(tables.command('get'))
    .argument('<name>')
    .description('Rows of a table.')
    .addOption(new Option('--limit <rows>', 'how many').argParser(positive))
    .addOption(new Option('--offset <row>', 'first row, from 0').argParser(whole).default(0))
    .addHelpText('after', examples('voike tables get sales --limit 50'))
    .action(run(async () => (await import('./commands/tables.ts')).getTable));

  reaching(exporting(tables.command('export')))
    .argument('<name>')
    .description('Write a whole table to a file, or to stdout.')
    .addHelpText('after', examples('voike tables export sales -o sales.parquet', 'voike tables export sales | head'))
    .action(run(async () => (await import('./commands/export.ts')).exportNamedTable));

  const ledger = program.command('ledger').description('Look at the ledger, and verify it.');
  reaching(ledger.command('recent', { isDefault: true }))
    .description('The latest entries, newest first.')
    .addOption(new Option('--limit <n>', 'how many').argParser(positive).default(20))
    .option('--kind <kind>', 'only entries of this kind, as run.start')
    .option('--since <time>', 'from this time on (ISO 8601)')
    .option('--until <time>', 'up to this time')
    .addOption(new Option('--before <seq>', 'older than this entry').argParser(whole))
    .addHelpText('after', examples('voike ledger recent --kind run.finish'))
    .action(run(async () => (await import('./commands/ledger.ts')).recentEntries));
  reaching(ledger.command('get'))
    .argument('<seq>', 'number of the entry', whole)
    .description('One entry.')
    .action(run(async () => (await import('./commands/ledger.ts')).getEntry));
  reaching(ledger.command('verify'))
    .description('Check every entry, every hash and the signature of the last checkpoint.')
    .addHelpText('after', examples('voike ledger verify --json'))
    .action(run(async () => (await import('./commands/ledger.ts')).verifyLedger));
  reaching(ledger.command('checkpoint'))
    .description('The last signed checkpoint, as a C2SP signed note.')
    .addOption(new Option('--covering <seq>', 'the first kept one that covers this entry').argParser(whole))
    .action(run(async () => (await import('./commands/ledger.ts')).showCheckpoint));

  const workspace = program.command('workspace').description('Open folders, so that their files have a history.');
  reaching(workspace.command('list', { isDefault: true }))
    .description('The folders that are open.')
    .action(run(async () => (await import('./commands/files.ts')).listWorkspaces));
  reaching(workspace.command('add'))
    .argument('<dir>')
    .description('Open a folder.')
    .addHelpText('after', examples('voike workspace add ~/flows'))
    .action(run(async () => (await import('./commands/files.ts')).addWorkspace));
  reaching(workspace.command('remove'))
    .argument('<dir>')
    .description('Close a folder; its files stay as they are.')
    .action(run(async () => (await import('./commands/files.ts')).removeWorkspace));

  reaching(program.command('search'))
    .argument('<text>')
    .description('Look for text in the files of the open folders.')
    .option('--regex', 'the text is a JavaScript regular expression')
    .option('--case', 'capital letters matter')
    .option('--word', 'whole words only')
    .option('--include <globs>', 'only in these files, as "*.flow, lib/**"')
    .option('--exclude <globs>', 'not in these')
    .addOption(new Option('--limit <n>', 'matches at most (default: 2000)').argParser(positive))
    .addHelpText('after', examples('voike search airports', 'voike search --regex "^STEP \\w+" --include "*.flow"'))
    .action(run(async () => (await import('./commands/files.ts')).searchFiles));

  reaching(program.command('history'))
    .argument('<file>', 'a file of an open folder')
    .description('The versions of a file that were kept.')
    .addOption(new Option('--show <version>', 'print the text of a version').argParser(positive))
    .addOption(new Option('--restore <version>', 'make it the present text').argParser(positive))
    .addOption(new Option('--limit <n>', 'how many (default: 50)').argParser(positive))
    .addHelpText('after', examples('voike history plan.flow', 'voike history plan.flow --restore 12'))
    .action(run(async () => (await import('./commands/files.ts')).fileHistory));

  const files = program.command('files').description('Files of the open folders.');
  reaching(files.command('list', { isDefault: true }))
    .argument('[dir]', 'a folder; the present one when absent')
    .description('What is in a folder.')
    .addOption(new Option('--limit <n>', 'how many (default: 1000)').argParser(positive))
    .action(run(async () => (await import('./commands/files.ts')).listFiles));
  reaching(files.command('find'))
    .argument('<letters>')
    .description('Files whose path fits these letters.')
    .addOption(new Option('--limit <n>', 'how many (default: 50)').argParser(positive))
    .addHelpText('after', examples('voike files find topairp'))
    .action(run(async () => (await import('./commands/files.ts')).findFiles));
  reaching(files.command('move'))
    .argument('<from>')
    .argument('<to>')
    .description('Rename or move a file or folder, with its history.')
    .action(run(async () => (await import('./commands/files.ts')).moveFile));
  reaching(files.command('delete'))
    .argument('<file>')
    .description('Delete a file or folder so that it can be brought back for 30 days.')
    .action(run(async () => (await import('./commands/files.ts')).deleteFile));
  reaching(files.command('undelete'))
    .argument('<file>')
    .description('Bring back what was deleted last under this name.')
    .action(run(async () => (await import('./commands/files.ts')).undeleteFile));

  const schedule = program.command('schedule').description('Flows that run by themselves, while a node serves.');
  reaching(schedule.command('add'))
    .argument('<file>', 'a FLOW file; - is stdin')
    .description(
      'Make a schedule. Without a trigger: those that the flow asks for by @every, @cron or @on before FLOW.',
    )
    .option('--every <time>', 'again and again, as 15m, 1h, 2d')
    .option('--cron <text>', 'minute, hour, day of the month, month, day of the week')
    .option('--on-file <path>', 'when this file, or a file in this folder, changes')
    .option('--match <names>', 'with --on-file: which names, as *.csv')
    .option('--on-event <kind>', 'run.succeeded, run.failed, run.ended, table.changed, or a kind of ledger entry')
    .option('--of <name>', 'with --on-event: of which flow or table')
    .option('--into <input>', 'the input that is given the file, the event or the time')
    .option('--zone <zone>', 'time zone, as Europe/Berlin')
    .option('--name <text>', "a name; the flow's own without it")
    .option('-i, --input <name=value>', 'an input, as for voike run', collect, [])
    .addOption(
      new Option('--overlap <rule>', 'while the run before is under way').choices([
        'skip',
        'queue',
        'parallel',
        'cancel',
      ]),
    )
    .addOption(new Option('--parallel <n>', 'with --overlap parallel: how many at once').argParser(positive))
    .addOption(new Option('--catch-up <rule>', 'what was missed').choices(['none', 'once', 'all']))
    .option('--grace <time>', 'with --catch-up: nothing that is older')
    .addOption(new Option('--notify <rule>', 'when to tell').choices(['always', 'failure', 'change', 'never']))
    .option('--follow', 'read the file anew each time, instead of keeping its text')
    .addHelpText(
      'after',
      examples(
        'voike schedule add report.flow --every 1h',
        'voike schedule add report.flow --cron "0 7 * * MON-FRI" --zone Europe/Berlin',
        'voike schedule add load.flow --on-file ./inbox --match "*.csv"',
        'voike schedule add mend.flow --on-event run.failed --of "Nightly report"',
      ),
    )
    .action(run(async () => (await import('./commands/schedule.ts')).addSchedule));
  reaching(schedule.command('list', { isDefault: true }))
    .description('The schedules, with their next times.')
    .action(run(async () => (await import('./commands/schedule.ts')).listSchedules));
  reaching(schedule.command('show'))
    .argument('<schedule>')
    .description('One schedule, and when it fired.')
    .action(run(async () => (await import('./commands/schedule.ts')).showSchedule));
  reaching(schedule.command('pause'))
    .argument('<schedule>')
    .description('Pause it; what comes due in the meantime is not caught up.')
    .action(run(async () => (await import('./commands/schedule.ts')).pauseSchedule));
  reaching(schedule.command('resume'))
    .argument('<schedule>')
    .description('Let it go on.')
    .action(run(async () => (await import('./commands/schedule.ts')).resumeSchedule));
  reaching(schedule.command('remove'))
    .argument('<schedule>')
    .description('Remove it; its runs stay.')
    .action(run(async () => (await import('./commands/schedule.ts')).removeSchedule));
  reaching(schedule.command('run'))
    .argument('<schedule>')
    .description('Run it now, beside its times; needs a node that is running.')
    .action(run(async () => (await import('./commands/schedule.ts')).runSchedule));

  reaching(program.command('status'))
    .description('Say whether a node runs on the data directory, and what it does.')
    .addHelpText('after', examples('voike status --json'))
    .action(run(async () => (await import('./commands/status.ts')).statusCommand));

  reaching(program.command('call'))
    .argument('[operation]', 'its name, as flow.listRuns')
    .argument('[input...]', 'a JSON object, @file, - for stdin, or name=value …')
    .helpOption(false)
    .option('-h, --help', 'help; with an operation: what it takes and gives')
    .option('--list', 'the operations that there are')
    .description('Call any operation of the node.')
    .addHelpText(
      'after',
      examples(
        'voike call --list',
        'voike call flow.listRuns limit=5',
        `voike call flow.parse '{"source":"FLOW \\"x\\" END FLOW"}'`,
      ),
    )
    .action(run(async () => (await import('./commands/call.ts')).callCommand));

  reaching(program.command('deploy'))
    .argument('<file>', 'a FLOW program; - is stdin')
    .option('--service <name>', 'only this service of it')
    .option('--grant <capability>', 'let it use this, as log; its own models it may use anyhow', collect, [])
    .option('--plan', 'say what would happen to services and tables, and do nothing')
    .option('--yes', 'also when values of models are lost by it')
    .description('Deploy the services of a program: models become tables, routes answer at /s/<project>/<service>/.')
    .addHelpText('after', examples('voike deploy users.flow --plan', 'voike deploy users.flow'))
    .action(run(async () => (await import('./commands/services.ts')).deployCommand));

  const services = program.command('services').description('Look at deployed services.');
  reaching(services.command('list', { isDefault: true }))
    .description('The services of the project.')
    .action(run(async () => (await import('./commands/services.ts')).listServices));
  reaching(services.command('show'))
    .argument('<service>')
    .description('A service with its routes.')
    .action(run(async () => (await import('./commands/services.ts')).showService));
  reaching(services.command('requests'))
    .argument('[service]')
    .addOption(new Option('--limit <n>', 'how many (default: 20)').argParser(positive))
    .description('The latest requests, the newest first.')
    .action(run(async () => (await import('./commands/services.ts')).serviceRequests));
  reaching(services.command('undeploy'))
    .argument('<service>')
    .description('Take a service away; its tables stay.')
    .action(run(async () => (await import('./commands/services.ts')).undeployService));

  const grants = program.command('grants').description('What programs may do, as somebody decided.');
  reaching(grants.command('list', { isDefault: true }))
    .argument('[file]', 'only what was decided about this program')
    .description('What was decided.')
    .action(run(async () => (await import('./commands/grants.ts')).listGrants));
  reaching(grants.command('set'))
    .argument('<file>', 'a program, or a VASM module')
    .argument('[capability...]', 'as log or db.write:orders; all that it declares when left out')
    .option('--always', 'it may, from now on, and so may its next versions from the same file')
    .option('--never', 'it may not, and is not asked about')
    .description('Decide what a program may do.')
    .addHelpText(
      'after',
      examples('voike grants set orders.flow --always', 'voike grants set orders.flow http.fetch --never'),
    )
    .action(run(async () => (await import('./commands/grants.ts')).setGrants));
  reaching(grants.command('forget'))
    .argument('<program>', 'its file, or its id')
    .argument('[capability]', 'this one only')
    .description('Forget what was decided, so that it is asked about again.')
    .addHelpText('after', examples('voike grants forget orders.flow', 'voike grants forget orders.flow http.fetch'))
    .action(run(async () => (await import('./commands/grants.ts')).forgetGrants));

  const keys = program.command('keys').description('Keys of a project: what programs send that call the node.');
  const ofProject = (command: Command) =>
    reaching(command).option('--project <name>', 'its name or id (default: the one of this machine)');
  ofProject(keys.command('list', { isDefault: true }))
    .description('The keys, without their secrets.')
    .action(run(async () => (await import('./commands/keys.ts')).listKeys));
  ofProject(keys.command('create'))
    .argument('[label]', 'a name for it')
    .option('--role <name>', 'what services may ask of it (@roles)', collect, [])
    .description('Make a key; it is shown once.')
    .addHelpText('after', examples('voike keys create "web shop" --role clerk'))
    .action(run(async () => (await import('./commands/keys.ts')).createKey));
  ofProject(keys.command('revoke'))
    .argument('<key>', 'its id, or its label')
    .description('Make a key open nothing any more.')
    .action(run(async () => (await import('./commands/keys.ts')).revokeKey));

  const create = program.command('create').description('Make something new.');
  reaching(create.command('project'))
    .argument('<name>')
    .option('--organization <name>', 'whose project it is', 'Local')
    .option('--label <text>', 'a name for its first key', 'first key')
    .description('Make a project with a key of its own; the key is shown once.')
    .addHelpText('after', examples('voike create project "Harbour data" --organization "Port of Example"'))
    .action(run(async () => (await import('./commands/create.ts')).createProject));

  for (const command of allCommands(program)) command.exitOverride();

  return {
    program,
    run: async (args) => {
      try {
        code = EXIT.ok;
        if (args.length === 0) {
          program.outputHelp();
          return EXIT.usage;
        }
        await program.parseAsync(args, { from: 'user' });
        return code;
      } catch (error) {
        // Scripts that asked for JSON get it also when there is no result; people read the sentence on stderr.
        const refused = (problem: Problem): void => {
          const end = args.indexOf('--');
          if (args.slice(0, end < 0 ? undefined : end).includes('--json')) printJson({ error: problem.toJSON() });
        };
        if (!(error instanceof CommanderError)) {
          refused(asProblem(error));
          throw error;
        }
        // Commander has said already what is wrong; help and version are no failures.
        if (error.exitCode === 0) return EXIT.ok;
        refused(usage(error.message.replace(/^error: /, '')));
        return EXIT.usage;
      }
    },
  };
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

const examples = (...lines: string[]) => `\nExamples\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
const collect = (value: string, before: string[] = []) => [...before, value];

function whole(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function positive(text: string): number {
  const value = whole(text);
  if (value === 0) throw new InvalidArgumentError('It must be at least 1.');
  return value;
}

function port(text: string): number {
  const value = whole(text);
  if (value > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return value;
}
