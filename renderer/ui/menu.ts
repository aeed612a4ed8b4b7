/** Opens a menu at a place or under an element. One menu is open at a time; focus goes back to where it was. */
import type { ReactNode } from 'react';
import { create } from 'zustand';

export interface MenuItem {
  label: string;
  icon?: ReactNode;
  /** The command that it runs: its key, as the person has it, stands at the right. */
  command?: string;
  /** A key of the view alone, written as commands write theirs: `Mod+C`. */
  shortcut?: string;
  /** What stands at the right of an item without a key. */
  note?: string | undefined;
  disabled?: boolean;
  /** For choices: shows a tick. */
  checked?: boolean;
  run: () => void;
}

export type MenuItems = readonly (MenuItem | 'separator')[];

interface MenuState {
  open: { x: number; y: number; items: MenuItems; from: Element | null } | undefined;
}

export const useMenu = create<MenuState>()(() => ({ open: undefined }));

/** `at`: a pointer event (context menus), or the element the menu hangs under. */
export function openMenu(at: { clientX: number; clientY: number } | Element, items: MenuItems): void {
  const from = document.activeElement;
  if (at instanceof Element) {
    const box = at.getBoundingClientRect();
    useMenu.setState({ open: { x: box.left, y: box.bottom + 4, items, from } });
  } else {
    useMenu.setState({ open: { x: at.clientX, y: at.clientY, items, from } });
  }
}

export function closeMenu(restoreFocus: boolean | Event = false): void {
  const { open } = useMenu.getState();
  if (open === undefined) return;
  useMenu.setState({ open: undefined });
  if (restoreFocus === true && open.from instanceof HTMLElement) open.from.focus();
}
