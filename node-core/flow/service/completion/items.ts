/** Items that are being gathered for a place. Browser-safe. */
import type { Context } from '../context.ts';
import type { CompletionItem, CompletionKind } from '../item.ts';

/** Items for one place, each label of a kind once. */
export class Items {
  private readonly found = new Map<string, CompletionItem>();
  private readonly context: Context;

  constructor(context: Context) {
    this.context = context;
  }

  /** `rank` 0 to 9, best first; within a rank in the order of adding. The first of a label and kind stays. */
  add(
    rank: number,
    kind: CompletionKind,
    label: string,
    more: { detail?: string; documentation?: string; insert?: string; snippet?: string } = {},
  ): void {
    const key = `${kind} ${label}`;
    if (this.found.has(key)) return;
    this.found.set(key, {
      label,
      kind,
      ...(more.detail === undefined ? {} : { detail: more.detail }),
      ...(more.documentation === undefined ? {} : { documentation: more.documentation }),
      insert: more.snippet ?? more.insert ?? label,
      snippet: more.snippet !== undefined,
      range: this.context.range,
      sort: `${rank}${String(this.found.size).padStart(4, '0')}`,
    });
  }

  list(): CompletionItem[] {
    return [...this.found.values()].sort((a, b) => (a.sort < b.sort ? -1 : a.sort > b.sort ? 1 : 0));
  }
}
