/** The grammar of the node as a whole: status, call. */
import { examples, type Grammar } from './grammar.ts';

/** Adds status and call to the program. */
export function addNodeCommands({ program, run, reaching }: Grammar): void {
  reaching(program.command('status'))
    .description('Say whether a node runs on the data directory, and what it does.')
    .addHelpText('after', examples('voike status --json'))
    .action(run(async () => (await import('../commands/status.ts')).statusCommand));

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
    .action(run(async () => (await import('../commands/call.ts')).callCommand));
}
