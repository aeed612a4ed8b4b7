/** Reads what a plan consists of after its inputs: steps, outputs, `END FLOW`. Browser-safe. */
import type { Annotation, Output, Plan, Step } from './ast.ts';
import { type Cursor, M_STATEMENT } from './cursor.ts';
import * as T from './lex.ts';
import { parseLabel } from './operations/tail.ts';
import { annotation } from './parse-annotation.ts';
import { parseExpr } from './parse-expression.ts';
import { OPERATION_WORDS, parseOp } from './parse-operation.ts';
import { W } from './words.ts';

/** Steps and outputs, to `END FLOW`; false when that is missing. */
export function body(p: Cursor, plan: Plan): boolean {
  while (!p.atEnd) {
    const word = p.peekWord();
    if (word === W.STEP || p.peek() === T.T_AT) statement(p, plan);
    else if (word === W.OUTPUT) output(p, plan);
    else if (word === W.END) {
      if (p.peekWord(1) === W.FLOW) {
        p.breakHere(0);
        p.keyword();
        p.keyword();
        return true;
      }
      if (endsPlan(p)) return true;
    } else unexpected(p);
    if (p.panic) p.recover();
    else if (!p.atEnd && !p.atStatement() && !continues(p)) {
      stray(p);
      p.recover();
    }
  }
  return false;
}

/** Something that `body` reads stands here, though it does not look like the beginning of a statement. */
function continues(p: Cursor): boolean {
  const word = p.peekWord();
  return (
    word === W.STEP ||
    word === W.OUTPUT ||
    word === W.END ||
    (p.peek() === T.T_AT && p.peek(1) === T.T_NAME) ||
    misspeltStatement(p) !== undefined
  );
}

/** `END` that is not followed by FLOW. True when it ends the plan all the same. */
function endsPlan(p: Cursor): boolean {
  const at = p.at;
  if (p.peek(1) === T.T_EOF) {
    p.breakHere(0);
    p.keyword();
    p.warn('FLOW1003', 'A plan ends with `END FLOW`.', p.range(at), p.insertion('Insert FLOW', ' FLOW'));
    return true;
  }
  if (!p.onNewLine(1) && p.looksLike('FLOW', 1)) {
    p.at++;
    p.warn(
      'FLOW1022',
      `A plan ends with \`END FLOW\`; \`${p.text()}\` is probably \`FLOW\`.`,
      p.range(),
      p.replacement('FLOW'),
    );
    p.at++;
    return true;
  }
  const what = p.peek(1) === T.T_NAME && !p.onNewLine(1) ? `END ${p.text(at + 1)}` : 'END';
  p.at += what === 'END' ? 1 : 2;
  p.fail('FLOW1016', `\`${what}\` ends nothing here.`, p.from(p.start[at]!), {
    title: 'Remove it',
    edits: [{ range: p.from(p.start[at]!), text: '' }],
  });
  return false;
}

/** STEP, OUTPUT or INPUTS with a slip of the pen. */
function misspeltStatement(p: Cursor): 'STEP' | 'OUTPUT' | undefined {
  if (p.peek() !== T.T_NAME || !p.onNewLine()) return undefined;
  if (p.peek(1) === T.T_NAME && p.peek(2) === T.T_ASSIGN && p.looksLike('STEP')) return 'STEP';
  if (p.beginsOperand(1) && !p.onNewLine(1) && p.looksLike('OUTPUT')) return 'OUTPUT';
  return undefined;
}

function unexpected(p: Cursor): void {
  const meant = misspeltStatement(p);
  if (meant) {
    p.readAs(meant);
    return;
  }
  stray(p);
}

function stray(p: Cursor): void {
  const text = p.text();
  if (p.peekWord() === W.INPUTS && p.peek(1) === T.T_NAME) {
    p.fail('FLOW1016', 'INPUTS stand before the first step.', p.range());
  } else if (p.peek() === T.T_NAME && p.peek(1) === T.T_ASSIGN && p.onNewLine()) {
    p.fail('FLOW1016', `A step begins with \`STEP\`: \`STEP ${text} = …\`.`, p.range(), {
      title: 'Insert STEP',
      edits: [{ range: { start: p.offset, end: p.offset }, text: 'STEP ' }],
    });
  } else if (p.peek() === T.T_NAME && p.onNewLine() && OPERATION_WORDS.includes(text.toUpperCase())) {
    p.fail('FLOW1016', `The operation \`${text}\` needs a step around it: \`STEP name = ${text} …\`.`, p.range(), {
      title: 'Make it a step',
      edits: [{ range: { start: p.offset, end: p.offset }, text: 'STEP my_step =\n  ' }],
    });
  } else
    p.fail(
      'FLOW1016',
      `${p.found()} is not expected here: a \`STEP\`, an \`OUTPUT\` or \`END FLOW\` comes next.`,
      p.range(),
    );
  p.at++;
}

function statement(p: Cursor, plan: Plan): void {
  const start = p.offset;
  const annotations: Annotation[] = [];
  p.mark(M_STATEMENT);
  while (p.peek() === T.T_AT && !p.panic) {
    p.breakHere(0);
    annotations.push(annotation(p));
  }
  if (p.panic) return;
  if (p.peekWord() !== W.STEP && misspeltStatement(p) === 'STEP') unexpected(p);
  if (p.peekWord() !== W.STEP) {
    p.warn('FLOW1024', 'Annotations stand before a `STEP`.', p.from(start));
    return;
  }
  p.breakHere(0);
  const stepAt = p.at;
  p.keyword();
  const step: Step = {
    kind: 'step',
    annotations,
    name: p.missingIdent(),
    op: { op: 'BROKEN', range: p.range(stepAt), wordRange: p.range(stepAt) },
    range: p.range(stepAt),
  };
  plan.body.push(step);
  if (p.peek() === T.T_NAME && (!p.atBoundary() || p.peek(1) === T.T_ASSIGN)) step.name = p.ident();
  else if (p.peek() === T.T_ASSIGN)
    p.warn(
      'FLOW1012',
      'The step has no name: `STEP name = operation`.',
      p.range(stepAt),
      p.insertion('Give it a name', ' my_step'),
    );
  else {
    p.fail('FLOW1012', 'The step has no name: `STEP name = operation`.', p.range(stepAt));
    step.range = p.from(start);
    return;
  }
  if (p.peek() === T.T_COLON) {
    p.warn('FLOW1013', '`=` comes after the name of a step, not `:`.', p.range(), p.replacement('='));
    p.at++;
  } else if (!p.take(T.T_ASSIGN)) {
    p.warn(
      'FLOW1013',
      `\`=\` is missing after the name of the step: \`STEP ${step.name.name} = operation\`.`,
      p.range(p.at - 1),
      p.insertion('Insert =', ' ='),
    );
  }
  p.indent = 1;
  p.breakHere(1);
  step.op = parseOp(p);
  step.range = p.from(start);
}

function output(p: Cursor, plan: Plan): void {
  const start = p.offset;
  p.breakHere(0);
  if (plan.body.at(-1)?.kind !== 'output') p.mark(M_STATEMENT);
  p.keyword();
  const result: Output = { kind: 'output', value: parseExpr(p), range: { start, end: start } };
  if (!p.panic && p.peekWord() === W.AS) {
    const label = parseLabel(p);
    if (label) result.label = label;
  }
  result.range = p.from(start);
  plan.body.push(result);
}
