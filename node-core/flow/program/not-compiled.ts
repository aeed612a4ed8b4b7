import { Problem } from '../../errors/problem.ts';
import type { Diagnostic } from './tree.ts';

/** The problem `flow-has-errors` of a program that did not compile: its first error, all of them in `diagnostics`. */
export function notCompiled(diagnostics: readonly Diagnostic[]): Problem {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  return new Problem('flow-has-errors', first?.message ?? 'This is not a FLOW program.', {
    status: 422,
    hint: errors.length > 1 ? `There are ${errors.length} errors; this is the first.` : 'Mend it and try again.',
    more: { diagnostics },
    ...(first === undefined ? {} : { range: first.range }),
  });
}
