/** What keeps the text of a document from running or being deployed, and leading to it instead. */
import { LineIndex } from '../../node-core/flow/syntax/lines.ts';
import type { Diagnostic } from '../../node-core/flow/syntax/ast.ts';
import { count } from '../ui/format.ts';
import { toast } from '../ui/toasts.ts';
import { revealRange } from './cursor.ts';
import type { FlowDocument } from './documents.ts';
import { useLanguage } from './language.ts';
import { useLayout } from './layout.ts';

/** The errors in this very text, in its order; none while it was not read yet, as of a document that is not the active one. */
export function mistakesIn({ id, revision }: Pick<FlowDocument, 'id' | 'revision'>): Diagnostic[] {
  const known = useLanguage.getState();
  if (known.documentId !== id || known.revision !== revision) return [];
  return known.diagnostics
    .filter(({ severity }) => severity === 'error')
    .toSorted((a, b) => a.range.start - b.range.start);
}

/** When the text has errors: says so, and puts the cursor at the first one. @returns whether it has any */
export function leadToMistake(document: FlowDocument): boolean {
  const mistakes = mistakesIn(document);
  const [first] = mistakes;
  if (first === undefined) return false;
  const { line } = new LineIndex(document.text).position(first.range.start);
  toast({
    tone: 'warn',
    text: `${document.name} cannot run yet: it has ${count(mistakes.length, 'mistake')}.`,
    hint: `Line ${line}: ${first.message}`,
  });
  useLayout.getState().showDocked('problems');
  revealRange(first.range, { documentId: document.id, focus: true });
  return true;
}
