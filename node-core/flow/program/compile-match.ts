/** Compiles `match`. Browser-safe. */
import type { Body } from './compile-function.ts';
import { NotYet, type Label } from './emit.ts';
import type { Expr, Ident, MatchArm, Pattern } from './tree.ts';
import { JSON_TYPE, type ProgramType } from './types.ts';

export function compileMatch(b: Body, e: Expr & { kind: 'match' }, type: ProgramType): void {
  const { out } = b;
  const subjectType = b.typeOf(e.subject);
  b.expr(e.subject);
  const subject = b.keep(subjectType, e.subject.range, '_subject');
  const end = out.label();
  const { depth } = out;
  let all = false;
  let noneDone = false;
  e.arms.forEach((arm, i) => {
    if (all || !out.reachable) return;
    const last = i === e.arms.length - 1;
    const takesAll = arm.patterns.some(
      (pattern) => pattern.kind === 'any' || binds(b, pattern, subjectType) !== undefined,
    );
    const body = out.label();
    const next = out.label();
    // The checker has seen that the cases are whole: the last one needs no question.
    if (!takesAll && !last) {
      arm.patterns.forEach((pattern, n) =>
        testPattern(
          b,
          pattern,
          subject,
          subjectType,
          n === arm.patterns.length - 1 ? { otherwise: next } : { yes: body },
        ),
      );
    }
    out.place(body);
    all = takesAll;
    const name = arm.patterns.map((pattern) => binds(b, pattern, subjectType)).find((one) => one !== undefined);
    if (name) {
      out.load(subject);
      if (subjectType.kind === 'Option' && noneDone) out.getValue();
      out.store(b.declare(name));
    }
    noneDone ||= arm.patterns.some((pattern) => pattern.kind === 'none');
    compileArm(b, arm, type);
    out.jump(end);
    out.place(next);
    out.depth = depth;
  });
  if (e.arms.length === 0) {
    out.constant({ kind: 'String', value: 'no case' });
    out.op('TRAP');
  }
  out.place(end);
}

function binds(b: Body, pattern: Pattern, subject: ProgramType): Ident | undefined {
  if (pattern.kind !== 'name') return undefined;
  const inner = subject.kind === 'Option' ? subject.of : subject;
  return inner.kind === 'Enum' && b.checked.enums.get(inner.name)?.includes(pattern.name.name)
    ? undefined
    : pattern.name;
}

/** Jumps to `yes` when the pattern fits, or to `otherwise` when not. */
function testPattern(
  b: Body,
  pattern: Pattern,
  subject: number,
  type: ProgramType,
  to: { yes?: Label; otherwise?: Label },
): void {
  const { out } = b;
  out.range = pattern.range;
  const no = to.otherwise ?? out.label();
  if (type.kind === 'JSON') {
    out.load(subject);
    if (pattern.kind === 'none') b.host('json.isNone');
    else if (pattern.kind === 'literal') {
      b.expr(pattern.value, JSON_TYPE);
      b.host('json.equal');
    } else throw new NotYet('This case', pattern.range);
    out.op('NOT');
    out.jumpIf(no);
    if (to.yes) {
      out.jump(to.yes);
      out.place(no);
    }
    return;
  }
  if (pattern.kind === 'none' || type.kind === 'Option') {
    if (type.kind !== 'Option') throw new NotYet('A case `None` here', pattern.range);
    out.load(subject);
    out.op('LEN');
    out.int(0);
    out.op(pattern.kind === 'none' ? 'CMPNE' : 'CMPEQ');
    out.jumpIf(no);
  }
  if (pattern.kind !== 'none') {
    out.load(subject);
    if (type.kind === 'Option') out.getValue();
    if (pattern.kind === 'literal') b.expr(pattern.value);
    else if (pattern.kind === 'case' || pattern.kind === 'name')
      out.constant({ kind: 'String', value: pattern.name.name });
    else throw new NotYet('This case', pattern.range);
    out.op('CMPNE');
    out.jumpIf(no);
  }
  if (to.yes) {
    out.jump(to.yes);
    out.place(no);
  }
}

function compileArm(b: Body, arm: MatchArm, type: ProgramType): void {
  const { out } = b;
  if (arm.body.kind === 'block') {
    b.block(arm.body.block);
    out.none();
    b.coerce({ kind: 'None' }, type, arm.range);
    return;
  }
  const { value } = arm.body;
  const found = b.typeOf(value);
  b.expr(value, type);
  if (type.kind === 'None' && found.kind !== 'None' && found.kind !== 'Never') {
    out.op('POP');
    out.none();
  }
}
