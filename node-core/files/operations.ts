/**
 * Operations on folders of this machine: only for whoever sits at it. A key of a project, also one for the local project,
 * and a step of a run are refused: a plan that somebody sent must not read or write files by itself.
 */
import { Type } from 'typebox';
import { Problem } from '../errors/problem.ts';
import { type CallContext, operation, type StreamedOutput } from '../operations/operation.ts';
import { fileBytes } from './bytes.ts';
import type { Files } from './files.ts';
import {
  FileEntry,
  FileText,
  FileVersion,
  FoundFile,
  HistoryLimits,
  SearchedFile,
  SearchOptions,
  Workspace,
} from './schema.ts';

export interface FilesServices {
  files: Files;
  /** Id of the project of whoever sits at this machine. */
  localProject: string;
}

const Id = Type.String({ minLength: 1, maxLength: 64, description: 'Id of an open folder' });
const Path = Type.String({ maxLength: 2048, description: 'Relative to the workspace, parts joined by /' });
const Text = Type.String({ maxLength: 16 * 2 ** 20 });
const Expected = Type.Optional(
  Type.String({ pattern: '^[0-9a-f]{64}$', description: 'The version that was read: any other refuses the change' }),
);
const Version = Type.Integer({ minimum: 1, description: 'Id of a version in the history' });
const Nothing = Type.Object({});
const READ = { access: 'project', capability: 'files.read', effect: 'read' } as const;
const WRITE = { access: 'project', capability: 'files.write', effect: 'write' } as const;

export function filesOperations({ files, localProject }: FilesServices) {
  const own = ({ actor, project }: CallContext<'project'>): void => {
    if (actor === 'local' && project.id === localProject) return;
    throw new Problem('local-only', 'Folders of this machine are open only to the person who sits at it.', {
      status: 403,
      hint: actor.startsWith('run:')
        ? 'Give the file to the plan as an input.'
        : 'Use the workbench or the `voike` command on that machine, without a project key.',
    });
  };

  return {
    'files.openWorkspace': operation({
      summary: 'Open a folder as a workspace',
      http: { method: 'POST', path: '/workspaces' },
      ...WRITE,
      ledger: ['workspace.open'],
      input: Type.Object({ path: Type.String({ minLength: 1, maxLength: 4096, description: 'Absolute' }) }),
      output: Workspace,
      handler: (context, { path }) => (own(context), files.openWorkspace(path, context.actor)),
    }),

    'files.listWorkspaces': operation({
      summary: 'The open folders, and those that were open lately',
      http: { method: 'GET', path: '/workspaces' },
      ...READ,
      input: Nothing,
      output: Type.Object({
        workspaces: Type.Array(Workspace),
        recent: Type.Array(Type.Object({ path: Type.String(), name: Type.String(), closedAt: Type.String() })),
      }),
      handler(context) {
        own(context);
        return { workspaces: files.workspaces.list(), recent: files.workspaces.recent() };
      },
    }),

    'files.closeWorkspace': operation({
      summary: 'Close a workspace; its files stay as they are',
      http: { method: 'DELETE', path: '/workspaces/:workspace' },
      ...WRITE,
      ledger: ['workspace.close'],
      input: Type.Object({ workspace: Id }),
      output: Nothing,
      async handler(context, { workspace }) {
        own(context);
        await files.closeWorkspace(workspace, context.actor);
        return {};
      },
    }),

    'files.folders': operation({
      summary: 'Folders that complete a path that is being typed',
      http: { method: 'GET', path: '/workspaces/folders' },
      ...READ,
      input: Type.Object({ path: Type.Optional(Type.String({ maxLength: 4096, default: '' })) }),
      output: Type.Object({ folders: Type.Array(Type.String()), home: Type.String() }),
      handler: (context, { path }) => (own(context), files.folders(path ?? '')),
    }),

    'files.bytes': operation({
      summary: 'The bytes of a file of this machine, named by its path',
      http: { method: 'GET', path: '/workspaces/bytes', body: 'stream' },
      ...READ,
      input: Type.Object({ path: Type.String({ minLength: 1, maxLength: 4096, description: 'Absolute' }) }),
      output: Type.Unsafe<StreamedOutput>({}),
      handler: (context, { path }) => (own(context), fileBytes(path)),
    }),

    'files.list': operation({
      summary: 'One folder of a workspace: folders first, by name',
      http: { method: 'GET', path: '/workspaces/:workspace/list' },
      ...READ,
      input: Type.Object({
        workspace: Id,
        path: Type.Optional(Path),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000, default: 1000 })),
        offset: Type.Optional(Type.Integer({ minimum: 0, default: 0, description: '`next` of the page before' })),
      }),
      output: Type.Object({
        entries: Type.Array(FileEntry),
        total: Type.Integer(),
        next: Type.Optional(Type.Integer()),
      }),
      handler: (context, { workspace, path, limit, offset }) => (
        own(context),
        files.list(workspace, path ?? '', { limit: limit ?? 1000, offset: offset ?? 0 })
      ),
    }),

    'files.read': operation({
      summary: 'The text of a file, with its version',
      http: { method: 'GET', path: '/workspaces/:workspace/file' },
      ...READ,
      input: Type.Object({ workspace: Id, path: Path }),
      output: FileText,
      handler: (context, { workspace, path }) => (own(context), files.read(workspace, path)),
    }),

    'files.write': operation({
      summary: 'Write a text file, whole or not at all; the text before stays in the history',
      description:
        'With `expected`, a file that another program changed meanwhile is not overwritten: the Problem `file-conflict` carries `expected`, `actual` and the `text` that is on the disk.',
      http: { method: 'PUT', path: '/workspaces/:workspace/file' },
      ...WRITE,
      input: Type.Object({ workspace: Id, path: Path, text: Text, expected: Expected }),
      output: FileText,
      handler: (context, { workspace, path, text, expected }) => (
        own(context),
        files.write(workspace, path, text, expected)
      ),
    }),

    'files.create': operation({
      summary: 'Make a new file; one that is there is not touched',
      http: { method: 'POST', path: '/workspaces/:workspace/file' },
      ...WRITE,
      input: Type.Object({ workspace: Id, path: Path, text: Type.Optional(Text) }),
      output: FileText,
      handler: (context, { workspace, path, text }) => (own(context), files.create(workspace, path, text ?? '')),
    }),

    'files.createFolder': operation({
      summary: 'Make a new folder',
      http: { method: 'POST', path: '/workspaces/:workspace/folder' },
      ...WRITE,
      input: Type.Object({ workspace: Id, path: Path }),
      output: Nothing,
      async handler(context, { workspace, path }) {
        own(context);
        await files.createFolder(workspace, path);
        return {};
      },
    }),

    'files.move': operation({
      summary: 'Rename or move a file or folder; its history goes with it',
      http: { method: 'POST', path: '/workspaces/:workspace/move' },
      ...WRITE,
      input: Type.Object({ workspace: Id, from: Path, to: Path }),
      output: Nothing,
      async handler(context, { workspace, from, to }) {
        own(context);
        await files.move(workspace, from, to);
        return {};
      },
    }),

    'files.delete': operation({
      summary: 'Delete a file or folder; files.undelete brings it back for 30 days',
      http: { method: 'DELETE', path: '/workspaces/:workspace/file' },
      ...WRITE,
      input: Type.Object({ workspace: Id, path: Path }),
      output: Type.Object({
        id: Type.String({ description: 'For files.undelete' }),
        path: Path,
        files: Type.Integer(),
        bytes: Type.Integer(),
      }),
      handler: (context, { workspace, path }) => (own(context), files.remove(workspace, path)),
    }),

    'files.undelete': operation({
      summary: 'Bring back what was deleted, to where it was',
      http: { method: 'POST', path: '/workspaces/:workspace/undelete' },
      ...WRITE,
      input: Type.Object({ workspace: Id, id: Type.String({ maxLength: 64 }) }),
      output: Type.Object({ path: Path }),
      handler: (context, { workspace, id }) => (own(context), files.undelete(workspace, id)),
    }),

    'files.deleted': operation({
      summary: 'What was deleted and can be brought back, the latest first',
      http: { method: 'GET', path: '/workspaces/:workspace/deleted' },
      ...READ,
      input: Type.Object({ workspace: Id }),
      output: Type.Object({
        deleted: Type.Array(
          Type.Object({
            id: Type.String(),
            path: Path,
            time: Type.String(),
            files: Type.Integer(),
            bytes: Type.Integer(),
          }),
        ),
      }),
      handler: (context, { workspace }) => (own(context), { deleted: files.deleted(workspace) }),
    }),

    'files.find': operation({
      summary: 'Files whose path fits a few letters, the best first',
      http: { method: 'GET', path: '/workspaces/find' },
      ...READ,
      input: Type.Object({
        query: Type.Optional(Type.String({ maxLength: 200, default: '' })),
        workspace: Type.Optional(Id),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
      }),
      output: Type.Object({
        files: Type.Array(FoundFile),
        more: Type.Boolean({ description: 'There are too many files to look at all' }),
      }),
      handler: (context, { query, workspace, limit }) => (
        own(context),
        files.find(query ?? '', limit ?? 50, workspace)
      ),
    }),

    'files.search': operation({
      summary: 'Matches in the files of all open folders, a page at a time',
      description:
        'Left out are binary files, those over 4 MiB, `.git` and `node_modules`. A page can be empty and still name a `next`. Going away ends the search.',
      http: { method: 'GET', path: '/workspaces/search' },
      ...READ,
      input: Type.Object({
        ...SearchOptions.properties,
        workspace: Type.Optional(Id),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000, default: 500, description: 'Matches a page' })),
        cursor: Type.Optional(
          Type.String({ pattern: '^[0-9a-f-]{1,64}:\\d{1,9}$', description: '`next` of the page before' }),
        ),
      }),
      output: Type.Object({
        files: Type.Array(SearchedFile),
        looked: Type.Integer({ description: 'Files of the present folder that were looked into so far' }),
        total: Type.Integer({ description: 'Files of that folder' }),
        more: Type.Boolean(),
        next: Type.Optional(Type.String()),
      }),
      handler: (context, { limit, cursor, workspace, ...options }) => (
        own(context),
        files.search(
          options,
          {
            limit: limit ?? 500,
            ...(cursor === undefined ? {} : { cursor }),
            ...(workspace === undefined ? {} : { workspace }),
          },
          context.signal,
        )
      ),
    }),

    'files.replace': operation({
      summary: 'Replace matches in one file; the text before stays in the history',
      http: { method: 'POST', path: '/workspaces/:workspace/replace' },
      ...WRITE,
      input: Type.Object({
        ...SearchOptions.properties,
        workspace: Id,
        path: Path,
        replacement: Type.String({ maxLength: 10_000, description: 'With `regex`, `$1` stands for the first group' }),
        starts: Type.Optional(Type.Array(Type.Integer({ minimum: 0 }), { maxItems: 100_000 })),
        expected: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'The version that was searched' }),
        dry: Type.Optional(Type.Boolean({ description: 'Give the text as it would be; write nothing' })),
      }),
      output: Type.Object({ ...FileText.properties, replaced: Type.Integer() }),
      handler: (context, { workspace, path, expected, dry, ...options }) => (
        own(context),
        files.replace(options, { workspace, path, expected }, dry === true, context.signal)
      ),
    }),

    'files.history': operation({
      summary: 'The versions of a file that were kept, the latest first',
      http: { method: 'GET', path: '/workspaces/:workspace/history' },
      ...READ,
      input: Type.Object({
        workspace: Id,
        path: Path,
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
        before: Type.Optional(Version),
      }),
      output: Type.Object({ versions: Type.Array(FileVersion), next: Type.Optional(Type.Integer()) }),
      handler: (context, { workspace, path, limit, before }) => (
        own(context),
        files.history(workspace, path, { limit: limit ?? 100, ...(before === undefined ? {} : { before }) })
      ),
    }),

    'files.historyEntry': operation({
      summary: 'The text of a version',
      http: { method: 'GET', path: '/workspaces/:workspace/history/:id' },
      ...READ,
      input: Type.Object({ workspace: Id, path: Path, id: Version }),
      output: Type.Object({ ...FileVersion.properties, text: Type.String() }),
      handler: (context, { workspace, path, id }) => (own(context), files.historyEntry(workspace, path, id)),
    }),

    'files.restore': operation({
      summary: 'Make a version the present text of its file; that is a new version',
      http: { method: 'POST', path: '/workspaces/:workspace/history/:id/restore' },
      ...WRITE,
      input: Type.Object({ workspace: Id, path: Path, id: Version, expected: Expected }),
      output: FileText,
      handler: (context, { workspace, path, id, expected }) => (
        own(context),
        files.restore(workspace, path, id, expected)
      ),
    }),

    'files.keepUnsaved': operation({
      summary: 'Keep a text of an editor, that is not saved, in the history',
      http: { method: 'POST', path: '/workspaces/:workspace/history' },
      ...WRITE,
      input: Type.Object({ workspace: Id, path: Path, text: Text }),
      output: Type.Object({ kept: Type.Boolean({ description: 'False when it is the newest version already' }) }),
      handler: (context, { workspace, path, text }) => (own(context), files.keepUnsaved(workspace, path, text)),
    }),

    'files.historyLimits': operation({
      summary: 'How much of the history is kept',
      http: { method: 'GET', path: '/workspaces/history-limits' },
      ...READ,
      input: Nothing,
      output: HistoryLimits,
      handler: (context) => (own(context), files.limits()),
    }),

    'files.setHistoryLimits': operation({
      summary: 'Set how much of the history is kept; what is beyond goes at once',
      http: { method: 'PUT', path: '/workspaces/history-limits' },
      ...WRITE,
      ledger: ['history.limits'],
      input: HistoryLimits,
      output: HistoryLimits,
      handler: (context, limits) => (own(context), files.setLimits(limits, context.actor)),
    }),
  };
}
