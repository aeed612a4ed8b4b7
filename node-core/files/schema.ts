/** The wire form of workspaces, their files and their history. Browser-safe. */
import { type Static, Type } from 'typebox';

/** A folder that the person opened. Its id stays the same when the same folder is closed and opened again. */
export const Workspace = Type.Object({
  id: Type.String({ description: 'UUIDv7' }),
  name: Type.String({ description: 'Last part of the path' }),
  path: Type.String({ description: 'Absolute, with symbolic links resolved' }),
  openedAt: Type.String(),
  missing: Type.Boolean({ description: 'The folder is not there now' }),
});
export type Workspace = Static<typeof Workspace>;

export const FileEntry = Type.Object({
  name: Type.String(),
  path: Type.String({ description: 'Relative to the workspace, parts joined by /' }),
  /** `outside`: a symbolic link that leads out of the workspace, or something that is neither file nor folder. */
  kind: Type.Union([Type.Literal('file'), Type.Literal('folder'), Type.Literal('outside')]),
  size: Type.Integer({ description: 'Bytes; 0 for folders' }),
  modifiedAt: Type.String(),
  link: Type.Optional(Type.Boolean({ description: 'A symbolic link' })),
});
export type FileEntry = Static<typeof FileEntry>;

/** A text file as it is on the disk. `version` is the SHA-256 of its bytes: what `expected` of a write compares with. */
export const FileText = Type.Object({
  path: Type.String(),
  text: Type.String(),
  version: Type.String(),
  size: Type.Integer(),
  modifiedAt: Type.String(),
});
export type FileText = Static<typeof FileText>;

/** Why a version was kept. */
export const VersionCause = Type.Union([
  Type.Literal('saved'),
  Type.Literal('created'),
  Type.Literal('restored'),
  Type.Literal('replaced', { description: 'By replacing in files' }),
  Type.Literal('outside', { description: 'Found on the disk: another program wrote it' }),
  Type.Literal('unsaved', { description: 'Text of an editor that was never on the disk' }),
  Type.Literal('renamed'),
  Type.Literal('deleted'),
]);
export type VersionCause = Static<typeof VersionCause>;

/** The same in words, as people read them in a list of versions. */
export const CAUSE_WORDS: Record<VersionCause, string> = {
  saved: 'saved',
  created: 'made',
  restored: 'restored',
  replaced: 'replaced in files',
  outside: 'found on the disk',
  unsaved: 'not saved',
  renamed: 'renamed',
  deleted: 'deleted',
};

export const FileVersion = Type.Object({
  id: Type.Integer({ description: 'Grows with time' }),
  time: Type.String(),
  cause: VersionCause,
  version: Type.String({ description: 'SHA-256 of the bytes' }),
  size: Type.Integer(),
  detail: Type.Optional(Type.String({ description: 'The name before it was renamed, the version that was restored' })),
});
export type FileVersion = Static<typeof FileVersion>;

export const HistoryLimits = Type.Object({
  days: Type.Integer({ minimum: 1, maximum: 3650, description: 'Older versions go; the newest of a file stays' }),
  versions: Type.Integer({ minimum: 1, maximum: 10_000, description: 'Of one file' }),
  megabytes: Type.Integer({ minimum: 1, maximum: 100_000, description: 'Of all files together, compressed' }),
});
export type HistoryLimits = Static<typeof HistoryLimits>;

/** What to look for in files. */
export const SearchOptions = Type.Object({
  text: Type.String({ minLength: 1, maxLength: 1000 }),
  regex: Type.Optional(Type.Boolean({ description: 'A JavaScript regular expression (flag u)' })),
  matchCase: Type.Optional(Type.Boolean()),
  wholeWord: Type.Optional(Type.Boolean()),
  include: Type.Optional(Type.String({ maxLength: 1000, description: 'Globs with commas: `*.flow, lib/**`' })),
  exclude: Type.Optional(Type.String({ maxLength: 1000 })),
});
export type SearchOptions = Static<typeof SearchOptions>;

export const SearchMatch = Type.Object({
  line: Type.Integer({ description: 'From 1' }),
  /** UTF-16 offsets in the text of the file. */
  start: Type.Integer(),
  end: Type.Integer(),
  /** The line, or the part of a long line around the match, and where in it the match stands. */
  preview: Type.String(),
  from: Type.Integer(),
  to: Type.Integer(),
});
export type SearchMatch = Static<typeof SearchMatch>;

export const SearchedFile = Type.Object({
  workspace: Type.String(),
  path: Type.String(),
  version: Type.String(),
  matches: Type.Array(SearchMatch),
  /** There are more in this file than are given. */
  more: Type.Boolean(),
});
export type SearchedFile = Static<typeof SearchedFile>;

export const FoundFile = Type.Object({
  workspace: Type.String(),
  path: Type.String(),
  score: Type.Number(),
});
export type FoundFile = Static<typeof FoundFile>;

/** One thing that changed in a workspace. */
export interface FileChange {
  path: string;
  change: 'added' | 'changed' | 'removed';
  /** Of something removed: what the node renamed it to. */
  to?: string;
}
