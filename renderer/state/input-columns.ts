/**
 * Columns of the files that were chosen for inputs, by document and input: the language environment's `inputColumns`,
 * so that completion and types know the columns from LOAD on. Set by the Execute pane after it looked into a file.
 */
import { create } from 'zustand';
import type { Column } from '../../node-core/flow/types/type.ts';

export type InputColumns = Record<string, Column[]>;

export const useInputColumns = create<{ byDocument: Record<string, InputColumns> }>()(() => ({ byDocument: {} }));

const NONE: InputColumns = {};

export function inputColumnsOf(documentId: string | undefined): InputColumns {
  return documentId === undefined ? NONE : (useInputColumns.getState().byDocument[documentId] ?? NONE);
}

/** `undefined` forgets them: the file was taken away or could not be read. */
export function setInputColumns(documentId: string, input: string, columns: Column[] | undefined): void {
  useInputColumns.setState(({ byDocument }) => {
    const own = { ...byDocument[documentId] };
    if (columns === undefined) delete own[input];
    else own[input] = columns;
    return { byDocument: { ...byDocument, [documentId]: own } };
  });
}
