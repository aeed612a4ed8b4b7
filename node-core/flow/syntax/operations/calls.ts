/** Reads the operations that call something else: programs, flows, models, services, the node. Browser-safe. */
import type { Expr, Op } from '../ast.ts';
import { type Cursor, M_TIGHT } from '../cursor.ts';
import * as T from '../lex.ts';
import { closeBracket, parseExpr } from '../parse-expression.ts';
import { W } from '../words.ts';
import { choose, type Head, name, type Reader, type Readers, secondWord, source } from './parts.ts';

/** `INFER model ON data`, `TRAIN model ON data`. */
const onModel =
  (op: 'INFER' | 'TRAIN'): Reader =>
  (p, head) => {
    const model = source(p, W.ON, 'The model');
    p.expectWord(W.ON, `\`${op}\` says \`ON\` which data`);
    return { ...head, op, model, on: parseExpr(p) };
  };

const runJob = (p: Cursor, head: Head): Op => ({ ...head, op: 'RUN_JOB', job: parseExpr(p) });
const runVasm = (p: Cursor, head: Head): Op => ({ ...head, op: 'RUN_VASM', program: parseExpr(p) });
const runAgent = (p: Cursor, head: Head): Op => ({ ...head, op: 'RUN_AGENT', agent: parseExpr(p) });
const callFlow = (p: Cursor, head: Head): Op => ({ ...head, op: 'CALL_FLOW', path: parseExpr(p) });
const askAi = (p: Cursor, head: Head): Op => ({ ...head, op: 'ASK_AI', question: parseExpr(p) });
const buildVpkg = (p: Cursor, head: Head): Op => ({ ...head, op: 'BUILD_VPKG', source: parseExpr(p) });

const deploy = (p: Cursor, head: Head): Op => {
  const from = parseExpr(p);
  const op: Op = { ...head, op: 'DEPLOY_SERVICE', source: from };
  if (!p.panic && p.peekWord() === W.AS) p.keyword();
  if (!p.panic && p.beginsOperand() && !p.atBoundary() && !p.isClauseWord()) op.name = parseExpr(p);
  return op;
};

/** What calls something else. */
export const callReaders: Readers = {
  [W.INFER]: onModel('INFER'),
  [W.TRAIN]: onModel('TRAIN'),
  [W.RUN]: (p, head) => {
    const word = choose(p, head, [W.JOB, W.VASM, W.AGENT], 'RUN');
    return word === W.JOB
      ? runJob(p, head)
      : word === W.VASM
        ? runVasm(p, head)
        : word === W.AGENT
          ? runAgent(p, head)
          : { ...head, op: 'BROKEN' };
  },
  [W.RUN_JOB]: runJob,
  [W.RUN_VASM]: runVasm,
  [W.RUN_AGENT]: runAgent,
  [W.CALL_FLOW]: callFlow,
  [W.CALL]: (p, head) => {
    const tight = p.peek(1) === T.T_LPAREN && !(p.flags[p.at + 1]! & T.F_SPACE);
    if (p.peekWord() === W.FLOW && !tight && (p.beginsOperand(1) || p.atBoundary(1)) && !(p.peekWord(1) === W.WITH)) {
      secondWord(p, head);
      return callFlow(p, head);
    }
    const fn = name(p, '`CALL program(…)`');
    while (!p.panic && p.peek() === T.T_DOT && p.peek(1) === T.T_NAME) {
      p.at++;
      const part = p.ident();
      fn.name += `.${part.name}`;
      fn.range = { start: fn.range.start, end: part.range.end };
    }
    const args: Expr[] = [];
    if (!p.panic && p.peek() === T.T_LPAREN) {
      const open = p.at;
      p.mark(M_TIGHT);
      p.at++;
      while (!p.panic && p.peek() !== T.T_RPAREN) {
        args.push(parseExpr(p));
        if (p.panic || !p.take(T.T_COMMA)) break;
      }
      closeBracket(p, T.T_RPAREN, open);
    }
    return { ...head, op: 'CALL', fn, args };
  },
  [W.ASK_AI]: askAi,
  [W.ASK]: (p, head) => (choose(p, head, [W.AI], 'ASK') ? askAi(p, head) : { ...head, op: 'BROKEN' }),
  [W.APX_EXEC]: (p, head) => ({ ...head, op: 'APX_EXEC', operation: parseExpr(p) }),
  [W.BUILD_VPKG]: buildVpkg,
  [W.BUILD]: (p, head) => (choose(p, head, [W.VPKG], 'BUILD') ? buildVpkg(p, head) : { ...head, op: 'BROKEN' }),
  [W.DEPLOY_SERVICE]: deploy,
  [W.DEPLOY]: (p, head) => (choose(p, head, [W.SERVICE], 'DEPLOY') ? deploy(p, head) : { ...head, op: 'BROKEN' }),
};
