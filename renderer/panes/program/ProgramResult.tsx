/** What the last call of the active program gave, with the views that fit it. */
import { Bug, LayoutList, Play } from 'lucide-react';
import { useRunLabel } from '../../state/connection.ts';
import { revealRange } from '../../state/cursor.ts';
import type { FlowDocument } from '../../state/documents.ts';
import { useLayout } from '../../state/layout.ts';
import { useProgramDebug } from '../../state/program-debug.ts';
import { runFunction, useCalls } from '../../state/program-run.ts';
import { Button, duration, EmptyState, ErrorState, Skeleton, thousands, ViewBar } from '../../ui/index.ts';
import { type Look, ResultView } from '../results/ResultView.tsx';

export function ProgramResult({ document }: { document: FlowDocument }) {
  const call = useCalls(({ byDocument }) => byDocument[document.id]);
  const label = useRunLabel();
  const debugged = useProgramDebug((debug) => debug.documentId === document.id && debug.state !== 'none');
  if (debugged)
    return (
      <EmptyState
        icon={<Bug />}
        title="The call is being debugged"
        action={<Button onClick={() => useLayout.getState().showDocked('debugger')}>Show where it stands</Button>}
      >
        What it gives appears here when it has ended.
      </EmptyState>
    );
  if (call === undefined)
    return (
      <EmptyState
        icon={<LayoutList />}
        title="No result yet"
        action={
          <Button kind="primary" icon={<Play />} command="run.start" onClick={() => void runFunction(document)}>
            {label}
          </Button>
        }
      >
        Call a function of the program: what it gives appears here.
      </EmptyState>
    );
  if (call.ended === undefined) return <Skeleton label={`${call.func} runs`} />;
  if ('problem' in call.ended) {
    const { problem } = call.ended;
    const { range } = problem;
    if (problem.code === 'cancelled')
      return <EmptyState title={`${call.func} was stopped`}>It made no result.</EmptyState>;
    return (
      <ErrorState problem={problem}>
        {range === undefined || call.text !== document.text ? null : (
          <Button onClick={() => revealRange(range, { documentId: document.id, focus: true })}>Go to the place</Button>
        )}
      </ErrorState>
    );
  }
  const { result } = call.ended;
  const look: Look =
    result.type === 'String'
      ? { kind: 'text', text: result.value as string }
      : { kind: 'json', value: result.value ?? null };
  return (
    <>
      <ViewBar>
        <span className="run-facts">
          <span className="cut tabular">
            <button type="button" className="link" onClick={() => useLayout.getState().showDocked('execute')}>
              {call.func}
            </button>
            {` · ${result.type} · ${duration(result.ms)} · ${thousands(result.fuelUsed)} fuel`}
            {call.text === document.text ? '' : ' · of an older text'}
          </span>
        </span>
      </ViewBar>
      {result.type === 'None' ? (
        <EmptyState title="It gives nothing">{call.func} has no result.</EmptyState>
      ) : (
        <ResultView
          name={call.func}
          look={look}
          prefer="table"
          memory={`${document.origin ?? document.name}\n${call.func}()`}
          fetch={() => Promise.reject(new Error('A value has no more rows.'))}
        />
      )}
    </>
  );
}
