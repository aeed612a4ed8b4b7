/** Operations on the node's projects and their keys: for whoever owns the node. */
import { Type } from 'typebox';
import { operation } from '../operations/operation.ts';
import type { Projects } from './projects.ts';

const ProjectInfo = Type.Object({
  id: Type.String({ description: 'UUIDv7' }),
  organization: Type.String(),
  name: Type.String(),
  local: Type.Boolean({ description: 'The project of whoever sits at this machine' }),
  createdAt: Type.String(),
});

const KeyInfo = Type.Object({
  id: Type.String(),
  projectId: Type.String(),
  label: Type.String(),
  roles: Type.Array(Type.String()),
  createdAt: Type.String(),
  revokedAt: Type.Optional(Type.String()),
});

/** One line of visible text: at least one character that is not a space, no control characters. */
const Name = (description: string) =>
  Type.String({
    minLength: 1,
    maxLength: 200,
    pattern: '^[^\\u0000-\\u001f]*[^\\u0000-\\u0020][^\\u0000-\\u001f]*$',
    description,
  });
/** As `@roles` of a service names them. */
const Roles = Type.Optional(
  Type.Array(Type.String({ pattern: '^[A-Za-z][\\w.-]{0,63}$' }), {
    maxItems: 32,
    default: [],
    description: 'What services may ask of who calls them with this key',
  }),
);

const NewKey = { apiKey: Type.String({ description: 'Shown this once; only its hash is kept' }), key: KeyInfo };

export function projectsOperations({ projects }: { projects: Projects }) {
  return {
    'admin.createProject': operation({
      summary: 'Make a project, with its first key',
      http: { method: 'POST', path: '/admin/projects' },
      access: 'admin',
      capability: 'admin.write',
      effect: 'write',
      ledger: ['project.create', 'key.create'],
      input: Type.Object({
        organizationName: Name('Who it belongs to'),
        projectName: Name('Its name, unique in the organization'),
        keyLabel: Type.Optional(Type.String({ maxLength: 200, default: 'first key' })),
      }),
      output: Type.Object({ project: ProjectInfo, ...NewKey }),
      async handler({ actor }, { organizationName, projectName, keyLabel }) {
        const project = await projects.create({ organizationName, projectName }, actor);
        const made = await projects.createKey({ projectId: project.id, label: keyLabel ?? 'first key' }, actor);
        return { project, ...made };
      },
    }),

    'admin.listProjects': operation({
      summary: 'The projects of this node',
      http: { method: 'GET', path: '/admin/projects' },
      access: 'admin',
      capability: 'admin.read',
      effect: 'read',
      input: Type.Object({}),
      output: Type.Object({ projects: Type.Array(ProjectInfo) }),
      handler: () => ({ projects: projects.list() }),
    }),

    'admin.createKey': operation({
      summary: 'Make another key for a project',
      http: { method: 'POST', path: '/admin/projects/:id/api-keys' },
      access: 'admin',
      capability: 'admin.write',
      effect: 'write',
      ledger: ['key.create'],
      input: Type.Object({
        id: Type.String(),
        label: Type.Optional(Type.String({ maxLength: 200, default: 'key' })),
        roles: Roles,
      }),
      output: Type.Object(NewKey),
      handler: ({ actor }, { id, label, roles = [] }) =>
        projects.createKey({ projectId: id, label: label ?? 'key', roles }, actor),
    }),

    'admin.listKeys': operation({
      summary: 'The keys of a project, without the secrets',
      http: { method: 'GET', path: '/admin/projects/:id/api-keys' },
      access: 'admin',
      capability: 'admin.read',
      effect: 'read',
      input: Type.Object({ id: Type.String() }),
      output: Type.Object({ keys: Type.Array(KeyInfo) }),
      handler(_context, { id }) {
        projects.open(id);
        return { keys: projects.listKeys(id) };
      },
    }),

    'admin.revokeKey': operation({
      summary: 'Make a key open nothing any more',
      http: { method: 'DELETE', path: '/admin/projects/:id/api-keys/:keyId' },
      access: 'admin',
      capability: 'admin.write',
      effect: 'write',
      ledger: ['key.revoke'],
      input: Type.Object({ id: Type.String(), keyId: Type.String() }),
      output: Type.Object({ key: KeyInfo }),
      handler: async ({ actor }, { id, keyId }) => ({ key: await projects.revokeKey({ projectId: id, keyId }, actor) }),
    }),
  };
}
