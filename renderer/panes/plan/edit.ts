/** One change of the plan through its graph: the language worker says how the text must change, and the text changes. */
import type { EditResult, GraphEdit } from '../../../node-core/flow/edit/types.ts';
import { ask } from '../../language/client.ts';
import { activeDocument } from '../../state/documents.ts';
import { applyEdits } from '../../state/editor-actions.ts';
import { treeOf } from '../../state/language.ts';
import { toast, toastProblem } from '../../ui/toasts.ts';
import { chooseNodes } from './plan-selection.ts';
import { wantPlace } from './use-plan-layout.ts';

export interface EditOptions {
  /** Where the first new node shall stand. */
  at?: { x: number; y: number };
  /** Selects what the edit made (default true). */
  select?: boolean;
  /** Says in the caller's own place why it cannot be done; else a toast says it. */
  refused?: (reason: string) => void;
}

/** Edits wait for each other: each is made for the text that the one before left. */
let last: Promise<unknown> = Promise.resolve();

/** Makes a change of the active document; resolves with the ids of what it made or changed, or undefined when it was refused. */
export function changePlan(edit: GraphEdit, options: EditOptions = {}): Promise<string[] | undefined> {
  const next = last.then(() => change(edit, options));
  last = next.catch(() => undefined);
  return next;
}

async function change(edit: GraphEdit, options: EditOptions): Promise<string[] | undefined> {
  const document = activeDocument();
  if (document === undefined) return undefined;
  try {
    const result: EditResult = await ask(document.id, 'editGraph', edit);
    if (!result.ok) {
      (options.refused ?? ((reason) => toast({ tone: 'warn', text: reason })))(result.reason);
      return undefined;
    }
    // Somebody typed meanwhile: the edits are for another text.
    if (activeDocument()?.revision !== document.revision) return await change(edit, options);
    const [first] = result.select;
    if (options.at !== undefined && first !== undefined) wantPlace(first, options.at);
    applyEdits(document.id, result.edits);
    const revision = activeDocument()?.revision ?? 0;
    await treeOf(document.id, revision);
    if (options.select !== false && result.select.length > 0 && activeDocument()?.id === document.id)
      chooseNodes(result.select);
    return result.select;
  } catch (thrown) {
    toastProblem(thrown);
    return undefined;
  }
}

/** Makes a change whose refusal is said where it was asked for: resolves with the reason, or undefined when it was made. */
export async function reasonAgainst(edit: GraphEdit, options: EditOptions = {}): Promise<string | undefined> {
  let reason: string | undefined;
  const refused = (why: string): void => {
    reason = why;
  };
  const made = await changePlan(edit, { ...options, refused });
  return made === undefined ? (reason ?? 'This change could not be made.') : undefined;
}
