/** The line below the title while the node does not answer: since when, when it is tried again, and what can be done. */
import { CloudOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { LOCAL_ID, useConnection } from '../../state/connection.ts';
import { connectionById } from '../../state/connections.ts';
import { tryNow } from '../../state/session.ts';
import { Button, clock, problemOf, toastProblem } from '../../ui/index.ts';
import { goTo, useNodesDialog } from './dialog.ts';

export function OfflineBanner() {
  const { at, phase, since, reason, host, missed } = useConnection();
  if (host?.state === 'failed' && !at.remote)
    return (
      <Banner text={`The node cannot start: ${host.reason} Your text is kept.`}>
        <Button onClick={() => void window.voike?.restartNode().catch(toastProblem)}>Start it again</Button>
      </Banner>
    );
  if (phase !== 'offline') return missed === undefined || at.remote ? null : <Missed {...missed} />;
  const toLocal = at.remote ? <Button onClick={() => void goTo(LOCAL_ID)}>Switch to the local node</Button> : null;
  if (at.remote && reason !== undefined)
    return (
      <Banner text={`${reason} Your text is kept.`}>
        <Button onClick={() => useNodesDialog.setState({ shown: { kind: 'form', id: at.id } })}>Type the key…</Button>
        {toLocal}
      </Banner>
    );
  const who = at.remote ? at.name : 'The node';
  const what =
    host?.state === 'restarting' && !at.remote
      ? 'The node stopped and is being started again.'
      : `${who} does not answer${since === undefined ? '' : ` since ${clock(since)}`}.`;
  return (
    <Banner text={`${what} Go on writing: your text is kept, and this window connects again by itself.`}>
      <NextTry />
      <Button onClick={() => tryNow()}>Try now</Button>
      {toLocal}
    </Banner>
  );
}

function Banner({ text, children }: { text: string; children: React.ReactNode }) {
  return (
    <div className="banner" role="status">
      <CloudOff />
      <span>{text}</span>
      {children}
    </div>
  );
}

/** The window was on another node last time, which could not be reached at the start. */
function Missed({ id, problem }: { id: string; problem: unknown }) {
  const name = connectionById(id)?.name;
  if (name === undefined) return null;
  const { code, detail } = problemOf(problem);
  const said = code === 'key-needed' ? `The key of ${name} was not kept.` : detail;
  return (
    <Banner text={`This window is on the local node. Last time it was on ${name}: ${said}`}>
      <Button onClick={() => void goTo(id)}>{`Switch to ${name}`}</Button>
      <Button kind="quiet" onClick={() => useConnection.setState({ missed: undefined })}>
        Stay here
      </Button>
    </Banner>
  );
}

/** `next try in 8 s`: counts only while somebody can see it. Not announced: it changes every second. */
function NextTry() {
  const nextTry = useConnection((state) => state.nextTry);
  const [, tick] = useState(0);
  useEffect(() => {
    if (nextTry === undefined) return;
    const timer = setInterval(() => document.hidden || tick((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, [nextTry]);
  const seconds = nextTry === undefined ? 0 : Math.max(0, Math.ceil((nextTry - Date.now()) / 1000));
  return (
    <span className="banner-next tabular" aria-hidden="true">
      {seconds > 0 ? `next try in ${seconds} s` : 'trying…'}
    </span>
  );
}
