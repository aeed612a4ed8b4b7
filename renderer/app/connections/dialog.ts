/** The dialog of nodes: what it shows, and switching with everything that can come of it. */
import { create } from 'zustand';
import { LOCAL_ID, useConnection } from '../../state/connection.ts';
import { connectionById } from '../../state/connections.ts';
import { versionNote } from '../../state/reach.ts';
import { switchTo } from '../../state/session.ts';
import { problemOf } from '../../ui/problem.ts';
import { toast, toastProblem } from '../../ui/toasts.ts';

export type Shown =
  | { kind: 'list' }
  | {
      kind: 'form';
      /** The node that is changed; undefined adds one. */
      id?: string;
      /** Where a node that is added may be. */
      address?: string;
      /** Why it stands there: a switch that did not work. */
      problem?: unknown;
    };

export const useNodesDialog = create<{ shown: Shown | undefined; switching: string | undefined }>()(() => ({
  shown: undefined,
  switching: undefined,
}));

export const showNodes = (): void => useNodesDialog.setState({ shown: { kind: 'list' } });
export const addNode = (): void => useNodesDialog.setState({ shown: { kind: 'form' } });
export const closeNodes = (): void => useNodesDialog.setState({ shown: undefined });

/** Switches, and says what came of it: where the window is now, or why it stays and what can be done. */
export async function goTo(id: string, typed?: string): Promise<void> {
  const ours = useConnection.getState().at.remote ? undefined : useConnection.getState().info?.version;
  useNodesDialog.setState({ switching: id });
  try {
    await switchTo(id, typed);
    const { at, info, phase } = useConnection.getState();
    if (at.id !== id) return;
    closeNodes();
    if (phase !== 'connected') return;
    const note = id === LOCAL_ID ? undefined : versionNote(at.name, info?.version, ours);
    toast({
      text: `This window is on ${id === LOCAL_ID ? 'the local node' : at.name} now.`,
      ...(note === undefined ? {} : { hint: note, tone: 'warn' as const }),
    });
  } catch (thrown) {
    if (problemOf(thrown).code === 'cancelled') return;
    if (connectionById(id) === undefined) toastProblem(thrown);
    else useNodesDialog.setState({ shown: { kind: 'form', id, problem: thrown } });
  } finally {
    useNodesDialog.setState({ switching: undefined });
  }
}
