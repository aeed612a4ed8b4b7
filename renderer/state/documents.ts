/**
 * Open documents: tabs, text, what is unsaved. Every change is kept in a draft storage (IndexedDB) within moments,
 * so that a crash, a reload or a closed window loses nothing.
 */
import { create } from 'zustand';
import { isProgram } from '../../node-core/flow/program/form.ts';
import { toast } from '../ui/toasts.ts';
import type { DraftStorage } from './drafts.ts';

export interface FlowDocument {
  /** Stable within this profile. */
  id: string;
  /** File name: `airports-by-state.flow`. */
  name: string;
  /** Absolute path, in Electron. */
  path?: string;
  /** Writable handle of the File System Access API, in a browser. */
  handle?: FileSystemFileHandle;
  /** Where it came from, for the run's `origin`: a path or `sample:<name>`. */
  origin?: string;
  /** A file of an open folder: the node reads and writes it. */
  file?: WorkspaceFile;
  /** For such a file: the version (SHA-256) that `saved` is; what a save expects to find. */
  version?: string;
  /** For such a file: what another program did to it while it had unsaved changes. */
  conflict?: FileConflict;
  /** Text as it is on disk, in the sample, or empty for a new document. */
  saved: string;
  text: string;
  /** Grows with every change of `text`. */
  revision: number;
  /** Values for INPUTS as the Execute pane holds them: FileRef, number, text, … */
  inputs: Record<string, unknown>;
}

/** Which file of which open folder. */
export interface WorkspaceFile {
  workspace: string;
  /** Relative, parts joined by `/`. */
  path: string;
}

/** The file is gone, or its text is another than the one that the changes began with. */
export type FileConflict = { kind: 'removed' } | { kind: 'changed'; text: string; version: string };

/** What a text is: FLOW in one of its two forms, or some other text of a folder. */
export type DocumentForm = 'plan' | 'program' | 'text';

const forms = new WeakMap<object, DocumentForm>();

/** Of a document as it is now: each change makes a new one. */
export function formOf(
  document: Pick<FlowDocument, 'name' | 'text'> & { file?: WorkspaceFile | undefined },
): DocumentForm {
  let form = forms.get(document);
  if (form === undefined) {
    const flow = document.file === undefined || /\.flow$/i.test(document.name);
    form = !flow ? 'text' : isProgram(document.text) ? 'program' : 'plan';
    forms.set(document, form);
  }
  return form;
}

export function isDirty(document: FlowDocument): boolean {
  return document.text !== document.saved;
}

interface Documents {
  documents: FlowDocument[];
  activeId: string | undefined;
  /** Grows whenever somebody asks for a document, also for the active one: its tab comes to the front. */
  asked: number;
  /** True once the drafts of the last session are back. */
  restored: boolean;
  /** Opens a document, or activates the one that is already open from the same place; returns its id. */
  open: (source: OpenedSource) => string;
  /** A new plan or program with a first thing in it. */
  create: (form?: 'plan' | 'program') => string;
  activate: (id: string) => void;
  /** Moves to the next tab (1) or the one before (-1). */
  cycle: (by: 1 | -1) => void;
  setText: (id: string, text: string) => void;
  setInput: (id: string, name: string, value: unknown) => void;
  setInputs: (id: string, inputs: Record<string, unknown>) => void;
  /** What is on the disk now; a conflict is over. */
  markSaved: (
    id: string,
    saved: Partial<Pick<FlowDocument, 'name' | 'path' | 'handle' | 'file' | 'version' | 'origin'>> & { text: string },
  ) => void;
  /** The file got another name, or something happened to it. `conflict: undefined` ends a conflict. */
  setFile: (
    id: string,
    change: { file?: WorkspaceFile; name?: string; origin?: string; conflict?: FileConflict | undefined },
  ) => void;
  /** Closes without asking; see app/files.ts for the guard. */
  close: (id: string) => void;
}

export interface OpenedSource {
  name: string;
  text: string;
  path?: string;
  handle?: FileSystemFileHandle;
  origin?: string;
  file?: WorkspaceFile;
  version?: string;
  inputs?: Record<string, unknown>;
}

/** Documents of one place are one document. */
const placeOf = ({ file, path, origin }: Pick<FlowDocument, 'file' | 'path' | 'origin'>): string | undefined =>
  file === undefined ? (path ?? origin) : `${file.workspace}:${file.path}`;

const NEW_PLAN = `FLOW "Untitled"

INPUTS
  file data
END INPUTS

STEP load =
  LOAD CSV FROM data

OUTPUT load AS "Rows"
END FLOW
`;

export const NEW_PROGRAM = `func double(n: Int) -> Int {
  return n * 2
}

test "twice the number" {
  expect double(21) == 42
}
`;

function newId(): string {
  return globalThis.crypto.randomUUID();
}

export const useDocuments = create<Documents>()((set, get) => {
  const change = (id: string, patch: (document: FlowDocument) => Partial<FlowDocument>): void =>
    set((state) => ({
      documents: state.documents.map((item) => (item.id === id ? { ...item, ...patch(item) } : item)),
    }));
  return {
    documents: [],
    activeId: undefined,
    asked: 0,
    restored: false,
    open: (source) => {
      const place = placeOf(source);
      const present = place === undefined ? undefined : get().documents.find((item) => placeOf(item) === place);
      if (present !== undefined) {
        get().activate(present.id);
        return present.id;
      }
      const id = newId();
      const { name, text, inputs, ...where } = source;
      const document: FlowDocument = {
        id,
        name,
        saved: text,
        text,
        revision: 1,
        inputs: inputs ?? {},
        ...where,
      };
      set((state) => ({ documents: [...state.documents, document], activeId: id, asked: state.asked + 1 }));
      return id;
    },
    create: (form = 'plan') => {
      const names = new Set(get().documents.map((item) => item.name));
      let number = 1;
      while (names.has(`untitled-${number}.flow`)) number += 1;
      return get().open({ name: `untitled-${number}.flow`, text: form === 'plan' ? NEW_PLAN : NEW_PROGRAM });
    },
    activate: (id) => {
      if (get().documents.some((item) => item.id === id)) set((state) => ({ activeId: id, asked: state.asked + 1 }));
    },
    cycle: (by) => {
      const { documents, activeId } = get();
      const at = documents.findIndex((item) => item.id === activeId);
      const next = documents[(at + by + documents.length) % documents.length];
      if (next !== undefined) set({ activeId: next.id });
    },
    setText: (id, text) =>
      change(id, (document) => (document.text === text ? {} : { text, revision: document.revision + 1 })),
    setInput: (id, name, value) =>
      change(id, (document) => {
        const inputs = { ...document.inputs, [name]: value };
        if (value === undefined) delete inputs[name];
        return { inputs };
      }),
    setInputs: (id, inputs) => change(id, () => ({ inputs })),
    markSaved: (id, { text, ...place }) =>
      set((state) => ({
        documents: state.documents.map((item) => (item.id === id ? over({ ...item, saved: text, ...place }) : item)),
      })),
    setFile: (id, { conflict, ...place }) =>
      set((state) => ({
        documents: state.documents.map((item) =>
          item.id !== id
            ? item
            : conflict === undefined
              ? over({ ...item, ...place })
              : { ...item, ...place, conflict },
        ),
      })),
    close: (id) =>
      set((state) => {
        const at = state.documents.findIndex((item) => item.id === id);
        const documents = state.documents.filter((item) => item.id !== id);
        const activeId =
          state.activeId === id ? (documents[Math.min(at, documents.length - 1)]?.id ?? undefined) : state.activeId;
        return { documents, activeId };
      }),
  };
});

/** Tells the id of each document that is closed, so that what was kept for it can go. Returns the function that stops. */
export function onDocumentClosed(closed: (id: string) => void): () => void {
  return useDocuments.subscribe(({ documents }, before) => {
    if (documents === before.documents) return;
    const open = new Set(documents.map(({ id }) => id));
    for (const { id } of before.documents) if (!open.has(id)) closed(id);
  });
}

/** The document without its conflict. */
function over({ conflict: _over, ...document }: FlowDocument): FlowDocument {
  return document;
}

/** The active document, or undefined when no tab is open. */
export function activeDocument(): FlowDocument | undefined {
  const { documents, activeId } = useDocuments.getState();
  return documents.find((item) => item.id === activeId);
}

/** In a component: the active document. */
export function useActiveDocument(): FlowDocument | undefined {
  return useDocuments((state) => state.documents.find((item) => item.id === state.activeId));
}

/** What tabs and lists show of a document: changes seldom, while the text changes with every key. */
export interface DocumentTab {
  id: string;
  name: string;
  path: string | undefined;
  origin: string | undefined;
  file: WorkspaceFile | undefined;
  conflict: FileConflict['kind'] | undefined;
  dirty: boolean;
  form: DocumentForm;
}

let tabs: DocumentTab[] = [];

/** The same array as before while no tab looks different. Exported for tests. */
export function tabsOf(documents: readonly FlowDocument[]): DocumentTab[] {
  const now = documents.map((item, at): DocumentTab => {
    const before = tabs[at];
    const { id, name, path, origin, file } = item;
    const conflict = item.conflict?.kind;
    const dirty = isDirty(item);
    const form = formOf(item);
    return before?.id === id &&
      before.name === name &&
      before.path === path &&
      before.origin === origin &&
      before.file === file &&
      before.conflict === conflict &&
      before.dirty === dirty &&
      before.form === form
      ? before
      : { id, name, path, origin, file, conflict, dirty, form };
  });
  if (now.length !== tabs.length || now.some((item, at) => item !== tabs[at])) tabs = now;
  return tabs;
}

/** In a component: the open tabs. */
export function useTabs(): DocumentTab[] {
  return useDocuments((state) => tabsOf(state.documents));
}

/** Where a document is from, as the node is told with a run; by it new versions of a program are known again. */
export const originOf = ({ origin, path, name }: Pick<FlowDocument, 'origin' | 'path' | 'name'>): string =>
  origin ?? path ?? name;

/** Where a document is from, in a word or two: `sample`, its folder, `not saved yet`. */
export function sourceName({ origin, path, file }: Pick<DocumentTab, 'origin' | 'path' | 'file'>): string {
  if (origin?.startsWith('sample:') === true) return 'sample';
  const whole = file?.path ?? path;
  if (whole === undefined) return 'not saved yet';
  const parts = whole.split(/[\\/]/).slice(0, -1);
  return parts.at(-1) || 'folder';
}

/** What tells a tab from others of its name; undefined for a name that stands once. */
export function besideName(tabs: readonly DocumentTab[], tab: DocumentTab): string | undefined {
  return tabs.some((other) => other.id !== tab.id && other.name === tab.name) ? sourceName(tab) : undefined;
}

/** In a component: the active tab. */
export function useActiveTab(): DocumentTab | undefined {
  return useDocuments((state) => tabsOf(state.documents).find((item) => item.id === state.activeId));
}

/**
 * Brings back the last session's tabs and keeps every change from then on. Writes are gathered for `delay` ms;
 * `flush` (also run when the page is hidden) writes at once. Resolves when the drafts are back.
 */
export async function keepDrafts(
  storage: DraftStorage,
  delay = 200,
): Promise<{ flush: () => Promise<void>; leave: () => void }> {
  const stored = await storage.load();
  useDocuments.setState((state) => ({
    // Whatever was opened while the drafts were being read stays, after them.
    documents: [
      ...stored.documents,
      ...state.documents.filter((item) => !stored.documents.some((old) => old.id === item.id)),
    ],
    activeId: state.activeId ?? stored.activeId ?? stored.documents[0]?.id,
    restored: true,
  }));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isFailing = false;
  let written = useDocuments.getState();
  /** As of the last write that has ended. */
  let kept = written;
  const changedSince = (then: Documents): FlowDocument[] => {
    const before = new Map(then.documents.map((item) => [item.id, item]));
    return useDocuments.getState().documents.filter((item) => before.get(item.id) !== item);
  };
  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const now = useDocuments.getState();
    const changed = changedSince(written);
    const present = new Set(now.documents.map((item) => item.id));
    const gone = written.documents.filter((item) => !present.has(item.id)).map((item) => item.id);
    const before = written;
    written = now;
    try {
      await storage.save({ changed, gone, order: now.documents.map((item) => item.id), activeId: now.activeId });
      kept = now;
      isFailing = false;
    } catch {
      // Tried again with the next change.
      written = before;
      if (isFailing) return;
      isFailing = true;
      toast({
        tone: 'failed',
        text: 'What you type cannot be kept as a draft: the storage of this window is full or closed.',
        hint: 'Save your files now, and free some space.',
      });
    }
  };
  const leave = (): void => {
    storage.keepAtOnce(changedSince(kept));
    void flush();
  };
  useDocuments.subscribe((now, before) => {
    if (now.documents === before.documents && now.activeId === before.activeId) return;
    timer ??= setTimeout(() => void flush(), delay);
  });
  return { flush, leave };
}
