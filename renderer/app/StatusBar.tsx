/** One line that is always true: node, run, ledger, problems, cursor, language. Every item leads to its thing. */
import { CircleCheck, CircleX, CloudOff, LoaderCircle, ShieldCheck, ShieldX, TriangleAlert } from 'lucide-react';
import { useConnection } from '../state/connection.ts';
import { useNodeColor } from '../state/connections.ts';
import { useCursor } from '../state/cursor.ts';
import { useActiveTab } from '../state/documents.ts';
import { useKeybindings } from '../state/keybindings.ts';
import { keyLabel } from '../state/keys.ts';
import { useLanguage } from '../state/language.ts';
import { useLayout } from '../state/layout.ts';
import { useLedgerStatus } from '../state/ledger.ts';
import { isActive, useDocumentRun, useRuns } from '../state/run.ts';
import { clock, count, exactTime, StateIcon, thousands } from '../ui/index.ts';
import { NotificationsItem } from './notifications/Notifications.tsx';
import { openPalette } from './palette.ts';
import './status-bar.css';

export function StatusBar() {
  const file = useActiveTab();
  const { showArea, showDocked } = useLayout.getState();
  return (
    <footer className="status-bar tabular">
      <NodeItem />
      <RunItem documentId={file?.id} />
      <LedgerItem onOpen={() => showArea('ledger')} />
      {file === undefined || file.form === 'text' ? null : <ProblemsItem onOpen={() => showDocked('problems')} />}
      <span className="status-space" />
      {file === undefined ? null : <CursorItem />}
      {file === undefined ? null : (
        <>
          <span className="status-item status-wide">
            {file.form === 'text' ? 'plain text' : `FLOW 1.0 · ${file.form}`}
          </span>
          <span className="status-item status-wide">UTF-8</span>
        </>
      )}
      <PendingKey />
      <NotificationsItem />
      <button
        type="button"
        className="status-item status-wide"
        onClick={() => openPalette('>')}
        data-tip="All commands"
      >
        Commands
        <span className="ui-kbd">F1</span>
      </button>
    </footer>
  );
}

/** The first stroke of two was pressed. */
function PendingKey() {
  const pending = useKeybindings((state) => state.pending);
  if (pending === undefined) return null;
  return (
    <span className="status-item" role="status">
      {keyLabel(pending)} was pressed, waiting for the second key
    </span>
  );
}

function NodeItem() {
  const { at, phase, since, host } = useConnection();
  const color = useNodeColor(at.id);
  if (phase === 'connected') {
    return (
      <span
        className="status-item"
        data-tone={at.remote ? 'remote' : 'done'}
        data-node-color={color}
        role="status"
        data-tip={at.url}
      >
        <CircleCheck />
        {at.remote ? `remote node ${at.name} ready` : 'node ready'}
      </span>
    );
  }
  if (phase === 'starting') {
    return (
      <span className="status-item" data-tone="running" role="status">
        <LoaderCircle className="ui-spin" />
        connecting
      </span>
    );
  }
  return (
    <span
      className="status-item"
      data-tone="warn"
      role="status"
      data-tip={since === undefined ? undefined : exactTime(since)}
    >
      <CloudOff />
      {phase === 'signed-out'
        ? 'no session'
        : host?.state === 'restarting' && !at.remote
          ? 'node restarting'
          : `${at.remote ? `remote node ${at.name}` : 'node'} offline${since === undefined ? '' : ` since ${clock(since)}`}`}
    </span>
  );
}

function RunItem({ documentId }: { documentId: string | undefined }) {
  const own = useDocumentRun(documentId);
  const other = useRuns((state) => state.recent.find((run) => isActive(run.state)));
  const run = own !== undefined && (isActive(own.state) || other === undefined) ? own : other;
  if (run === undefined) return null;
  const active = isActive(run.state);
  const step = own?.id === run.id ? own.steps.find((item) => item.state === 'running')?.name : undefined;
  return (
    <button
      type="button"
      className="status-item"
      data-tone={active ? 'running' : run.state === 'failed' ? 'failed' : undefined}
      data-tip={run.error?.detail ?? run.name}
      onClick={() =>
        own?.id === run.id ? useLayout.getState().showDocked('results') : useLayout.getState().openRun(run.id)
      }
    >
      <StateIcon state={run.state} size={13} />
      run {run.stepsDone}/{run.stepsTotal}
      {step === undefined ? (active ? '' : ` · ${run.state}`) : ` · ${step}`}
    </button>
  );
}

function LedgerItem({ onOpen }: { onOpen: () => void }) {
  const { size, verified } = useLedgerStatus();
  if (size === undefined) return null;
  const broken = verified?.ok === false;
  return (
    <button
      type="button"
      className="status-item"
      data-tone={broken ? 'failed' : undefined}
      onClick={onOpen}
      data-tip={
        verified === undefined
          ? 'Not verified in this window yet: open the ledger and choose Verify.'
          : broken
            ? verified.problem?.detail
            : `The first ${thousands(verified.size)} entries were recomputed here\n${exactTime(verified.at)}`
      }
    >
      {broken ? <ShieldX /> : <ShieldCheck />}
      ledger {count(size, 'entry', 'entries')}
      {verified === undefined ? null : (
        <em data-bad={broken}>
          {broken
            ? verified.problem?.code === 'wrong-key'
              ? 'other key'
              : 'broken'
            : verified.size >= size
              ? 'verified'
              : `${thousands(verified.size)} verified`}
        </em>
      )}
    </button>
  );
}

function ProblemsItem({ onOpen }: { onOpen: () => void }) {
  const diagnostics = useLanguage((state) => state.diagnostics);
  const errors = diagnostics.filter((item) => item.severity === 'error').length;
  return (
    <button type="button" className="status-item" data-tone={errors > 0 ? 'failed' : undefined} onClick={onOpen}>
      {errors > 0 ? <CircleX /> : diagnostics.length > 0 ? <TriangleAlert /> : <CircleCheck />}
      {thousands(diagnostics.length)} {diagnostics.length === 1 ? 'problem' : 'problems'}
    </button>
  );
}

function CursorItem() {
  const { line, column, selected } = useCursor();
  return (
    <button type="button" className="status-item" data-tip="Go to a line" onClick={() => openPalette(':')}>
      Ln {thousands(line)}, Col {thousands(column)}
      {selected > 0 ? ` (${thousands(selected)} selected)` : ''}
    </button>
  );
}
