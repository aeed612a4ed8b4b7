/** The part of the source that a chosen line of VASM came from: marked in the editor. */
import { create } from 'zustand';
import type { SourceRange } from '../../node-core/errors/problem.ts';

interface VasmView {
  shown: { documentId: string; range: SourceRange } | undefined;
}

export const useVasmView = create<VasmView>()(() => ({ shown: undefined }));

export function showVasmRange(shown: VasmView['shown']): void {
  if (shown === undefined && useVasmView.getState().shown === undefined) return;
  useVasmView.setState({ shown });
}
