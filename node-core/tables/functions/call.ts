/** A call of a function on columns, and what the SQL of most functions is made with. */
import { Problem, type SourceRange } from '../../errors/problem.ts';
import { functionContract } from '../../flow/contracts/functions.ts';
import { typeMismatch } from '../../flow/values/semantics.ts';
import { type Compiled, type CompileEnv, raise, toType } from '../compiled.ts';
import { describeType, type SqlType, widen } from '../sql-types.ts';

/** Types that many functions give. */
export const TEXT: SqlType = { k: 'text' };
export const INT: SqlType = { k: 'int' };
export const DOUBLE: SqlType = { k: 'double' };
export const BOOL: SqlType = { k: 'bool' };

/** A call whose arguments are SQL already, each of a kind that the function takes. */
export interface Call {
  args: Compiled[];
  range: SourceRange;
  name: string;
  env: CompileEnv;
}

/** How a function becomes SQL, by its name. */
export type Functions = Readonly<Record<string, (call: Call) => Compiled>>;

/** White space as JavaScript's trim has it, for RE2. */
export const SPACE = '[\\t\\n\\x0B\\f\\r\\p{Z}\\x{FEFF}]';

/** An argument, which is there. */
export const arg = (call: Call, index: number): Compiled => call.args[index] as Compiled;

/** The SQL of an argument, which is there. */
export const sqlOf = (call: Call, index: number): string => arg(call, index).sql;

/** What a call becomes; it may fail on a row where one of its arguments may. */
export const made = (call: Call, sql: string, type: SqlType, fails = false): Compiled => ({
  sql,
  type,
  fails: fails || call.args.some((a) => a.fails),
});

/** That columns cannot be worked on in this way. */
export function unsupported(call: Call, why: string, hint: string): Problem {
  return new Problem('unsupported-on-columns', `${call.name} ${why} when it works on columns.`, {
    status: 422,
    range: call.range,
    hint,
  });
}

/** A whole number as BIGINT; a fraction raises. */
export function whole(value: Compiled, what: string, range: SourceRange): string {
  if (value.type.k === 'int') return value.sql;
  return `(CASE WHEN ${value.sql} IS NULL THEN NULL WHEN ${value.sql} = trunc(${value.sql}) THEN CAST(${value.sql} AS BIGINT) ELSE CAST(${raise('bad-argument', range, `${what} must be a whole number.`)} AS BIGINT) END)`;
}

/** An argument as DOUBLE. */
export const toDouble = (call: Call, index = 0): string => toType(arg(call, index), DOUBLE).sql;

/** Values in the one type that holds them all. */
export function chosen(call: Call, values: Compiled[]): { type: SqlType; sql: string[] } {
  const type = values.reduce<SqlType>((found, value) => widen(found, value.type), { k: 'none' });
  return { type, sql: values.map((value) => toType(value, type, call.range).sql) };
}

/** A list that is an argument, be it one in JSON. */
export function listArg(call: Call, index: number): { sql: string; of: SqlType } {
  const value = arg(call, index);
  if (value.type.k === 'list') return { sql: value.sql, of: value.type.of };
  const list = toType(value, { k: 'list', of: { k: 'json' } }, call.range);
  return { sql: list.sql, of: { k: 'json' } };
}

/** That the function does not take this kind of value there. */
export function wrongKind(call: Call, index: number): Problem {
  const contract = functionContract(call.name);
  const parameter = contract?.parameters[Math.min(index, contract.parameters.length - 1)];
  return typeMismatch(
    `${call.name} takes ${parameter?.kinds.join(' or ')} as ${parameter?.name}, and this is ${describeType(arg(call, index).type)}.`,
    call.range,
    `For example ${contract?.example.expression}.`,
  );
}
