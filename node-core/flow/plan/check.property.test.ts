import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { format } from '../syntax/format.ts';
import { check } from './check.ts';
import type { Environment } from './environment.ts';

const root = new URL('../../../flows/', import.meta.url).pathname;
const flows = globSync('**/*.flow', { cwd: root }).map((file) => readFileSync(root + file, 'utf8'));

const words = (
  'FLOW END STEP INPUTS OUTPUT DESCRIPTION AS = LOAD CSV JSON TABLE FROM FILTER WHERE MAP TO USING SELECT COLUMNS GROUP BY AGG sum count ( ) * JOIN WITH ON LEFT UNION , DISTINCT SORT DESC TAKE QUERY ' +
  'STORE MODE upsert APX_EXEC TRANSFORM { } : [ ] . SWITCH CASE DEFAULT IF THEN ELSE FOR EACH IN PARALLEL RETURN ERROR CALL RUN ASK_AI file number text a b c load INPUT none true 1 2.5 -3 "s" "select * from a" ' +
  '"area.verb" @ timeout retry + - / % == != < && || ! CONCAT ROUND __proto__ constructor output result'
).split(' ');

const environment: Environment = {
  inputColumns: {
    a: [
      { name: 'b', type: { kind: 'number' } },
      { name: '__proto__', type: { kind: 'text' } },
    ],
    airports: [{ name: 'state', type: { kind: 'text' } }],
  },
  tables: [{ name: 'a', columns: [] }],
  operations: [
    {
      name: 'area.verb',
      summary: '',
      effect: 'write',
      input: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
      output: { type: 'object' },
    },
  ],
};

function sound(source: string): void {
  const { diagnostics, draft, graph } = check(source, environment);
  for (const { range, message } of diagnostics) {
    expect(range.start).toBeGreaterThanOrEqual(0);
    expect(range.end).toBeLessThanOrEqual(source.length);
    expect(range.start).toBeLessThanOrEqual(range.end);
    expect(message).not.toBe('');
  }
  const ids = new Set(draft.nodes.map((node) => node.id));
  expect(ids.size).toBe(draft.nodes.length);
  for (const edge of draft.edges) {
    expect(ids.has(edge.from)).toBe(true);
    expect(ids.has(edge.to)).toBe(true);
  }
  if (graph !== undefined)
    expect(
      isAcyclic(
        graph.nodes.map((node) => node.id),
        graph.edges,
      ),
    ).toBe(true);
}

function isAcyclic(nodes: string[], edges: { from: string; to: string }[]): boolean {
  const missing = new Map(nodes.map((node) => [node, 0]));
  for (const edge of edges) missing.set(edge.to, missing.get(edge.to)! + 1);
  const ready = nodes.filter((node) => missing.get(node) === 0);
  let done = 0;
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    done++;
    for (const edge of edges) {
      if (edge.from !== node) continue;
      missing.set(edge.to, missing.get(edge.to)! - 1);
      if (missing.get(edge.to) === 0) ready.push(edge.to);
    }
  }
  return done === nodes.length;
}

describe('check', () => {
  it('gives an answer for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), sound), { numRuns: 300 });
  });

  it('gives an answer for any words of the language', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...words), { maxLength: 80 }).map((list) => list.join(' ')),
        sound,
      ),
      { numRuns: 600 },
    );
  });

  it('gives an answer for plans whose steps are any words', () => {
    const step = fc
      .tuple(fc.constantFrom('a', 'b', 'c', 'load'), fc.array(fc.constantFrom(...words), { maxLength: 12 }))
      .map(([name, list]) => `STEP ${name} = ${list.join(' ')}`);
    fc.assert(
      fc.property(
        fc
          .array(step, { maxLength: 8 })
          .map((steps) => `FLOW "x"\nINPUTS\nfile a\nEND INPUTS\n${steps.join('\n')}\nEND FLOW`),
        sound,
      ),
      { numRuns: 600 },
    );
  });

  it('gives an answer for plans with a piece cut out, doubled or replaced', () => {
    const mutation = fc.tuple(
      fc.constantFrom(...flows),
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(30), fc.constantFrom('', ...words)), {
        minLength: 1,
        maxLength: 4,
      }),
    );
    fc.assert(
      fc.property(mutation, ([flow, cuts]) => {
        let source = flow;
        for (const [where, length, put] of cuts) {
          const at = Math.floor(where * source.length);
          source = source.slice(0, at) + put + source.slice(at + length);
        }
        sound(source);
      }),
      { numRuns: 400 },
    );
  });

  it('gives a formatted plan the hash of the plan as it was written', () => {
    const space = fc.constantFrom(' ', '\n', '\n\n  ', '\t', ' # note\n');
    fc.assert(
      fc.property(fc.constantFrom(...flows), fc.infiniteStream(space), (flow, spaces) => {
        const hash = check(flow).draft.hash;
        expect(check(format(flow)).draft.hash).toBe(hash);
        // Other white space between words, outside of strings and comments.
        const parts = flow.split(/("""[\s\S]*?"""|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|#[^\n]*\n)/);
        const loose = parts
          .map((part, i) => (i % 2 === 1 ? part : part.replace(/\n/g, () => `\n${spaces.next().value}\n`)))
          .join('');
        expect(check(loose).draft.hash).toBe(hash);
      }),
      { numRuns: 60 },
    );
  });
});
