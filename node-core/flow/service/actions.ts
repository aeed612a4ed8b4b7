/** Quick fixes, from what the diagnostics offer. Browser-safe. */
import { analyse } from '../plan/analyse.ts';
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
  const actions: CodeAction[] = [];
  for (const diagnostic of analyse(source, environment).diagnostics) {
    if (diagnostic.fix === undefined || diagnostic.range.start > range.end || diagnostic.range.end < range.start)
      continue;
    actions.push({ title: diagnostic.fix.title, edits: diagnostic.fix.edits, diagnostic });
  }
  return actions;
}
