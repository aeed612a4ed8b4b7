/** Adds a node, changes it, or asks for its key; also the face of a switch that did not work. */
import { CircleX, LoaderCircle } from 'lucide-react';
import { useEffect, useState } from 'react';
import {
  freeColor,
  NODE_COLORS,
  nodeAddress,
  type NodeColor,
  type SavedConnection,
} from '../../../node-core/client/connections.ts';
import { LOCAL_ID, useConnection } from '../../state/connection.ts';
import { connectionById, saveConnection, useConnections } from '../../state/connections.ts';
import { keepKey, keyOf, keyPlace } from '../../state/keyring.ts';
import { mayReach, reach } from '../../state/reach.ts';
import { keep, windowKey } from '../../state/window-key.ts';
import { Button, problemOf, Sentence, toast } from '../../ui/index.ts';
import { closeNodes, goTo, showNodes, useNodesDialog } from './dialog.ts';

interface NodeFormProps {
  /** The node that is changed; undefined adds one. */
  id: string | undefined;
  /** Where a node that is added may be, as a link names it. */
  address: string | undefined;
  problem: unknown;
}

export function NodeForm({ id, address, problem: given }: NodeFormProps) {
  const present = id === undefined ? undefined : connectionById(id);
  const at = useConnection((state) => state.at);
  const switching = useNodesDialog((state) => state.switching !== undefined);
  const [name, setName] = useState(present?.name ?? '');
  const [url, setUrl] = useState(present?.url ?? address ?? '');
  const [color, setColor] = useState(() => present?.color ?? freeColor(useConnections.getState().saved));
  const [key, setKey] = useState('');
  const [held, setHeld] = useState(false);
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState<string | undefined>();
  const [problem, setProblem] = useState<unknown>(given);
  useEffect(() => setProblem(given), [given]);
  useEffect(() => {
    let here = true;
    if (present !== undefined) void keyOf(present).then((kept) => here && setHeld(kept !== undefined));
    return () => void (here = false);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, for the node that the form was opened for
  }, []);

  const guarded = (work: () => Promise<void>) => async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    setFound(undefined);
    try {
      await work();
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  };
  /** The key that was typed, or the one that is held for this address. */
  const keyFor = async (node: SavedConnection): Promise<string | undefined> => key.trim() || (await keyOf(node));
  const save = async (): Promise<SavedConnection> => {
    const saved = saveConnection({ name, url, color, ...(present === undefined ? {} : { id: present.id }) });
    if (key.trim() !== '' && !(await keepKey(saved, key.trim())) && window.voike !== undefined)
      toast({
        tone: 'warn',
        text: 'This system has no key store, so the key is not kept.',
        hint: 'It holds until the program ends, and is asked for again then.',
      });
    return saved;
  };
  const test = guarded(async () => {
    const node = { id: present?.id ?? '', name: name.trim() || 'The node', url: nodeAddress(url), color };
    const { info } = await reach(node, (await keyFor(node)) ?? '');
    setFound(`It answers and takes the key. VOIKE ${info.version}.`);
  });
  const saveOnly = guarded(async () => {
    await save();
    showNodes();
  });
  const saveAndGo = guarded(async () => {
    const saved = await save();
    // Of the saved node from here on: another try changes it instead of adding a second one.
    useNodesDialog.setState({ shown: { kind: 'form', id: saved.id } });
    await goTo(saved.id, key.trim() || undefined);
  });
  const reload = (): void => {
    // After the load the window goes on to this node by itself, when its key was kept.
    if (present !== undefined) keep(windowKey('connection'), present.id);
    location.reload();
  };

  const shown = problem === undefined ? undefined : problemOf(problem);
  const changed = present !== undefined && held && sameAddress(url) !== present.url;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void saveAndGo();
      }}
    >
      <div className="ui-dialog-body nodes-form">
        <h2 id="nodes-title">{present === undefined ? 'Add a node' : present.name}</h2>
        {shown === undefined ? null : (
          <div className="nodes-problem" role="alert">
            <CircleX />
            <div>
              <b>{shown.detail}</b>
              {shown.hint === undefined ? null : (
                <p>
                  <Sentence text={shown.hint} />
                </p>
              )}
              {given !== undefined && present !== undefined && at.id !== present.id ? (
                <p>
                  This window is still on {at.id === LOCAL_ID ? 'the local node' : at.name}; nothing was changed there.
                </p>
              ) : null}
              {shown.code === 'page-must-load' ? <Button onClick={reload}>Load the window again</Button> : null}
            </div>
          </div>
        )}
        <label>
          <span>Name</span>
          <input
            value={name}
            data-first={present === undefined ? '' : undefined}
            maxLength={60}
            placeholder="eu-1"
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label>
          <span>Address</span>
          <input
            value={url}
            placeholder="https://eu-1.example"
            autoComplete="off"
            spellCheck={false}
            inputMode="url"
            onChange={(event) => setUrl(event.target.value)}
          />
        </label>
        <AddressNote url={url} />
        <label>
          <span>Project key</span>
          <input
            type="password"
            value={key}
            data-first={present === undefined ? undefined : ''}
            placeholder={
              held ? (changed ? 'type it again for the new address' : 'kept; type another to replace it') : ''
            }
            autoComplete="off"
            onChange={(event) => setKey(event.target.value)}
          />
        </label>
        <small>
          <code>voike keys create</code> on that node makes one. {keyPlace()}
        </small>
        <ColorChoice chosen={color} choose={setColor} />
        {found === undefined ? null : <p role="status">{found}</p>}
      </div>
      <div className="ui-dialog-actions">
        {busy || switching ? <LoaderCircle className="ui-spin" aria-label="Asking the node" /> : null}
        <Button kind="quiet" onClick={closeNodes}>
          {given === undefined ? 'Cancel' : `Stay on ${at.id === LOCAL_ID ? 'the local node' : at.name}`}
        </Button>
        <Button disabled={busy} onClick={() => void test()}>
          Test
        </Button>
        <Button disabled={busy} onClick={() => void saveOnly()}>
          Save
        </Button>
        <Button kind="primary" type="submit" disabled={busy || switching}>
          {given === undefined ? 'Save and switch' : 'Try again'}
        </Button>
      </div>
    </form>
  );
}

/** A row of colours, one of which the node has in title, status bar and lists. */
function ColorChoice({ chosen, choose }: { chosen: NodeColor; choose: (color: NodeColor) => void }) {
  return (
    <div className="nodes-color-row">
      <span id="nodes-color">Colour</span>
      <div className="nodes-colors" role="radiogroup" aria-labelledby="nodes-color">
        {NODE_COLORS.map((color) => (
          <label key={color} data-node-color={color} data-tip={color}>
            <input
              type="radio"
              name="nodes-color"
              aria-label={color}
              checked={color === chosen}
              onChange={() => choose(color)}
            />
          </label>
        ))}
      </div>
    </div>
  );
}

/** What must be done for an address that this page may not talk to yet, said while it is typed. */
function AddressNote({ url }: { url: string }) {
  const origin = sameAddress(url);
  if (window.voike !== undefined)
    return <small>https:// for another machine; http:// for this one, or for a port that SSH forwards.</small>;
  return origin === undefined || mayReach(origin) ? (
    <small>
      The node must let this page in: start it with <code>voike serve --allow-origin {location.origin}</code>.
    </small>
  ) : (
    <small data-warn="true">
      A browser tab may talk to nodes on this machine alone. For this address, start the node that serves this page with{' '}
      <code>voike serve --allow-connect {origin}</code>, forward its port with <code>ssh -L</code>, or use VOIKE
      Desktop.
    </small>
  );
}

function sameAddress(url: string): string | undefined {
  try {
    return nodeAddress(url);
  } catch {
    return undefined;
  }
}
