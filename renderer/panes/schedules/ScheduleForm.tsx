/** Makes a schedule, or changes one. The next times are computed here as one types, by the code that the node fires by. */
import { CalendarClock, Save } from 'lucide-react';
import { type ReactNode, type SyntheticEvent, useEffect, useId, useMemo, useState } from 'react';
import { nextTimes, wrongTimes } from '../../../node-core/flow/schedule/times.ts';
import { isTimed, type Trigger, wrongEvent } from '../../../node-core/flow/schedule/trigger.ts';
import { triggerWords } from '../../../node-core/flow/schedule/words.ts';
import { localText, ownZone, wrongZone, zoneNames } from '../../../node-core/flow/schedule/zones.ts';
import type { CatchUp, NotifyRule, OverlapRule, Schedule } from '../../../node-core/schedules/schema.ts';
import { client } from '../../state/connection.ts';
import { inputsFor } from '../../state/remote-inputs.ts';
import { Button, problemOf, toast } from '../../ui/index.ts';
import { CATCH_UP_WORDS, NOTIFY_WORDS, OVERLAP_WORDS } from './rule-words.ts';
import { readFlow } from './read-flow.ts';
import { ScheduleInputs, useFlowInputs } from './ScheduleInputs.tsx';
import {
  activeFlow,
  DEFAULT_TRIGGER,
  type Editing,
  type FlowToSchedule,
  showSchedule,
  useSchedulesShown,
} from './state.ts';

const KINDS: Record<Trigger['kind'], string> = {
  cron: 'At times of the clock (cron)',
  every: 'Again and again',
  file: 'When a file changes',
  event: 'When something happens',
};

/** What is typed; rules that are undefined follow the trigger. */
interface Fields {
  name: string;
  cron: string;
  every: string;
  path: string;
  match: string;
  event: string;
  of: string;
  zone: string;
  overlap: OverlapRule | undefined;
  parallel: string;
  catchUp: CatchUp['rule'] | undefined;
  grace: string;
  notify: NotifyRule;
  newText: boolean;
}

export function ScheduleForm({ editing }: { editing: Editing }) {
  const before = editing.kind === 'change' ? editing.schedule : undefined;
  const asked = useMemo(() => (editing.kind === 'new' ? readFlow(editing.flow.source).asked : []), [editing]);
  const first = before?.trigger ?? asked[0]?.trigger ?? DEFAULT_TRIGGER;
  const [kind, setKind] = useState(first.kind);
  const [fields, setFields] = useState<Fields>({
    name: before?.name ?? '',
    cron: first.kind === 'cron' ? first.cron : DEFAULT_TRIGGER.kind === 'cron' ? DEFAULT_TRIGGER.cron : '',
    every: first.kind === 'every' ? first.every : '1h',
    path: first.kind === 'file' ? first.path : '',
    match: first.kind === 'file' ? (first.match ?? '') : '',
    event: first.kind === 'event' ? first.event : 'run.failed',
    of: first.kind === 'event' ? (first.of ?? '') : '',
    zone: before?.zone ?? asked[0]?.zone ?? ownZone(),
    overlap: before?.overlap,
    parallel: String(before?.parallel ?? 2),
    catchUp: before?.catchUp.rule,
    grace: before?.catchUp.grace ?? '1d',
    notify: before?.notify ?? 'failure',
    newText: false,
  });
  const [problem, setProblem] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const zones = useId();
  const set = (change: Partial<typeof fields>): void => setFields((now) => ({ ...now, ...change }));

  const into = first.kind === kind && first.input !== undefined ? { input: first.input } : {};
  const trigger: Trigger =
    kind === 'cron'
      ? { kind, cron: fields.cron, ...into }
      : kind === 'every'
        ? { kind, every: fields.every, ...into }
        : kind === 'file'
          ? { kind, path: fields.path, ...(fields.match === '' ? {} : { match: fields.match }), ...into }
          : { kind, event: fields.event, ...(fields.of === '' ? {} : { of: fields.of }), ...into };
  const wrong = isTimed(trigger)
    ? wrongTimes(trigger)
    : trigger.kind === 'event'
      ? wrongEvent(trigger.event, trigger.of)
      : trigger.path === ''
        ? 'Write the whole path of a file or a folder of the machine that the node runs on.'
        : undefined;
  const zoneWrong = isTimed(trigger) ? wrongZone(fields.zone) : undefined;
  const overlap = fields.overlap ?? (isTimed(trigger) ? 'skip' : 'queue');
  const catchUp = fields.catchUp ?? (isTimed(trigger) ? 'once' : 'all');
  const [active] = useState(() => (before === undefined ? undefined : activeFlow()));
  const kept = useKeptFlow(before);
  const flow = editing.kind === 'new' ? editing.flow : fields.newText ? active : kept;
  const nodes = useMemo(() => (flow === undefined ? NO_NODES : readFlow(flow.source).inputs), [flow]);
  const given = useFlowInputs(nodes, flow?.inputs ?? NOTHING, trigger);
  const unready = nodes.filter((node) => given.errors[node.name] !== undefined).map((node) => node.name);

  const blocked = busy || wrong !== undefined || zoneWrong !== undefined || unready.length > 0;

  const close = (): void => useSchedulesShown.setState({ editing: undefined });
  const save = async (call: () => Promise<Schedule>): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const made = await call();
      toast({ tone: 'done', text: `${made.name} runs ${made.words}.` });
      showSchedule(made.id);
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  };
  const rules = {
    trigger,
    zone: fields.zone,
    overlap,
    catchUp: { rule: catchUp, grace: fields.grace, ...(catchUp === 'all' && !isTimed(trigger) ? { most: 100 } : {}) },
    notify: fields.notify,
    ...(overlap === 'parallel' ? { parallel: Number(fields.parallel) } : {}),
    ...(fields.name.trim() === '' ? {} : { name: fields.name.trim() }),
  };
  const flowOf = async (of: FlowToSchedule) => ({
    source: of.source,
    inputs: await inputsFor({ inputs: given.inputs, ...(of.origin === undefined ? {} : { origin: of.origin }) }),
    ...(of.origin === undefined ? {} : { origin: of.origin }),
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (blocked) return;
    void save(async () => {
      if (editing.kind === 'new')
        return client().call<Schedule>('schedules.create', { ...(await flowOf(editing.flow)), ...rules });
      const { source, inputs, origin } = flow === undefined ? NO_FLOW : await flowOf(flow);
      return client().call<Schedule>('schedules.update', {
        id: editing.schedule.id,
        ...rules,
        ...(inputs === undefined ? {} : { inputs }),
        ...(fields.newText ? { source, ...(origin === undefined ? {} : { origin }) } : {}),
      });
    });
  };
  const makeAsked = (): void => {
    if (editing.kind !== 'new') return;
    void save(async () => {
      const { schedules } = await client().call<{ schedules: Schedule[] }>(
        'schedules.fromFlow',
        await flowOf(editing.flow),
      );
      return schedules[0]!;
    });
  };

  return (
    <form
      className="schedule-form"
      aria-label={before === undefined ? 'New schedule' : `Change ${before.name}`}
      onSubmit={submit}
    >
      <h2>
        {before === undefined ? `Schedule ${editing.kind === 'new' ? editing.flow.name : ''}` : `Change ${before.name}`}
      </h2>
      {asked.length === 0 ? null : (
        <div className="schedule-asked">
          <p>The flow itself asks to be run {asked.map((one) => triggerWords(one.trigger)).join(', and ')}.</p>
          <Button icon={<CalendarClock />} onClick={makeAsked} disabled={busy}>
            {asked.length === 1 ? 'Make that schedule' : `Make those ${asked.length} schedules`}
          </Button>
        </div>
      )}
      <Field label="Name">
        <input
          value={fields.name}
          placeholder="The flow's own"
          maxLength={200}
          onChange={(event) => set({ name: event.target.value })}
        />
      </Field>
      <Field label="When">
        <select aria-label="When" value={kind} onChange={(event) => setKind(event.target.value as Trigger['kind'])}>
          {Object.entries(KINDS).map(([id, words]) => (
            <option key={id} value={id}>
              {words}
            </option>
          ))}
        </select>
      </Field>
      {kind === 'cron' ? (
        <Field label="Cron" hint="Minute, hour, day of the month, month, day of the week">
          <input
            className="mono"
            value={fields.cron}
            spellCheck={false}
            aria-invalid={wrong !== undefined}
            onChange={(event) => set({ cron: event.target.value })}
          />
        </Field>
      ) : null}
      {kind === 'every' ? (
        <Field label="Every" hint="As 15m, 1h, 2d">
          <input
            className="mono"
            value={fields.every}
            spellCheck={false}
            aria-invalid={wrong !== undefined}
            onChange={(event) => set({ every: event.target.value })}
          />
        </Field>
      ) : null}
      {kind === 'file' ? (
        <>
          <Field label="File or folder">
            <input
              className="mono"
              value={fields.path}
              spellCheck={false}
              placeholder="/whole/path"
              onChange={(event) => set({ path: event.target.value })}
            />
          </Field>
          <Field label="Names in the folder">
            <input
              className="mono"
              value={fields.match}
              spellCheck={false}
              placeholder="*.csv, or all"
              onChange={(event) => set({ match: event.target.value })}
            />
          </Field>
        </>
      ) : null}
      {kind === 'event' ? (
        <>
          <Field label="Event" hint="run.succeeded, run.failed, run.ended, table.changed, or a kind of ledger entry">
            <input
              className="mono"
              value={fields.event}
              spellCheck={false}
              onChange={(event) => set({ event: event.target.value })}
            />
          </Field>
          <Field label="Of which flow or table">
            <input value={fields.of} placeholder="Any" onChange={(event) => set({ of: event.target.value })} />
          </Field>
        </>
      ) : null}
      {isTimed(trigger) ? (
        <Field label="Time zone">
          <input
            list={zones}
            value={fields.zone}
            spellCheck={false}
            aria-invalid={zoneWrong !== undefined}
            onChange={(event) => set({ zone: event.target.value })}
          />
          <datalist id={zones}>
            {zoneNames().map((zone) => (
              <option key={zone} value={zone}>
                {zone}
              </option>
            ))}
          </datalist>
        </Field>
      ) : null}
      <Coming trigger={trigger} zone={fields.zone} wrong={wrong ?? zoneWrong} />
      {active === undefined ? null : (
        <label className="schedule-check">
          <input
            type="checkbox"
            checked={fields.newText}
            onChange={(event) => set({ newText: event.target.checked })}
          />
          Take the text and the inputs of {active.name}
        </label>
      )}
      <ScheduleInputs form={given} trigger={trigger} />
      <Field label="While one runs">
        <select
          aria-label="While one runs"
          value={overlap}
          onChange={(event) => set({ overlap: event.target.value as OverlapRule })}
        >
          {Object.entries(OVERLAP_WORDS).map(([id, words]) => (
            <option key={id} value={id}>
              {words}
            </option>
          ))}
        </select>
        {overlap === 'parallel' ? (
          <input
            type="number"
            min={2}
            max={64}
            aria-label="How many at once"
            value={fields.parallel}
            onChange={(event) => set({ parallel: event.target.value })}
          />
        ) : null}
      </Field>
      <Field
        label="What was missed"
        hint={
          catchUp === 'none'
            ? 'While the machine slept or the node was not running'
            : 'While the machine slept or the node was not running; not when it is older than the time at the right'
        }
      >
        <select
          aria-label="What was missed"
          value={catchUp}
          onChange={(event) => set({ catchUp: event.target.value as CatchUp['rule'] })}
        >
          {Object.entries(CATCH_UP_WORDS).map(([id, words]) => (
            <option key={id} value={id}>
              {words}
            </option>
          ))}
        </select>
        {catchUp === 'none' ? null : (
          <input
            aria-label="Not when it is older than"
            value={fields.grace}
            onChange={(event) => set({ grace: event.target.value })}
          />
        )}
      </Field>
      <Field label="Notifications">
        <select
          aria-label="Notifications"
          value={fields.notify}
          onChange={(event) => set({ notify: event.target.value as NotifyRule })}
        >
          {Object.entries(NOTIFY_WORDS).map(([id, words]) => (
            <option key={id} value={id}>
              {words}
            </option>
          ))}
        </select>
      </Field>
      {problem === undefined ? null : (
        <p className="schedule-wrong" role="alert">
          {problemOf(problem).detail} {problemOf(problem).hint}
        </p>
      )}
      <div className="schedule-form-actions">
        <Button kind="primary" type="submit" icon={<Save />} disabled={blocked}>
          {before === undefined ? 'Make the schedule' : 'Save'}
        </Button>
        <Button onClick={close}>Cancel</Button>
        {unready.length === 0 ? null : (
          <span className="execute-why">
            {unready.join(', ')} {unready.length === 1 ? 'needs' : 'need'} a value.
          </span>
        )}
      </div>
    </form>
  );
}

const NO_NODES: readonly never[] = [];
const NOTHING = {};
const NO_FLOW: { source?: undefined; inputs?: undefined; origin?: undefined } = {};

/** The flow of a schedule that is there, once it is read; of one whose file cannot be read there is none. */
function useKeptFlow(schedule: Schedule | undefined): FlowToSchedule | undefined {
  const [flow, setFlow] = useState<FlowToSchedule>();
  useEffect(() => {
    if (schedule === undefined) return undefined;
    const stop = new AbortController();
    client()
      .call<Schedule & { source?: string }>('schedules.get', { id: schedule.id }, { signal: stop.signal })
      .then(
        ({ source, name, inputs, origin }) => source !== undefined && setFlow({ name, source, inputs, origin }),
        // Its rules can be changed all the same; what it is given stays.
        () => undefined,
      );
    return () => stop.abort();
  }, [schedule]);
  return flow;
}

function Field({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    <label className="schedule-field">
      <span>{label}</span>
      <span className="schedule-inputs">{children}</span>
      {hint === undefined ? null : <small>{hint}</small>}
    </label>
  );
}

/** What the trigger means: its words and the next five times, or what is wrong with it. */
function Coming({ trigger, zone, wrong }: { trigger: Trigger; zone: string; wrong: string | undefined }) {
  if (wrong !== undefined)
    return (
      <p className="schedule-coming schedule-wrong" role="status">
        {wrong}
      </p>
    );
  const times = isTimed(trigger) ? nextTimes(trigger, zone, { from: Date.now(), count: 5 }) : [];
  return (
    <section className="schedule-coming" aria-label="Preview" role="status">
      <p>Runs {triggerWords(trigger)}.</p>
      {times.length === 0 ? null : (
        <ol className="schedule-times">
          {times.map((at) => (
            <li key={at}>
              <span className="tabular">{localText(at, zone)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
