/** What a scheduled flow is given: the fields of the Execute form, and a word about the input that the trigger fills. */
import { Radio } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { InputNode } from '../../../node-core/flow/plan/graph.ts';
import { inputFor } from '../../../node-core/flow/schedule/input.ts';
import type { Trigger } from '../../../node-core/flow/schedule/trigger.ts';
import '../execute/execute.css';
import { type Draft, type Drafts, draftsFrom, readForm } from '../execute/form-values.ts';
import { InputField } from '../execute/InputField.tsx';
import { followFiles } from '../execute/sniff.ts';

export interface FlowInputs {
  nodes: readonly InputNode[];
  drafts: Drafts;
  change(name: string, draft: Draft | undefined): void;
  /** Values as far as they are given and can be read. */
  inputs: Record<string, unknown>;
  /** What is wrong or missing, by input. */
  errors: Record<string, string>;
  /** The input that is given what sets the schedule off. */
  filled: string | undefined;
}

/** @param given the values to begin with; the form begins anew when these are others */
export function useFlowInputs(
  nodes: readonly InputNode[],
  given: Record<string, unknown>,
  trigger: Trigger,
): FlowInputs {
  const [typed, setTyped] = useState<{ of: Record<string, unknown>; drafts: Drafts }>();
  const drafts = useMemo(() => (typed?.of === given ? typed.drafts : draftsFrom(given)), [typed, given]);
  const all = useMemo(() => readForm(nodes, drafts), [nodes, drafts]);
  const filled = useMemo(() => {
    try {
      return inputFor(trigger, nodes, all.inputs);
    } catch {
      // The node says what is wrong with it when the schedule is made.
      return trigger.input;
    }
  }, [trigger, nodes, all.inputs]);
  const { inputs, errors } = useMemo(
    () =>
      readForm(
        nodes.filter((node) => node.name !== filled),
        drafts,
      ),
    [nodes, drafts, filled],
  );
  useEffect(() => followFiles(SNIFFED, nodes, inputs), [nodes, inputs]);
  return {
    nodes,
    drafts,
    inputs,
    errors,
    filled,
    change(name, draft) {
      const next = { ...drafts };
      if (draft === undefined) delete next[name];
      else next[name] = draft;
      setTyped({ of: given, drafts: next });
    },
  };
}

/** Stands for a document where the fields remember what is in their files. */
const SNIFFED = 'schedule';

const FILLS: Record<Trigger['kind'], string> = {
  cron: 'It is given the time that was due.',
  every: 'It is given the time that was due.',
  file: 'It is given the file that changed.',
  event: 'It is given what happened.',
};

export function ScheduleInputs({ form, trigger }: { form: FlowInputs; trigger: Trigger }) {
  if (form.nodes.length === 0) return null;
  return (
    <section className="schedule-given" aria-label="Inputs">
      <h3>Inputs</h3>
      {form.nodes.map((node) =>
        node.name === form.filled ? (
          <div key={node.name} className="field">
            <div className="field-head">
              <b>{node.name}</b>
              <code>{node.inputType}</code>
            </div>
            <p className="field-help">
              <Radio size={12} aria-hidden /> {FILLS[trigger.kind]}
            </p>
          </div>
        ) : (
          <InputField
            key={node.name}
            documentId={SNIFFED}
            node={node}
            draft={form.drafts[node.name]}
            error={form.drafts[node.name] === undefined ? undefined : form.errors[node.name]}
            missing={form.errors[node.name] !== undefined}
            onChange={(draft) => form.change(node.name, draft)}
          />
        ),
      )}
    </section>
  );
}
