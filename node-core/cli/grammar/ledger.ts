/** The grammar of voike ledger. */
import { Option } from 'commander';
import { examples, type Grammar, positive, whole } from './grammar.ts';

/** Adds ledger to the program. */
export function addLedgerCommands({ program, run, reaching }: Grammar): void {
  const ledger = program.command('ledger').description('Look at the ledger, and verify it.');
  reaching(ledger.command('recent', { isDefault: true }))
    .description('The latest entries, newest first.')
    .addOption(new Option('--limit <n>', 'how many').argParser(positive).default(20))
    .option('--kind <kind>', 'only entries of this kind, as run.start')
    .option('--since <time>', 'from this time on (ISO 8601)')
    .option('--until <time>', 'up to this time')
    .addOption(new Option('--before <seq>', 'older than this entry').argParser(whole))
    .addHelpText('after', examples('voike ledger recent --kind run.finish'))
    .action(run(async () => (await import('../commands/ledger.ts')).recentEntries));
  reaching(ledger.command('get'))
    .argument('<seq>', 'number of the entry', whole)
    .description('One entry.')
    .action(run(async () => (await import('../commands/ledger.ts')).getEntry));
  reaching(ledger.command('verify'))
    .description('Check every entry, every hash and the signature of the last checkpoint.')
    .addHelpText('after', examples('voike ledger verify --json'))
    .action(run(async () => (await import('../commands/ledger.ts')).verifyLedger));
  reaching(ledger.command('checkpoint'))
    .description('The last signed checkpoint, as a C2SP signed note.')
    .addOption(new Option('--covering <seq>', 'the first kept one that covers this entry').argParser(whole))
    .action(run(async () => (await import('../commands/ledger.ts')).showCheckpoint));
}
