/**
 * Makes the connection: finds or opens the session, reads what the workbench shows at once, follows the events, and
 * comes back by itself when the node does. Goes to another node and back without a reload: nothing is left before the
 * other node has answered and taken the key.
 */
import { type Client, createClient } from '../../node-core/client/client.ts';
import type { EventSubscription } from '../../node-core/client/events.ts';
import { Problem } from '../../node-core/errors/problem.ts';
import {
  client,
  emitNodeEvent,
  emitNodeLeft,
  LOCAL_ID,
  type NodeAt,
  type NodeInfo,
  onNodeEvent,
  onNodeLeft,
  useConnection,
} from './connection.ts';
import { connectionById } from './connections.ts';
import { useDocuments } from './documents.ts';
import { firstText } from './first-text.ts';
import { keyOf } from './keyring.ts';
import { useLayout } from './layout.ts';
import { useLedgerStatus } from './ledger.ts';
import { nodeClient } from './node-client.ts';
import { reach } from './reach.ts';
import { announce, isActive, loadRecent, loadRun, patchRuns, restoreRuns, useRuns } from './run.ts';
import { loadSamples } from './samples.ts';
import { keep, readKept, windowKey } from './window-key.ts';

/** Holds the launch code of this tab between the address and the session; a reload before the answer needs it once more. */
const LAUNCH = 'voike.launch';

/** Takes `#launch=CODE` out of the address, so that it stands in no history and no screenshot. */
function takeLaunchCode(): string | undefined {
  const match = /^#launch=([^&]+)/.exec(location.hash);
  try {
    if (match === null) return sessionStorage.getItem(LAUNCH) ?? undefined;
    sessionStorage.setItem(LAUNCH, decodeURIComponent(match[1]!));
  } catch {
    // Storage is switched off: only a reload in the first moment would miss it.
  }
  if (match === null) return undefined;
  history.replaceState(null, '', location.pathname + location.search);
  return decodeURIComponent(match[1]!);
}

/** The node has answered: it let this tab in, or never will with this code. */
function dropLaunchCode(): void {
  try {
    sessionStorage.removeItem(LAUNCH);
  } catch {
    // Nothing was held.
  }
}

const LOCAL: NodeAt = useConnection.getState().at;
/** The node that this window was on, for the next start; in a tab the key is gone by then, so nothing is kept. */
const KEPT = windowKey('connection');
const LONGEST_WAIT = 15_000;

/** The node of this machine, also while the window is on another. */
let home: Client | undefined;
let homeEvents: EventSubscription | undefined;
let events: EventSubscription | undefined;
/** Ends what is under way on the node that the window is on. */
let left = new AbortController();
let retry: { timer: ReturnType<typeof setTimeout>; again: () => void } | undefined;
let failures = 0;
/** Grows with every switch: an older one that is still under way has nothing to say any more. */
let round = 0;

const isRemote = (): boolean => useConnection.getState().at.remote;

/** Called once, at start. Never throws: what goes wrong is in the connection's phase. */
export async function connect(): Promise<void> {
  const launch = takeLaunchCode();
  listen();
  // Beside the first text it would only be in its way.
  await firstText;
  window.voike?.onNodeState((host) => {
    const before = useConnection.getState().host;
    useConnection.setState({ host });
    // The node came up again, with a new port and key perhaps.
    if (host.state === 'ready' && before !== undefined && before.state !== 'ready')
      void (isRemote() ? openHome(undefined).then(followHome) : start(undefined));
  });
  // A connection that slept looks open and is not.
  window.voike?.on('power', (event) => void (event === 'resume' && tryNow(true)));
  addEventListener('online', () => tryNow(true));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') tryNow();
  });
  const kept = window.voike === undefined ? undefined : readKept<string>(KEPT);
  if (kept !== undefined && connectionById(kept) !== undefined) {
    const opening = openHome(launch);
    try {
      await switchTo(kept);
      void opening.then(followHome, () => undefined);
      return;
    } catch (thrown) {
      useConnection.setState({ missed: { id: kept, problem: thrown } });
    }
  }
  await start(launch);
}

/** Tries at once instead of after the pause. With `renew` also when the connection looks open. */
export function tryNow(renew = false): void {
  if (retry !== undefined) {
    clearTimeout(retry.timer);
    failures = 0;
    retry.again();
  }
  events?.reconnect({ renew });
  homeEvents?.reconnect({ renew });
}

/** Makes the client of the local node and, with a launch code, this tab's session on it. */
async function openHome(
  launch: string | undefined,
): Promise<{ made: Client; project?: { id: string; name: string }; refused?: unknown }> {
  const session = await window.voike?.session();
  const made = createClient(
    session === undefined ? { baseUrl: location.origin } : { baseUrl: session.baseUrl, key: session.key },
  );
  home = made;
  if (session !== undefined) return { made, project: session.project };
  if (launch === undefined) return { made, ...rememberedProject(undefined) };
  try {
    const { project } = await made.openSession(launch);
    dropLaunchCode();
    return { made, ...rememberedProject(project) };
  } catch (refused) {
    if (isRefusal(refused)) dropLaunchCode();
    // A wrong code is no matter while an older session of this tab is still good.
    return { made, ...rememberedProject(undefined), refused };
  }
}

/** Connects to the local node; tries again, with growing pauses, until it answers or the person goes elsewhere. */
async function start(launch: string | undefined): Promise<void> {
  const mine = ++round;
  retry = undefined;
  useConnection.setState({ nextTry: undefined });
  try {
    const { made, project, refused } = await openHome(launch);
    if (mine !== round) return;
    left = new AbortController();
    useConnection.setState({
      at: { ...LOCAL, url: made.baseUrl },
      client: nodeClient(made, {
        left: left.signal,
        sameMachine: /^(127\.0\.0\.1|localhost|\[::1\])$/.test(new URL(made.baseUrl).hostname),
        // In Electron a link would need the key, and keys stand in no address.
        links: window.voike === undefined,
      }),
    });
    try {
      await loadRecent();
    } catch (thrown) {
      if (isRefusal(thrown)) throw refused ?? thrown;
      throw thrown;
    }
    const info = await client()
      .call<NodeInfo>('node.info')
      .catch((): NodeInfo => ({}));
    if (mine !== round) return;
    failures = 0;
    await arrive(made, { ...info, ...(project === undefined ? {} : { project }) });
  } catch (thrown) {
    if (mine !== round) return;
    if (isRemote()) useConnection.setState({ at: LOCAL });
    if (isRefusal(thrown)) {
      useConnection.setState({
        phase: 'signed-out',
        reason: thrown.code === 'wrong-launch-code' ? thrown.message : undefined,
      });
      return;
    }
    const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** failures++);
    lost(wait);
    const again = (): void => void start(launch);
    retry = { timer: setTimeout(again, wait), again };
  }
}

/** The node lets the window in: follows its events and reads what is shown at once. */
async function arrive(made: Client, info: NodeInfo): Promise<void> {
  opened = false;
  useConnection.setState({
    phase: 'connected',
    since: undefined,
    reason: undefined,
    nextTry: undefined,
    connectedAt: new Date().toISOString(),
    info,
  });
  events?.close();
  events = made.events({
    onEvent: emitNodeEvent,
    onState: (state, wait) => {
      if (state === 'connecting') useConnection.setState({ nextTry: undefined });
      if (state === 'open') arrived();
      if (state === 'waiting') {
        lost(wait);
        void stillLetIn();
      }
    },
  });
  followHome();
  await Promise.all([loadSamples(), readLedgerSize(), draftsRestored().then(restoreRuns)]);
}

/** While the window is on another node, what happens in the folders of this machine is still told by the local one. */
function followHome(): void {
  homeEvents?.close();
  homeEvents = undefined;
  if (!isRemote()) return;
  homeEvents = home?.events({
    onEvent: (event) => {
      if (event.type === 'files.changed' || event.type === 'workspaces.changed') emitNodeEvent(event);
    },
  });
}

/** Forgets everything that the node said. Open texts stay, and so do the folders of this machine. */
async function leave(): Promise<void> {
  if (retry !== undefined) clearTimeout(retry.timer);
  retry = undefined;
  failures = 0;
  events?.close();
  events = undefined;
  left.abort();
  // What waited for an answer is told first, so that it writes nothing into what is made empty below.
  await new Promise((resolve) => setTimeout(resolve, 0));
  emitNodeLeft(useConnection.getState().at.id);
  useLayout.setState({ shownRun: undefined, shownEntry: undefined });
}

/**
 * Goes to a node of the list, or back to the local one. When it cannot, the window stays where it is.
 *
 * @param typed the key as it was typed just now; otherwise the one that is held
 * @throws Problem that says why; `key-needed` when none is held
 */
export async function switchTo(id: string, typed?: string): Promise<void> {
  const { at } = useConnection.getState();
  if (id === at.id && typed === undefined && (!at.remote || connectionById(id)?.url === at.url)) return tryNow();
  if (id === LOCAL_ID) {
    round += 1;
    await leave();
    keep(KEPT, undefined);
    // `at` changes with the client: a view that begins anew must find the one that goes with it.
    useConnection.setState({ phase: 'starting', since: undefined, info: undefined, missed: undefined });
    await start(undefined);
    return;
  }
  const mine = ++round;
  const connection = connectionById(id);
  if (connection === undefined)
    throw new Problem('connection-not-found', 'This node is not in the list any more.', { hint: 'Add it again.' });
  const key = typed ?? (await keyOf(connection));
  if (key === undefined)
    throw new Problem('key-needed', `The key of ${connection.name} is not kept here.`, { hint: 'Type it.' });
  const { client: made, info, recent } = await reach(connection, key);
  if (mine !== round) return;
  await leave();
  left = new AbortController();
  keep(KEPT, id);
  useRuns.setState({ recent });
  useConnection.setState({
    at: { id, name: connection.name, remote: true, url: connection.url },
    client: nodeClient(made, { left: left.signal, sameMachine: false, home: () => home, links: false }),
    phase: 'starting',
    since: undefined,
    info,
    missed: undefined,
  });
  // It is there now. What it does not answer from here on is read again when it is back.
  void arrive(made, info).catch(() => undefined);
}

/** Resolves when the last session's tabs are back. */
function draftsRestored(): Promise<void> {
  if (useDocuments.getState().restored) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = useDocuments.subscribe((state) => {
      if (!state.restored) return;
      stop();
      resolve();
    });
  });
}

const isRefusal = (thrown: unknown): thrown is Problem =>
  thrown instanceof Problem && (thrown.status === 401 || thrown.status === 403);

/** The node does not answer; said once, with the time when it began. */
function lost(wait?: number): void {
  const { phase, since } = useConnection.getState();
  if (phase === 'signed-out') return;
  useConnection.setState({
    phase: 'offline',
    since: since ?? new Date().toISOString(),
    connectedAt: undefined,
    nextTry: wait === undefined ? undefined : Date.now() + wait,
  });
}

/** A broken event stream may also mean that the session ended: only a call says which. */
async function stillLetIn(): Promise<void> {
  try {
    await client().call('flow.listRuns', { limit: 1 });
  } catch (thrown) {
    if (!isRefusal(thrown)) return;
    turnedAway('The session of this tab has ended.');
  }
}

/** The node answers and does not let the window in any more. */
function turnedAway(reason: string): void {
  const { at } = useConnection.getState();
  events?.close();
  if (!at.remote) return useConnection.setState({ phase: 'signed-out', reason });
  lost();
  useConnection.setState({ reason: `${at.name} does not know the key any more.`, nextTry: undefined });
}

/** The project's name comes with a new session; a reload finds it here. */
const PROJECT = 'voike.project';

function rememberedProject(fresh: { id: string; name: string } | undefined): {
  project?: { id: string; name: string };
} {
  try {
    if (fresh !== undefined) localStorage.setItem(PROJECT, JSON.stringify(fresh));
    const project =
      fresh ?? (JSON.parse(localStorage.getItem(PROJECT) ?? 'null') as { id: string; name: string } | null);
    return project === null ? {} : { project };
  } catch {
    return fresh === undefined ? {} : { project: fresh };
  }
}

let opened = false;

/** The events flow (again). After a break, what was missed beyond the events is read anew. */
function arrived(): void {
  const first = !opened;
  opened = true;
  const connectedAt = useConnection.getState().connectedAt ?? new Date().toISOString();
  useConnection.setState({ phase: 'connected', since: undefined, reason: undefined, nextTry: undefined, connectedAt });
  if (!first) void refresh();
}

/** Reads again what is on view; also after a `reset` event. A session that ended meanwhile shows as signed out. */
async function refresh(): Promise<void> {
  try {
    const { records, current } = useRuns.getState();
    const shown = new Set(Object.values(current));
    const stale = Object.values(records).filter((run) => isActive(run.state) || shown.has(run.id));
    await Promise.all([loadRecent(), readLedgerSize(), ...stale.map((run) => loadRun(run.id).catch(() => undefined))]);
  } catch (thrown) {
    if (isRefusal(thrown)) turnedAway('The node was started anew.');
  }
}

async function readLedgerSize(): Promise<void> {
  const { size } = await client().call<{ size: number }>('ledger.recent', { limit: 1 });
  useLedgerStatus.setState({ size });
}

/** Runs and ledger follow the events; every other view listens for itself. */
function listen(): void {
  // Events come in bursts: one state change a frame is enough for the eye and cheap for thousands of steps.
  let waiting: Parameters<typeof patchRuns>[1][] = [];
  const apply = (): void => {
    const batch = waiting;
    waiting = [];
    useRuns.setState((state) => {
      let patched = { records: state.records, recent: state.recent, log: state.log };
      for (const event of batch) patched = { ...patched, ...patchRuns(patched, event) };
      return patched;
    });
    for (const event of batch) {
      if (event.type !== 'run.changed' || isActive(event.run.state)) continue;
      if (Object.values(useRuns.getState().current).includes(event.run.id)) {
        announce(event.run);
        // The record in full: outputs, reasons, times.
        void loadRun(event.run.id).catch(() => undefined);
      }
    }
  };
  onNodeLeft(() => (waiting = []));
  onNodeEvent((event) => {
    if (event.type === 'reset') void refresh();
    else if (event.type === 'ledger.appended' || event.type === 'ledger.checkpoint') {
      useLedgerStatus.setState((state) => ({ size: Math.max(state.size ?? 0, event.size) }));
    } else {
      if (waiting.length === 0) setTimeout(apply, 16);
      waiting.push(event);
    }
  });
}
