/** Asks the form of a node to take the keyboard as soon as it is drawn. */
import { create } from 'zustand';

export const useFormFocus = create<{ nodeId: string | undefined; field: string | undefined }>()(() => ({
  nodeId: undefined,
  field: undefined,
}));

/** `field` is the id of a field, `name` or `comment`; without it the first that is still to be filled in. */
export function focusForm(nodeId: string, field?: string): void {
  useFormFocus.setState({ nodeId, field });
}

/** Has the form of a node that is not drawn yet leave the keyboard where it is. @returns whether one was to take it */
export function keepFocus(): boolean {
  const waits = useFormFocus.getState().nodeId !== undefined;
  if (waits) useFormFocus.setState({ nodeId: undefined });
  return waits;
}
