/** What stands beside the tabs of a group: tools of the editor, facts of the view in front, hiding the group. */
import type { IDockviewHeaderActionsProps } from 'dockview-react';
import {
  AlignLeft,
  Columns2,
  Minimize2,
  PanelBottomClose,
  PanelRightClose,
  Play,
  Plus,
  Save,
  Square,
} from 'lucide-react';
import { useCallback } from 'react';
import { planSummary } from '../../panes/plan/facts.ts';
import { NOT_CONNECTED, useConnection, useRunLabel } from '../../state/connection.ts';
import { useDocks, withDocks } from '../../state/docks.ts';
import { useActiveTab, useDocuments, useTabs } from '../../state/documents.ts';
import { editorAction } from '../../state/editor-actions.ts';
import { useLanguage } from '../../state/language.ts';
import { useLayout } from '../../state/layout.ts';
import { startOrContinue } from '../../state/debug.ts';
import { runCommand } from '../../state/commands.ts';
import { useProgramDebug } from '../../state/program-debug.ts';
import { useCalls } from '../../state/program-run.ts';
import { cancelRun, isActive, useDocumentRun, useRuns } from '../../state/run.ts';
import { Button, count, IconButton } from '../../ui/index.ts';
import { saveDocument } from '../files.ts';
import { useBars } from './DockContent.tsx';
import { dockedPanel, groupKind } from './panels.ts';

/** Right after the tabs of editors: a new plan. */
export function AfterTabs({ panels }: IDockviewHeaderActionsProps) {
  if (panels.length === 0 || groupKind(panels) !== 'editors') return null;
  return (
    <span className="dock-after">
      <IconButton label="New plan" onClick={() => void useDocuments.getState().create()}>
        <Plus />
      </IconButton>
    </span>
  );
}

export function DockBar({ panels, activePanel, group }: IDockviewHeaderActionsProps) {
  const kind = groupKind(panels);
  const maximized = useDocks((state) => state.maximized);
  const bar = useCallback((element: HTMLElement | null) => useBars.setState({ [group.id]: element }), [group.id]);
  const documentId = activePanel === undefined ? undefined : dockedPanel(activePanel).documentId;
  return (
    <div className="dock-bar">
      <span ref={bar} className="dock-facts" />
      {kind === 'inspector' ? <PlanFacts /> : null}
      {documentId === undefined ? null : <EditorTools documentId={documentId} />}
      {maximized ? (
        <IconButton
          label="Give the room back"
          command="view.maximize"
          onClick={() => withDocks((docks) => docks.toggleMaximized())}
        >
          <Minimize2 />
        </IconButton>
      ) : null}
      {kind === 'inspector' ? (
        <IconButton
          label="Hide the inspector"
          command="view.inspector"
          onClick={() => useLayout.setState({ inspector: false })}
        >
          <PanelRightClose />
        </IconButton>
      ) : null}
      {kind === 'bottom' ? (
        <IconButton label="Hide the panel" command="view.bottom" onClick={() => useLayout.setState({ bottom: false })}>
          <PanelBottomClose />
        </IconButton>
      ) : null}
    </div>
  );
}

/** `5 steps · slowest load 68 ms`. */
function PlanFacts() {
  const documentId = useActiveTab()?.id;
  const graph = useLanguage((state) => (state.documentId === documentId ? state.graph : undefined));
  const run = useDocumentRun(documentId);
  if (graph === undefined) return null;
  return (
    <span className="dock-summary">
      <i />
      <span className="cut" data-tip={`plan ${graph.hash}`}>
        {planSummary(graph, run?.steps ?? [])}
      </span>
    </span>
  );
}

function EditorTools({ documentId }: { documentId: string }) {
  const run = useDocumentRun(documentId);
  const tab = useTabs().find((item) => item.id === documentId);
  const form = tab?.form ?? 'text';
  const starting = useRuns((state) => state.starting[documentId] === true);
  const online = useConnection((state) => state.phase === 'connected');
  const active = run !== undefined && isActive(run.state);
  const mistakes = useLanguage(({ documentId: of, diagnostics }) =>
    of === documentId ? diagnostics.filter(({ severity }) => severity === 'error').length : 0,
  );
  const runLabel = useRunLabel();
  const debugged = useProgramDebug((debug) => (debug.documentId === documentId ? debug.state : 'none'));
  const called = useCalls(
    ({ byDocument }) => byDocument[documentId] !== undefined && byDocument[documentId].ended === undefined,
  );
  const calling = called || debugged === 'running' || debugged === 'starting';
  const here = (then: () => void) => (): void => {
    useDocuments.getState().activate(documentId);
    then();
  };
  return (
    <div className="editor-tools">
      {form !== 'text' ? (
        <IconButton
          label="Format"
          command="editor.action.formatDocument"
          onClick={here(() => editorAction('editor.action.formatDocument'))}
        >
          <AlignLeft />
        </IconButton>
      ) : null}
      <IconButton label="Save" command="file.save" onClick={() => void saveDocument(documentId)}>
        <Save />
      </IconButton>
      <IconButton
        label="Split the editor"
        command="view.split"
        onClick={here(() => withDocks((docks) => docks.split('right')))}
      >
        <Columns2 />
      </IconButton>
      {form === 'text' ? null : active || calling ? (
        <Button
          icon={<Square />}
          command="run.stop"
          onClick={() => (active ? void cancelRun(run.id) : here(() => runCommand('run.stop'))())}
        >
          Stop
        </Button>
      ) : (
        <Button
          kind="primary"
          icon={<Play />}
          command="run.start"
          disabled={starting || !online}
          data-tip={
            !online
              ? NOT_CONNECTED
              : mistakes > 0
                ? `The text has ${count(mistakes, 'mistake')}: this goes to the first.`
                : undefined
          }
          onClick={here(() => void startOrContinue())}
        >
          {run?.state === 'paused' || debugged === 'stopped' ? 'Continue' : runLabel}
        </Button>
      )}
    </div>
  );
}
