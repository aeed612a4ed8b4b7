/** Moving the keyboard to something that a command has just shown. */

/**
 * Focuses the first element of a selector that is laid out. Its code may still be on the way, so it is looked for a few frames
 * long, about two seconds.
 */
export function focusSoon(selector: string, frames = 120): void {
  const found = [...document.querySelectorAll<HTMLElement>(selector)].find((element) => element.offsetParent !== null);
  if (found !== undefined) found.focus();
  else if (frames > 0) requestAnimationFrame(() => focusSoon(selector, frames - 1));
}
