/** Lets results of old runs go: the rule, what it would free, and the button that does it. */
import { useEffect, useRef, useState } from 'react';
import type { Retention, RetentionPreview } from '../../../node-core/runs/schema.ts';
import { client } from '../../state/connection.ts';
import { useLayout } from '../../state/layout.ts';
import { loadRun } from '../../state/run.ts';
import { Button, bytes, count, problemOf, Skeleton, toast } from '../../ui/index.ts';
import { endFreeing, useFreeing } from './free-state.ts';

export function FreeDialog() {
  return useFreeing((state) => state.open) ? <OpenFree /> : null;
}

function OpenFree() {
  const dialog = useRef<HTMLDialogElement>(null);
  /** As typed; undefined until the project's own rule is there. */
  const [typed, setTyped] = useState<{ runs: string; days: string }>();
  const [found, setFound] = useState<RetentionPreview>();
  const [problem, setProblem] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const rule = typed === undefined ? undefined : ruleOf(typed);
  const { runs, days } = rule ?? {};
  const untouched = typed === undefined;
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  useEffect(() => {
    if (!untouched && runs === undefined) return undefined;
    const gone = new AbortController();
    setProblem(undefined);
    // The first answer brings the rule of the project; later ones follow what is typed.
    const timer = setTimeout(
      () =>
        void client()
          .call<RetentionPreview>('flow.retention', runs === undefined ? {} : { runs, days }, { signal: gone.signal })
          .then(
            (answer) => {
              if (gone.signal.aborted) return;
              setFound(answer);
              setTyped((now) => now ?? { runs: String(answer.rule.runs), days: String(answer.rule.days) });
            },
            (thrown: unknown) => gone.signal.aborted || setProblem(thrown),
          ),
      untouched ? 0 : 200,
    );
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [untouched, runs, days]);
  const shown =
    found !== undefined && rule !== undefined && found.rule.runs === runs && found.rule.days === days
      ? found
      : undefined;
  const waits = problem === undefined && shown === undefined && (untouched || rule !== undefined);
  const letGo = async (): Promise<void> => {
    setBusy(true);
    try {
      const done = await client().call<RetentionPreview>('flow.letGo', { runs, days });
      endFreeing();
      toast({
        tone: 'done',
        text: `${count(done.results, 'result')} let go, ${bytes(done.bytes)} freed.`,
        hint: 'Running such a run again computes what is gone.',
      });
      const { shownRun } = useLayout.getState();
      if (shownRun !== undefined) await loadRun(shownRun).catch(() => undefined);
    } catch (thrown) {
      setProblem(thrown);
      setBusy(false);
    }
  };
  return (
    <dialog ref={dialog} className="ui-dialog" aria-labelledby="free-title" onClose={endFreeing}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (shown !== undefined && shown.bytes > 0 && !busy) void letGo();
        }}
      >
        <div className="ui-dialog-body">
          <h2 id="free-title">Free the space of old results</h2>
          <p>Steps, reasons, events and the ledger stay. Running such a run again computes what is gone.</p>
          <div className="free-rule">
            <label>
              Keep the newest
              <input
                autoFocus
                inputMode="numeric"
                value={typed?.runs ?? ''}
                aria-invalid={typed !== undefined && rule === undefined}
                onChange={(event) => setTyped((now) => ({ runs: event.target.value, days: now?.days ?? '0' }))}
              />
              runs of each flow
            </label>
            <label>
              and all of the last
              <input
                inputMode="numeric"
                value={typed?.days ?? ''}
                aria-invalid={typed !== undefined && rule === undefined}
                onChange={(event) => setTyped((now) => ({ runs: now?.runs ?? '0', days: event.target.value }))}
              />
              days
            </label>
          </div>
          <div className="free-found" {...(waits ? {} : { role: 'status', 'aria-label': 'What would be freed' })}>
            {problem !== undefined ? (
              <p className="free-wrong">
                {problemOf(problem).detail} {problemOf(problem).hint}
              </p>
            ) : typed !== undefined && rule === undefined ? (
              <p className="free-wrong">Write whole numbers, as 20 and 30.</p>
            ) : shown === undefined ? (
              <Skeleton lines={2} label="Counting" />
            ) : shown.bytes === 0 ? (
              <p>Nothing would go. {keeping(shown.keptRuns)}.</p>
            ) : (
              <>
                <p>
                  <b>{bytes(shown.bytes)}</b> in {count(shown.results, 'result')} of {count(shown.runs, 'run')} would
                  go.
                </p>
                <p>
                  {keeping(shown.keptRuns)}: by this rule, or because it can go on, is pinned, was exported or came out
                  of a file.
                </p>
              </>
            )}
          </div>
        </div>
        <div className="ui-dialog-actions">
          <Button onClick={endFreeing}>Cancel</Button>
          <Button kind="danger" type="submit" disabled={busy || shown === undefined || shown.bytes === 0}>
            {busy ? 'Letting go…' : 'Let them go'}
          </Button>
        </div>
      </form>
    </dialog>
  );
}

const keeping = (runs: number): string =>
  runs === 0
    ? 'No run keeps its results'
    : runs === 1
      ? '1 run keeps its results'
      : `${count(runs, 'run')} keep theirs`;

function ruleOf({ runs, days }: { runs: string; days: string }): Retention | undefined {
  return /^\d{1,5}$/.test(runs.trim()) && /^\d{1,5}$/.test(days.trim())
    ? { runs: Number(runs), days: Math.min(36_500, Number(days)) }
    : undefined;
}
