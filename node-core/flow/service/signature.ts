/** The function whose arguments are being written. Browser-safe. */
import { functionContract, signature } from '../contracts/functions.ts';
import * as T from '../syntax/lex.ts';
import { textOf, tokenAt, tokensOf } from './tokens.ts';

export interface SignatureHelp {
  /** `ROUND(number, digits?)`. */
  label: string;
  documentation: string;
  parameters: { label: string; documentation?: string }[];
  /** Index of the parameter at the cursor; the last one again for further values of it. */
  active: number;
}

/** How far back the beginning of a call is looked for, in tokens. */
const REACH = 2000;

/** The innermost call around `offset`; undefined when there is none, or no such function. */
export function signatureHelp(source: string, offset: number): SignatureHelp | undefined {
  const tokens = tokensOf(source);
  let commas = 0;
  let depth = 0;
  let at = tokenAt(tokens, offset);
  while (at > 0 && tokens.end[at]! > offset) at--;
  for (let i = at; i > 0 && i > at - REACH; i--) {
    if (tokens.end[i]! > offset) continue;
    const kind = tokens.kind[i];
    if (kind === T.T_RPAREN || kind === T.T_RBRACKET || kind === T.T_RBRACE) depth++;
    else if (kind === T.T_LPAREN || kind === T.T_LBRACKET || kind === T.T_LBRACE) {
      if (depth > 0) {
        depth--;
        continue;
      }
      const contract =
        kind === T.T_LPAREN && tokens.kind[i - 1] === T.T_NAME ? functionContract(textOf(tokens, i - 1)) : undefined;
      if (contract === undefined) {
        // A bracket inside an argument: go on with what is around it.
        commas = 0;
        continue;
      }
      return {
        label: signature(contract),
        // The label says the rest, and the editor the parameter's own text.
        documentation: `${contract.summary}\n\n\`${contract.example.expression}\` gives \`${contract.example.result}\``,
        parameters: contract.parameters.map((parameter) => ({
          label: `${parameter.name}${parameter.variadic ? '…' : parameter.optional ? '?' : ''}`,
          ...(parameter.doc === undefined ? {} : { documentation: parameter.doc }),
        })),
        active: Math.max(0, Math.min(commas, contract.parameters.length - 1)),
      };
    } else if (kind === T.T_COMMA && depth === 0) commas++;
    else if (
      kind === T.T_ASSIGN &&
      depth === 0 &&
      tokens.kind[i - 2] === T.T_NAME &&
      textOf(tokens, i - 2).toUpperCase() === 'STEP'
    )
      return undefined;
  }
  return undefined;
}
