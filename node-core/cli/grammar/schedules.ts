/** The grammar of voike schedule. */
import { Option } from 'commander';
import { collect, examples, type Grammar, positive } from './grammar.ts';

/** Adds schedule to the program. */
export function addScheduleCommands({ program, run, reaching }: Grammar): void {
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
    .action(run(async () => (await import('../commands/schedule.ts')).addSchedule));
  reaching(schedule.command('list', { isDefault: true }))
    .description('The schedules, with their next times.')
    .action(run(async () => (await import('../commands/schedule.ts')).listSchedules));
  reaching(schedule.command('show'))
    .argument('<schedule>')
    .description('One schedule, and when it fired.')
    .action(run(async () => (await import('../commands/schedule.ts')).showSchedule));
  reaching(schedule.command('pause'))
    .argument('<schedule>')
    .description('Pause it; what comes due in the meantime is not caught up.')
    .action(run(async () => (await import('../commands/schedule.ts')).pauseSchedule));
  reaching(schedule.command('resume'))
    .argument('<schedule>')
    .description('Let it go on.')
    .action(run(async () => (await import('../commands/schedule.ts')).resumeSchedule));
  reaching(schedule.command('remove'))
    .argument('<schedule>')
    .description('Remove it; its runs stay.')
    .action(run(async () => (await import('../commands/schedule.ts')).removeSchedule));
  reaching(schedule.command('run'))
    .argument('<schedule>')
    .description('Run it now, beside its times; needs a node that is running.')
    .action(run(async () => (await import('../commands/schedule.ts')).runSchedule));
}
