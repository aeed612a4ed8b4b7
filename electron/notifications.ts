/** Native notifications for what the node tells while nobody looks: once, in however many windows the event arrives. */
import type { NativeNotification } from './bridge.ts';

/** A notification of the system: Electron's `Notification` has it. */
export interface Shown {
  on(event: 'click', listener: () => void): unknown;
  show(): void;
}

/** So many ids are remembered. */
const MOST = 500;

export function createNotifier(parts: {
  enabled(): boolean;
  /** Whether the person looks at a window of ours: the workbench shows it there itself. */
  watched(): boolean;
  make(title: string, text: string): Shown;
  clicked(id: string): void;
}) {
  const told = new Set<string>();
  return ({ id, title, text }: NativeNotification): void => {
    if (told.has(id)) return;
    told.add(id);
    if (told.size > MOST) told.delete(told.values().next().value as string);
    if (!parts.enabled() || parts.watched()) return;
    const shown = parts.make(title, text);
    shown.on('click', () => parts.clicked(id));
    shown.show();
  };
}
