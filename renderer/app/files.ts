/**
 * Opening and saving: through the desktop shell's dialogs, the browser's File System Access API, or uploads and
 * downloads, whichever is there. Nothing is ever written without the person asking for it.
 */
import { offerSchedules } from '../panes/schedules/offer.ts';
import { newFlowFrom } from '../panes/plan/from-file.ts';
import { saveIntoFolder } from '../panes/explorer/save-into.ts';
import { activeDocument, type FlowDocument, isDirty, useDocuments } from '../state/documents.ts';
import { keepUnsaved, saveWorkspaceDocument } from '../state/workspace-files.ts';
import { importRun, isRunFile } from '../state/debug.ts';
import { ask } from '../ui/dialogs.ts';
import { toast, toastProblem } from '../ui/toasts.ts';

interface PickerWindow {
  showOpenFilePicker?: (options: object) => Promise<FileSystemFileHandle[]>;
  showSaveFilePicker?: (options: object) => Promise<FileSystemFileHandle>;
}

/** Browsers without these fall back to an upload and a download. */
const pickers = (): PickerWindow => window as unknown as PickerWindow;

const FLOW_TYPE = [{ description: 'FLOW', accept: { 'text/plain': ['.flow'] } }];
/** Larger text is no plan; opening it by mistake must not freeze the window. */
const MOST_BYTES = 16 * 1024 * 1024;

const isAbort = (thrown: unknown): boolean => thrown instanceof DOMException && thrown.name === 'AbortError';

/** Ctrl+O. */
export async function openFile(): Promise<void> {
  try {
    if (window.voike !== undefined) {
      const file = await window.voike.openFile();
      if (file !== null) useDocuments.getState().open({ ...file, origin: file.path });
      return;
    }
    const { showOpenFilePicker } = pickers();
    if (showOpenFilePicker !== undefined) {
      const handles = await showOpenFilePicker({ types: FLOW_TYPE, multiple: true });
      for (const handle of handles) await openBlob(await handle.getFile(), handle);
      return;
    }
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = '.flow,text/plain';
    input.multiple = true;
    input.onchange = () => {
      for (const file of input.files ?? []) void openBlob(file).catch(toastProblem);
    };
    input.click();
  } catch (thrown) {
    if (!isAbort(thrown)) toastProblem(thrown);
  }
}

/** Opens a file that was chosen or dropped. */
export async function openBlob(file: File, handle?: FileSystemFileHandle): Promise<void> {
  if (file.size > MOST_BYTES) {
    toast({
      tone: 'failed',
      text: `${file.name} is too large to be a FLOW plan.`,
      hint: 'Data files are given to a plan as inputs, in the Execute pane.',
    });
    return;
  }
  if (handle !== undefined) {
    for (const item of useDocuments.getState().documents) {
      if (item.handle !== undefined && (await item.handle.isSameEntry(handle))) {
        useDocuments.getState().activate(item.id);
        return;
      }
    }
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    toast({
      tone: 'failed',
      text: `${file.name} is not text in UTF-8.`,
      hint: 'Convert it first: saving it from here would damage it.',
    });
    return;
  }
  useDocuments.getState().open({ name: file.name, text, ...(handle === undefined ? {} : { handle }) });
}

/** Files dropped on the window: plans open, of a data file a new plan is made that reads it. */
export async function dropFiles(transfer: DataTransfer): Promise<void> {
  // Handles must be asked for before the first await: the transfer is empty afterwards.
  const waiting = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => ({
      file: item.getAsFile(),
      handle: (
        item as unknown as { getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> }
      ).getAsFileSystemHandle?.(),
    }));
  for (const { file, handle: asked } of waiting) {
    if (file === null) continue;
    if (isRunFile(file.name)) {
      await importRun(file);
      continue;
    }
    if (!/\.(flow|txt)$/i.test(file.name)) {
      await newFlowFrom(file);
      continue;
    }
    const handle = await asked?.catch(() => null);
    await openBlob(file, handle?.kind === 'file' ? (handle as FileSystemFileHandle) : undefined).catch(toastProblem);
  }
}

/** Ctrl+S; `anew` asks for a place even when there is one. Resolves with false when the person cancelled. */
export async function saveDocument(id?: string, anew = false): Promise<boolean> {
  const document =
    id === undefined ? activeDocument() : useDocuments.getState().documents.find((item) => item.id === id);
  if (document === undefined) return false;
  const saved = await save(document, anew);
  if (saved) void offerSchedules(document);
  return saved;
}

async function save(document: FlowDocument, anew: boolean): Promise<boolean> {
  if (document.file !== undefined && !anew) return saveWorkspaceDocument(document.id);
  const { text } = document;
  const { markSaved } = useDocuments.getState();
  try {
    // Without a place of its own, and with folders open, it goes into one of them.
    if (window.voike === undefined && document.path === undefined && document.handle === undefined) {
      const saved = await saveIntoFolder(document);
      if (saved !== 'no-folder') return saved;
    }
    if (window.voike !== undefined) {
      const place = await window.voike.saveFile({
        name: document.name,
        text,
        ...(document.path === undefined || anew ? {} : { path: document.path }),
      });
      if (place === null) return false;
      markSaved(document.id, { text, ...place });
      return true;
    }
    let { handle } = document;
    const { showSaveFilePicker } = pickers();
    if ((handle === undefined || anew) && showSaveFilePicker !== undefined) {
      handle = await showSaveFilePicker({ suggestedName: document.name, types: FLOW_TYPE });
    }
    if (handle === undefined) {
      download(document);
      markSaved(document.id, { text });
      toast({ tone: 'done', text: `${document.name} was downloaded.` });
      return true;
    }
    const stream = await handle.createWritable();
    await stream.write(text);
    await stream.close();
    markSaved(document.id, { text, name: handle.name, handle });
    return true;
  } catch (thrown) {
    if (!isAbort(thrown)) toastProblem(thrown);
    return false;
  }
}

function download({ name, text }: FlowDocument): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Closes a tab; asks first when it has unsaved changes. */
export async function closeDocument(id?: string): Promise<void> {
  const document =
    id === undefined ? activeDocument() : useDocuments.getState().documents.find((item) => item.id === id);
  if (document === undefined) return;
  if (isDirty(document)) {
    const answer = await ask({
      title: `Save ${document.name} before closing?`,
      body:
        document.file === undefined
          ? 'Your changes are lost if you do not save them.'
          : 'Without saving, your changes stay in the history of the file alone.',
      answers: [
        { id: 'drop', label: "Don't save", kind: 'danger' },
        { id: 'cancel', label: 'Cancel' },
        { id: 'save', label: 'Save', kind: 'primary' },
      ],
    });
    if (answer === 'cancel') return;
    if (answer === 'drop') await keepUnsaved(document);
    if (answer === 'save' && !(await saveDocument(document.id))) return;
  }
  useDocuments.getState().close(document.id);
}

/**
 * Asks before a browser tab goes while something is unsaved. The desktop window closes without asking: its drafts are
 * back when it opens again.
 */
export function guardUnsaved(): () => void {
  const before = (event: BeforeUnloadEvent): void => {
    if (window.voike === undefined && useDocuments.getState().documents.some(isDirty)) event.preventDefault();
  };
  addEventListener('beforeunload', before);
  return () => removeEventListener('beforeunload', before);
}
