/** The command line as a whole. What can be said, with help and examples, is in grammar/; what it does is in commands/. */
import { Command, CommanderError, Option } from 'commander';
import type { Problem } from '../errors/problem.ts';
import { asProblem, EXIT, usage } from './exit.ts';
import { addFileCommands } from './grammar/files.ts';
import { addFlowCommands } from './grammar/flows.ts';
import { collect, examples, type Grammar, type Options, port } from './grammar/grammar.ts';
import { addLanguageCommands } from './grammar/language.ts';
import { addLedgerCommands } from './grammar/ledger.ts';
import { addModuleCommands } from './grammar/modules.ts';
import { addNodeCommands } from './grammar/node.ts';
import { addProjectCommands } from './grammar/projects.ts';
import { addRunsCommands } from './grammar/runs.ts';
import { addScheduleCommands } from './grammar/schedules.ts';
import { addServiceCommands } from './grammar/services.ts';
import { addTableCommands } from './grammar/tables.ts';
import { host } from './host.ts';
import { printJson } from './print.ts';

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

  const grammar: Grammar = { program, version, mayReach, run, reaching };
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
  addLanguageCommands(grammar);
  addModuleCommands(grammar);
  addFlowCommands(grammar);
  addRunsCommands(grammar);
  addTableCommands(grammar);
  addLedgerCommands(grammar);
  addFileCommands(grammar);
  addScheduleCommands(grammar);
  addNodeCommands(grammar);
  addServiceCommands(grammar);
  addProjectCommands(grammar);

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
