/** Stopping a run where one wants to look, changing what is there, and going on. */
import { Problem } from '../errors/problem.ts';
import type { FlowType } from '../flow/types/type.ts';
import type { FileValue } from '../flow/values/value.ts';
import type { Project, Transaction } from '../projects/project.ts';
import { checkValue, type GivenValue } from './edit-values.ts';
import { readInputs } from './inputs.ts';
import { type Inside, type NewEdit, editOf, writeEdit } from './launch.ts';
import type { PreparedPlan, PreparedStep } from './prepare.ts';
import { type Control, type RunRow, NOT_ENDED } from './records.ts';
import { decodeResult, isFile, type StepResult } from './results.ts';
import type { FileRef, RunEvent } from './schema.ts';
import type { Launch, StartedRun } from './service.ts';
import { controlOf, stepsNamed, withAfter } from './steering.ts';
import { readsOf, valueRead, valuesOfRun } from './step-inputs.ts';
import type { Active } from './views.ts';

export interface EditRequest {
  step: string;
  /** Name of what the step reads; absent: its result. */
  input?: string;
  value?: unknown;
  rows?: Record<string, unknown>[];
  file?: FileRef;
}

export interface DebugServices {
  inside: Inside;
  launch(project: Project, request: Launch): Promise<StartedRun>;
  storedRun(project: Project, id: string): RunRow;
  /** Tells watchers what is known of the run now. */
  tell(project: Project, id: string): void;
}

const finished = (row: RunRow, what: string): Problem =>
  new Problem('run-finished', `The run has ended already: ${row.state}.`, { status: 409, hint: what });

export function createDebugging({ inside, launch, storedRun, tell }: DebugServices) {
  const { of, storeOf, active, prepared, options } = inside;

  function live(project: Project, id: string): Active | undefined {
    const entry = active.get(id);
    return entry?.project === project.id && entry.ended === undefined ? entry : undefined;
  }

  /** Writes how a run under way is steered, with what happened. */
  async function keepSteering(
    project: Project,
    entry: Active,
    actor: string,
    kind: string,
    event: RunEvent['kind'],
    more: Record<string, unknown> = {},
    change?: (tx: Transaction) => void,
  ): Promise<void> {
    const { running } = entry;
    const { spec, events } = running;
    events.add(event, { by: actor, ...(event === 'log' ? { message: 'Asked to stop before the next step.' } : {}) });
    const control = controlOf(spec.plan, spec.steering) ?? {};
    entry.row = { ...entry.row, control: JSON.stringify(control) };
    await project.write((tx) => {
      const store = storeOf(tx);
      store.setControl(spec.id, control);
      store.addEvents(spec.id, events.take());
      tx.append(kind, { run: spec.id, ...more }, { actor });
      change?.(tx);
    });
    tell(project, spec.id);
  }

  const pausedOf = (entry: Active): number[] =>
    entry.running.records.flatMap((record, position) => (record.state === 'paused' ? [position] : []));

  /**
   * Goes on with a paused run.
   *
   * @param how.mode `step`: with one step, and stops before the next ones; default: with all
   * @param how.step the step to go on with, of several that it stands before
   * @throws Problem `run-not-paused`, `step-not-paused`
   */
  async function continueRun(
    project: Project,
    id: string,
    how: { mode?: 'continue' | 'step'; step?: string },
    actor: string,
  ): Promise<StartedRun | { id: string }> {
    const stepping = how.mode === 'step';
    const chosen = (plan: PreparedPlan, paused: readonly number[]): number[] => {
      if (how.step !== undefined) {
        const [step] = stepsNamed(plan, [how.step]);
        if (paused.includes(step!)) return [step!];
        throw new Problem('step-not-paused', `The run does not stand before ${how.step}.`, {
          status: 409,
          hint: `It stands before ${paused.map((one) => plan.steps[one]!.node.name).join(', ')}.`,
        });
      }
      return stepping ? paused.slice(0, 1) : [...paused];
    };
    const entry = live(project, id);
    if (entry) {
      const { steering, plan } = entry.running.spec;
      const paused = pausedOf(entry);
      if (paused.length === 0 && !steering.stepping)
        throw new Problem('run-not-paused', 'The run is under way; it stands before no step.', {
          status: 409,
          hint: 'Set a breakpoint, or pause it.',
        });
      const wanted = chosen(plan, paused);
      steering.stepping = stepping;
      if (entry.running.release(wanted)) {
        await keepSteering(project, entry, actor, 'run.continue', 'run.continued', {
          at: wanted.map((step) => plan.steps[step]!.node.id),
        });
        return { id };
      }
      // It was just coming to rest.
      await entry.running.ended;
    }
    const row = storedRun(project, id);
    if (row.state !== 'paused')
      throw new Problem('run-not-paused', `The run is not paused: it is ${row.state}.`, {
        status: 409,
        hint: row.state === 'interrupted' ? 'Go on with flow.resumeRun.' : 'Run it again with flow.rerun.',
      });
    const { store } = of(project);
    const source = store.source(row.source_hash) ?? '';
    const { plan } = prepared(source);
    const paused = store.steps(id).flatMap((step) => (step.state === 'paused' ? [step.step] : []));
    const control = controlIn(row);
    const wanted = chosen(plan, paused).map((step) => plan.steps[step]!.node.id);
    return launch(project, {
      source,
      inputs: JSON.parse(row.inputs) as Record<string, unknown>,
      actor,
      depth: 0,
      row,
      control: { ...control, stepping, released: [...new Set([...(control.released ?? []), ...wanted])] },
    });
  }

  /** Asks a run to stop before the steps that come next. @throws Problem `run-finished` */
  async function pauseRun(project: Project, id: string, actor: string): Promise<void> {
    const entry = live(project, id);
    if (!entry) {
      const row = storedRun(project, id);
      if (row.state === 'paused') return;
      throw finished(row, 'There is nothing left to pause.');
    }
    entry.running.spec.steering.stepping = true;
    await keepSteering(project, entry, actor, 'run.pause', 'log', {});
  }

  /** Changes the steps that a run stops before. @throws Problem `run-finished`, `step-not-found` */
  async function setBreakpoints(project: Project, id: string, steps: readonly string[], actor: string): Promise<void> {
    const entry = live(project, id);
    if (entry) {
      const { plan, steering } = entry.running.spec;
      const wanted = stepsNamed(plan, steps);
      steering.breakpoints.clear();
      for (const step of wanted) steering.breakpoints.add(step);
      await keepSteering(project, entry, actor, 'run.breakpoints', 'run.breakpoints', { steps });
      return;
    }
    const row = storedRun(project, id);
    if (row.state !== 'paused' && row.state !== 'interrupted')
      throw finished(row, 'Give breakpoints when you run it again.');
    const { plan } = prepared(of(project).store.source(row.source_hash) ?? '');
    const ids = stepsNamed(plan, steps).map((step) => plan.steps[step]!.node.id);
    await project.write((tx) => {
      storeOf(tx).setControl(id, { ...controlIn(row), breakpoints: ids });
      tx.append('run.breakpoints', { run: id, steps: ids }, { actor });
    });
    tell(project, id);
  }

  /**
   * Puts values in the place of results or of what steps read. A paused run in which nothing was made of them keeps its
   * id and stays paused; any other is run again with them, keeping what does not depend on them.
   *
   * @throws Problem `edit-type`, `edit-value`, `step-not-found`, `input-not-read`, `step-begun`
   */
  async function editRun(
    project: Project,
    id: string,
    requests: readonly EditRequest[],
    actor: string,
  ): Promise<{ run: string; started: StartedRun | undefined }> {
    const entry = live(project, id);
    const row = entry ? ({ ...entry.row, state: 'running', ...NOT_ENDED } satisfies RunRow) : storedRun(project, id);
    if (row.imported !== null) {
      throw new Problem('run-imported', 'This run came out of a file; it cannot go on here.', {
        status: 409,
        hint: 'Run it again here first: flow.rerun.',
      });
    }
    const values = valuesOfRun(inside, project, row);
    const { plan } = values;
    const time = new Date().toISOString();
    const edits: (NewEdit & { step: PreparedStep; result: StepResult })[] = [];
    for (const request of requests) {
      const step = plan.steps[stepsNamed(plan, [request.step])[0]!]!;
      const { name, expected } = await target(values, step, request.input);
      const checked = await checkValue(givenOf(project, request), expected, options.engine(project), (file) =>
        file.path === undefined ? options.blobs.files.path(file.blob!) : file.path,
      );
      edits.push({
        row: { step: step.node.id, input: name, result: checked.key, edited_by: actor, time },
        kind: checked.kind,
        value: checked.value,
        step,
        result: checked.result,
      });
    }
    // Reading the values took a while, in which the run may have been let go or have come to rest.
    const again = () => editRun(project, id, requests, actor);
    if (live(project, id) !== entry) return again();
    if (entry) {
      await editLive(project, entry, edits, actor);
      return { run: id, started: undefined };
    }
    const { store } = of(project);
    if (row.state === 'paused' || row.state === 'interrupted') {
      const ended = new Set(
        store.steps(id).flatMap((step) => (step.state === 'done' || step.state === 'reused' ? [step.step] : [])),
      );
      const touched = edits.flatMap(({ step, row: edit }) =>
        [...withAfter(plan, [step.index])].filter((one) => edit.input !== '' || one !== step.index),
      );
      if (!touched.some((step) => ended.has(step))) {
        const isAtRest = await project.write((tx) => {
          if (active.has(id)) return false;
          for (const edit of edits) writeEdit(storeOf(tx), tx, id, edit);
          let seq = storeOf(tx).eventsOf(id);
          storeOf(tx).addEvents(
            id,
            edits.map((edit) => ({ seq: seq++, time, ...editEvent(edit, actor) })),
          );
          return true;
        });
        if (!isAtRest) return again();
        tell(project, id);
        return { run: id, started: undefined };
      }
    }
    const mine = new Set(edits.map(({ row: edit }) => `${edit.step}/${edit.input}`));
    const earlier = store.edits(id).flatMap((old): NewEdit[] => {
      const kept = store.result(old.result);
      return kept && !mine.has(`${old.step}/${old.input}`) ? [{ row: old, kind: kept.kind, value: kept.value }] : [];
    });
    const started = await launch(project, {
      source: store.source(row.source_hash) ?? '',
      inputs: JSON.parse(row.inputs) as Record<string, unknown>,
      actor,
      depth: 0,
      rerunOf: id,
      control: { keep: true, ...(controlIn(row).until ? { until: controlIn(row).until! } : {}) },
      edits: [...earlier, ...edits],
      ...(row.origin === null ? {} : { origin: row.origin }),
    });
    return { run: started.id, started };
  }

  async function editLive(
    project: Project,
    entry: Active,
    edits: readonly (NewEdit & { step: PreparedStep; result: StepResult })[],
    actor: string,
  ): Promise<void> {
    const { running } = entry;
    for (const { step } of edits) {
      if (!running.hasBegun(step.index)) continue;
      throw new Problem('step-begun', `${step.node.name} has begun or ended, while other steps still run.`, {
        status: 409,
        hint: 'Pause the run and wait until it stands still, or edit it when it has ended.',
      });
    }
    for (const { row, result, step } of edits) {
      const value = { key: row.result, result, edit: editOf(row, result) };
      if (row.input === '') running.spec.edits.outputs.set(step.index, value);
      else {
        const mine = running.spec.edits.inputs.get(step.index) ?? new Map<string, typeof value>();
        mine.set(row.input, value);
        running.spec.edits.inputs.set(step.index, mine);
      }
    }
    for (const edit of edits) {
      const { kind, ...event } = editEvent(edit, actor);
      running.events.add(kind, event);
    }
    await project.write((tx) => {
      for (const edit of edits) writeEdit(storeOf(tx), tx, running.spec.id, edit);
      storeOf(tx).addEvents(running.spec.id, running.events.take());
    });
    tell(project, running.spec.id);
  }

  /** What an edit stands for, and what a value there must be. */
  async function target(
    values: ReturnType<typeof valuesOfRun>,
    step: PreparedStep,
    input: string | undefined,
  ): Promise<{ name: string; expected: { what: string; type: FlowType; current: StepResult | undefined } }> {
    const { node } = step;
    if (input === undefined) {
      if (step.hidden) throw hidden(node.name);
      const current = values.edited(step.index, '')?.result ?? values.result(step.index);
      return { name: '', expected: { what: `The result of ${node.name}`, type: node.type, current } };
    }
    const reads = readsOf(values.plan, step);
    const plain = input.replace(/^(?:INPUT\.|input:|step:)/, '');
    const read = reads.find((one) => one.name === plain);
    if (!read) {
      throw new Problem('input-not-read', `${node.name} does not read ${JSON.stringify(input)}.`, {
        status: 404,
        hint: reads.length === 0 ? 'It reads nothing.' : `It reads ${reads.map((one) => one.name).join(', ')}.`,
      });
    }
    if (read.hidden) throw hidden(read.name);
    const { result } = await valueRead(values, step, read);
    return {
      name: read.name,
      expected: { what: `${read.name}, which ${node.name} reads,`, type: read.type, current: result },
    };
  }

  function givenOf(project: Project, request: EditRequest): GivenValue {
    let file: FileValue | undefined;
    if (request.file !== undefined) {
      const found = readInputs([FILE], { file: request.file })[0];
      if (isFile(found)) file = found;
      if (file?.blob !== undefined && !options.blobs.has(project, file.blob)) {
        throw new Problem('blob-not-found', 'The file of the edit was not uploaded to this project.', {
          status: 404,
          hint: 'Upload it with POST /blobs first.',
        });
      }
    }
    return {
      ...(request.value === undefined ? {} : { value: request.value }),
      ...(request.rows === undefined ? {} : { rows: request.rows }),
      ...(file === undefined ? {} : { file }),
    };
  }

  return { continueRun, pauseRun, setBreakpoints, editRun };
}

const FILE: Parameters<typeof readInputs>[0][number] = {
  kind: 'input',
  id: 'input:file',
  name: 'file',
  inputType: 'file',
  optional: false,
  dependsOn: [],
  range: { start: 0, end: 0 },
  type: { kind: 'file' },
};

function hidden(name: string): Problem {
  return new Problem('result-sensitive', `The result of ${name} is @sensitive and is not shown or edited.`, {
    status: 403,
    hint: 'Take the annotation away and run again.',
  });
}

function editEvent(edit: NewEdit, by: string): Pick<RunEvent, 'kind' | 'step' | 'message' | 'by'> {
  const { input, step } = edit.row;
  return {
    kind: 'step.edited',
    step,
    by,
    message: input === '' ? `Its result was edited by ${by}.` : `What it reads from ${input} was edited by ${by}.`,
  };
}

export function controlIn(row: Pick<RunRow, 'control'>): Control {
  return row.control === null ? {} : (JSON.parse(row.control) as Control);
}

/** The edits of a stored run, as they are shown. */
export function editsOf(inside: Inside, project: Project, id: string) {
  const { store } = inside.of(project);
  return store.edits(id).flatMap((row) => {
    const kept = store.result(row.result);
    return kept ? [editOf(row, decodeResult(kept))] : [];
  });
}
