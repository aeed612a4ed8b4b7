/** Commands that compare texts. */
import { CAUSE_WORDS, type FileVersion } from '../../../node-core/files/schema.ts';
import type { Command } from '../../state/commands.ts';
import { client } from '../../state/connection.ts';
import { activeDocument, isDirty, useDocuments } from '../../state/documents.ts';
import { useRuns } from '../../state/run.ts';
import { findFiles } from '../../state/workspaces.ts';
import { relativeTime } from '../../ui/format.ts';
import { pick, type PickItem } from './pick.ts';
import { diskSide, editorSide, fileSide, openDiff, runSide, savedSide, type Side, versionSide } from './sources.ts';

/** Everything that the active document can be compared with. The ids are sides. */
async function others(documentId: string, query: string, signal: AbortSignal): Promise<PickItem[]> {
  const { documents } = useDocuments.getState();
  const document = documents.find((item) => item.id === documentId);
  if (document === undefined) return [];
  const wanted = query.trim().toLowerCase();
  const fits = (text: string): boolean => text.toLowerCase().includes(wanted);
  const items: PickItem[] = [];
  if (isDirty(document))
    items.push({ id: savedSide(documentId), label: `${document.name}, as it was saved`, side: '' });
  if (document.file !== undefined) {
    const { versions } = await client().call<{ versions: FileVersion[] }>(
      'files.history',
      { ...document.file, limit: 30 },
      { signal },
    );
    for (const { id, time, cause } of versions) {
      const { workspace, path } = document.file;
      items.push({
        id: versionSide(workspace, path, id),
        label: `${document.name}, ${CAUSE_WORDS[cause]} ${relativeTime(time)}`,
        side: 'version',
      });
    }
  }
  for (const run of useRuns
    .getState()
    .recent.filter((one) => one.origin === document.origin)
    .slice(0, 20))
    items.push({
      id: runSide(run.id),
      label: `${run.name}, ran ${relativeTime(run.createdAt)}`,
      side: `run, ${run.state}`,
    });
  for (const other of documents)
    if (other.id !== documentId) items.push({ id: editorSide(other.id), label: other.name, side: 'open file' });
  const found = items.filter((item) => fits(item.label));
  for (const { workspace, path } of await findFiles(query, signal, 20))
    if (documents.every(({ file }) => file?.workspace !== workspace || file.path !== path))
      found.push({ id: fileSide(workspace, path), label: path, side: 'file' });
  return found;
}

const active = (then: (documentId: string) => void) => (): void => {
  const document = activeDocument();
  if (document !== undefined) then(document.id);
};

export const diffCommands: readonly Command[] = [
  {
    id: 'compare.withSaved',
    title: 'Compare with saved',
    run: active((id) => openDiff(savedSide(id), editorSide(id))),
    when: () => activeDocument() !== undefined,
  },
  {
    id: 'compare.withDisk',
    title: 'Compare with what another program wrote',
    run: active((id) => openDiff(diskSide(id), editorSide(id))),
    when: () => activeDocument()?.conflict?.kind === 'changed',
  },
  {
    id: 'compare.with',
    title: 'Compare with…',
    run: active((id) => {
      void pick('Compare with', (query, signal) => others(id, query, signal)).then((side: Side | undefined) => {
        if (side !== undefined) openDiff(side, editorSide(id));
      });
    }),
    when: () => activeDocument() !== undefined,
  },
];
