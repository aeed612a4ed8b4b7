/** The syntax tree of a FLOW program. Browser-safe. Comments stand beside the tree (`ProgramResult.comments`). */
import type { BinaryOperator as PlanOperator, Comment, Diagnostic, Ident, SourceRange } from '../syntax/ast.ts';

export type { Comment, Diagnostic, Ident, SourceRange };
export type BinaryOperator = Exclude<PlanOperator, 'IN'>;

export interface Program {
  kind: 'program';
  docString: string | undefined;
  items: Item[];
  range: SourceRange;
}

export type Item = ModelItem | EnumItem | FuncItem | ServiceItem | TestItem;

export interface Annotation {
  name: string;
  args: Expr[];
  range: SourceRange;
}
interface ItemBase {
  annotations: Annotation[];
  range: SourceRange;
}
export interface ModelItem extends ItemBase {
  kind: 'model';
  name: Ident;
  fields: Field[];
}
export interface Field {
  name: Ident;
  type: TypeExpr;
}
export interface EnumItem extends ItemBase {
  kind: 'enum';
  name: Ident;
  cases: Ident[];
}
export interface FuncItem extends ItemBase {
  kind: 'func';
  name: Ident;
  params: Param[];
  /** Not written: the function gives nothing. */
  result: TypeExpr | undefined;
  body: Block;
}
export interface Param {
  name: Ident;
  /** Only parameters of function values may go without. */
  type: TypeExpr | undefined;
}
export interface ServiceItem extends ItemBase {
  kind: 'service';
  name: Ident;
  routes: Route[];
}
export interface Route extends ItemBase {
  kind: 'route';
  /** GET, POST, PUT, PATCH or DELETE. */
  method: Ident;
  path: { value: string; range: SourceRange };
  params: Param[];
  result: TypeExpr | undefined;
  body: Block;
}
export interface TestItem extends ItemBase {
  kind: 'test';
  title: { value: string; range: SourceRange };
  body: Block;
}

export type TypeExpr =
  | { kind: 'named'; name: Ident; args: TypeExpr[]; range: SourceRange }
  | { kind: 'optional'; of: TypeExpr; range: SourceRange }
  | { kind: 'function'; params: TypeExpr[]; result: TypeExpr | undefined; range: SourceRange }
  | { kind: 'error'; range: SourceRange };

export interface Block {
  statements: Statement[];
  range: SourceRange;
}

export type AssignOperator = '=' | '+=' | '-=' | '*=' | '/=' | '%=';

export type Statement =
  | {
      kind: 'let';
      variable: boolean;
      name: Ident;
      type: TypeExpr | undefined;
      value: Expr;
      range: SourceRange;
    }
  | { kind: 'assign'; target: Expr; operator: AssignOperator; value: Expr; range: SourceRange }
  | { kind: 'if'; condition: Expr; body: Block; otherwise: Block | undefined; range: SourceRange }
  | { kind: 'while'; condition: Expr; body: Block; range: SourceRange }
  | { kind: 'for'; variable: Ident; list: Expr; body: Block; range: SourceRange }
  | { kind: 'return'; value: Expr | undefined; range: SourceRange }
  | { kind: 'break' | 'continue'; range: SourceRange }
  | { kind: 'fail'; message: Expr; range: SourceRange }
  | { kind: 'try'; body: Block; error: Ident | undefined; handler: Block; range: SourceRange }
  /** In tests. */
  | { kind: 'expect'; condition: Expr; range: SourceRange }
  | { kind: 'expression'; value: Expr; range: SourceRange };

export interface MatchArm {
  patterns: Pattern[];
  body: { kind: 'block'; block: Block } | { kind: 'value'; value: Expr };
  range: SourceRange;
}
export type Pattern =
  | { kind: 'literal'; value: Expr; range: SourceRange }
  | { kind: 'none'; range: SourceRange }
  | { kind: 'any'; range: SourceRange }
  /** A case of the enum that is matched, or a name that binds the value. Which one it is says the type. */
  | { kind: 'name'; name: Ident; range: SourceRange }
  | { kind: 'case'; type: Ident; name: Ident; range: SourceRange }
  | { kind: 'error'; range: SourceRange };

export type Expr =
  | { kind: 'int'; value: bigint; range: SourceRange }
  | { kind: 'float'; value: number; range: SourceRange }
  | { kind: 'bool'; value: boolean; range: SourceRange }
  | { kind: 'none'; range: SourceRange }
  /** Pieces of text and of `${…}`, in order. */
  | { kind: 'text'; parts: (string | Expr)[]; range: SourceRange }
  | { kind: 'name'; name: string; range: SourceRange }
  | { kind: 'member'; object: Expr; property: Ident; range: SourceRange }
  | { kind: 'index'; object: Expr; index: Expr; range: SourceRange }
  | { kind: 'call'; callee: Expr; args: Expr[]; range: SourceRange }
  | { kind: 'unary'; operator: '-' | '!'; operand: Expr; range: SourceRange }
  | { kind: 'binary'; operator: BinaryOperator; left: Expr; right: Expr; range: SourceRange }
  | { kind: 'in'; value: Expr; list: Expr; range: SourceRange }
  | { kind: 'isNone'; value: Expr; not: boolean; range: SourceRange }
  | { kind: 'list'; items: Expr[]; range: SourceRange }
  | { kind: 'record'; entries: Entry[]; range: SourceRange }
  /** `User { name, email: x }` */
  | { kind: 'construct'; type: Ident; entries: Entry[]; range: SourceRange }
  | { kind: 'function'; params: Param[]; result: TypeExpr | undefined; body: MatchArm['body']; range: SourceRange }
  | { kind: 'match'; subject: Expr; arms: MatchArm[]; range: SourceRange }
  | { kind: 'spawn' | 'await'; value: Expr; range: SourceRange }
  /** Stands where an expression was missing or broken. Already reported. */
  | { kind: 'error'; range: SourceRange };

export interface Entry {
  key: Ident;
  /** `{ name }` is `{ name: name }`. */
  value: Expr;
}

export interface ProgramResult {
  program: Program;
  comments: Comment[];
  diagnostics: Diagnostic[];
}
