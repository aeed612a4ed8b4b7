/** The grammar of projects and their keys: keys, create. */
import type { Command } from 'commander';
import { collect, examples, type Grammar } from './grammar.ts';

/** Adds keys and create to the program. */
export function addProjectCommands({ program, run, reaching }: Grammar): void {
  const keys = program.command('keys').description('Keys of a project: what programs send that call the node.');
  const ofProject = (command: Command) =>
    reaching(command).option('--project <name>', 'its name or id (default: the one of this machine)');
  ofProject(keys.command('list', { isDefault: true }))
    .description('The keys, without their secrets.')
    .action(run(async () => (await import('../commands/keys.ts')).listKeys));
  ofProject(keys.command('create'))
    .argument('[label]', 'a name for it')
    .option('--role <name>', 'what services may ask of it (@roles)', collect, [])
    .description('Make a key; it is shown once.')
    .addHelpText('after', examples('voike keys create "web shop" --role clerk'))
    .action(run(async () => (await import('../commands/keys.ts')).createKey));
  ofProject(keys.command('revoke'))
    .argument('<key>', 'its id, or its label')
    .description('Make a key open nothing any more.')
    .action(run(async () => (await import('../commands/keys.ts')).revokeKey));

  const create = program.command('create').description('Make something new.');
  reaching(create.command('project'))
    .argument('<name>')
    .option('--organization <name>', 'whose project it is', 'Local')
    .option('--label <text>', 'a name for its first key', 'first key')
    .description('Make a project with a key of its own; the key is shown once.')
    .addHelpText('after', examples('voike create project "Harbour data" --organization "Port of Example"'))
    .action(run(async () => (await import('../commands/create.ts')).createProject));
}
