/** What happened in a run, in order; a run under way goes on telling. */
import { useCallback, useEffect, useState } from 'react';
import type { RunEvent, RunRecord } from '../../../node-core/runs/schema.ts';
import { client, onNodeEvent } from '../../state/connection.ts';
import {
  Button,
  count,
  duration,
  EmptyState,
  ErrorState,
  exactTime,
  Skeleton,
  stateFace,
  thousands,
} from '../../ui/index.ts';
import './run-page.css';

const PAGE = 500;

type Choice = 'all' | 'run' | 'trouble';
const CHOICES: Record<Choice, string> = { all: 'Everything', run: 'The run as a whole', trouble: 'Trouble' };

export function RunEvents({ run, onStep }: { run: RunRecord; onStep: (stepId: string) => void }) {
  const [events, setEvents] = useState<RunEvent[] | undefined>();
  const [next, setNext] = useState<number | undefined>();
  const [failure, setFailure] = useState<unknown>();
  const [choice, setChoice] = useState<Choice>('all');
  const { id } = run;
  const read = useCallback(
    (from: number, signal?: AbortSignal) =>
      client()
        .call<{ events: RunEvent[]; next?: number }>(
          'flow.runEvents',
          { id, from, limit: PAGE },
          signal === undefined ? {} : { signal },
        )
        .then(
          (page) => {
            setEvents((before) => [...(from === 0 ? [] : (before ?? [])), ...page.events]);
            setNext(page.next);
            setFailure(undefined);
          },
          (error: unknown) => {
            if (signal?.aborted !== true) setFailure(error);
          },
        ),
    [id],
  );
  useEffect(() => {
    const controller = new AbortController();
    void read(0, controller.signal);
    const stop = onNodeEvent((event) => {
      if (event.type === 'run.changed' && event.run.id === id) void read(0, controller.signal);
    });
    return () => {
      controller.abort();
      stop();
    };
  }, [read, id]);
  if (failure !== undefined) return <ErrorState problem={failure} retry={() => void read(0)} />;
  if (events === undefined) return <Skeleton lines={10} label="Reading what happened" />;
  if (events.length === 0)
    return <EmptyState title="Nothing was written down">This run is older than the record of events.</EmptyState>;
  const origin = Date.parse(events[0]!.time);
  const shown = events.filter(
    (event) =>
      choice === 'all' ||
      (choice === 'run' ? event.kind.startsWith('run.') : event.level === 'warn' || event.level === 'error'),
  );
  return (
    <section className="run-events" aria-label="What happened in the run">
      <header className="gantt-bar">
        <span className="tabular">{count(shown.length, 'event')}</span>
        <label>
          Show{' '}
          <select value={choice} onChange={(event) => setChoice(event.target.value as Choice)}>
            {Object.entries(CHOICES).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </header>
      {shown.length === 0 ? (
        <EmptyState title="Nothing of that kind" />
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
        <ol tabIndex={0} aria-label="Events, oldest first">
          {shown.map((event) => (
            <li key={event.seq} data-level={event.level}>
              <span className="tabular" data-tip={exactTime(event.time)}>
                +{duration(Date.parse(event.time) - origin)}
              </span>
              <b>
                {event.step === undefined ? (
                  'run'
                ) : (
                  <button type="button" className="link" onClick={() => onStep(event.step!)}>
                    {event.step.replace(/^(?:step|output):/, '')}
                  </button>
                )}
              </b>
              <span>{sentence(event)}</span>
            </li>
          ))}
        </ol>
      )}
      {next === undefined ? null : (
        <Button kind="quiet" onClick={() => void read(next)}>
          Show more
        </Button>
      )}
    </section>
  );
}

const WORDS: Record<RunEvent['kind'], string> = {
  'run.started': 'started',
  'run.resumed': 'resumed from what is stored',
  'run.paused': 'paused',
  'run.continued': 'continued',
  'run.interrupted': 'interrupted: the node stopped',
  'run.ended': 'ended',
  'run.breakpoints': 'breakpoints changed',
  'step.started': 'started',
  'step.attempt': 'tried again',
  'step.paused': 'the run stands before it',
  'step.edited': 'edited',
  'step.ended': 'ended',
  log: '',
};

/** `done, 1,204 rows, 82 ms. Reused from run …3f2a.` */
function sentence(event: RunEvent): string {
  const word = event.state === undefined ? WORDS[event.kind] : (stateFace(event.state as never)?.word ?? event.state);
  const facts = [
    word,
    event.attempt === undefined ? '' : `try ${event.attempt}`,
    event.rows === undefined ? '' : `${thousands(event.rows)} ${event.rows === 1 ? 'row' : 'rows'}`,
    event.ms === undefined ? '' : duration(event.ms),
    event.by === undefined || event.kind === 'step.edited' ? '' : `by ${event.by}`,
  ].filter((fact) => fact !== '');
  return [facts.join(', '), event.message].filter(Boolean).join('. ');
}
