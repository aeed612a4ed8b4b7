/** The one thing that is open over the graph: a list to choose from, or a word to type. Mounted by Popup.tsx. */
import { create } from 'zustand';
import type { ReactNode } from 'react';

export interface ChooserItem {
  id: string;
  title: string;
  /** Beside the title: a type, a word. */
  side?: string;
  icon?: ReactNode;
  /** What else finds it, lower case. */
  words?: string;
  /** Heading under which it stands. */
  section?: string;
  /** Why it cannot be chosen. */
  reason?: string;
  /** Markdown, shown beside the list for the item that would be chosen. */
  docs?: string;
}

export type Popup =
  | { kind: 'text'; title: string; value: string; near: string; done: (text: string) => void }
  | {
      kind: 'choose';
      title: string;
      placeholder: string;
      /** Id of the node or edge that it hangs under, or a place in the window. */
      near: string | { x: number; y: number };
      items: Promise<ChooserItem[]>;
      /** Said when nothing is found. */
      empty: string;
      done: (item: ChooserItem) => void;
    };

export const usePopup = create<{ open: Popup | undefined }>()(() => ({ open: undefined }));

export function openPopup(popup: Popup): void {
  usePopup.setState({ open: popup });
}

export function closePopup(): void {
  usePopup.setState({ open: undefined });
}
