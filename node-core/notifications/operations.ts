/** Operations on the notifications of a project. */
import { Type } from 'typebox';
import { operation } from '../operations/operation.ts';
import type { Notifications } from './notifications.ts';
import { Notification } from './schema.ts';

const Ids = Type.Optional(
  Type.Array(Type.String({ maxLength: 64 }), { maxItems: 1000, description: 'Which ones; all when left out' }),
);
const Unread = Type.Integer({ description: 'How many nobody has read yet' });

export interface NotificationServices {
  notifications: Notifications;
}

export function notificationsOperations({ notifications }: NotificationServices) {
  return {
    'notifications.list': operation({
      summary: 'What the node has to tell, newest first',
      http: { method: 'GET', path: '/notifications' },
      access: 'project',
      capability: 'notifications.read',
      effect: 'read',
      input: Type.Object({
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
        cursor: Type.Optional(Type.String({ maxLength: 64, description: '`next` of the page before' })),
        unread: Type.Optional(Type.Boolean({ description: 'Only what nobody has read yet' })),
      }),
      output: Type.Object({
        notifications: Type.Array(Notification),
        unread: Unread,
        next: Type.Optional(Type.String()),
      }),
      handler: ({ project }, { limit, cursor, unread }) =>
        notifications.list(project, {
          limit: limit ?? 50,
          ...(cursor === undefined ? {} : { before: cursor }),
          ...(unread === undefined ? {} : { unread }),
        }),
    }),

    'notifications.read': operation({
      summary: 'Mark notifications as read',
      http: { method: 'POST', path: '/notifications/read' },
      access: 'project',
      capability: 'notifications.write',
      effect: 'write',
      input: Type.Object({ ids: Ids }),
      output: Type.Object({ unread: Unread }),
      handler: async ({ project }, { ids }) => ({ unread: await notifications.read(project, ids) }),
    }),

    'notifications.clear': operation({
      summary: 'Remove notifications',
      http: { method: 'POST', path: '/notifications/clear' },
      access: 'project',
      capability: 'notifications.write',
      effect: 'write',
      input: Type.Object({ ids: Ids }),
      output: Type.Object({ removed: Type.Integer() }),
      handler: async ({ project }, { ids }) => ({ removed: await notifications.clear(project, ids) }),
    }),
  };
}
