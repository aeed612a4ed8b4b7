/** Where "go to anything" can lead. A folder brings a source of its own; the list is in app/goto.ts. */
import type { LucideIcon } from 'lucide-react';

export interface GotoTarget {
  /** Stable: what was chosen lately comes first by it. */
  key: string;
  icon: LucideIcon;
  title: string;
  /** What kind of thing it is, or where it is: at the right. */
  side: string;
  /** It cannot be chosen now; `side` says what it needs. */
  off?: boolean;
  run: () => void;
}

export interface GotoSource {
  id: string;
  /**
   * What it has. Called when the palette opens, and for each text when `asks` is true (a search on the node); what comes
   * later than the text it was asked for is not shown.
   */
  targets: (text: string, signal: AbortSignal) => readonly GotoTarget[] | Promise<readonly GotoTarget[]>;
  asks?: boolean;
}
