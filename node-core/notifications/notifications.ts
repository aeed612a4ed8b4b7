/**
 * Notifications of a project: a bounded list with read marks. They repeat in words what the ledger holds already (a run
 * that failed, a schedule that fired), so they make no entries of their own and may be forgotten.
 */
import { newId } from '../ids/uuid.ts';
import type { EventHub } from '../operations/events.ts';
import type { Project, Transaction } from '../projects/project.ts';
import type { Notification, NotificationLevel, NotificationLink } from './schema.ts';

/** So many are kept a project; the oldest go first. */
export const MOST_KEPT = 500;

export interface NewNotification {
  level: NotificationLevel;
  title: string;
  text: string;
  link: NotificationLink;
}

export interface Notifications {
  /** Adds one inside the transaction of what it tells about; it is told to watchers by the function that comes back, after the commit. */
  add(tx: Transaction, projectId: string, notification: NewNotification): () => void;
  /** Adds one and tells it. */
  make(project: Project, notification: NewNotification): Promise<Notification>;
  /** Newest first. `before` is the `next` of the page before. */
  list(
    project: Project,
    options: { limit: number; before?: string; unread?: boolean },
  ): { notifications: Notification[]; unread: number; next?: string };
  /** Marks those with the ids as read; all when `ids` is absent. Gives how many are unread now. */
  read(project: Project, ids?: readonly string[]): Promise<number>;
  /** Removes those with the ids; all when `ids` is absent. Gives how many went. */
  clear(project: Project, ids?: readonly string[]): Promise<number>;
}

interface Row {
  id: string;
  level: NotificationLevel;
  title: string;
  text: string;
  link: string;
  time: string;
  read: number;
}

const ofRow = (row: Row): Notification => ({
  ...row,
  link: JSON.parse(row.link) as NotificationLink,
  read: row.read === 1,
});

export function createNotifications({ events }: { events: EventHub }): Notifications {
  function add(tx: Transaction, projectId: string, made: NewNotification): () => void {
    const notification = insert(tx, made);
    return () => void events.publish(projectId, { type: 'notification', notification });
  }

  function insert({ db }: Transaction, made: NewNotification): Notification {
    const notification: Notification = { id: newId(), time: new Date().toISOString(), read: false, ...made };
    db.prepare('INSERT INTO notification (id, level, title, text, link, time) VALUES (?, ?, ?, ?, ?, ?)').run(
      notification.id,
      made.level,
      made.title,
      made.text,
      JSON.stringify(made.link),
      notification.time,
    );
    db.prepare(
      'DELETE FROM notification WHERE id <= (SELECT id FROM notification ORDER BY id DESC LIMIT 1 OFFSET ?)',
    ).run(MOST_KEPT);
    return notification;
  }

  function unreadOf(project: Project): number {
    return project.db.prepare('SELECT count(*) FROM notification WHERE read = 0').pluck().get() as number;
  }

  const changed = (project: Project): number => {
    const unread = unreadOf(project);
    events.publish(project.id, { type: 'notifications.changed', unread });
    return unread;
  };

  return {
    add,

    async make(project, made) {
      const notification = await project.write((tx) => insert(tx, made));
      events.publish(project.id, { type: 'notification', notification });
      return notification;
    },

    list(project, { limit, before, unread }) {
      const rows = project.db
        .prepare(
          `SELECT * FROM notification WHERE id < ? ${unread === true ? 'AND read = 0' : ''} ORDER BY id DESC LIMIT ?`,
        )
        .all(before ?? '~', limit + 1) as Row[];
      const page = rows.slice(0, limit).map(ofRow);
      return {
        notifications: page,
        unread: unreadOf(project),
        ...(rows.length > limit ? { next: page.at(-1)!.id } : {}),
      };
    },

    async read(project, ids) {
      await project.write(({ db }) => {
        if (ids === undefined) db.prepare('UPDATE notification SET read = 1 WHERE read = 0').run();
        else for (const id of ids) db.prepare('UPDATE notification SET read = 1 WHERE id = ?').run(id);
      });
      return changed(project);
    },

    async clear(project, ids) {
      const gone = await project.write(({ db }) => {
        if (ids === undefined) return db.prepare('DELETE FROM notification').run().changes;
        let count = 0;
        for (const id of ids) count += db.prepare('DELETE FROM notification WHERE id = ?').run(id).changes;
        return count;
      });
      changed(project);
      return gone;
    },
  };
}
