/**
 * The nodes that can be switched to: the local one, always first, and those of `connections.json` in this profile. The
 * file holds names and addresses; keys are state/keyring.ts.
 */
import { create } from 'zustand';
import {
  freeColor,
  newConnectionId,
  nodeAddress,
  type NodeColor,
  nodeName,
  readConnections,
  type SavedConnection,
  writeConnections,
} from '../../node-core/client/connections.ts';
import { LOCAL_ID, useConnection } from './connection.ts';
import { forgetKey } from './keyring.ts';
import { userFiles } from './user-files.ts';

const FILE = 'connections.json';

export const useConnections = create<{ saved: readonly SavedConnection[] }>()(() => ({
  saved: readConnections(userFiles.now(FILE)),
}));
userFiles.onChange(FILE, (text) => useConnections.setState({ saved: readConnections(text) }));

/** In a component: the colour of a node, for `data-node-color`; undefined for the local one. */
export function useNodeColor(id: string): NodeColor | undefined {
  return useConnections((state) => state.saved.find((one) => one.id === id)?.color);
}

export function connectionById(id: string): SavedConnection | undefined {
  return useConnections.getState().saved.find((one) => one.id === id);
}

function write(saved: readonly SavedConnection[]): void {
  useConnections.setState({ saved });
  userFiles.write(FILE, writeConnections(saved));
}

/**
 * Adds a node, or changes one.
 *
 * @throws Problem when the name or the address cannot be; nothing is changed then
 */
export function saveConnection(typed: {
  id?: string;
  name: string;
  url: string;
  /** The one it has, or a free one, when absent. */
  color?: NodeColor;
}): SavedConnection {
  const { saved } = useConnections.getState();
  const others = saved.filter((one) => one.id !== typed.id);
  const made: SavedConnection = {
    id: typed.id ?? newConnectionId(),
    name: nodeName(typed.name, others),
    url: nodeAddress(typed.url),
    color: typed.color ?? saved.find((one) => one.id === typed.id)?.color ?? freeColor(others),
  };
  const at = saved.findIndex((one) => one.id === made.id);
  write(at === -1 ? [...saved, made] : saved.with(at, made));
  const here = useConnection.getState().at;
  if (here.id === made.id) useConnection.setState({ at: { ...here, name: made.name } });
  return made;
}

/** Takes a node out of the list, with its key. The local one stays. */
export async function removeConnection(id: string): Promise<void> {
  if (id === LOCAL_ID) return;
  write(useConnections.getState().saved.filter((one) => one.id !== id));
  await forgetKey(id);
}
