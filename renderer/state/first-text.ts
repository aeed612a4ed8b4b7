/**
 * The first text that can be edited: what is not needed for it begins after it. A start has few processors, and whoever
 * opens the workbench looks for the text.
 */
let seen: () => void;

/** Resolves when a text is on view, when there is none to show, or a second after the start. */
export const firstText: Promise<void> = new Promise((resolve) => {
  seen = resolve;
  setTimeout(resolve, 1000);
});

/** A text is on view, or none will be. */
export function firstTextSeen(): void {
  seen();
}
