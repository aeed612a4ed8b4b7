/**
 * What was said: messages of this window, and what the node tells (runs that failed while nobody watched, schedules). Each
 * has a read mark; the node keeps those of its own, so that every window shows them alike.
 */
import { create } from 'zustand';
import type { Notification } from '../../node-core/notifications/schema.ts';
import { onToast, toast, type Toast } from '../ui/toasts.ts';
import { client, onNodeEvent, onNodeLeft, useConnection } from './connection.ts';
import { useLayout } from './layout.ts';
import { getSetting } from './settings.ts';

export interface Notice {
  id: string;
  from: 'window' | 'node';
  tone: 'info' | 'done' | 'warn' | 'failed';
  title: string;
  text: string;
  /** ISO. */
  time: string;
  read: boolean;
  action?: { label: string; run: () => void };
}

interface Notices {
  /** Newest first, at most 200 of the window and what the node gave of its own. */
  notices: readonly Notice[];
  open: boolean;
}

export const useNotices = create<Notices>()(() => ({ notices: [], open: false }));

export const unreadOf = (notices: readonly Notice[]): number => notices.filter((notice) => !notice.read).length;

const MOST = 200;
let next = 1;

function toneOf(tone: Toast['tone']): Notice['tone'] {
  return tone === 'failed' || tone === 'warn' || tone === 'done' ? tone : 'info';
}

/** What is already seen when it is said ("Copied") needs no history. */
const isFleeting = (message: Omit<Toast, 'id'>): boolean =>
  message.tone === 'done' && message.hint === undefined && message.action === undefined;

function add(notice: Notice): void {
  useNotices.setState(({ notices, open }) => ({
    notices: [{ ...notice, read: notice.read || open }, ...notices.filter((old) => old.id !== notice.id)]
      .toSorted((a, b) => (a.time < b.time ? 1 : -1))
      .slice(0, MOST),
  }));
}

const LEVELS = { info: 'info', success: 'done', warning: 'warn', error: 'failed' } as const;

function fromNode({ id, level, title, text, link, time, read }: Notification): Notice {
  const { run } = link;
  return {
    id,
    from: 'node',
    tone: LEVELS[level],
    title,
    text,
    time,
    read,
    ...(run === undefined ? {} : { action: { label: 'Open the run', run: () => useLayout.getState().openRun(run) } }),
  };
}

/** Called once, by main.tsx. */
export function followNotifications(): void {
  onToast((message) => {
    const quiet = getSetting('workbench.doNotDisturb') && message.tone !== 'failed';
    if (!isFleeting(message)) {
      add({
        id: `window:${next++}`,
        from: 'window',
        tone: toneOf(message.tone),
        title: message.text,
        text: message.hint ?? '',
        time: new Date().toISOString(),
        // What pops up is seen; what was kept quiet is not.
        read: !quiet && message.tone !== 'failed',
        ...(message.action === undefined ? {} : { action: message.action }),
      });
    }
    return !quiet;
  });
  onNodeEvent((event) => {
    if (event.type === 'notification') {
      const notice = fromNode(event.notification);
      // The toast would be kept again by the listener above: the notice is there already.
      add(notice);
      tell(notice);
    } else if (event.type === 'notifications.changed' || event.type === 'reset') void load();
  });
  onNodeLeft(() =>
    useNotices.setState(({ notices }) => ({ notices: notices.filter(({ from }) => from === 'window') })),
  );
  useConnection.subscribe((now, before) => {
    if (now.phase === 'connected' && before.phase !== 'connected') void load();
  });
}

/** Pops up what the node told, without a second entry in the history. */
function tell(notice: Notice): void {
  if (useNotices.getState().open) return;
  const before = useNotices.getState().notices;
  toast({
    tone: notice.tone === 'info' ? undefined : notice.tone,
    text: notice.title,
    hint: notice.text,
    ...(notice.action === undefined ? {} : { action: notice.action }),
  } as Omit<Toast, 'id'>);
  useNotices.setState({ notices: before });
}

/** Reads the node's own again. */
async function load(): Promise<void> {
  try {
    const { notifications } = await client().call<{ notifications: Notification[] }>('notifications.list', {
      limit: 100,
    });
    useNotices.setState(({ notices }) => ({
      notices: [...notices.filter((notice) => notice.from === 'window'), ...notifications.map(fromNode)].toSorted(
        (a, b) => (a.time < b.time ? 1 : -1),
      ),
    }));
  } catch {
    // Not connected: they are read when the node is back.
  }
}

/** Shows or hides the centre. What is shown counts as read. */
export function showNotices(open: boolean): void {
  useNotices.setState(({ notices }) => ({
    open,
    notices: open ? notices : notices.map((notice) => (notice.read ? notice : { ...notice, read: true })),
  }));
  const { notices } = useNotices.getState();
  if (open && notices.some((notice) => notice.from === 'node' && !notice.read))
    void client()
      .call('notifications.read', {})
      .catch(() => undefined);
}

/** Forgets one, or all. */
export function clearNotices(id?: string): void {
  const { notices } = useNotices.getState();
  const gone = notices.filter((notice) => id === undefined || notice.id === id);
  useNotices.setState({ notices: notices.filter((notice) => !gone.includes(notice)) });
  const ids = gone.filter((notice) => notice.from === 'node').map((notice) => notice.id);
  if (ids.length > 0)
    void client()
      .call('notifications.clear', id === undefined ? {} : { ids })
      .catch(() => undefined);
}
