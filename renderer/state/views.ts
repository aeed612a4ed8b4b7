/**
 * What a view is: anything that the frame can show in one of its places. The list is put together in app/views.ts from
 * the folders' own `views.ts`.
 */
import type { LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';
import type { DocumentForm } from './documents.ts';

/**
 * Where a view stands by default:
 *   side       in the side bar: a view of its own with an icon in the activity bar, or a section of another (`within`)
 *   editor     a tab among the editors, opened with parameters: `openEditor('table', { name: 'airports' })`
 *   inspector  a tab at the right, about the active document
 *   bottom     a tab below the editors
 *   area       instead of everything between the bars, with an icon in the activity bar
 */
export type Place = 'side' | 'editor' | 'inspector' | 'bottom' | 'area';

/** What a view in the place `editor` is opened with: plain values, because they are kept with the layout. */
export type ViewParams = Readonly<Record<string, string | number | boolean | undefined>>;

export interface ViewProps {
  /** Empty for a view that is opened without parameters. */
  params: ViewParams;
  /** Changes the title of the view's tab (place `editor`). */
  setTitle: (title: string) => void;
}

export interface View {
  /** Stable: layouts and links are kept by it. */
  id: string;
  title: string;
  icon: LucideIcon;
  place: Place;
  /** Views of one place stand in ascending order; leave gaps of ten. */
  order: number;
  /**
   * Fetches the code when the view is first shown: `() => import('./Pane.tsx').then((it) => it.Pane)`. A side view
   * without it is made of the sections that name it in `within`.
   */
  load?: () => Promise<ComponentType<ViewProps> | ComponentType>;
  /** Instead of `load`: for what is on view from the first moment. */
  component?: ComponentType<ViewProps> | ComponentType;
  /** For a section of a side view: that view's id. A section brings its own heading. */
  within?: string;
  /** For views in an inspector or below that are about a document: shown only while one is open. */
  needsDocument?: boolean;
  /** For such views: which texts they are about; plans when it is left out. For others its face says what they are. */
  forms?: readonly DocumentForm[];
  /** False when the node or the window does not have it; it is then not shown at all. Asked when the connection changes. */
  when?: () => boolean;
  /** A small count after the title, as a hook: `() => useLanguage((state) => state.diagnostics.length)`. 0 shows nothing in the activity bar. */
  useBadge?: () => number | undefined;
  /** How screen readers hear the badge: `3 running`. */
  badgeLabel?: (badge: number) => string;
  /** For place `editor`: the tab's title by its parameters. */
  titleOf?: (params: ViewParams) => string;
}
