/** The dialog of nodes: the list, and the form that adds or changes one. */
import { Copy, LoaderCircle, Pencil, Plug, Plus, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { SavedConnection } from '../../../node-core/client/connections.ts';
import { LOCAL_ID, useConnection } from '../../state/connection.ts';
import { removeConnection, useConnections } from '../../state/connections.ts';
import { keyOf } from '../../state/keyring.ts';
import { reach } from '../../state/reach.ts';
import { Button, confirm, copyText, IconButton, openModal, problemOf } from '../../ui/index.ts';
import { NodeForm } from './NodeForm.tsx';
import { closeNodes, goTo, useNodesDialog } from './dialog.ts';
import './connections.css';

export function NodesDialog() {
  const shown = useNodesDialog((state) => state.shown);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (shown !== undefined) openModal(dialog.current);
  }, [shown]);
  if (shown === undefined) return null;
  return (
    <dialog
      ref={dialog}
      className="ui-dialog nodes-dialog"
      aria-labelledby="nodes-title"
      onCancel={(event) => {
        event.preventDefault();
        closeNodes();
      }}
    >
      {shown.kind === 'list' ? (
        <NodeList />
      ) : (
        <NodeForm key={shown.id ?? 'new'} id={shown.id} address={shown.address} problem={shown.problem} />
      )}
    </dialog>
  );
}

function NodeList() {
  const { saved } = useConnections();
  const at = useConnection((state) => state.at);
  return (
    <>
      <div className="ui-dialog-body">
        <h2 id="nodes-title">Nodes</h2>
        <p>Plans run on the node that the window is on. Your texts and the folders of this machine stay here.</p>
        <ul className="nodes-list">
          <Row
            name="Local node"
            id={LOCAL_ID}
            url={at.id === LOCAL_ID ? at.url : 'this machine'}
            here={at.id === LOCAL_ID}
          />
          {saved.map((one) => (
            <Row key={one.id} {...one} connection={one} here={at.id === one.id} />
          ))}
        </ul>
      </div>
      <div className="ui-dialog-actions">
        <Button icon={<Plus />} onClick={() => useNodesDialog.setState({ shown: { kind: 'form' } })}>
          Add a node…
        </Button>
        <Button kind="primary" onClick={closeNodes}>
          Close
        </Button>
      </div>
    </>
  );
}

interface RowProps {
  id: string;
  name: string;
  url: string;
  here: boolean;
  /** Absent for the local node, which cannot be changed or taken away. */
  connection?: SavedConnection;
}

function Row({ id, name, url, here, connection }: RowProps) {
  const switching = useNodesDialog((state) => state.switching);
  const [tested, setTested] = useState<{ text: string; bad: boolean } | 'testing' | undefined>();
  const test = async (node: SavedConnection): Promise<void> => {
    setTested('testing');
    try {
      const key = await keyOf(node);
      if (key === undefined)
        setTested({ text: 'Its key is not kept here: switch to it, and type the key.', bad: true });
      else
        setTested({ text: `Answers, and takes the key. VOIKE ${(await reach(node, key)).info.version}.`, bad: false });
    } catch (thrown) {
      const { detail, hint } = problemOf(thrown);
      setTested({ text: hint === undefined ? detail : `${detail} ${hint}`, bad: true });
    }
  };
  const remove = async (node: SavedConnection): Promise<void> => {
    const sure = await confirm({
      title: `Take ${name} out of the list?`,
      body: `Its address and its key are forgotten here. Nothing changes on the node.${here ? ' This window goes back to the local node.' : ''}`,
      action: 'Take it out',
      danger: true,
    });
    if (!sure) return;
    if (here) await goTo(LOCAL_ID);
    await removeConnection(node.id);
  };
  return (
    <li className="nodes-row" data-remote={connection !== undefined} data-node-color={connection?.color}>
      <div className="nodes-row-name">
        <b>{name}</b>
        {connection === undefined ? null : <em className="remote-word">remote</em>}
        {here ? <span className="nodes-here">this window</span> : null}
        <code className="cut">{url}</code>
      </div>
      <div className="nodes-row-tools">
        {here ? null : (
          <Button disabled={switching !== undefined} onClick={() => void goTo(id)}>
            {switching === id ? 'Switching…' : 'Switch'}
          </Button>
        )}
        {connection === undefined ? null : (
          <>
            <IconButton label={`Test ${name}`} onClick={() => void test(connection)}>
              {tested === 'testing' ? <LoaderCircle className="ui-spin" /> : <Plug />}
            </IconButton>
            <IconButton label={`Copy the address of ${name}`} onClick={() => void copyText(url, 'Address copied')}>
              <Copy />
            </IconButton>
            <IconButton label={`Edit ${name}`} onClick={() => useNodesDialog.setState({ shown: { kind: 'form', id } })}>
              <Pencil />
            </IconButton>
            <IconButton label={`Remove ${name}`} onClick={() => void remove(connection)}>
              <Trash2 />
            </IconButton>
          </>
        )}
      </div>
      {tested === undefined || tested === 'testing' ? null : (
        <p role="status" data-bad={tested.bad}>
          {tested.text}
        </p>
      )}
    </li>
  );
}
