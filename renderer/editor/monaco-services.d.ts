/** Parts of Monaco that it brings without types. */
declare module 'monaco-editor/platform/undoRedo/common/undoRedo' {
  import type { Uri } from 'monaco-editor/editor/editor.api';
  export interface IUndoRedoService {
    removeElements(resource: Uri): void;
  }
  export const IUndoRedoService: { readonly service: IUndoRedoService };
}

declare module 'monaco-editor/editor/standalone/browser/standaloneServices' {
  export const StandaloneServices: { get<T>(id: { readonly service: T }): T };
}
