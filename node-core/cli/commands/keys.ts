/** `voike keys …`: what programs that call the node send in X-VOIKE-API-Key. */
import { Problem } from '../../errors/problem.ts';
import type { Connection, Where } from '../connection.ts';
import { EXIT } from '../exit.ts';
import { count, note, print, printJson, textTable } from '../print.ts';
import { withConnection } from './runs.ts';

type Options = Where & { json?: boolean; project?: string };

export const listKeys = (options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const { keys } = await keysOf(connection, options.project);
    if (options.json) printJson({ keys });
    else if (keys.length === 0) note('The project has no keys. `voike keys create` makes one.');
    else
      print(
        textTable(
          [{ name: 'KEY' }, { name: 'LABEL' }, { name: 'ROLES' }, { name: 'SINCE' }, { name: 'REVOKED' }],
          keys.map(({ id, label, roles, createdAt, revokedAt }) => [
            id,
            label,
            roles.join(', '),
            createdAt,
            revokedAt ?? '',
          ]),
        ),
      );
    return EXIT.ok;
  });

export const createKey = (label: string | undefined, options: Options & { role: string[] }): Promise<number> =>
  withConnection(options, async (connection) => {
    const { id, name } = await projectOf(connection, options.project);
    const made = await connection.call('admin.createKey', { id, label: label ?? 'key', roles: options.role });
    if (options.json) printJson(made);
    else {
      note(`Made a key of the project ${name} (${made.key.id}). It is shown only now:`);
      print(made.apiKey);
    }
    return EXIT.ok;
  });

/** @param which the id of a key, or its label when no other key that opens something has it. */
export const revokeKey = (which: string, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const { project, keys } = await keysOf(connection, options.project);
    const open = keys.filter((key) => key.revokedAt === undefined && (key.id === which || key.label === which));
    const [chosen] = open;
    if (chosen === undefined || open.length > 1)
      throw new Problem(
        'not-found',
        chosen === undefined
          ? `${project.name} has no key "${which}" that opens anything.`
          : `${count(open.length)} keys of ${project.name} are called "${which}".`,
        { status: 404, hint: 'Name one by its id: `voike keys list` shows them.' },
      );
    const { key } = await connection.call('admin.revokeKey', { id: project.id, keyId: chosen.id });
    if (options.json) printJson({ key });
    else note(`The key ${key.label} (${key.id}) opens nothing any more.`);
    return EXIT.ok;
  });

async function keysOf(connection: Connection, which: string | undefined) {
  const project = await projectOf(connection, which);
  return { project, keys: (await connection.call('admin.listKeys', { id: project.id })).keys };
}

/** The project with this name or id; that of whoever sits at this machine when none is named. */
async function projectOf(connection: Connection, which: string | undefined): Promise<{ id: string; name: string }> {
  const { projects } = await connection.call('admin.listProjects', {});
  const found = projects.filter(({ id, name, local }) =>
    which === undefined ? local : id === which || name === which,
  );
  const [project] = found;
  if (project === undefined || found.length > 1)
    throw new Problem(
      'not-found',
      project === undefined
        ? `There is no project "${which ?? 'local'}".`
        : `${count(found.length)} projects are called "${which}".`,
      { status: 404, hint: `There are: ${projects.map(({ id, name }) => `${name} (${id})`).join(', ')}.` },
    );
  return project;
}
