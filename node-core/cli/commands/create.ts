/** `voike create project` */
import type { Where } from '../connection.ts';
import { EXIT } from '../exit.ts';
import { note, print, printJson } from '../print.ts';
import { withConnection } from './runs.ts';

type Options = Where & { json?: boolean; organization: string; label: string };

export const createProject = (name: string, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const made = await connection.call('admin.createProject', {
      organizationName: options.organization,
      projectName: name,
      keyLabel: options.label,
    });
    if (options.json) printJson(made);
    else {
      note(`Made the project ${made.project.name} (${made.project.id}). Its key, which is shown only now:`);
      print(made.apiKey);
    }
    return EXIT.ok;
  });
