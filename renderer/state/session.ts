/**
 * Makes the connection: finds or opens the session, reads what the workbench shows at once, follows the events, and
 * comes back by itself when the node does.
 */
import { createClient } from '../../node-core/client/client.ts';
import type { EventSubscription } from '../../node-core/client/events.ts';
import { Problem } from '../../node-core/errors/problem.ts';
import { client, emitNodeEvent, type NodeClient, type NodeInfo, onNodeEvent, useConnection } from './connection.ts';
import { useDocuments } from './documents.ts';
import { useLedgerStatus } from './ledger.ts';
import { announce, isActive, loadRecent, loadRun, patchRuns, restoreRuns, useRuns } from './run.ts';
import { loadSamples } from './samples.ts';

/** Takes `#launch=CODE` out of the address, so that it stands in no history and no screenshot. */
function takeLaunchCode(): string | undefined {
  const match = /^#launch=([^&]+)/.exec(location.hash);
  if (match === null) return undefined;
  history.replaceState(null, '', location.pathname + location.search);
  return decodeURIComponent(match[1]!);
}

let events: EventSubscription | undefined;

/** Called once, at start. Never throws: what goes wrong is in the connection's phase. */
export async function connect(): Promise<void> {
  const launch = takeLaunchCode();
  listen();
  window.voike?.onNodeState((host) => {
    const before = useConnection.getState().host;
    useConnection.setState({ host });
    // The node came up again, with a new port and key perhaps.
    if (host.state === 'ready' && before !== undefined && before.state !== 'ready') void start(undefined);
  });
  // A connection that slept looks open and is not.
  window.voike?.on('power', (event) => void (event === 'resume' && events?.reconnect()));
  addEventListener('online', () => events?.reconnect());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') events?.reconnect();
  });
  await start(launch);
}

async function start(launch: string | undefined): Promise<void> {
  try {
    const session = await window.voike?.session();
    const made = createClient(
      session === undefined ? { baseUrl: location.origin } : { baseUrl: session.baseUrl, key: session.key },
    );
    const present: NodeClient = {
      sameMachine: /^(127\.0\.0\.1|localhost|\[::1\])$/.test(new URL(made.baseUrl).hostname),
      call: (name, input, options) => made.callAny(name, input ?? {}, options ?? {}) as Promise<any>,
      upload: (file, name, options) => made.upload(file, name, options ?? {}),
      get: (path, query, options) => made.get(path, query, options ?? {}),
      // In Electron a link would need the key, and keys stand in no address.
      link: (path, query) =>
        session === undefined ? `${location.origin}${path}?${new URLSearchParams(query).toString()}` : undefined,
      send: (path, file, options) => made.send(path, file, options ?? {}) as Promise<any>,
    };
    let project: { id: string; name: string } | undefined;
    let refused: unknown;
    if (launch !== undefined) {
      // A wrong code is no matter while an older session of this tab is still good.
      project = await made.openSession(launch).then(
        (answer) => answer.project,
        (thrown: unknown) => void (refused = thrown),
      );
    }
    useConnection.setState({ client: present });
    try {
      await loadRecent();
    } catch (thrown) {
      if (isRefusal(thrown)) throw refused ?? thrown;
      throw thrown;
    }
    const info = await present.call<NodeInfo>('node.info').catch((): NodeInfo => ({}));
    useConnection.setState({
      phase: 'connected',
      since: undefined,
      reason: undefined,
      info: { ...info, ...(session === undefined ? rememberedProject(project) : { project: session.project }) },
    });
    events?.close();
    events = made.events({
      onEvent: emitNodeEvent,
      onState: (state) => {
        if (state === 'open') arrived();
        if (state === 'waiting') {
          lost();
          void stillLetIn();
        }
      },
    });
    await Promise.all([loadSamples(), readLedgerSize(), draftsRestored().then(restoreRuns)]);
  } catch (thrown) {
    if (isRefusal(thrown)) {
      useConnection.setState({
        phase: 'signed-out',
        reason: thrown.code === 'wrong-launch-code' ? thrown.message : undefined,
      });
      return;
    }
    lost();
    setTimeout(() => void start(launch), 1500);
  }
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
function lost(): void {
  const { phase, since } = useConnection.getState();
  if (phase === 'signed-out') return;
  useConnection.setState({ phase: 'offline', since: since ?? new Date().toISOString() });
}

/** A broken event stream may also mean that the session ended: only a call says which. */
async function stillLetIn(): Promise<void> {
  try {
    await client().call('flow.listRuns', { limit: 1 });
  } catch (thrown) {
    if (!isRefusal(thrown)) return;
    events?.close();
    useConnection.setState({ phase: 'signed-out', reason: 'The session of this tab has ended.' });
  }
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
  useConnection.setState({ phase: 'connected', since: undefined });
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
    if (isRefusal(thrown)) useConnection.setState({ phase: 'signed-out', reason: 'The node was started anew.' });
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
