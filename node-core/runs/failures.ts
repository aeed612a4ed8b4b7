/** What went wrong, in the form in which runs keep and show it. */
import { canonicalJson } from '../canonical/canonical.ts';
import { Problem, type ProblemDocument } from '../errors/problem.ts';
import { CANCELLED, STOPPED } from './spec.ts';

/** The problem document of whatever was thrown. */
export function problemOf(error: unknown): ProblemDocument {
  if (error instanceof Problem) return JSON.parse(canonicalJson(error.toJSON())) as ProblemDocument;
  if (error === CANCELLED || error === STOPPED) {
    return new Problem('run-cancelled', 'The run was cancelled.', { status: 499 }).toJSON();
  }
  return new Problem(
    'internal',
    `Something went wrong inside the node: ${error instanceof Error ? error.message : String(error)}`,
    {
      status: 500,
      hint: 'This is a defect of VOIKE; the log has the details.',
    },
  ).toJSON();
}
