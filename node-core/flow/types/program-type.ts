/** From the types of programs, as VASM has them, to FLOW types: what a plan sees of what a function takes and gives. Browser-safe. */
import type { RecordType } from '../../vasm/module.ts';
import type { Type } from '../../vasm/type.ts';
import { ANY, type FlowType } from './type.ts';

/** Models within models so deep; a model within itself is known by its fields once. */
const MOST_DEPTH = 6;

/** The FLOW type of a value as it crosses the border of a module, see `json.of`. */
export function flowTypeOf(records: readonly RecordType[], type: Type, depth = 0): FlowType {
  switch (type.kind) {
    case 'Int':
    case 'Float':
      return { kind: 'number' };
    case 'Bool':
      return { kind: 'bool' };
    // Bytes are Base64 outside.
    case 'String':
    case 'Bytes':
      return { kind: 'text' };
    case 'None':
      return { kind: 'none' };
    // none fits everywhere, so that an Option is what may be in it.
    case 'Option':
      return flowTypeOf(records, type.of, depth);
    case 'List':
      return { kind: 'list', of: flowTypeOf(records, type.of, depth) };
    // With other keys it is a list of pairs.
    case 'Map':
      return type.key.kind === 'String' ? { kind: 'record' } : { kind: 'list', of: { kind: 'list', of: ANY } };
    case 'Record': {
      const found = records.find(({ name }) => name === type.name);
      if (found === undefined || depth === MOST_DEPTH) return { kind: 'record' };
      const fields: Record<string, FlowType> = Object.create(null);
      for (const field of found.fields) fields[field.name] = flowTypeOf(records, field.type, depth + 1);
      return { kind: 'record', fields };
    }
    case 'JSON':
      return ANY;
  }
}
