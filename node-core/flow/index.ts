/** FLOW, the language: everything that other floors and the workbench use. Browser-safe. */
export * from './syntax/ast.ts';
export { format } from './syntax/format.ts';
export { lex, type Token, type TokenKind } from './syntax/lex.ts';
export { LineIndex } from './syntax/lines.ts';
export { parse } from './syntax/parse.ts';
export { printExpr } from './syntax/print.ts';
export { references as referencesOf, walkExprs } from './syntax/walk.ts';

export { ANY, type Column, type FlowType } from './types/type.ts';
export { aType, columnsAsMarkdown, displayColumnType, displayType } from './types/display.ts';
export { elementType, isAssignable, isComparable, union, unionColumns } from './types/relate.ts';
export { type JsonSchema, typeOfSchema } from './types/json-schema.ts';

export { type Contract, type ContractOption, type ContractParameter, contractName } from './contracts/contract.ts';
export { BUILTIN_CONTRACTS } from './contracts/builtin.ts';
export { builtinContract, contractAsMarkdown, contractId } from './contracts/registry.ts';
export { FUNCTIONS, type FunctionContract, functionContract, functionNames, signature } from './contracts/functions.ts';

export { ANNOTATIONS, parseDuration } from './plan/annotations.ts';
export { type Checked, check, diagnose } from './plan/check.ts';
export { aggregateNames, equalKeys, type JoinColumn, joinColumns, sideName } from './plan/columns.ts';
export type { Environment, OperationInfo } from './plan/environment.ts';
export type * from './plan/graph.ts';
export { FLOW_ANNOTATIONS } from './plan/schedules.ts';
export { sqlTables } from './plan/sql-tables.ts';

export { cronWords, triggerWords } from './schedule/words.ts';
export { nextTimes, wrongTimes } from './schedule/times.ts';
export { wrongCron } from './schedule/cron.ts';
export { isTimed, NAMED_EVENTS, type TimeTrigger, type Trigger } from './schedule/trigger.ts';
export { localText, ownZone, wrongZone, zoneNames } from './schedule/zones.ts';

export { type CodeAction, codeActions } from './service/actions.ts';
export { completion } from './service/completion.ts';
export { type FlowForm, type LanguageService, serviceOf } from './service/service.ts';
export { functionAsMarkdown, hover } from './service/hover.ts';
export { type SignatureHelp, signatureHelp } from './service/signature.ts';
export type { CompletionItem, CompletionKind, HoverText, TextEdit } from './service/item.ts';
export { applyEdits, definition, references, rename, type RenameResult, renameTarget } from './service/navigation.ts';
export {
  type Fold,
  folding,
  type Inlay,
  inlays,
  outline,
  type OutlineItem,
  type SemanticKind,
  type SemanticToken,
  semanticTokens,
} from './service/structure.ts';
