/** What is visible and how large: kept per browser profile or window, resettable. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

interface LayoutValues {
  /** The view that has all the room (place `area`), or `flows`: the side bar, the editors and what is docked around them. */
  area: string;
  /** The side view that the side bar shows. */
  side: string;
  inspectorTab: string;
  bottomTab: string;
  sideBar: boolean;
  inspector: boolean;
  bottom: boolean;
  /** Grows when the layout is reset, so that the frame is laid out anew. Sizes are kept by the panels library. */
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
  /** Opens the inspector on a view, and the flows area with it. */
  showInspector: (view: string) => void;
  /** Opens the bottom panel on a view, and the flows area with it. */
  showBottom: (view: string) => void;
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
  inspectorTab: 'plan',
  bottomTab: 'results',
  sideBar: true,
  inspector: true,
  bottom: true,
  epoch: 0,
  shownRun: undefined,
  shownEntry: undefined,
};

export const useLayout = create<Layout>()(
  persist(
    (set) => ({
      ...INITIAL,
      showArea: (area) => set({ area }),
      showSide: (side) => set({ area: 'flows', sideBar: true, side }),
      showInspector: (inspectorTab) => set({ area: 'flows', inspector: true, inspectorTab }),
      showBottom: (bottomTab) => set({ area: 'flows', bottom: true, bottomTab }),
      toggle: (panel) => set((state) => ({ [panel]: !state[panel] })),
      openRun: (shownRun) => set({ area: 'runs', shownRun }),
      openEntry: (shownEntry) => set({ area: 'ledger', shownEntry }),
      reset: () => {
        for (const key of Object.keys(localStorage))
          if (key.includes('voike.') && key.startsWith('react-resizable-panels')) localStorage.removeItem(key);
        set((state) => ({ ...INITIAL, epoch: state.epoch + 1 }));
      },
    }),
    {
      name: 'voike.layout',
      partialize: ({ area, side, inspectorTab, bottomTab, sideBar, inspector, bottom }) => ({
        area,
        side,
        inspectorTab,
        bottomTab,
        sideBar,
        inspector,
        bottom,
      }),
    },
  ),
);
