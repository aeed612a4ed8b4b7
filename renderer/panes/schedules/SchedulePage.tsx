/** One schedule: when next, its rules, what can be done with it, and when it fired. */
import { Pause, Pencil, Play, Trash2 } from 'lucide-react';
import { localText } from '../../../node-core/flow/schedule/zones.ts';
import { nextTimes } from '../../../node-core/flow/schedule/times.ts';
import { isTimed } from '../../../node-core/flow/schedule/trigger.ts';
import type { Firing, Schedule } from '../../../node-core/schedules/schema.ts';
import { client } from '../../state/connection.ts';
import { useLayout } from '../../state/layout.ts';
import { openSample, useSamples } from '../../state/samples.ts';
import {
  Button,
  confirm,
  ErrorState,
  exactTime,
  relativeTime,
  Skeleton,
  StateIcon,
  stateFace,
  toast,
  toastProblem,
} from '../../ui/index.ts';
import { inputText } from '../execute/form-values.ts';
import { CATCH_UP_WORDS, NOTIFY_WORDS, OVERLAP_WORDS } from './rule-words.ts';
import { useSchedulesShown } from './state.ts';
import { useFirings, useMinute, untilText } from './use-schedules.ts';

const act = (name: string, id: string): Promise<void> =>
  client()
    .call(name, { id })
    .then(() => undefined, toastProblem);

export function SchedulePage({ schedule }: { schedule: Schedule }) {
  const now = useMinute(schedule);
  const { trigger, zone, next } = schedule;
  // From the node's own next time on: intervals are counted from where they began.
  const coming =
    next !== undefined && isTimed(trigger)
      ? [Date.parse(next), ...nextTimes(trigger, zone, { from: Date.parse(next), count: 4, anchor: Date.parse(next) })]
      : [];
  const remove = async (): Promise<void> => {
    const sure = await confirm({
      title: `Remove ${schedule.name}?`,
      body: 'It does not run any more, and its history here is gone. Its runs and the ledger stay.',
      action: 'Remove',
      danger: true,
    });
    if (sure) await act('schedules.remove', schedule.id);
  };
  const runNow = (): Promise<void> =>
    client()
      .call<Firing>('schedules.runNow', { id: schedule.id })
      .then(({ run }) => {
        toast({
          text: `${schedule.name} runs.`,
          ...(run === undefined
            ? {}
            : { action: { label: 'Show the run', run: () => useLayout.getState().openRun(run) } }),
        });
      }, toastProblem);
  return (
    <article className="schedule" aria-label={`Schedule ${schedule.name}`}>
      <header>
        <div className="schedule-title">
          <h2>{schedule.name}</h2>
          <div className="schedule-actions">
            <Button icon={<Play />} onClick={() => void runNow()}>
              Run now
            </Button>
            {schedule.enabled ? (
              <Button icon={<Pause />} onClick={() => void act('schedules.disable', schedule.id)}>
                Pause
              </Button>
            ) : (
              <Button icon={<Play />} onClick={() => void act('schedules.enable', schedule.id)}>
                Resume
              </Button>
            )}
            <Button
              icon={<Pencil />}
              onClick={() => useSchedulesShown.setState({ editing: { kind: 'change', schedule } })}
            >
              Edit
            </Button>
            <Button icon={<Trash2 />} kind="quiet" onClick={() => void remove()}>
              Remove
            </Button>
          </div>
        </div>
        <p className="schedule-words">
          {schedule.enabled ? 'Runs' : 'Paused. It would run'} {schedule.words}
          {isTimed(trigger) ? ` (${zone})` : ''}.
        </p>
        {schedule.trouble === undefined ? null : (
          <p className="schedule-wrong" role="alert">
            {schedule.trouble}
          </p>
        )}
      </header>
      <div className="schedule-body">
        <dl className="schedule-facts">
          <dt>Flow</dt>
          <dd>
            {schedule.flow}{' '}
            {schedule.path === undefined
              ? `· text kept, version ${schedule.version ?? 1}`
              : `· read from ${schedule.path}`}
          </dd>
          {schedule.origin === undefined || schedule.path !== undefined ? null : (
            <>
              <dt>From</dt>
              <dd>
                <Origin origin={schedule.origin} />
              </dd>
            </>
          )}
          {Object.keys(schedule.inputs).length === 0 ? null : (
            <>
              <dt>Inputs</dt>
              <dd>
                {Object.entries(schedule.inputs).map(([name, value]) => (
                  <div key={name}>
                    <span className="schedule-quiet">{name}</span> {inputText(value)}
                  </div>
                ))}
              </dd>
            </>
          )}
          <dt>While one runs</dt>
          <dd>
            {schedule.overlap === 'parallel'
              ? `up to ${schedule.parallel} run at once`
              : OVERLAP_WORDS[schedule.overlap]}
          </dd>
          <dt>What was missed</dt>
          <dd>{CATCH_UP_WORDS[schedule.catchUp.rule]}</dd>
          <dt>Notifications</dt>
          <dd>{NOTIFY_WORDS[schedule.notify]}</dd>
        </dl>
        {coming.length === 0 ? null : (
          <section aria-label="Next times">
            <h3>Next</h3>
            <ol className="schedule-times">
              {coming.map((at) => (
                <li key={at} data-tip={exactTime(new Date(at).toISOString())}>
                  <span className="tabular">{localText(at, zone)}</span>
                  <small>{untilText(new Date(at).toISOString(), now)}</small>
                </li>
              ))}
            </ol>
          </section>
        )}
        <History schedule={schedule} now={now} />
      </div>
    </article>
  );
}

/** Where the text is from; a sample can be looked at. */
function Origin({ origin }: { origin: string }) {
  const sample = useSamples((state) => state.samples?.find(({ name }) => origin === `sample:${name}`));
  if (sample === undefined) return origin;
  return (
    <button
      type="button"
      className="link"
      onClick={() => {
        openSample(sample);
        useLayout.getState().showArea('flows');
      }}
    >
      {sample.title} (sample)
    </button>
  );
}

function History({ schedule, now }: { schedule: Schedule; now: number }) {
  const { value: firings, error, reload } = useFirings(schedule);
  return (
    <section aria-label="History">
      <h3>History</h3>
      {error !== undefined && firings === undefined ? (
        <ErrorState problem={error} retry={reload} />
      ) : firings === undefined ? (
        <Skeleton lines={4} label="Reading the history" />
      ) : firings.length === 0 ? (
        <p className="schedule-quiet">It has not come due yet.</p>
      ) : (
        <ul className="schedule-history">
          {firings.map((one) => (
            <li key={one.id}>
              <StateIcon state={one.state} size={14} />
              <span className="schedule-cause">
                {stateFace(one.state).word}, {one.cause}
                {one.count === undefined ? '' : ` and later, ${one.count} times`}
                {one.error === undefined && one.reason === undefined ? null : (
                  <small>{one.error?.detail ?? one.reason}</small>
                )}
              </span>
              <small className="tabular" data-tip={exactTime(one.at)}>
                {relativeTime(one.at, now)}
              </small>
              {one.run === undefined ? (
                <span />
              ) : (
                <Button
                  kind="quiet"
                  aria-label={`Run of ${relativeTime(one.at, now)}`}
                  onClick={() => useLayout.getState().openRun(one.run!)}
                >
                  Run
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
