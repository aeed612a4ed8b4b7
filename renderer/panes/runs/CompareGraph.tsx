/** The plans of two runs as one graph: what only one of them did, what it did otherwise, and where the results part. */
import { useEffect, useMemo, useState } from 'react';
import type { RunComparison, RunRecord } from '../../../node-core/runs/schema.ts';
import { client } from '../../state/connection.ts';
import { ErrorState, Skeleton } from '../../ui/index.ts';
import '../diff/diff.css';
import { DiffGraph } from '../diff/DiffGraph.tsx';
import type { Mark } from '../diff/merge.ts';
import { useStructure } from '../diff/use-structure.ts';

const WORDS: Record<Mark, string> = {
  added: 'only in B',
  removed: 'only in A',
  changed: 'changed',
  renamed: 'renamed',
  same: 'the same',
};

/** @param onStep called with a step's node id and the side that it is of */
export function CompareGraph({ found, onStep }: { found: RunComparison; onStep(step: string, side: 'a' | 'b'): void }) {
  const [sources, setSources] = useState<{ a: string; b: string }>();
  const [failure, setFailure] = useState<unknown>();
  const { a, b } = found;
  useEffect(() => {
    const stop = new AbortController();
    const sourceOf = async (id: string): Promise<string> =>
      (await client().call<RunRecord>('flow.getRun', { id }, { signal: stop.signal })).source;
    Promise.all([sourceOf(a.id), sourceOf(b.id)]).then(
      ([before, after]) => setSources({ a: before, b: after }),
      (thrown: unknown) => stop.signal.aborted || setFailure(thrown),
    );
    return () => stop.abort();
  }, [a.id, b.id]);
  const answer = useStructure(sources?.a ?? '', sources?.b ?? '');
  const differ = useMemo(
    () => new Set(found.steps.filter((step) => step.result === 'different').map((step) => step.id)),
    [found],
  );
  if (failure !== undefined) return <ErrorState problem={failure} />;
  if (sources === undefined || answer === undefined || answer.merged.graph.nodes.length === 0)
    return <Skeleton lines={6} label="Drawing the two plans" />;
  return (
    <DiffGraph
      merged={answer.merged}
      words={WORDS}
      differ={differ}
      onGo={({ side }, node) => onStep(node.id.replace(/^old:/, ''), side === 'old' ? 'a' : 'b')}
    />
  );
}
