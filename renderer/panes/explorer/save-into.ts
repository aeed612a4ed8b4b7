/** Saving a document that has no file yet into one of the open folders. */
import type { FileText, Workspace } from '../../../node-core/files/schema.ts';
import { client } from '../../state/connection.ts';
import { type FlowDocument, useDocuments } from '../../state/documents.ts';
import { useWorkspaces } from '../../state/workspaces.ts';
import { confirm } from '../../ui/dialogs.ts';
import { fileName } from '../../ui/format.ts';
import { problemOf } from '../../ui/problem.ts';
import { toast, toastProblem } from '../../ui/toasts.ts';
import { askPath } from './prompt.ts';

/** True when saved, false when cancelled or refused, `no-folder` when no folder is open. */
export async function saveIntoFolder(document: FlowDocument): Promise<boolean | 'no-folder'> {
  const folders = (useWorkspaces.getState().workspaces ?? []).filter(({ missing }) => !missing);
  const [first] = folders;
  if (first === undefined) return 'no-folder';
  const by = first.path.includes('\\') ? '\\' : '/';
  const begin = first.path + by;
  const dot = document.name.lastIndexOf('.');
  const answer = await askPath({
    title: `Save ${document.name}`,
    path: begin + document.name,
    select: { start: begin.length, end: begin.length + (dot > 0 ? dot : document.name.length) },
    action: 'Save',
    hint: 'In one of the open folders.',
  });
  if (answer === undefined) return false;
  const place = inside(folders, answer);
  if (place === undefined) {
    toast({
      tone: 'failed',
      text: `${answer} is in no folder that is open.`,
      hint: `Save it below ${folders.map(({ path }) => path).join(' or ')}, or open its folder first.`,
    });
    return false;
  }
  const { text } = document;
  try {
    const written = await client()
      .call<FileText>('files.create', { ...place, text })
      .catch(async (thrown: unknown) => {
        if (problemOf(thrown).code !== 'file-exists') throw thrown;
        const over = await confirm({
          title: `Replace ${fileName(place.path)}?`,
          body: 'Its present text stays in the history of the file.',
          action: 'Replace',
        });
        return over ? await client().call<FileText>('files.write', { ...place, text }) : undefined;
      });
    if (written === undefined) return false;
    useDocuments.getState().markSaved(document.id, {
      text,
      file: place,
      name: fileName(place.path),
      origin: answer,
      version: written.version,
    });
    return true;
  } catch (thrown) {
    toastProblem(thrown);
    return false;
  }
}

function inside(folders: readonly Workspace[], path: string): { workspace: string; path: string } | undefined {
  for (const folder of folders.toSorted((a, b) => b.path.length - a.path.length)) {
    const by = folder.path.includes('\\') ? '\\' : '/';
    if (path.startsWith(folder.path + by))
      return {
        workspace: folder.id,
        path: path
          .slice(folder.path.length + 1)
          .split(by)
          .join('/'),
      };
  }
  return undefined;
}
