/**
 * The form of the selected node, made by the language from its contract and from what flows in. Every change is a small
 * edit of the text; typing in the text changes the form in place, and leaves the field that has the keyboard alone.
 */
import { X } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { FieldValue, Form } from '../../../../node-core/flow/edit/types.ts';
import type { PlanNode } from '../../../../node-core/flow/plan/graph.ts';
import { ask } from '../../../language/client.ts';
import { useActiveDocument } from '../../../state/documents.ts';
import { useLanguage } from '../../../state/language.ts';
import { IconButton, Sentence, Skeleton } from '../../../ui/index.ts';
import { reasonAgainst } from '../edit.ts';
import { Annotations } from './Annotations.tsx';
import { ColumnList } from './ColumnList.tsx';
import { FormOf, withShown } from './context.ts';
import { Line } from './controls.tsx';
import { Field } from './Field.tsx';
import { useFormFocus } from './focus-form.ts';
import './form.css';
import { GivenValue } from './GivenValue.tsx';

export interface StepFormProps {
  documentId: string;
  node: PlanNode;
  /** Closes the form and gives the keyboard back to the graph. */
  onClose: () => void;
  /** Gives the keyboard back to the graph. */
  back: () => void;
}

/** The newest form of a node; the one before stays until it is there. */
function useNodeForm(documentId: string, nodeId: string): Form | undefined {
  const revision = useLanguage((state) => state.treeRevision);
  const [form, setForm] = useState<Form | undefined>();
  useEffect(() => {
    let here = true;
    void ask(documentId, 'form', nodeId).then(
      (answer) => {
        // A text that is broken just now keeps the form that was there.
        if (here && answer !== undefined) setForm(answer);
      },
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, [documentId, nodeId, revision]);
  return form?.node === nodeId ? form : undefined;
}

/** Values that are on their way into the text, over those of the form. */
function useShownValues(form: Form | undefined, node: string) {
  const [ahead, setAhead] = useState<ReadonlyMap<string, FieldValue>>(() => new Map());
  /** In the text already; the next form has them. */
  const arrived = useRef(new Map<string, FieldValue>());
  useEffect(() => {
    const there = arrived.current;
    if (there.size === 0) return;
    arrived.current = new Map();
    // What was chosen since stays ahead until it has arrived itself.
    setAhead((before) => new Map([...before].filter(([key, value]) => !there.has(key) || there.get(key) !== value)));
  }, [form]);
  const show = useCallback(
    (field: string, value: FieldValue) => {
      // Another node may have a field of this name, of another kind.
      const key = `${node}\n${field}`;
      arrived.current.delete(key);
      setAhead((before) => new Map(before).set(key, value));
      return (taken: boolean): void => {
        if (taken) arrived.current.set(key, value);
        else setAhead((before) => new Map([...before].filter(([other, now]) => other !== key || now !== value)));
      };
    },
    [node],
  );
  const fields = useMemo(() => {
    const own = [...ahead].flatMap(([key, value]): [string, FieldValue][] =>
      key.startsWith(`${form?.node}\n`) ? [[key.slice(key.indexOf('\n') + 1), value]] : [],
    );
    return withShown(form?.fields ?? [], new Map(own));
  }, [form, ahead]);
  return { fields, show };
}

export function StepForm({ documentId, node, onClose, back }: StepFormProps) {
  const form = useNodeForm(documentId, node.id);
  const last = useRef<Form | undefined>(undefined);
  if (form !== undefined) last.current = form;
  const document = useActiveDocument();
  /** While a new name travels through the text, the form stays the one that it was. */
  const shown = form ?? last.current;
  const panel = useRef<HTMLElement>(null);
  const focus = useFormFocus();
  useEffect(() => {
    if (form === undefined || focus.nodeId !== node.id) return;
    // Answered once: a form that the cursor of the editor opens later leaves the keyboard where it is.
    useFormFocus.setState({ nodeId: undefined });
    const box = panel.current;
    const within = (selector: string): HTMLElement | null | undefined =>
      box?.querySelector<HTMLElement>(`${selector} :is(select, textarea, input, button):not(:disabled)`);
    const target =
      focus.field === undefined
        ? (within('.form-field[data-hole="true"]') ?? within('.form-fields'))
        : (within(`[data-field="${focus.field}"]`) ?? within('.form-fields'));
    (target ?? box)?.focus();
    if (focus.field === 'name' && target instanceof HTMLInputElement) target.select();
  }, [focus, form, node.id]);
  const { fields, show } = useShownValues(shown, node.id);
  const context = useMemo(() => ({ documentId, node: node.id, show }), [documentId, node.id, show]);
  if (shown === undefined || document === undefined) return <Skeleton lines={6} label="Reading the step" />;
  const general = shown.problems.filter((item) => item.field === undefined && item.severity !== 'info');
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape leads out of every field in it
    <section
      ref={panel}
      className="plan-form"
      tabIndex={-1}
      aria-label={`${shown.title} ${shown.name}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        back();
      }}
    >
      <header>
        <b data-tip={shown.summary}>{shown.title}</b>
        <IconButton label="Close the form" shortcut="Esc Esc" onClick={onClose}>
          <X />
        </IconButton>
      </header>
      <FormOf value={context}>
        <div className="form-body">
          <Name form={shown} />
          {node.kind === 'input' ? <GivenValue document={document} node={node} /> : null}
          <div className="form-fields">
            {fields.map((field) => (
              <Field key={field.id} field={field} problems={shown.problems} />
            ))}
          </div>
          {general.map((item) => (
            <p key={item.message} className="form-wrong" data-severity={item.severity}>
              <Sentence text={item.message} />
            </p>
          ))}
          <Comment form={shown} />
          {shown.kind === 'step' ? <Annotations form={shown} /> : null}
          <ColumnList node={node} />
          {shown.kind === 'step' ? <AsText form={shown} /> : null}
        </div>
      </FormOf>
    </section>
  );
}

function Name({ form }: { form: Form }) {
  const take = (name: string): Promise<string | undefined> =>
    form.kind === 'output'
      ? reasonAgainst({ kind: 'changeOutput', node: form.node, label: name.trim() === '' ? null : name.trim() })
      : reasonAgainst({ kind: 'rename', node: form.node, name: name.trim() });
  return (
    <div className="form-field" data-field="name">
      <div className="form-label">
        <span>{form.kind === 'output' ? 'Label' : 'Name'}</span>
      </div>
      <Line label={form.kind === 'output' ? 'Label' : 'Name'} value={form.name} take={take} />
    </div>
  );
}

function Comment({ form }: { form: Form }) {
  return (
    <div className="form-field" data-field="comment">
      <div className="form-label">
        <span>Comment</span>
      </div>
      <Line
        label="Comment"
        value={form.comment}
        placeholder="What it is for"
        take={(text) => reasonAgainst({ kind: 'comment', node: form.node, text }, { select: false })}
      />
    </div>
  );
}

function AsText({ form }: { form: Form }) {
  return (
    <details className="form-section">
      <summary>As FLOW text</summary>
      <Line
        label="FLOW text of the operation"
        value={form.text}
        long
        take={(text) => reasonAgainst({ kind: 'rewrite', node: form.node, text }, { select: false })}
      />
    </details>
  );
}
