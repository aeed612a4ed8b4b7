/** What the window and the language worker say to each other. */
import type { Environment } from '../../node-core/flow/plan/environment.ts';
import type { Diagnostic } from '../../node-core/flow/syntax/ast.ts';
import type { LanguageMethods, TreeParts } from './engine.ts';

export type ToWorker =
  | { type: 'update'; documentId: string; revision: number; text: string }
  | { type: 'environment'; environment: Environment }
  | { type: 'forget'; documentId: string }
  | { type: 'request'; id: number; documentId: string; method: keyof LanguageMethods; args: unknown[] };

export type FromWorker =
  | { type: 'diagnostics'; documentId: string; revision: number; diagnostics: Diagnostic[] }
  | ({ type: 'tree'; documentId: string; revision: number; source: string } & TreeParts)
  | { type: 'answer'; id: number; result: unknown }
  | { type: 'failure'; id: number; message: string };
