/** Checks each kind of expression. Browser-safe. */
import { callType } from './check-call.ts';
import type { Checker } from './check.ts';
import { checkMatch } from './check-match.ts';
import { binaryType, unaryType } from './check-operators.ts';
import { constructType, functionType, indexType, memberType, nameType, recordType } from './check-values.ts';
import type { Expr } from './tree.ts';
import {
  aKind,
  BOOL,
  capital,
  common,
  fits,
  FLOAT,
  INT,
  isText,
  JSON_TYPE,
  listOf,
  mayRunAsTask,
  NONE,
  type ProgramType,
  showType,
  STRING,
  UNKNOWN,
} from './types.ts';

const MAX_INT = 9223372036854775807n;

/** The type of an expression, which is checked. @param wanted helps literals to find theirs */
export function typeOf(c: Checker, e: Expr, wanted: ProgramType | undefined): ProgramType {
  switch (e.kind) {
    case 'int':
      if (wanted?.kind === 'Float') return FLOAT;
      if (e.value > MAX_INT)
        c.report('FLOW3101', 'This number is too large: an Int goes up to 9223372036854775807.', e.range);
      return INT;
    case 'float':
      return FLOAT;
    case 'bool':
      return BOOL;
    case 'none':
      return NONE;
    case 'text':
      for (const part of e.parts)
        if (typeof part !== 'string') {
          const type = c.expr(part);
          if (!isText(type)) c.report('FLOW3102', `${capital(aKind(type))} cannot be put into text.`, part.range);
        }
      return STRING;
    case 'name':
      return nameType(c, e);
    case 'member':
      return memberType(c, e);
    case 'index':
      return indexType(c, e);
    case 'call':
      return callType(c, e);
    case 'unary':
      return unaryType(c, e, wanted);
    case 'binary':
      return binaryType(c, e, wanted);
    case 'in': {
      const value = c.expr(e.value);
      const list = c.expr(e.list);
      const of =
        list.kind === 'List' ? list.of : list.kind === 'Map' ? list.key : list.kind === 'String' ? STRING : UNKNOWN;
      if (of.kind === 'Unknown' && list.kind !== 'Unknown' && list.kind !== 'JSON' && list.kind !== 'List')
        c.report('FLOW3102', `\`in\` asks a List, a Map or a String, and this is ${aKind(list)}.`, e.list.range);
      else if (!fits(value, of)) c.mismatch(value, of, e.value.range);
      return BOOL;
    }
    case 'isNone': {
      const type = c.expr(e.value);
      if (e.value.kind === 'name') {
        const local = c.locals.get(e.value);
        if (local && local.type.kind === 'Option') {
          c.types.set(e.value, local.type);
          return BOOL;
        }
      }
      if (!['Option', 'JSON', 'Unknown', 'None'].includes(type.kind))
        c.report('FLOW3102', `This is ${aKind(type)}, which is never None.`, e.range, { severity: 'warning' });
      return BOOL;
    }
    case 'list': {
      if (wanted?.kind === 'JSON') {
        for (const item of e.items) c.want(item, JSON_TYPE);
        return JSON_TYPE;
      }
      const of = wanted?.kind === 'List' ? wanted.of : undefined;
      if (of) {
        for (const item of e.items) c.want(item, of);
        return listOf(of);
      }
      let type: ProgramType = UNKNOWN;
      for (const item of e.items) {
        const found = c.expr(item);
        const both = common(type, found);
        if (both) type = both;
        else
          c.report(
            'FLOW3101',
            `The values of a list are of one type: the first are ${showType(type)}, and this is ${aKind(found)}.`,
            item.range,
          );
      }
      return listOf(type);
    }
    case 'record':
      return recordType(c, e, wanted);
    case 'construct':
      return constructType(c, e.type, e.entries, e.range);
    case 'function':
      return functionType(c, e, wanted);
    case 'match':
      return checkMatch(c, e, wanted);
    case 'spawn': {
      const task = c.expr(e.value);
      const called = e.value.kind === 'call' && e.value.callee.kind === 'name' ? e.value.callee.name : '';
      const func = c.find(called) ? undefined : c.functions.get(called);
      if (task.kind !== 'Unknown' && func === undefined)
        c.report('FLOW3107', '`spawn` starts a function of the program: `spawn f(x)`.', e.value.range);
      else if (func && !mayRunAsTask(func.type))
        c.report('FLOW3122', 'A task takes and gives no functions and no tasks.', e.value.range);
      return { kind: 'Task', of: task };
    }
    case 'await': {
      const task = c.expr(e.value);
      if (task.kind === 'Task') return task.of;
      if (task.kind !== 'Unknown')
        c.report('FLOW3102', `\`await\` takes what \`spawn\` gave, and this is ${aKind(task)}.`, e.value.range);
      return UNKNOWN;
    }
    default:
      return UNKNOWN;
  }
}
