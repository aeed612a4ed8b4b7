/** Leading an edge from a node to a port: by dragging, or from a list with the reason why a port is closed. */
import type { Port } from '../../../node-core/flow/edit/types.ts';
import { create } from 'zustand';
import type { PossiblePort } from '../../language/authoring.ts';
import { ask } from '../../language/client.ts';
import { activeDocument } from '../../state/documents.ts';
import { changePlan } from './edit.ts';
import { openPopup } from './popup.ts';

interface Connecting {
  /** The node that the edge begins at; undefined when nothing is dragged. */
  from: string | undefined;
  /** Ports by node id, once the language has answered. */
  ports: ReadonlyMap<string, PossiblePort[]>;
}

export const useConnecting = create<Connecting>()(() => ({ from: undefined, ports: new Map() }));

async function possiblePorts(from: string): Promise<PossiblePort[]> {
  const document = activeDocument();
  return document === undefined ? [] : ask(document.id, 'possiblePorts', from);
}

/** Begins to drag an edge: the ports of every node show themselves as soon as they are known. */
export function beginConnecting(from: string): void {
  useConnecting.setState({ from, ports: new Map() });
  void possiblePorts(from).then((all) => {
    if (useConnecting.getState().from !== from) return;
    const ports = new Map<string, PossiblePort[]>();
    for (const one of all) ports.set(one.node, [...(ports.get(one.node) ?? []), one]);
    useConnecting.setState({ ports });
  });
}

export function endConnecting(): void {
  useConnecting.setState({ from: undefined, ports: new Map() });
}

export async function connectTo(from: string, to: string, port: string): Promise<void> {
  await changePlan({ kind: 'connect', from, to, port });
}

/** What stands in a port now, in a few words. */
export function portState(port: Port): string {
  if (port.id.endsWith('.+')) return 'one more';
  if (port.hole) return 'empty';
  return `now ${port.text.length > 24 ? `${port.text.slice(0, 23)}…` : port.text}`;
}

/** `C`: every port of the plan, those that are closed with the reason. */
export function openConnectList(from: string): void {
  const all = possiblePorts(from);
  const name = (id: string): string => id.replace(/^\w+:/, '');
  openPopup({
    kind: 'choose',
    title: `Connect ${name(from)} to…`,
    placeholder: 'Search steps',
    near: from,
    items: all.then((ports) =>
      ports
        // Those that are possible first, as they stand in the plan.
        .toSorted((a, b) => Number(b.may.ok) - Number(a.may.ok))
        .map(({ node, port, may }) => ({
          id: `${node}\n${port.id}`,
          title: `${name(node)}: ${port.label}`,
          side: portState(port),
          ...(may.ok ? {} : { reason: may.reason }),
        })),
    ),
    empty: 'No step with a port of this name.',
    done: (item) => {
      const [to = '', port = ''] = item.id.split('\n');
      void connectTo(from, to, port);
    },
  });
}
