/** What is typed into the Execute form but is not a value yet, by document: a run does not start over it. */
import { create } from 'zustand';

export const useFormErrors = create<{ byDocument: Record<string, Record<string, string>> }>()(() => ({
  byDocument: {},
}));

export function setFormErrors(documentId: string, errors: Record<string, string>): void {
  useFormErrors.setState(({ byDocument }) => ({ byDocument: { ...byDocument, [documentId]: errors } }));
}

/** The first input that is wrong, with the sentence that says why. */
export function formError(documentId: string): { input: string; message: string } | undefined {
  const first = Object.entries(useFormErrors.getState().byDocument[documentId] ?? {})[0];
  return first === undefined ? undefined : { input: first[0], message: first[1] };
}
