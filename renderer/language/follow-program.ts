/** Keeps what is known of the active document as a program true: asks the worker when the typing pauses. */
import { useDocuments } from '../state/documents.ts';
import { isProgramDocument, useProgram } from '../state/program.ts';
import { ask } from './client.ts';

/** Milliseconds without a key before a program is compiled anew. */
const PAUSE = 150;

/** Called once by main.tsx. */
export function followProgram(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked: { id: string; revision: number } | undefined;
  const read = async (): Promise<void> => {
    timer = undefined;
    const { documents, activeId } = useDocuments.getState();
    const document = documents.find(({ id }) => id === activeId);
    if (document === undefined || !isProgramDocument(document)) return;
    const { id, revision, text } = document;
    if (asked?.id === id && asked.revision === revision) return;
    asked = { id, revision };
    const facts = await ask(id, 'program').catch(() => {
      asked = undefined;
      return undefined;
    });
    // Another text is there, or another document: its answer is on the way.
    if (facts === undefined || asked?.id !== id || asked.revision !== revision) return;
    const { mistakes, compiled } = facts;
    useProgram.setState({
      revision,
      mistakes,
      ...(compiled === undefined ? {} : { good: { revision, text, ...compiled } }),
    });
  };
  const follow = (): void => {
    const { documents, activeId } = useDocuments.getState();
    const document = documents.find(({ id }) => id === activeId);
    const isOne = isProgramDocument(document);
    if (useProgram.getState().documentId !== (isOne ? activeId : undefined)) {
      asked = undefined;
      useProgram.setState({ documentId: isOne ? activeId : undefined, revision: 0, mistakes: [], good: undefined });
      clearTimeout(timer);
      if (isOne) timer = setTimeout(() => void read(), 0);
    } else if (isOne && document!.revision !== asked?.revision) {
      clearTimeout(timer);
      timer = setTimeout(() => void read(), PAUSE);
    }
  };
  useDocuments.subscribe((now, before) => {
    if (now.documents !== before.documents || now.activeId !== before.activeId) follow();
  });
  follow();
}
