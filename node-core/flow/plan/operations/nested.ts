/** The operations that are inside of others. Browser-safe. */
import type { Op } from '../../syntax/ast.ts';

/** The operations directly inside an operation. */
export function nestedOps(op: Op): Op[] {
  switch (op.op) {
    case 'IF':
      return op.else === undefined ? [op.then] : [op.then, op.else];
    case 'SWITCH':
      return [...op.cases.map((branch) => branch.op), ...(op.default === undefined ? [] : [op.default])];
    case 'FOR_EACH':
      return [op.body];
    default:
      return [];
  }
}
