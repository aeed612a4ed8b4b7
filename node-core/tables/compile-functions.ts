/**
 * The functions of flow/contracts/functions.ts as SQL of DuckDB, by what they work on in functions/; flow/values/functions.ts gives
 * the same answers on values.
 */
import { Problem, type SourceRange } from '../errors/problem.ts';
import { functionContract } from '../flow/contracts/functions.ts';
import { type Compiled, type CompileEnv, literal, toText, toType } from './compiled.ts';
import { BOOL, type Call, DOUBLE, type Functions, TEXT, wrongKind } from './functions/call.ts';
import { dateFunctions } from './functions/date.ts';
import { listFunctions } from './functions/list.ts';
import { numberFunctions } from './functions/number.ts';
import { recordFunctions } from './functions/record.ts';
import { textFunctions } from './functions/text.ts';
import { valueFunctions } from './functions/value.ts';
import type { SqlType } from './sql-types.ts';

const FUNCTIONS: Functions = {
  ...textFunctions,
  ...numberFunctions,
  ...dateFunctions,
  ...listFunctions,
  ...recordFunctions,
  ...valueFunctions,
};

const KIND_OF: Record<SqlType['k'], string> = {
  none: 'none',
  bool: 'bool',
  int: 'number',
  double: 'number',
  text: 'text',
  date: 'date',
  timestamp: 'timestamp',
  json: 'any',
  list: 'list',
  record: 'record',
};

/** A JSON argument as the one kind that the parameter takes. */
const KIND_TYPE: Partial<Record<string, SqlType>> = { text: TEXT, number: DOUBLE, bool: BOOL };

/** A call of a function of which at least one argument reads a column. */
export function compileFunction(name: string, args: Compiled[], range: SourceRange, env: CompileEnv): Compiled {
  const contract = functionContract(name);
  const implementation = contract === undefined ? undefined : FUNCTIONS[contract.name];
  if (contract === undefined || implementation === undefined) {
    throw new Problem('unknown-function', `There is no function called "${name}".`, { status: 422, range });
  }
  const call: Call = { args, range, name: contract.name, env };
  if (contract.none === 'result' && args.some((value) => value.type.k === 'none' && !value.fails)) return literal(null);
  call.args = args.map((value, index) => {
    const parameter = contract.parameters[Math.min(index, contract.parameters.length - 1)];
    if (parameter === undefined || parameter.kinds.includes('any') || value.type.k === 'none') return value;
    const kind = KIND_OF[value.type.k];
    if (kind === 'any') {
      const first = parameter.kinds.find((candidate) => KIND_TYPE[candidate] !== undefined);
      const type = first === undefined || contract.name === 'LEN' ? undefined : KIND_TYPE[first];
      return type === undefined ? value : toType(value, type, range);
    }
    if (
      (kind === 'date' || kind === 'timestamp') &&
      !parameter.kinds.includes(kind) &&
      parameter.kinds.includes('text')
    )
      return toText(value);
    if (!parameter.kinds.includes(kind as never)) throw wrongKind({ ...call, args }, index);
    return value;
  });
  return implementation(call);
}
