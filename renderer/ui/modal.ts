/**
 * Opens a dialog over the window. The keyboard goes to what carries `data-first`, else to the first control. React's
 * `autoFocus` comes too early for it: before it is open, nothing in a dialog can have the focus.
 */
export function openModal(dialog: HTMLDialogElement | null): void {
  if (dialog?.open === false) dialog.showModal();
  dialog?.querySelector<HTMLElement>('[data-first]')?.focus();
}
