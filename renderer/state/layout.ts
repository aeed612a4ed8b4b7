/**
 * What of the frame is on view: the area, the side bar, and whether the inspector and the bottom panel are wanted. What is
 * docked where is the docks' own matter (state/docks.ts). Kept per window, resettable.
 */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { withDocks } from './docks.ts';
import type { ViewParams } from './views.ts';
import { windowKey } from './window-key.ts';

interface LayoutValues {
  /** The view that has all the room (place `area`), or `flows`: the side bar, the editors and what is docked around them. */
  area: string;
  /** The side view that the side bar shows. */
  side: string;
  /** Grows whenever somebody asks for a side view, also for the one that is chosen already. */
  sideAsked: number;
  /** Grows whenever somebody asks for a view that stands beside the side bar. */
  viewAsked: number;
  sideBar: boolean;
  /** Whether the inspector and the bottom panel are wanted; with nothing open they are not shown all the same. */
  inspector: boolean;
  bottom: boolean;
  /** Grows when the layout is reset, so that the frame is laid out anew. */
  epoch: number;
  /** The run that the Runs area shows; undefined shows the list alone. */
  shownRun: string | undefined;
  /** The ledger entry that the Ledger area shows. */
  shownEntry: number | undefined;
}

interface Layout extends LayoutValues {
  /** Opens an area. */
  showArea: (area: string) => void;
  /** Opens a side view, and the flows area with it. */
  showSide: (view: string) => void;
  /** Shows a view of the inspector or the bottom panel, wherever it is docked, and the flows area with it. */
  showDocked: (view: string) => void;
  /** Opens a view of the place `editor` among the editors. */
  openEditor: (view: string, params?: ViewParams) => void;
  toggle: (panel: 'sideBar' | 'inspector' | 'bottom') => void;
  /** Opens a run in the Runs area. */
  openRun: (runId: string) => void;
  /** Opens an entry in the Ledger area. */
  openEntry: (seq: number) => void;
  reset: () => void;
}

const INITIAL: LayoutValues = {
  area: 'flows',
  side: 'flows',
  sideAsked: 0,
  viewAsked: 0,
  sideBar: true,
  inspector: true,
  bottom: true,
  epoch: 0,
  shownRun: undefined,
  shownEntry: undefined,
};

const askedFor = ({ viewAsked }: LayoutValues) => ({ area: 'flows', viewAsked: viewAsked + 1 });

export const useLayout = create<Layout>()(
  persist(
    (set) => {
      return {
        ...INITIAL,
        showArea: (area) => set({ area }),
        showSide: (side) => set((state) => ({ area: 'flows', sideBar: true, side, sideAsked: state.sideAsked + 1 })),
        showDocked: (view) => {
          set(askedFor);
          withDocks((docks) => docks.showView(view));
        },
        openEditor: (view, params = {}) => {
          set(askedFor);
          withDocks((docks) => docks.openEditor(view, params));
        },
        toggle: (panel) => set((state) => ({ [panel]: !state[panel] })),
        openRun: (shownRun) => set({ area: 'runs', shownRun }),
        openEntry: (shownEntry) => set({ area: 'ledger', shownEntry }),
        reset: () => {
          for (const key of Object.keys(localStorage))
            if (key.includes('voike.') && key.startsWith('react-resizable-panels')) localStorage.removeItem(key);
          set((state) => ({ ...INITIAL, epoch: state.epoch + 1 }));
          withDocks((docks) => docks.reset());
        },
      };
    },
    {
      name: windowKey('layout'),
      partialize: ({ area, side, sideBar, inspector, bottom, shownRun, shownEntry }) => ({
        area,
        side,
        sideBar,
        inspector,
        bottom,
        shownRun,
        shownEntry,
      }),
    },
  ),
);
