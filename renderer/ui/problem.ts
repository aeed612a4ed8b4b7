/** Turns whatever was thrown into a problem document that can be shown. Pure. */
import { Problem, type ProblemDocument } from '../../node-core/errors/problem.ts';

export function problemOf(thrown: unknown): ProblemDocument {
  if (thrown instanceof Problem) return thrown.toJSON();
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'detail' in thrown) {
    return thrown as ProblemDocument;
  }
  if (thrown instanceof TypeError && /fetch|network|load failed/i.test(thrown.message)) {
    return new Problem('node-unreachable', 'The node does not answer.', {
      status: 503,
      hint: 'It may be restarting. The workbench tries again by itself; your unsaved text is kept.',
    }).toJSON();
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new Problem('workbench-error', message === '' ? 'Something went wrong in the workbench.' : message, {
    status: 500,
    hint: 'Copy the details into a report; reloading the window keeps your text.',
    more: thrown instanceof Error && thrown.stack !== undefined ? { stack: thrown.stack } : {},
  }).toJSON();
}
