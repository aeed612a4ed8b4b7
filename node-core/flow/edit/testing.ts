/** For the tests of editing: a plan to work on, and what an edit makes of it. */
import { check } from '../plan/check.ts';
import type { Environment } from '../plan/environment.ts';
import { applyEdits } from '../service/navigation.ts';
import { inverseEdits } from './change.ts';
import { editGraph } from './graph-edit.ts';
import type { GraphEdit } from './types.ts';

export const environment: Environment = {
  inputColumns: {
    airports: [
      { name: 'iata', type: { kind: 'text' } },
      { name: 'state', type: { kind: 'text' } },
      { name: 'country', type: { kind: 'text' } },
      { name: 'latitude', type: { kind: 'number' } },
    ],
    flights: [
      { name: 'origin', type: { kind: 'text' } },
      { name: 'flights', type: { kind: 'number' } },
    ],
  },
  tables: [{ name: 'visits', columns: [{ name: 'iata', type: { kind: 'text' } }] }],
  operations: [
    {
      name: 'ledger.recent',
      summary: 'The newest entries.',
      effect: 'read',
      input: {
        type: 'object',
        properties: { limit: { type: 'integer' }, kind: { type: 'string' } },
        required: ['limit'],
      },
      output: { type: 'object' },
    },
  ],
};

/** A plan in the style that people write, comments and oddities included. */
export const PLAN = `# about airports
FLOW "Airports"   # the name

INPUTS
  file airports   # from the FAA
  file flights
  number most = 10 "How many"
END INPUTS

# read them
STEP load =
  LOAD CSV FROM airports

STEP routes = LOAD CSV FROM flights

# -- cleaning --

# only these
# are wanted
@timeout("30s")
STEP usa =
  FILTER load   WHERE (country == "USA")  AND load.latitude > 30 # north
STEP by_state =
  GROUP usa BY state
  # how many there are
  AGG count(*) AS n
  AGG max(latitude) AS north   # the northernmost

STEP named =
  JOIN usa WITH routes ON usa.iata == routes.origin LEFT

STEP some =
  TAKE 5

STEP top =
  SORT by_state BY n DESC, state
  TAKE most

OUTPUT top AS "Top"
OUTPUT some
END FLOW
`;

/** The text after the edit; throws with the reason when it is refused. Undoing it must give the text back. */
export function edited(source: string, edit: GraphEdit, around: Environment = environment): string {
  const result = editGraph(source, edit, around);
  if (!result.ok) throw new Error(result.reason);
  const after = applyEdits(source, result.edits);
  if (applyEdits(after, inverseEdits(source, result.edits)) !== source) throw new Error('Undo does not give it back.');
  return after;
}

/** Why the edit is refused; throws when it is not. */
export function refusal(source: string, edit: GraphEdit, around: Environment = environment): string {
  const result = editGraph(source, edit, around);
  if (result.ok) throw new Error(`It was made: ${JSON.stringify(result.edits)}`);
  return result.reason;
}

/** The lines that are new or gone, with `+` and `-`. */
export function changedLines(before: string, after: string): string[] {
  const left = before.split('\n');
  const right = after.split('\n');
  let head = 0;
  while (head < left.length && head < right.length && left[head] === right[head]) head++;
  let tail = 0;
  while (
    tail < left.length - head &&
    tail < right.length - head &&
    left[left.length - 1 - tail] === right[right.length - 1 - tail]
  )
    tail++;
  return [
    ...left.slice(head, left.length - tail).map((line) => `-${line}`),
    ...right.slice(head, right.length - tail).map((line) => `+${line}`),
  ];
}

/** Messages of errors, and what each step reads. */
export function errorsOf(source: string, around: Environment = environment): string[] {
  return check(source, around)
    .diagnostics.filter(({ severity }) => severity === 'error')
    .map(({ code, message }) => `${code} ${message}`);
}

export function readsOf(source: string, id: string, around: Environment = environment): string[] {
  return check(source, around).draft.nodes.find((node) => node.id === id)?.dependsOn ?? [];
}
