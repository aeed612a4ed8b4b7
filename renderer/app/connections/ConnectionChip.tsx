/** Which node the window is on, in the title bar: name, state and since when; opens the menu of nodes. */
import { ChevronDown, Copy, Plus, RefreshCw, Settings2 } from 'lucide-react';
import { LOCAL_ID, useConnection } from '../../state/connection.ts';
import { useConnections, useNodeColor } from '../../state/connections.ts';
import { tryNow } from '../../state/session.ts';
import { clock, copyText, openMenu } from '../../ui/index.ts';
import { addNode, goTo, showNodes, useNodesDialog } from './dialog.ts';
import './connections.css';

export function ConnectionChip() {
  const { at, phase, since, connectedAt, info } = useConnection();
  const color = useNodeColor(at.id);
  const switching = useNodesDialog((state) => state.switching);
  const goal = useConnections((state) => state.saved.find((one) => one.id === switching)?.name ?? 'Local node');
  const state =
    switching !== undefined
      ? `to ${goal}…`
      : phase === 'connected'
        ? undefined
        : phase === 'offline'
          ? `offline since ${since === undefined ? 'now' : clock(since)}`
          : phase === 'starting'
            ? 'connecting…'
            : 'no session';
  const tip = [
    at.url || 'This window',
    ...(info?.version === undefined ? [] : [`VOIKE ${info.version}`]),
    ...(connectedAt === undefined ? [] : [`connected since ${clock(connectedAt)}`]),
  ].join('\n');
  return (
    <>
      <button
        type="button"
        className="ui-chip connection-chip"
        data-phase={phase}
        data-remote={at.remote}
        data-node-color={color}
        data-tip={tip}
        aria-haspopup="menu"
        aria-label={`Node: ${at.name}${at.remote ? ', remote' : ''}${state === undefined ? ', connected' : `, ${state}`}`}
        onClick={(event) => openNodeMenu(event.currentTarget)}
      >
        <i />
        <span className="cut">{at.name}</span>
        {at.remote ? <em>remote</em> : null}
        {state === undefined ? null : <span className="connection-state">{state}</span>}
        <ChevronDown />
      </button>
      <span className="sr-only" role="status">
        {`${at.name}${at.remote ? ' (remote)' : ''}: ${state ?? 'connected'}`}
      </span>
    </>
  );
}

export function openNodeMenu(under: Element): void {
  const { at, phase } = useConnection.getState();
  const { saved } = useConnections.getState();
  openMenu(under, [
    { label: 'Local node', checked: at.id === LOCAL_ID, run: () => void goTo(LOCAL_ID) },
    ...saved.map(({ id, name }) => ({ label: `${name} (remote)`, checked: at.id === id, run: () => void goTo(id) })),
    'separator',
    ...(phase === 'offline' ? [{ label: 'Try now', icon: <RefreshCw />, run: () => tryNow() }] : []),
    {
      label: 'Copy the address',
      icon: <Copy />,
      run: () => void copyText(at.url, 'Address copied'),
    },
    { label: 'Add a node…', icon: <Plus />, run: addNode },
    { label: 'Manage nodes…', icon: <Settings2 />, run: showNodes },
  ]);
}
