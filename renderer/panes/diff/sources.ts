/** What can be compared: the text of an editor, of the disk, of a version, of a run, of another file. */
import { CAUSE_WORDS, type FileText, type FileVersion } from '../../../node-core/files/schema.ts';
import type { RunRecord } from '../../../node-core/runs/schema.ts';
import { client } from '../../state/connection.ts';
import { type FlowDocument, useDocuments } from '../../state/documents.ts';
import { withDocks } from '../../state/docks.ts';
import { fileName, relativeTime } from '../../ui/format.ts';

/**
 * A side of a comparison as text, because layouts keep it: `editor:<document>`, `saved:<document>`, `disk:<document>` (what
 * another program wrote), `version:<workspace>:<id>:<path>`, `run:<id>`, `file:<workspace>:<path>`.
 */
export type Side = string;

export const editorSide = (documentId: string): Side => `editor:${documentId}`;
export const savedSide = (documentId: string): Side => `saved:${documentId}`;
export const diskSide = (documentId: string): Side => `disk:${documentId}`;
export const versionSide = (workspace: string, path: string, id: number): Side => `version:${workspace}:${id}:${path}`;
export const runSide = (runId: string): Side => `run:${runId}`;
export const fileSide = (workspace: string, path: string): Side => `file:${workspace}:${path}`;

export interface SideText {
  /** Said above the text: `airports.flow, saved 3 minutes ago`. */
  title: string;
  name: string;
  text: string;
  /** The document that is on this side, when it is the text of an editor. */
  documentId?: string;
  /** The version that can be made the present text. */
  version?: { workspace: string; path: string; id: number };
}

const documentOf = (id: string): FlowDocument | undefined =>
  useDocuments.getState().documents.find((item) => item.id === id);

/** Reads a side. Undefined for a document that is closed. @throws Problem of the node */
export async function readSide(side: Side): Promise<SideText | undefined> {
  const [kind = '', ...rest] = side.split(':');
  const value = rest.join(':');
  if (kind === 'editor' || kind === 'saved' || kind === 'disk') {
    const document = documentOf(value);
    if (document === undefined) return undefined;
    const { name } = document;
    if (kind === 'editor') return { title: `${name}, in the editor`, name, text: document.text, documentId: value };
    if (kind === 'saved') return { title: `${name}, as it was saved`, name, text: document.saved };
    const { conflict } = document;
    return {
      title: `${name}, on the disk`,
      name,
      text: conflict?.kind === 'changed' ? conflict.text : document.saved,
    };
  }
  if (kind === 'version') {
    const [workspace = '', id = '', ...path] = rest;
    const place = { workspace, path: path.join(':'), id: Number(id) };
    const entry = await client().call<FileVersion & { text: string }>('files.historyEntry', place);
    const name = fileName(place.path);
    return {
      title: `${name}, ${CAUSE_WORDS[entry.cause]} ${relativeTime(entry.time)}`,
      name,
      text: entry.text,
      version: place,
    };
  }
  if (kind === 'run') {
    const run = await client().call<RunRecord>('flow.getRun', { id: value });
    return { title: `${run.name}, as it ran ${relativeTime(run.createdAt)}`, name: 'run.flow', text: run.source };
  }
  if (kind === 'file') {
    const [workspace = '', ...path] = rest;
    const read = await client().call<FileText>('files.read', { workspace, path: path.join(':') });
    return { title: read.path, name: fileName(read.path), text: read.text };
  }
  return undefined;
}

/** The name of a side, as far as it is known without asking the node. */
export function nameOfSide(side: Side): string {
  const [kind = '', ...rest] = side.split(':');
  if (kind === 'version' || kind === 'file') return fileName(rest.slice(kind === 'file' ? 1 : 2).join(':'));
  return kind === 'run' ? 'run' : (documentOf(rest.join(':'))?.name ?? '');
}

/** Opens a comparison among the editors: the older text at the left. */
export function openDiff(left: Side, right: Side): void {
  withDocks((docks) => docks.openEditor('diff', { left, right }));
}
