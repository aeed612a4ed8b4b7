/**
 * The language service: one set of questions about a FLOW text, answered for plans and for programs alike. Browser-safe;
 * nothing here throws, whatever the text.
 */
import { diagnose } from '../plan/check.ts';
import type { Environment } from '../plan/environment.ts';
import { isProgram } from '../program/form.ts';
import { formatProgram } from '../program/format.ts';
import { programCompletion } from '../program/service/completion.ts';
import { programHover } from '../program/service/hover.ts';
import {
  programDefinition,
  programReferences,
  programRename,
  programRenameTarget,
} from '../program/service/navigation.ts';
import { programSignatureHelp } from '../program/service/signature.ts';
import { programFolding, programOutline, programSemanticTokens } from '../program/service/structure.ts';
import { usesOf } from '../program/service/uses.ts';
import type { Diagnostic, SourceRange } from '../syntax/ast.ts';
import { format } from '../syntax/format.ts';
import { actionsOf, type CodeAction } from './actions.ts';
import { completion } from './completion.ts';
import { hover } from './hover.ts';
import type { CompletionItem, HoverText } from './item.ts';
import { definition, references, rename, type RenameResult, renameTarget } from './navigation.ts';
import { signatureHelp, type SignatureHelp } from './signature.ts';
import { type Fold, folding, outline, type OutlineItem, semanticTokens, type SemanticToken } from './structure.ts';

export type FlowForm = 'plan' | 'program';

/** Offsets and ranges are in UTF-16 units of the source. What is known around a plan (tables, columns) says nothing to programs. */
export interface LanguageService {
  form: FlowForm;
  diagnose(source: string, environment?: Environment): Diagnostic[];
  completion(source: string, offset: number, environment?: Environment): CompletionItem[];
  hover(source: string, offset: number, environment?: Environment): HoverText | undefined;
  signatureHelp(source: string, offset: number): SignatureHelp | undefined;
  definition(source: string, offset: number, environment?: Environment): SourceRange | undefined;
  references(source: string, offset: number, environment?: Environment): SourceRange[];
  renameTarget(
    source: string,
    offset: number,
    environment?: Environment,
  ): { range: SourceRange; name: string } | undefined;
  rename(source: string, offset: number, name: string, environment?: Environment): RenameResult;
  outline(source: string, environment?: Environment): OutlineItem[];
  folding(source: string): Fold[];
  semanticTokens(source: string, environment?: Environment): SemanticToken[];
  codeActions(source: string, range: SourceRange, environment?: Environment): CodeAction[];
  /** A source with syntax errors comes back as it is. */
  format(source: string): string;
}

const plans: LanguageService = {
  form: 'plan',
  diagnose,
  completion,
  hover,
  signatureHelp,
  definition,
  references,
  renameTarget,
  rename,
  outline,
  folding,
  semanticTokens,
  codeActions: (source, range, environment) => actionsOf(diagnose(source, environment), range),
  format,
};

const programs: LanguageService = {
  form: 'program',
  diagnose: (source) => usesOf(source).checked.diagnostics,
  completion: programCompletion,
  hover: programHover,
  signatureHelp: programSignatureHelp,
  definition: programDefinition,
  references: programReferences,
  renameTarget: programRenameTarget,
  rename: programRename,
  outline: programOutline,
  folding: programFolding,
  semanticTokens: programSemanticTokens,
  codeActions: (source, range) => actionsOf(usesOf(source).checked.diagnostics, range),
  format: formatProgram,
};

/** The service for this text, by the form that it has. */
export const serviceOf = (source: string): LanguageService => (isProgram(source) ? programs : plans);
