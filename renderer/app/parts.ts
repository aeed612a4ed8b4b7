/** F6: the focus goes from part to part of the window, so that the editor, where Tab indents, is no trap. */

const PARTS = '.side-bar, .docks .dv-groupview';
/** What takes the focus in a part, the best first: its content, else its first control. */
const STOPS = [
  '[role=textbox][aria-label="FLOW source"]',
  '[role=tabpanel] :is([role=grid], [role=tree], [role=textbox])',
  '[role=tabpanel] [role=listbox]',
  '[role=tabpanel] :is(button, input, [tabindex="0"]):not(:disabled)',
  ':is(button, input, [tabindex="0"]):not(:disabled)',
];

const isSeen = (part: HTMLElement): boolean =>
  part.checkVisibility({ visibilityProperty: true }) && part.offsetWidth > 0 && part.offsetHeight > 0;

/** Focuses the next (1) or the previous (-1) part that is shown. The Runs and Ledger areas are one part each. */
export function focusPart(by: 1 | -1): void {
  const main = document.querySelector('.app-main');
  const area = main?.querySelector('.app-area') ?? undefined;
  const found = [...(main?.querySelectorAll<HTMLElement>(PARTS) ?? [])].filter(isSeen);
  const parts = area === undefined ? found : [area];
  const at = parts.findIndex((part) => part.contains(document.activeElement));
  const next = at === -1 ? (by === 1 ? 0 : parts.length - 1) : (at + by + parts.length) % parts.length;
  const part = parts[next];
  for (const stop of STOPS) {
    const target = part?.querySelector<HTMLElement>(stop);
    if (target === null || target === undefined || !isSeen(target)) continue;
    target.focus();
    return;
  }
}
