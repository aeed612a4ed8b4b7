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

/** Each window of the shell has drafts of its own; browser tabs share those of the window `main`. */
const OF_WINDOW = windowName === 'main' ? '' : `@${windowName}`;

/** Where the last moment of a page is kept: localStorage alone is written at once. */
const LAST_MOMENT = `voike.drafts.last-moment${OF_WINDOW}`;

/** What a person can lose in a moment, of one document. */
type Moment = Pick<FlowDocument, 'id' | 'text' | 'revision' | 'inputs'>;

/** What was kept while the page went away; empty when nothing was, or when it cannot be read. */
function lastMoment(): Map<string, Moment> {
  try {
    const kept = JSON.parse(localStorage.getItem(LAST_MOMENT) ?? '[]') as Moment[];
    return new Map(kept.map((moment) => [moment.id, moment]));
  } catch {
    return new Map();
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'));
  });
}

/** Falls back to memory where the browser denies IndexedDB (private windows of some browsers). */
export async function indexedDbDrafts(name = `voike-workbench${OF_WINDOW}`): Promise<DraftStorage> {
  let db: IDBDatabase;
  try {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore('documents', { keyPath: 'id' });
      opening.result.createObjectStore('session');
    };
    db = await settled(opening);
  } catch {
    return memoryDrafts();
  }
  return {
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
      const activeId = documents.some((item) => item.id === session?.activeId) ? session?.activeId : undefined;
      const moments = lastMoment();
      const latest = documents.map((document) => {
        const moment = moments.get(document.id);
        // A moment that was kept before a crash may be older than what was written after it.
        return moment !== undefined && moment.revision >= document.revision ? { ...document, ...moment } : document;
      });
      return { documents: latest, activeId };
    },
    save: async (change) => {
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
    },
    keepAtOnce: (documents) => {
      try {
        if (documents.length === 0) localStorage.removeItem(LAST_MOMENT);
        else {
          const moments = documents.map(({ id, text, revision, inputs }): Moment => ({ id, text, revision, inputs }));
          localStorage.setItem(LAST_MOMENT, JSON.stringify(moments));
        }
      } catch {
        // Storage is full or denied: IndexedDB has all but the last fifth of a second.
      }
    },
  };
}
