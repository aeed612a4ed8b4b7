/** Steps from the clipboard: FLOW text becomes steps of this plan, with new names where the old ones are taken. */
import { ask } from '../../language/client.ts';
import { activeDocument } from '../../state/documents.ts';
import { applyEdits } from '../../state/editor-actions.ts';
import { treeOf } from '../../state/language.ts';
import { toast, toastProblem } from '../../ui/toasts.ts';
import { chooseNodes } from './plan-selection.ts';

export async function pasteText(text: string): Promise<void> {
  const document = activeDocument();
  if (document === undefined || text.trim() === '') return;
  try {
    const result = await ask(document.id, 'paste', text);
    if (!result.ok) {
      toast({ tone: 'warn', text: result.reason });
      return;
    }
    if (activeDocument()?.revision !== document.revision) return;
    applyEdits(document.id, result.edits);
    await treeOf(document.id, activeDocument()?.revision ?? 0);
    chooseNodes(result.select);
  } catch (thrown) {
    toastProblem(thrown);
  }
}

/** From the menu, where no key gives the page what is on the clipboard: the browser may ask the person first. */
export async function pasteFromClipboard(): Promise<void> {
  try {
    await pasteText(await navigator.clipboard.readText());
  } catch {
    toast({
      tone: 'warn',
      text: 'The browser does not let the page read the clipboard.',
      hint: 'Press Ctrl+V in the graph.',
    });
  }
}
