/** Asks the form of a node to take the keyboard as soon as it is drawn. */
import { create } from 'zustand';

export const useFormFocus = create<{ nodeId: string | undefined; request: number; field: string | undefined }>()(
  () => ({
    nodeId: undefined,
    request: 0,
    field: undefined,
  }),
);

/** `field` is the id of a field, `name` or `comment`; without it the first that is still to be filled in. */
export function focusForm(nodeId: string, field?: string): void {
  useFormFocus.setState(({ request }) => ({ nodeId, request: request + 1, field }));
}
