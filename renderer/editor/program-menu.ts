/** What the editor's own menu offers in a program: commands about the function and the line under the pointer. */
import { commandById, runCommand } from '../state/commands.ts';
import { useDocuments } from '../state/documents.ts';
import { isProgramDocument } from '../state/program.ts';
import type { monaco } from './monaco.ts';

type Editor = ReturnType<typeof monaco.editor.create>;

/** In the order of the menu. */
const OFFERED = ['program.runAtCursor', 'program.debugAtCursor', 'tests.runAtCursor', 'debug.breakpoint', 'view.vasm'];

/** Adds them, for as long as the editor lives; returns the function that stops. */
export function offerProgramMenu(editor: Editor, shown: () => string | undefined): () => void {
  const isProgram = editor.createContextKey<boolean>('voikeProgram', false);
  const follow = (): void =>
    isProgram.set(isProgramDocument(useDocuments.getState().documents.find(({ id }) => id === shown())));
  const changed = editor.onDidChangeModel(follow);
  const typed = useDocuments.subscribe((now, before) => {
    if (now.documents !== before.documents) follow();
  });
  const actions = OFFERED.map((id, order) =>
    editor.addAction({
      id: `voike.${id}`,
      label: commandById(id)?.title ?? id,
      precondition: 'voikeProgram',
      contextMenuGroupId: '1_program',
      contextMenuOrder: order,
      run: () => void runCommand(id),
    }),
  );
  follow();
  return () => {
    changed.dispose();
    typed();
    for (const action of actions) action.dispose();
  };
}
