/**
 * The parser of FLOW plans: recursive descent with recovery. It takes any text, never throws, and always gives a tree; every
 * mistake is one diagnostic with a sentence and, where there is one, a mend. Browser-safe.
 */
import type { ParseResult, Plan, SourceRange } from './ast.ts';
import { Cursor } from './cursor.ts';
import * as T from './lex.ts';
import { scan } from './lex.ts';
import { annotation } from './parse-annotation.ts';
import { body } from './parse-body.ts';
import { description, header } from './parse-header.ts';
import { inputs } from './parse-inputs.ts';
import { W } from './words.ts';

/** Parses a plan. Diagnostics are in source order. */
export function parse(source: string): ParseResult {
  return parseTokens(source).result;
}

/** Parses, and gives what the formatter needs as well. */
export function parseTokens(source: string): { result: ParseResult; cursor: Cursor } {
  const cursor = new Cursor(scan(source));
  const plan = parsePlan(cursor);
  let { diagnostics } = cursor;
  if (plan.name === undefined && plan.body.length === 0 && plan.inputs.length === 0) {
    // Text that is no plan at all yields one message.
    const head = diagnostics.find((one) => one.code === 'FLOW1001' || one.code === 'FLOW1002');
    if (head) diagnostics = [head];
  }
  for (let i = 1; i < diagnostics.length; i++) {
    if (diagnostics[i]!.range.start < diagnostics[i - 1]!.range.start) {
      diagnostics.sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
      break;
    }
  }
  return { result: { plan, comments: cursor.tokens.comments, diagnostics }, cursor };
}

function parsePlan(p: Cursor): Plan {
  const plan: Plan = {
    kind: 'plan',
    annotations: [],
    name: undefined,
    description: [],
    inputs: [],
    body: [],
    range: { start: 0, end: p.source.length },
  };
  if (p.peek() === T.T_RAW) plan.docString = p.string();
  plan.range.start = p.offset;

  if (p.atEnd) {
    if (p.last === 0) {
      p.fail(
        'FLOW1002',
        'There is no plan here yet. A plan begins with `FLOW "name"` and ends with `END FLOW`.',
        { start: 0, end: p.source.length },
        {
          title: 'Begin a plan',
          edits: [{ range: { start: p.source.length, end: p.source.length }, text: 'FLOW "My plan"\n\nEND FLOW\n' }],
        },
      );
    }
    return plan;
  }
  const program = programWord(p);
  if (program) {
    p.fail(
      'FLOW1001',
      `This is a program, not a plan: it begins with \`${program}\`. A plan begins with \`FLOW "name"\`.`,
      p.range(),
    );
    return plan;
  }

  const flowAt = annotatedFlow(p);
  if (flowAt >= 0) {
    while (p.peek() === T.T_AT && !p.panic) {
      p.breakHere(0);
      plan.annotations.push(annotation(p));
    }
    if (p.at !== flowAt && !p.panic)
      p.fail('FLOW1016', `${p.found()} is not expected here: \`FLOW "name"\` comes after its annotations.`, p.range());
    // A broken one does not take the plan with it.
    p.at = flowAt;
    p.panic = false;
  }
  header(p, plan);
  for (;;) {
    const word = p.peekWord();
    if (word === W.DESCRIPTION && plan.inputs.length + plan.body.length === 0) description(p, plan);
    else if (word === W.INPUTS && !p.atEnd) inputs(p, plan);
    else break;
  }
  const ended = body(p, plan);
  plan.range.end = p.prevEnd;
  if (!ended) {
    if (plan.name !== undefined || p.diagnostics.length === 0) {
      p.warn(
        'FLOW1003',
        '`END FLOW` is missing at the end of the plan.',
        endOf(p),
        p.insertion('Add END FLOW', '\n\nEND FLOW\n'),
      );
    }
  } else if (!p.atEnd) {
    p.fail('FLOW1021', 'The plan ended with `END FLOW`; nothing may follow it.', {
      start: p.offset,
      end: p.source.length,
    });
  }
  return plan;
}

function endOf(p: Cursor): SourceRange {
  const end = p.prevEnd;
  return { start: Math.max(0, end - 1), end };
}

/** The word that a program begins with, when this is one. */
function programWord(p: Cursor): string | undefined {
  let i = 0;
  // Annotations may stand before a service or a function.
  while (p.peek(i) === T.T_AT && p.peek(i + 1) === T.T_NAME) {
    i += 2;
    if (p.peek(i) === T.T_LPAREN) {
      for (let depth = 0; p.peek(i) !== T.T_EOF; i++) {
        if (p.peek(i) === T.T_LPAREN) depth++;
        else if (p.peek(i) === T.T_RPAREN && --depth === 0) break;
      }
      i++;
    }
  }
  if (p.peek(i) !== T.T_NAME) return undefined;
  const word = p.peekWord(i);
  const text = p.text(p.at + i);
  const named = p.peek(i + 1) === T.T_NAME;
  if ((word === W.MODEL || word === W.SERVICE || word === W.ENUM) && named) return text;
  if ((word === W.FUNC || word === W.ROUTE) && named) return text;
  return undefined;
}

/** The token FLOW, when annotations stand here that belong to it; else -1. */
function annotatedFlow(p: Cursor): number {
  if (p.peek() !== T.T_AT) return -1;
  for (let i = 0; p.peek(i) !== T.T_EOF; i++) {
    const word = p.peekWord(i);
    if (word === W.FLOW && (p.onNewLine(i) || p.peek(i - 1) === T.T_RPAREN)) return p.at + i;
    if (word === W.STEP && p.onNewLine(i)) return -1;
  }
  return -1;
}
