/** What each operation gives, and what is wrong with it; operations/ holds what is longer than a few lines. Browser-safe. */
import type { Op, SourceRange } from '../syntax/ast.ts';
import { aType } from '../types/display.ts';
import { elementType, isAssignable, isComparable, isOpen, union } from '../types/relate.ts';
import { ANY, type FlowType, TEXT } from '../types/type.ts';
import { type Checker, error, read, refer, report } from './checker.ts';
import { typeOf, typeOfRecord } from './expressions.ts';
import { checkComparison, checkCondition } from './expressions/operators.ts';
import type { Variable } from './model.ts';
import { READS_WITH } from './names.ts';
import { checkContract } from './operations/contract.ts';
import { checkCount, checkText, looseType } from './operations/expect.ts';
import { typeOfLoad, typeOfLoadTable } from './operations/load.ts';
import { typeOfNodeOperation } from './operations/node-operation.ts';

import { typeOfQuery } from './operations/query.ts';
import { rowsOf, TABLE, tableOf, tableSide, useColumn } from './operations/rows.ts';
import { typeOfGroup, typeOfJoin, typeOfMap, typeOfSelect, typeOfUnion } from './operations/shape.ts';
import { typeOfStore } from './operations/store.ts';
import { typeOfProgramCall } from './program-calls.ts';
import type { ExprScope } from './scope.ts';

/** The type of what the operation gives. */
export function typeOfOp(checker: Checker, op: Op, variables: readonly Variable[]): FlowType {
  const scope: ExprScope = { variables };
  const contract = checkContract(checker, op);
  const extra = op.with !== undefined && op.op !== 'APX_EXEC' ? typeOfRecord(checker, op.with, scope) : undefined;
  const inner: ExprScope = { variables: [...variables, ...extraVariables(op, extra)] };
  switch (op.op) {
    case 'LOAD':
      return typeOfLoad(checker, op, scope, contract);
    case 'LOAD_TABLE':
      return typeOfLoadTable(checker, op.table, scope);
    case 'LOAD_MODEL':
      looseType(checker, op.model, scope);
      if (op.version !== undefined) typeOf(checker, op.version, scope);
      return { kind: 'model' };
    case 'FILTER': {
      const side = tableSide(checker, op.source, scope, 'FILTER');
      checkCondition(checker, op.where, typeOf(checker, op.where, { variables, columns: { sides: [side] } }));
      return tableOf(side.columns);
    }
    case 'MAP':
      return typeOfMap(checker, op, scope);
    case 'SELECT':
      return typeOfSelect(checker, op, scope);
    case 'GROUP_AGG':
      return typeOfGroup(checker, op, scope);
    case 'JOIN':
      return typeOfJoin(checker, op, scope);
    case 'UNION':
      return typeOfUnion(checker, op, scope);
    case 'DISTINCT': {
      const side = tableSide(checker, op.source, scope, 'DISTINCT');
      for (const column of op.by ?? []) useColumn(checker, column, side);
      return tableOf(side.columns);
    }
    case 'SORT': {
      const side = tableSide(checker, op.source, scope, 'SORT');
      for (const { value } of op.by) {
        const type = typeOf(checker, value, { variables, columns: { sides: [side] } });
        if (['list', 'record', 'table', 'file', 'blob', 'model'].includes(type.kind)) {
          error(checker, 'FLOW3003', `Rows cannot be sorted by ${aType(type)}: it has no order.`, value.range);
        }
      }
      if (op.take !== undefined) checkCount(checker, op.take, scope, 'TAKE');
      return tableOf(side.columns);
    }
    case 'TAKE': {
      checkCount(checker, op.count, scope, 'TAKE');
      if (op.source !== undefined) return tableOf(tableSide(checker, op.source, scope, 'TAKE').columns);
      const before = checker.step?.before;
      if (before === undefined) {
        error(
          checker,
          'FLOW2010',
          'TAKE without FROM takes from the step before, and there is none. Write TAKE n FROM x.',
          op.wordRange,
        );
        return TABLE;
      }
      const type = read(checker, before, { start: op.wordRange.end, end: op.wordRange.end });
      return tableOf(rowsOf(checker, type, op.wordRange, 'TAKE'));
    }
    case 'QUERY':
      return typeOfQuery(checker, op, scope);
    case 'INFER':
      looseType(checker, op.model, scope);
      typeOf(checker, op.on, scope);
      return ANY;
    case 'TRAIN':
      looseType(checker, op.model, scope);
      typeOf(checker, op.on, scope);
      return { kind: 'model' };
    case 'RUN_JOB':
      looseType(checker, op.job, scope);
      return typeOfProgramCall(checker, op, [], extra);
    case 'RUN_VASM':
      looseType(checker, op.program, scope);
      return typeOfProgramCall(checker, op, [], extra);
    case 'CALL': {
      const args = op.args.map((arg) => typeOf(checker, arg, scope));
      return typeOfProgramCall(checker, op, args, extra);
    }
    case 'CALL_FLOW': {
      const type = looseType(checker, op.path, scope);
      if (!isAssignable(type, TEXT))
        error(checker, 'FLOW3014', `CALL FLOW needs the path of a flow, and this is ${aType(type)}.`, op.path.range);
      return { kind: 'record' };
    }
    case 'ASK_AI':
      checkText(checker, op.question, scope, 'ASK_AI needs a question as text');
      return ANY;
    case 'RUN_AGENT':
      looseType(checker, op.agent, scope);
      return ANY;
    case 'APX_EXEC':
      return typeOfNodeOperation(checker, op, scope);
    case 'BUILD_VPKG':
      looseType(checker, op.source, scope);
      return ANY;
    case 'DEPLOY_SERVICE':
      looseType(checker, op.source, scope);
      if (op.name !== undefined) looseType(checker, op.name, scope);
      return ANY;
    case 'STORE':
      return typeOfStore(checker, op, scope);
    case 'TRANSFORM':
    case 'OUTPUT':
    case 'OUTPUT_JSON':
      return typeOf(checker, op.value, inner);
    case 'OUTPUT_TEXT':
      // Of a record, older text reads the fields from the step.
      return typeOf(checker, op.value, inner).kind === 'record' ? ANY : TEXT;
    case 'RETURN':
      return op.value === undefined ? { kind: 'none' } : typeOf(checker, op.value, inner);
    case 'ERROR':
      checkText(checker, op.message, inner, 'ERROR needs its message as text');
      return { kind: 'none' };
    case 'SWITCH':
      return typeOfSwitch(checker, op, variables);
    case 'IF': {
      checkCondition(checker, op.condition, typeOf(checker, op.condition, scope));
      const then = typeOfOp(checker, op.then, variables);
      return union(then, op.else === undefined ? { kind: 'none' } : typeOfOp(checker, op.else, variables));
    }
    case 'FOR_EACH': {
      const list = typeOf(checker, op.list, scope);
      if (!isOpen(list) && list.kind !== 'list' && list.kind !== 'table') {
        error(
          checker,
          'FLOW3014',
          `FOR EACH goes through a list or a table, and this is ${aType(list)}.`,
          op.list.range,
        );
      }
      if (op.parallel !== undefined) checkCount(checker, op.parallel, scope, 'PARALLEL');
      const variable: Variable = { name: op.variable.name, range: op.variable.range, type: elementType(list) };
      refer(checker, op.variable.range, { kind: 'variable', variable, declares: true }, variable.type);
      return { kind: 'list', of: typeOfOp(checker, op.body, [...variables, variable]) };
    }
    case 'UNKNOWN':
      for (const arg of op.args) looseType(checker, arg, scope);
      return ANY;
    case 'BROKEN':
      return ANY;
  }
}

function extraVariables(op: Op, extra: FlowType | undefined): Variable[] {
  if (extra?.kind !== 'record' || op.with === undefined || !READS_WITH.has(op.op)) return [];
  return op.with.entries.map(({ key }) => ({
    name: key.name,
    range: key.range,
    type: extra.fields?.[key.name] ?? ANY,
  }));
}

function typeOfSwitch(checker: Checker, op: Extract<Op, { op: 'SWITCH' }>, variables: readonly Variable[]): FlowType {
  const scope: ExprScope = { variables };
  const subject = typeOf(checker, op.subject, scope);
  let type: FlowType = { kind: 'none' };
  const seen = new Map<string, SourceRange>();
  for (const branch of op.cases) {
    for (const value of branch.values) {
      const valueType = typeOf(checker, value, scope);
      if (isComparable(subject, valueType)) {
        if (value.kind === 'literal') {
          const key = `${typeof value.value}:${String(value.value)}`;
          const before = seen.get(key);
          if (before !== undefined) {
            report(
              checker,
              'warning',
              'FLOW3017',
              'This CASE is never taken: an earlier one has the same value.',
              value.range,
              { related: [{ message: 'The earlier one is here.', range: before }] },
            );
          } else seen.set(key, value.range);
        }
      } else
        checkComparison(
          checker,
          { left: op.subject, right: value, operator: '==', range: value.range },
          subject,
          valueType,
        );
    }
    type = union(type, typeOfOp(checker, branch.op, variables));
  }
  return op.default === undefined ? type : union(type, typeOfOp(checker, op.default, variables));
}
