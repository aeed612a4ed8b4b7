/** Quick fixes, from what the diagnostics offer. Browser-safe. */
import { diagnose } from '../plan/check.ts';
import type { Environment } from '../plan/environment.ts';
import type { Diagnostic, SourceRange } from '../syntax/ast.ts';
import type { TextEdit } from './item.ts';

export interface CodeAction {
  title: string;
  edits: TextEdit[];
  /** What it mends. */
  diagnostic: Diagnostic;
}

/** The fixes of the diagnostics that touch the range. */
export function codeActions(source: string, range: SourceRange, environment: Environment = {}): CodeAction[] {
  return actionsOf(diagnose(source, environment), range);
}

export function actionsOf(diagnostics: readonly Diagnostic[], range: SourceRange): CodeAction[] {
  return diagnostics.flatMap((diagnostic) => {
    const { fix } = diagnostic;
    if (fix === undefined || diagnostic.range.start > range.end || diagnostic.range.end < range.start) return [];
    return [{ title: fix.title, edits: fix.edits, diagnostic }];
  });
}
