/** What every field of a form needs: which node it is about, and how a value gets into the text. */
import { createContext, useContext } from 'react';
import type { FieldValue, FormValues } from '../../../../node-core/flow/edit/types.ts';
import { reasonAgainst } from '../edit.ts';

export interface FormContext {
  documentId: string;
  node: string;
}

export const FormOf = createContext<FormContext>({ documentId: '', node: '' });

export const useForm = (): FormContext => useContext(FormOf);

/** Puts values into a step, an input or an output; resolves with why not, or undefined. */
export function configure(node: string, values: FormValues): Promise<string | undefined> {
  const quiet = { select: false };
  // Fields of inputs and outputs are named as the parts of these edits.
  if (node.startsWith('input:')) return reasonAgainst({ kind: 'changeInput', node, ...values }, quiet);
  if (node.startsWith('output:')) return reasonAgainst({ kind: 'changeOutput', node, ...values }, quiet);
  return reasonAgainst({ kind: 'configure', node, values }, quiet);
}

/** A function that sets one field of the form's node. */
export function useSet(field: string): (value: FieldValue) => Promise<string | undefined> {
  const { node } = useForm();
  return (value) => configure(node, { [field]: value });
}
