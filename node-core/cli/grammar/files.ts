/** The grammar of files of the open folders: workspace, search, history, files. */
import { Option } from 'commander';
import { examples, type Grammar, positive } from './grammar.ts';

/** Adds workspace, search, history and files to the program. */
export function addFileCommands({ program, run, reaching }: Grammar): void {
  const workspace = program.command('workspace').description('Open folders, so that their files have a history.');
  reaching(workspace.command('list', { isDefault: true }))
    .description('The folders that are open.')
    .action(run(async () => (await import('../commands/files.ts')).listWorkspaces));
  reaching(workspace.command('add'))
    .argument('<dir>')
    .description('Open a folder.')
    .addHelpText('after', examples('voike workspace add ~/flows'))
    .action(run(async () => (await import('../commands/files.ts')).addWorkspace));
  reaching(workspace.command('remove'))
    .argument('<dir>')
    .description('Close a folder; its files stay as they are.')
    .action(run(async () => (await import('../commands/files.ts')).removeWorkspace));

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
    .action(run(async () => (await import('../commands/files.ts')).searchFiles));

  reaching(program.command('history'))
    .argument('<file>', 'a file of an open folder')
    .description('The versions of a file that were kept.')
    .addOption(new Option('--show <version>', 'print the text of a version').argParser(positive))
    .addOption(new Option('--restore <version>', 'make it the present text').argParser(positive))
    .addOption(new Option('--limit <n>', 'how many (default: 50)').argParser(positive))
    .addHelpText('after', examples('voike history plan.flow', 'voike history plan.flow --restore 12'))
    .action(run(async () => (await import('../commands/files.ts')).fileHistory));

  const files = program.command('files').description('Files of the open folders.');
  reaching(files.command('list', { isDefault: true }))
    .argument('[dir]', 'a folder; the present one when absent')
    .description('What is in a folder.')
    .addOption(new Option('--limit <n>', 'how many (default: 1000)').argParser(positive))
    .action(run(async () => (await import('../commands/files.ts')).listFiles));
  reaching(files.command('find'))
    .argument('<letters>')
    .description('Files whose path fits these letters.')
    .addOption(new Option('--limit <n>', 'how many (default: 50)').argParser(positive))
    .addHelpText('after', examples('voike files find topairp'))
    .action(run(async () => (await import('../commands/files.ts')).findFiles));
  reaching(files.command('move'))
    .argument('<from>')
    .argument('<to>')
    .description('Rename or move a file or folder, with its history.')
    .action(run(async () => (await import('../commands/files.ts')).moveFile));
  reaching(files.command('delete'))
    .argument('<file>')
    .description('Delete a file or folder so that it can be brought back for 30 days.')
    .action(run(async () => (await import('../commands/files.ts')).deleteFile));
  reaching(files.command('undelete'))
    .argument('<file>')
    .description('Bring back what was deleted last under this name.')
    .action(run(async () => (await import('../commands/files.ts')).undeleteFile));
}
