/** Puts text on the clipboard and says so. */
import { toast } from './toasts.ts';

export async function copyText(text: string, said = 'Copied'): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast({ tone: 'done', text: said });
  } catch {
    toast({ tone: 'failed', text: 'The browser did not allow writing to the clipboard.' });
  }
}
