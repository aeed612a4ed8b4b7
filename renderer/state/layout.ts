/** What is visible and how large: kept per browser profile or window, resettable. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

/** Areas of the activity bar. Only what is built. */
export type Area = 'flows' | 'runs' | 'ledger';
export type InspectorTab = 'ast' | 'plan' | 'execute';
export type BottomTab = 'results' | 'problems' | 'output';

interface LayoutValues {
  area: Area;
  inspectorTab: InspectorTab;
  bottomTab: BottomTab;
  sideBar: boolean;
  inspector: boolean;
  bottom: boolean;
  /** Percentages by group and panel id, as react-resizable-panels keeps them. */
  sizes: Record<string, Record<string, number>>;
  /** The run that the Runs area shows; undefined shows the list alone. */
  shownRun: string | undefined;
  /** The ledger entry that the Ledger area shows. */
  shownEntry: number | undefined;
}

interface Layout extends LayoutValues {
  /** Opens an area; clicking the open area's icon toggles its side bar instead (see ActivityBar). */
  showArea: (area: Area) => void;
  /** Opens the inspector on a tab, and the flows area with it. */
  showInspector: (tab: InspectorTab) => void;
  /** Opens the bottom panel on a tab, and the flows area with it. */
  showBottom: (tab: BottomTab) => void;
  toggle: (panel: 'sideBar' | 'inspector' | 'bottom') => void;
  setSizes: (group: string, sizes: Record<string, number>) => void;
  /** Opens a run in the Runs area. */
  openRun: (runId: string) => void;
  /** Opens an entry in the Ledger area. */
  openEntry: (seq: number) => void;
  reset: () => void;
}

const INITIAL: LayoutValues = {
  area: 'flows',
  inspectorTab: 'plan',
  bottomTab: 'results',
  sideBar: true,
  inspector: true,
  bottom: true,
  sizes: {},
  shownRun: undefined,
  shownEntry: undefined,
};

export const useLayout = create<Layout>()(
  persist(
    (set) => ({
      ...INITIAL,
      showArea: (area) => set({ area }),
      showInspector: (inspectorTab) => set({ area: 'flows', inspector: true, inspectorTab }),
      showBottom: (bottomTab) => set({ area: 'flows', bottom: true, bottomTab }),
      toggle: (panel) => set((state) => ({ [panel]: !state[panel] }) as Partial<Layout>),
      setSizes: (group, sizes) => set((state) => ({ sizes: { ...state.sizes, [group]: sizes } })),
      openRun: (shownRun) => set({ area: 'runs', shownRun }),
      openEntry: (shownEntry) => set({ area: 'ledger', shownEntry }),
      reset: () => set(INITIAL),
    }),
    {
      name: 'voike.layout',
      partialize: ({ area, inspectorTab, bottomTab, sideBar, inspector, bottom, sizes }) => ({
        area,
        inspectorTab,
        bottomTab,
        sideBar,
        inspector,
        bottom,
        sizes,
      }),
    },
  ),
);
