/** Checks statements: what follows them still runs, what may be assigned. Browser-safe. */
import { condition } from './check-condition.ts';
import { writtenType } from './check-declarations.ts';
import { arithmeticType } from './check-operators.ts';
import { captured } from './check-values.ts';
import type { Checker, Local } from './check.ts';
import type { Block, Expr, Ident, SourceRange, Statement } from './tree.ts';
import { fits, isOpen, JSON_TYPE, NONE, STRING, UNKNOWN, aKind, type ProgramType } from './types.ts';

/** As `block`; what it found out about optional values is forgotten after it, and given back. */
function branch(
  c: Checker,
  block: Block,
  sure: Iterable<Local>,
  names: [Ident, ProgramType][] = [],
): { goesOn: boolean; sure: Set<Local> } {
  const before = c.sure;
  c.sure = new Set([...before, ...sure]);
  const goesOn = c.block(block, names);
  const after = c.sure;
  c.sure = before;
  return { goesOn, sure: after };
}

function loop(c: Checker, body: Block, sure: Local[], names: [Ident, ProgramType][] = []): boolean {
  const loop = { broken: false };
  c.loops.push(loop);
  c.sure = new Set([...c.sure].filter((local) => !local.variable));
  branch(c, body, sure, names);
  c.loops.pop();
  return loop.broken;
}

export function checkStatement(c: Checker, s: Statement): boolean {
  switch (s.kind) {
    case 'let': {
      const written = s.type ? writtenType(c, s.type) : undefined;
      let type = written === undefined ? c.expr(s.value) : (c.want(s.value, written), written);
      if (written === undefined && (type.kind === 'None' || isOpen(type))) {
        c.report(
          'FLOW3109',
          `What \`${s.name.name}\` holds cannot be seen from this value. Write its type: \`${s.variable ? 'var' : 'let'} ${s.name.name}: ${type.kind === 'None' ? 'Int?' : type.kind === 'List' ? 'List<Int>' : 'Map<String, Int>'} = …\`.`,
          s.name.range,
        );
        type = UNKNOWN;
      }
      const local = c.bind(s.name, type, s.variable);
      const value = c.types.get(s.value)!;
      if (type.kind === 'Option' && value.kind !== 'Option' && value.kind !== 'None' && value.kind !== 'Unknown')
        c.sure.add(local);
      return value.kind !== 'Never';
    }
    case 'assign':
      assign(c, s);
      return true;
    case 'if': {
      const { yes, no } = condition(c, s.condition, 'if');
      const first = branch(c, s.body, yes);
      const second = s.otherwise ? branch(c, s.otherwise, no) : { goesOn: true, sure: new Set([...c.sure, ...no]) };
      if (first.goesOn && second.goesOn) c.sure = new Set([...first.sure].filter((local) => second.sure.has(local)));
      else c.sure = first.goesOn ? first.sure : second.sure;
      return first.goesOn || second.goesOn;
    }
    case 'while': {
      const before = c.sure;
      c.sure = new Set([...before].filter((local) => !local.variable));
      const { yes, no } = condition(c, s.condition, 'while');
      const broken = loop(c, s.body, yes);
      if (!broken) for (const local of no) c.sure.add(local);
      return broken || !(s.condition.kind === 'bool' && s.condition.value);
    }
    case 'for': {
      const list = c.expr(s.list);
      let item: ProgramType = UNKNOWN;
      if (list.kind === 'List') item = list.of;
      else if (list.kind === 'Map') item = list.key;
      else if (list.kind === 'JSON') item = JSON_TYPE;
      else if (list.kind !== 'Unknown')
        c.report(
          'FLOW3102',
          `\`for\` goes through a List or the keys of a Map, and this is ${aKind(list)}.`,
          s.list.range,
        );
      loop(c, s.body, [], [[s.variable, item]]);
      return true;
    }
    case 'return':
      returns(c, s.value, s.range);
      return false;
    case 'break':
    case 'continue': {
      const loop = c.loops.at(-1);
      if (!loop) c.report('FLOW3108', `\`${s.kind}\` stands inside of \`while\` or \`for\` only.`, s.range);
      else if (s.kind === 'break') loop.broken = true;
      return false;
    }
    case 'fail':
      c.want(s.message, STRING);
      return false;
    case 'try': {
      const first = branch(c, s.body, []);
      c.sure = new Set([...c.sure].filter((local) => !local.variable));
      const second = branch(c, s.handler, [], s.error ? [[s.error, STRING]] : []);
      return first.goesOn || second.goesOn;
    }
    case 'expect':
      condition(c, s.condition, 'expect');
      return true;
    case 'expression':
      return c.expr(s.value).kind !== 'Never';
  }
}

function returns(c: Checker, value: Expr | undefined, range: SourceRange): void {
  if (c.result === undefined) c.returned.push(value ? c.expr(value) : NONE);
  else if (value) {
    if (c.result.kind === 'None' && value.kind !== 'none') {
      c.expr(value);
      c.report(
        'FLOW3101',
        'Nothing is returned here, because no result was declared: write `-> Type` after the parameters.',
        value.range,
      );
    } else c.want(value, c.result);
  } else if (c.result.kind !== 'None' && c.result.kind !== 'Unknown')
    c.report('FLOW3101', `Here ${aKind(c.result)} must be returned.`, range);
}

function assign(c: Checker, s: Statement & { kind: 'assign' }): void {
  const { target } = s;
  let type: ProgramType;
  let local: Local | undefined;
  if (target.kind === 'name') {
    local = c.find(target.name);
    if (!local) {
      c.expr(target);
      c.expr(s.value);
      return;
    }
    c.locals.set(target, local);
    if (!local.variable)
      c.report('FLOW3105', `\`${local.name}\` cannot be assigned: only what \`var\` declares can.`, target.range);
    captured(c, local, target);
    type = s.operator === '=' ? local.type : c.expr(target);
  } else type = c.expr(target);
  const of = target.kind === 'index' || target.kind === 'member' ? c.types.get(target.object)?.kind : undefined;
  if (target.kind === 'index' && (of === 'String' || of === 'Bytes'))
    c.report('FLOW3105', `${of === 'String' ? 'A text' : 'Bytes'} cannot be changed; make a new one.`, target.range);
  if (of === 'JSON')
    c.report(
      'FLOW3105',
      'JSON cannot be changed: `json.with("name", value)` gives a new one. What is changed is a Map: `var m: Map<String, Int> = {}`.',
      target.range,
    );
  if (target.kind === 'member' && target.property.name === 'length' && c.types.get(target.object)?.kind !== 'Model')
    c.report('FLOW3105', 'The length cannot be assigned.', target.range);
  const value =
    s.operator === '='
      ? c.want(s.value, type)
      : arithmeticType(c, s.operator[0]!, type, c.expr(s.value, type), s.range, target, s.value);
  if (s.operator !== '=' && !fits(value, type)) c.mismatch(value, type, s.value.range);
  if (local) {
    if (local.type.kind === 'Option' && value.kind !== 'Option' && value.kind !== 'None') c.sure.add(local);
    else c.sure.delete(local);
    c.types.set(target, local.type);
  }
}
