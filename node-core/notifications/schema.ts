/** What the node tells a person who was not looking. Browser-safe. */
import { type Static, Type } from 'typebox';

/** Where a notification leads: a run, a schedule, or both. */
export const NotificationLink = Type.Object({
  run: Type.Optional(Type.String({ description: 'Id of a run' })),
  schedule: Type.Optional(Type.String({ description: 'Id of a schedule' })),
});
export type NotificationLink = Static<typeof NotificationLink>;

export const NotificationLevel = Type.Union([
  Type.Literal('info'),
  /** Something went well that somebody waits for. */
  Type.Literal('success'),
  Type.Literal('warning'),
  Type.Literal('error'),
]);
export type NotificationLevel = Static<typeof NotificationLevel>;

export const Notification = Type.Object({
  /** Sorts by time (UUIDv7). */
  id: Type.String(),
  level: NotificationLevel,
  /** One short line: what happened to what. No full stop. */
  title: Type.String(),
  /** Sentences: why, and what to do. May be empty. */
  text: Type.String(),
  link: NotificationLink,
  /** ISO 8601 UTC. */
  time: Type.String(),
  read: Type.Boolean(),
});
export type Notification = Static<typeof Notification>;
