/** The separators between groups, by keyboard and for screen readers (WAI-ARIA window splitter): dockview has them for the pointer. */

const STEP = 16;
const LARGE_STEP = 80;
/** Further than any window is wide: dockview stops at the smallest size of a group. */
const FAR = 100_000;

const SAID = ['role', 'tabindex', 'aria-orientation', 'aria-label', 'aria-valuemin', 'aria-valuemax', 'aria-valuenow'];

/** Says of every separator what it is, how far it is, and that it takes the focus. */
export function labelSeparators(docks: HTMLElement): void {
  for (const sash of docks.querySelectorAll<HTMLElement>('.dv-sash')) labelSeparator(sash);
}

function labelSeparator(sash: HTMLElement): void {
  const sides = sidesOf(sash);
  // Beside a group that is hidden, or has all the room, there is nothing to move.
  if (sides === undefined || sash.classList.contains('dv-disabled') || !sash.checkVisibility()) {
    for (const name of SAID) sash.removeAttribute(name);
    return;
  }
  const { before, after, vertical } = sides;
  const size = (element: HTMLElement): number => (vertical ? element.offsetWidth : element.offsetHeight);
  const names = [...before.querySelectorAll('.dv-groupview:not([data-hidden="true"])')].map(
    (group) => group.getAttribute('aria-label') ?? '',
  );
  sash.setAttribute('role', 'separator');
  sash.tabIndex = 0;
  sash.ariaOrientation = vertical ? 'vertical' : 'horizontal';
  sash.ariaLabel = `${vertical ? 'Width' : 'Height'} of ${[...new Set(names)].join(' and ')}`;
  sash.ariaValueMin = '0';
  sash.ariaValueMax = '100';
  sash.ariaValueNow = String(Math.round((100 * size(before)) / Math.max(1, size(before) + size(after))));
}

/** What lies at both sides; `vertical` is the separator of parts that are beside each other. */
function sidesOf(sash: HTMLElement): { before: HTMLElement; after: HTMLElement; vertical: boolean } | undefined {
  const split = sash.parentElement?.parentElement;
  const at = [...(sash.parentElement?.children ?? [])].indexOf(sash);
  const parts = split?.querySelectorAll<HTMLElement>(':scope > .dv-view-container > .dv-view');
  const before = parts?.[at];
  const after = parts?.[at + 1];
  if (split === null || split === undefined || before === undefined || after === undefined) return undefined;
  return { before, after, vertical: split.classList.contains('dv-horizontal') };
}

/** Moves the separator that has the focus; false when the key does nothing to it. */
export function moveSeparator(sash: HTMLElement, key: string, large: boolean): boolean {
  const vertical = sidesOf(sash)?.vertical;
  if (vertical === undefined) return false;
  const step = large ? LARGE_STEP : STEP;
  const by = {
    [vertical ? 'ArrowLeft' : 'ArrowUp']: -step,
    [vertical ? 'ArrowRight' : 'ArrowDown']: step,
    Home: -FAR,
    End: FAR,
  }[key];
  if (by === undefined) return false;
  // dockview moves a separator for a pointer alone, so this is one that goes that far.
  const pointer = (type: string, at: number): PointerEvent =>
    new PointerEvent(type, { clientX: vertical ? at : 0, clientY: vertical ? 0 : at });
  sash.dispatchEvent(pointer('pointerdown', 0));
  document.dispatchEvent(pointer('pointermove', by));
  document.dispatchEvent(pointer('pointerup', by));
  labelSeparator(sash);
  return true;
}
