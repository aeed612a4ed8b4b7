/** A comparison of two texts: the texts beside each other, and what that means for the plan. */
import {
  ArrowDown,
  ArrowLeftRight,
  ArrowUp,
  Columns2,
  List,
  PanelRightClose,
  PanelRightOpen,
  Rows3,
  Undo2,
  Workflow,
} from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { client } from '../../state/connection.ts';
import { useDocuments } from '../../state/documents.ts';
import type { ViewProps } from '../../state/views.ts';
import { openWorkspaceFile } from '../../state/workspace-files.ts';
import { EmptyState, ErrorState, IconButton, lazily, Skeleton, toast, toastProblem } from '../../ui/index.ts';
import './diff.css';
import type { DiffControls } from './DiffEditor.tsx';
import { DiffGraph } from './DiffGraph.tsx';
import { readSide, type Side, type SideText } from './sources.ts';
import { StepList } from './StepList.tsx';
import { useStructure } from './use-structure.ts';

const DiffEditor = lazily(() => import('./DiffEditor.tsx'), <Skeleton lines={12} label="Loading the editor" />);

interface DiffLook {
  inline: boolean;
  structure: 'list' | 'graph' | 'hidden';
}

const useLook = create<DiffLook>()(
  persist((): DiffLook => ({ inline: false, structure: 'list' }), { name: 'voike.diff' }),
);

type Read = { text: SideText } | { problem: unknown } | { closed: true } | undefined;

/** Reads a side; the text of an editor follows as one types. */
function useSide(side: Side): [Read, () => void] {
  const [read, setRead] = useState<Read>();
  const [again, setAgain] = useState(0);
  const [kind = '', id = ''] = side.split(':');
  const live = useDocuments((state) =>
    kind === 'editor' || kind === 'saved' || kind === 'disk'
      ? state.documents.find((item) => item.id === id)
      : undefined,
  );
  useEffect(() => {
    let here = true;
    readSide(side).then(
      (text) => here && setRead(text === undefined ? { closed: true } : { text }),
      (problem: unknown) => here && setRead({ problem }),
    );
    return () => void (here = false);
  }, [side, again, live]);
  return [read, () => setAgain(again + 1)];
}

export function DiffView({ params }: ViewProps) {
  const left = String(params['left'] ?? '');
  const right = String(params['right'] ?? '');
  const [before, againLeft] = useSide(left);
  const [after, againRight] = useSide(right);
  for (const [read, again] of [
    [before, againLeft],
    [after, againRight],
  ] as const) {
    if (read !== undefined && 'problem' in read) return <ErrorState problem={read.problem} retry={again} />;
    if (read !== undefined && 'closed' in read) {
      return (
        <EmptyState title="This text is closed">
          The comparison was with a tab that is not open any more. Close this one, and compare again.
        </EmptyState>
      );
    }
  }
  if (before === undefined || after === undefined) return <Skeleton lines={12} label="Reading the two texts" />;
  return <Comparison before={(before as { text: SideText }).text} after={(after as { text: SideText }).text} />;
}

function Comparison({ before, after }: { before: SideText; after: SideText }) {
  const { inline, structure } = useLook();
  const [controls, setControls] = useState<DiffControls>();
  const ready = useCallback((made: DiffControls | undefined) => setControls(made), []);
  const plans = /\.flow$/i.test(before.name) && /\.flow$/i.test(after.name);
  return (
    <div className="diff">
      <div className="diff-bar">
        <span className="cut" data-tip={before.title}>
          {before.title}
        </span>
        <ArrowLeftRight className="diff-against" aria-label="against" />
        <span className="cut" data-tip={after.title}>
          {after.title}
        </span>
        <span className="diff-tools">
          {before.version === undefined ? null : (
            <IconButton label="Restore this version" onClick={() => void restore(before.version!)}>
              <Undo2 />
            </IconButton>
          )}
          <IconButton label="Previous change" onClick={() => controls?.step(-1)}>
            <ArrowUp />
          </IconButton>
          <IconButton label="Next change" onClick={() => controls?.step(1)}>
            <ArrowDown />
          </IconButton>
          <IconButton
            label={inline ? 'Side by side' : 'One text'}
            onClick={() => useLook.setState({ inline: !inline })}
          >
            {inline ? <Columns2 /> : <Rows3 />}
          </IconButton>
          {plans ? (
            <IconButton
              label={structure === 'hidden' ? 'Show what changed in the plan' : 'Hide what changed in the plan'}
              onClick={() => useLook.setState({ structure: structure === 'hidden' ? 'list' : 'hidden' })}
            >
              {structure === 'hidden' ? <PanelRightOpen /> : <PanelRightClose />}
            </IconButton>
          ) : null}
        </span>
      </div>
      <div className="diff-body" data-structure={plans ? structure : 'hidden'}>
        <div className="diff-texts">
          <DiffEditor left={before} right={after} inline={inline} onReady={ready} />
        </div>
        {plans && structure !== 'hidden' ? (
          <Structure before={before.text} after={after.text} graph={structure === 'graph'} controls={controls} />
        ) : null}
      </div>
    </div>
  );
}

function Structure({
  before,
  after,
  graph,
  controls,
}: {
  before: string;
  after: string;
  graph: boolean;
  controls: DiffControls | undefined;
}) {
  const answer = useStructure(before, after);
  const go: DiffControls['go'] = (place) => controls?.go(place);
  return (
    <section className="diff-structure" aria-label="What changed in the plan">
      <div className="diff-choice" role="group" aria-label="How it is shown">
        <button type="button" aria-pressed={!graph} onClick={() => useLook.setState({ structure: 'list' })}>
          <List />
          Steps
        </button>
        <button type="button" aria-pressed={graph} onClick={() => useLook.setState({ structure: 'graph' })}>
          <Workflow />
          Graph
        </button>
      </div>
      {answer === undefined ? (
        <Skeleton lines={6} label="Comparing the plans" />
      ) : graph ? (
        <DiffGraph merged={answer.merged} onGo={go} />
      ) : (
        <StepList difference={answer.difference} onGo={go} />
      )}
    </section>
  );
}

async function restore(version: { workspace: string; path: string; id: number }): Promise<void> {
  try {
    await client().call('files.restore', version);
    await openWorkspaceFile(version);
    toast({ tone: 'done', text: 'Restored. The text before is a version of its own.' });
  } catch (thrown) {
    toastProblem(thrown);
  }
}
