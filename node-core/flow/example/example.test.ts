import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check } from '../plan/check.ts';
import { format } from '../syntax/format.ts';
import type { Column } from '../types/type.ts';
import { planByExample } from './example.ts';

const columns: Column[] = [
  { name: 'iata', type: { kind: 'text' }, native: 'VARCHAR' },
  { name: 'latitude', type: { kind: 'number' }, native: 'DOUBLE' },
];

describe('a flow by example', () => {
  it('loads the file, says what is in it, and gives it out', () => {
    expect(planByExample({ name: 'us-airports.csv', format: 'CSV', columns }).source).toBe(`FLOW "Us airports"

DESCRIPTION
  "Reads us-airports.csv."
END DESCRIPTION

INPUTS
  file us_airports "A file like us-airports.csv"
END INPUTS

# us-airports.csv has 2 columns:
#   iata      text (VARCHAR)
#   latitude  number (DOUBLE)
STEP load =
  LOAD CSV FROM us_airports

OUTPUT load AS "Us airports"
END FLOW
`);
  });

  it('knows tabs by the name of the file', () => {
    expect(planByExample({ name: 'a.tsv', format: 'CSV', columns }).source).toContain(
      'LOAD CSV FROM a OPTIONS { delimiter: "\\t" }',
    );
  });

  it('is right and in the canonical style for any name and any columns', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: 'binary' }),
          fc.constantFrom('load.json', 'table.csv', 'none', 'INPUT.csv', 'end.tsv', '2024.csv', '"x".csv'),
        ),
        fc.constantFrom('CSV', 'JSON', 'NDJSON', 'PARQUET'),
        fc.array(
          fc.string().map((name) => ({ name, type: { kind: 'text' as const } })),
          { maxLength: 60 },
        ),
        (name, kind, found) => {
          const { source, input, step } = planByExample({ name, format: kind, columns: found });
          const checked = check(source, { inputColumns: { [input]: found } });
          expect(checked.diagnostics).toEqual([]);
          expect(checked.graph!.nodes.map((node) => node.id)).toContain(step);
          expect(format(source)).toBe(source);
        },
      ),
      { numRuns: 150 },
    );
  });
});
