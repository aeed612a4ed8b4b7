/** Everything small and shared, in one import. Tooltips: put `data-tip="…"` on any element. */
export { Button, IconButton, type ButtonProps, type IconButtonProps } from './Button.tsx';
export { Chip, type ChipProps, type Tone } from './Chip.tsx';
export { Tabs, tabPanelProps, type TabItem } from './Tabs.tsx';
export { Sentence } from './Sentence.tsx';
export { EmptyState, ErrorState, Skeleton } from './states.tsx';
export { lazily } from './lazily.tsx';
export { copyText } from './copy.ts';
export { ask, confirm } from './dialogs.ts';
export { closeMenu, openMenu, type MenuItem, type MenuItems } from './menu.ts';
export { openModal } from './modal.ts';
export { problemOf } from './problem.ts';
export { toast, toastProblem } from './toasts.ts';
export { rowFrom, rowKeys, type RowSteps } from './rows.ts';
export { ViewBar } from './ViewBar.tsx';
export { StateIcon, stateFace } from './StateIcon.tsx';
export * from './format.ts';
