/** Where drafts are kept: IndexedDB in the product (text of any size, file handles too), memory in tests. */
import type { FlowDocument } from './documents.ts';
import { windowName } from './window-key.ts';

export interface DraftStorage {
  load(): Promise<{ documents: FlowDocument[]; activeId: string | undefined }>;
  save(change: {
    changed: FlowDocument[];
    gone: string[];
    order: string[];
    activeId: string | undefined;
  }): Promise<void>;
  /**
   * Keeps these documents before it returns, for the next `load`: asked while the page goes away, when nothing that takes
   * time is finished any more. What was kept so before is forgotten.
   */
  keepAtOnce(documents: FlowDocument[]): void;
}

export function memoryDrafts(): DraftStorage {
  const documents = new Map<string, FlowDocument>();
  let order: string[] = [];
  let active: string | undefined;
  return {
    load: () =>
      Promise.resolve({
        documents: order.map((id) => documents.get(id)).filter((item) => item !== undefined),
        activeId: active,
      }),
    save: (change) => {
      for (const document of change.changed) documents.set(document.id, document);
      for (const id of change.gone) documents.delete(id);
      order = change.order;
      active = change.activeId;
      return Promise.resolve();
    },
    keepAtOnce: (kept) => {
      for (const document of kept) documents.set(document.id, document);
    },
  };
}

/** Where a tab remembers which drafts are its own, over a reload. */
const TAB = 'voike.tab';

/** How long a new tab waits for drafts that a page before it may still be letting go. */
const PATIENCE_MS = 500;

/** The same for a tab that had them: it was loaded anew, and on a busy machine the page before it goes slowly. */
const LONG_PATIENCE_MS = 10_000;

/**
 * Whose drafts these are, as the end of a name. A window of the shell has its own by its name. So has a browser tab: the
 * first has those of `main`, another that is open at the same time gets others, since two that write the same drafts would
 * undo each other's work. They are held by a lock, which the browser takes back when the tab is gone, however it went.
 */
async function ownDrafts(): Promise<string> {
  if (windowName !== 'main') return `@${windowName}`;
  const { locks } = navigator;
  if (locks === undefined) return '';
  const take = (name: string, options: LockOptions): Promise<boolean> =>
    new Promise((resolve) => {
      locks
        .request(`voike.drafts${name}`, options, (lock) => {
          resolve(lock !== null);
          // Held as long as the page lives.
          return lock === null ? undefined : new Promise<never>(() => undefined);
        })
        .catch(() => resolve(false));
    });
  const before = sessionStorage.getItem(TAB);
  const own = before ?? '';
  const names = ['', ...Array.from({ length: 50 }, (_, at) => `@tab-${at + 2}`)].filter((name) => name !== own);
  let name = own;
  if (!(await take(own, { signal: AbortSignal.timeout(before === null ? PATIENCE_MS : LONG_PATIENCE_MS) })))
    for (name of names) if (await take(name, { ifAvailable: true })) break;
  sessionStorage.setItem(TAB, name);
  return name;
}

/** Where the last moment of a page is kept: localStorage alone is written at once. */
const lastMomentOf = (owner: string): string => `voike.drafts.last-moment${owner}`;

/** What a person can lose in a moment, of one document; a file handle cannot be kept so. */
type Moment = Omit<FlowDocument, 'handle'>;

/** What was kept while the page went away; empty when nothing was, or when it cannot be read. */
function lastMoment(key: string): Moment[] {
  try {
    // What an older version kept had no name, and only belongs to documents that are there.
    return (JSON.parse(localStorage.getItem(key) ?? '[]') as Moment[]).filter(({ name }) => name !== undefined);
  } catch {
    return [];
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'));
  });
}

/** Falls back to memory where the browser denies IndexedDB (private windows of some browsers). */
export async function indexedDbDrafts(): Promise<DraftStorage> {
  let db: IDBDatabase;
  let moment: string;
  try {
    const owner = await ownDrafts();
    moment = lastMomentOf(owner);
    const opening = indexedDB.open(`voike-workbench${owner}`, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore('documents', { keyPath: 'id' });
      opening.result.createObjectStore('session');
    };
    db = await settled(opening);
  } catch {
    return memoryDrafts();
  }
  const save: DraftStorage['save'] = async (change) => {
    const write = db.transaction(['documents', 'session'], 'readwrite');
    const documents = write.objectStore('documents');
    for (const document of change.changed) documents.put(document);
    for (const id of change.gone) documents.delete(id);
    write.objectStore('session').put({ order: change.order, activeId: change.activeId }, 'tabs');
    await new Promise<void>((resolve, reject) => {
      write.oncomplete = () => resolve();
      write.onerror = () => reject(write.error ?? new Error('IndexedDB failed'));
      write.onabort = () => reject(write.error ?? new Error('IndexedDB stopped'));
    });
  };
  return {
    save,
    load: async () => {
      const read = db.transaction(['documents', 'session'], 'readonly');
      const [all, session] = await Promise.all([
        settled(read.objectStore('documents').getAll() as IDBRequest<FlowDocument[]>),
        settled(
          read.objectStore('session').get('tabs') as IDBRequest<
            { order: string[]; activeId: string | undefined } | undefined
          >,
        ),
      ]);
      const place = new Map(session?.order.map((id, at) => [id, at]));
      const documents = all.toSorted((a, b) => (place.get(a.id) ?? Infinity) - (place.get(b.id) ?? Infinity));
      let activeId = documents.some((item) => item.id === session?.activeId) ? session?.activeId : undefined;
      const changed: FlowDocument[] = [];
      for (const last of lastMoment(moment)) {
        const at = documents.findIndex((item) => item.id === last.id);
        const stored = documents[at];
        if (stored === undefined) {
          // It was opened in that very moment.
          documents.push(last);
          changed.push(last);
          activeId = last.id;
        } else if (last.revision >= stored.revision) {
          changed.push((documents[at] = { ...stored, ...last }));
        }
      }
      // From here on the moment is a draft like any other; kept on, it could bring back what is closed later.
      if (changed.length > 0) await save({ changed, gone: [], order: documents.map((item) => item.id), activeId });
      localStorage.removeItem(moment);
      return { documents, activeId };
    },
    keepAtOnce: (documents) => {
      try {
        const withoutHandles = (key: string, value: unknown): unknown => (key === 'handle' ? undefined : value);
        if (documents.length === 0) localStorage.removeItem(moment);
        else localStorage.setItem(moment, JSON.stringify(documents, withoutHandles));
      } catch {
        // Storage is full or denied: IndexedDB has all but the last fifth of a second.
      }
    },
  };
}
