/** Checks `match`: patterns, and that every value has its case. Browser-safe. */
import type { Checker, Local } from './check.ts';
import type { Expr, Ident, MatchArm, Pattern } from './tree.ts';
import { common, fits, NEVER, NONE, showType, aKind, type ProgramType } from './types.ts';

export function checkMatch(c: Checker, e: Expr & { kind: 'match' }, wanted: ProgramType | undefined): ProgramType {
  const subject = c.expr(e.subject);
  const inner = subject.kind === 'Option' ? subject.of : subject;
  let result: ProgramType = NEVER;
  const covered = new Set<string>();
  let all = false;
  const before = c.sure;
  let after: Set<Local> | undefined;
  for (const arm of e.arms) {
    if (all && !c.broken(e))
      c.report('FLOW3116', 'This case is never reached: those before take everything.', arm.range, {
        severity: 'warning',
      });
    const names: [Ident, ProgramType][] = [];
    for (const pattern of arm.patterns) {
      const taken = checkPattern(c, pattern, subject, inner, covered, arm, names);
      all ||= taken;
    }
    c.sure = new Set(before);
    const type = checkArm(c, arm, names, wanted);
    if (type.kind !== 'Never')
      after = after === undefined ? c.sure : new Set([...after].filter((local) => c.sure.has(local)));
    const both = common(result, type);
    if (both) result = both;
    else if (wanted) c.mismatch(type, wanted, arm.range);
    else result = NONE;
  }
  c.sure = after ?? before;
  const missing = all || subject.kind === 'Unknown' ? [] : uncovered(c, subject, inner, covered);
  if (missing.length > 0 && !c.broken(e))
    c.report(
      'FLOW3106',
      `Not every value has its case: ${missing.join(', ')} ${missing.length === 1 && missing[0] !== 'all others' ? 'is' : 'are'} missing.`,
      e.subject.range,
    );
  return result;
}

function checkArm(
  c: Checker,
  arm: MatchArm,
  names: [Ident, ProgramType][],
  wanted: ProgramType | undefined,
): ProgramType {
  if (arm.body.kind === 'block') return c.block(arm.body.block, names) ? NONE : NEVER;
  c.scopes.push(new Map());
  for (const [name, type] of names) c.bind(name, type, false);
  const type = c.expr(arm.body.value, wanted);
  c.scopes.pop();
  return type;
}

/** Checks one pattern; does it take everything that is left? */
function checkPattern(
  c: Checker,
  p: Pattern,
  subject: ProgramType,
  inner: ProgramType,
  covered: Set<string>,
  arm: MatchArm,
  names: [Ident, ProgramType][],
): boolean {
  switch (p.kind) {
    case 'any':
      return true;
    case 'none':
      if (!['Option', 'JSON', 'Unknown', 'None'].includes(subject.kind))
        c.report('FLOW3102', `This is ${aKind(subject)}, which is never None.`, p.range, { severity: 'warning' });
      covered.add('None');
      return false;
    case 'literal': {
      const type = c.expr(p.value, inner);
      if (!['Int', 'Float', 'Bool', 'String'].includes(type.kind))
        c.report('FLOW3101', 'A case is a literal, a case of an enum, a name, `None` or `_`.', p.range);
      else if (!fits(type, inner)) c.mismatch(type, inner, p.range);
      if (p.value.kind === 'bool') covered.add(String(p.value.value));
      return false;
    }
    case 'case':
    case 'name': {
      const cases = inner.kind === 'Enum' ? c.enums.get(inner.name) : undefined;
      if (p.kind === 'case') {
        if (inner.kind !== 'Unknown' && !(inner.kind === 'Enum' && inner.name === p.type.name))
          c.report('FLOW3101', `Here ${aKind(inner)} is matched, and not a ${p.type.name}.`, p.range);
        else if (cases && !cases.includes(p.name.name))
          c.unknown('FLOW2105', `${p.type.name} has no case \`${p.name.name}\`.`, p.name.name, p.name.range, cases);
        covered.add(p.name.name);
        return false;
      }
      if (cases?.includes(p.name.name)) {
        covered.add(p.name.name);
        return false;
      }
      if (cases && /^[A-Z]/.test(p.name.name)) {
        c.unknown('FLOW2105', `${showType(inner)} has no case \`${p.name.name}\`.`, p.name.name, p.name.range, cases);
        covered.add(p.name.name);
        return true;
      }
      if (arm.patterns.length > 1)
        c.report('FLOW3101', 'A name that takes the value stands alone, without `|`.', p.range);
      // After the case None an optional value is there.
      const type = subject.kind === 'Option' && covered.has('None') ? inner : subject;
      names.push([p.name, type]);
      return true;
    }
    default:
      return true;
  }
}

function uncovered(c: Checker, subject: ProgramType, inner: ProgramType, covered: Set<string>): string[] {
  const none = subject.kind === 'Option' && !covered.has('None') ? ['None'] : [];
  const cases =
    inner.kind === 'Enum' ? (c.enums.get(inner.name) ?? []) : inner.kind === 'Bool' ? ['true', 'false'] : undefined;
  if (!cases) return [...none, 'all others'];
  return [...none, ...cases.filter((one) => !covered.has(one))];
}
