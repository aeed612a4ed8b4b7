/** What every field of a form needs: which node it is about, and how a value gets into the text. */
import { createContext, useContext } from 'react';
import type { FieldValue, FormField, FormValues } from '../../../../node-core/flow/edit/types.ts';
import { reasonAgainst } from '../edit.ts';

export interface FormContext {
  documentId: string;
  node: string;
  /**
   * Shows a value at once, before it is in the text: what is done next (another row, another choice) builds on it. Returns the
   * function that says whether it got there.
   */
  show: (field: string, value: FieldValue) => (taken: boolean) => void;
}

export const FormOf = createContext<FormContext>({ documentId: '', node: '', show: () => () => undefined });

export const useForm = (): FormContext => useContext(FormOf);

/** Puts values into a step, an input or an output; resolves with why not, or undefined. */
function configure(node: string, values: FormValues): Promise<string | undefined> {
  const quiet = { select: false };
  // Fields of inputs and outputs are named as the parts of these edits.
  if (node.startsWith('input:')) return reasonAgainst({ kind: 'changeInput', node, ...values }, quiet);
  if (node.startsWith('output:')) return reasonAgainst({ kind: 'changeOutput', node, ...values }, quiet);
  return reasonAgainst({ kind: 'configure', node, values }, quiet);
}

/** A function that sets one field of the form's node. */
export function useSet(field: string): (value: FieldValue) => Promise<string | undefined> {
  const { node, show } = useForm();
  return async (value) => {
    const taken = show(field, value);
    const reason = await configure(node, { [field]: value });
    taken(reason === undefined);
    return reason;
  };
}

/** Fields with the values that are shown before they are in the text. */
export function withShown(fields: readonly FormField[], shown: ReadonlyMap<string, FieldValue>): FormField[] {
  return fields.map((field) => {
    const value = shown.get(field.id);
    const next = value === undefined ? field : ({ ...field, value } as FormField);
    return next.kind === 'operation' ? { ...next, fields: withShown(next.fields, shown) } : next;
  });
}
