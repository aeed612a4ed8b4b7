/** How the graph is looked at: which panels are open, which groups are collapsed. Kept in this profile; never in the text. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

interface PlanUi {
  /** The list of operations. */
  palette: boolean;
  /** The form of the selected node. */
  form: boolean;
  /** Whether the slowest path is marked. */
  slowest: boolean;
  /** Names of collapsed groups by document. */
  collapsed: Record<string, string[]>;
  set: (values: Partial<Pick<PlanUi, 'palette' | 'form' | 'slowest'>>) => void;
  setCollapsed: (documentId: string, names: string[]) => void;
}

const MOST_DOCUMENTS = 50;

export const usePlanUi = create<PlanUi>()(
  persist(
    (set) => ({
      palette: false,
      form: false,
      slowest: false,
      collapsed: {},
      set: (values) => set(values),
      setCollapsed: (documentId, names) =>
        set(({ collapsed }) => {
          const { [documentId]: _old, ...others } = collapsed;
          const kept = Object.entries(others).slice(-MOST_DOCUMENTS + 1);
          return { collapsed: { ...Object.fromEntries(kept), ...(names.length === 0 ? {} : { [documentId]: names }) } };
        }),
    }),
    { name: 'voike.plan' },
  ),
);

const NONE: string[] = [];

export const collapsedOf = (state: PlanUi, documentId: string | undefined): string[] =>
  documentId === undefined ? NONE : (state.collapsed[documentId] ?? NONE);

/** Collapses a group, or opens it again. */
export function toggleGroup(documentId: string, name: string): void {
  const { setCollapsed } = usePlanUi.getState();
  const names = collapsedOf(usePlanUi.getState(), documentId);
  setCollapsed(documentId, names.includes(name) ? names.filter((other) => other !== name) : [...names, name]);
}
