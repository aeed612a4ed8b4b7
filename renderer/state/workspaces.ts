/** The folders that are open, as the node says. */
import { create } from 'zustand';
import type { FoundFile, Workspace } from '../../node-core/files/schema.ts';
import { problemOf } from '../ui/problem.ts';
import { toastProblem } from '../ui/toasts.ts';
import { client, onNodeEvent, useConnection } from './connection.ts';

interface Workspaces {
  /** Undefined until they were read. */
  workspaces: Workspace[] | undefined;
  recent: { path: string; name: string; closedAt: string }[];
  /** Why they could not be read. `local-only` when the node is not this person's own. */
  problem: unknown;
}

export const useWorkspaces = create<Workspaces>()(() => ({ workspaces: undefined, recent: [], problem: undefined }));

export async function loadWorkspaces(): Promise<void> {
  try {
    const { workspaces, recent } = await client().call<
      Required<Pick<Workspaces, 'recent'>> & { workspaces: Workspace[] }
    >('files.listWorkspaces');
    useWorkspaces.setState({ workspaces, recent, problem: undefined });
  } catch (problem) {
    // What was known stays on view while the node does not answer.
    if (problemOf(problem).code !== 'node-unreachable' || useWorkspaces.getState().workspaces === undefined)
      useWorkspaces.setState({ problem });
  }
}

/** Reads them when the node is there, and whenever it says that they changed. Called once. */
export function followWorkspaces(): void {
  const connected = (phase: string, before: string | undefined): void => {
    if (phase === 'connected' && before !== 'connected') void loadWorkspaces();
  };
  connected(useConnection.getState().phase, undefined);
  useConnection.subscribe((now, before) => connected(now.phase, before.phase));
  onNodeEvent((event) => {
    if (event.type === 'workspaces.changed' || event.type === 'reset') void loadWorkspaces();
  });
}

export function workspaceById(id: string): Workspace | undefined {
  return useWorkspaces.getState().workspaces?.find((item) => item.id === id);
}

/** Opens a folder by its path. Resolves with its workspace, or undefined when it was refused (and said so). */
export async function openWorkspace(path: string): Promise<Workspace | undefined> {
  try {
    const opened = await client().call<Workspace>('files.openWorkspace', { path });
    await loadWorkspaces();
    return opened;
  } catch (thrown) {
    toastProblem(thrown);
    return undefined;
  }
}

export async function closeWorkspace(id: string): Promise<void> {
  try {
    await client().call('files.closeWorkspace', { workspace: id });
    await loadWorkspaces();
  } catch (thrown) {
    toastProblem(thrown);
  }
}

/** The absolute path of a file of a workspace, for people and for the origin of runs. */
export function absolutePath(workspace: string, path: string): string {
  const root = workspaceById(workspace)?.path ?? '';
  const by = root.includes('\\') ? '\\' : '/';
  return path === '' ? root : `${root.replace(/[\\/]$/, '')}${by}${path.split('/').join(by)}`;
}

/** Files of the open folders whose path fits a few letters, the best first: what "go to anything" asks while one types. */
export async function findFiles(query: string, signal?: AbortSignal, limit = 40): Promise<FoundFile[]> {
  if ((useWorkspaces.getState().workspaces ?? []).length === 0) return [];
  const { files } = await client().call<{ files: FoundFile[] }>(
    'files.find',
    { query, limit },
    signal === undefined ? {} : { signal },
  );
  return files;
}
