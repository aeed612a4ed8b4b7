/** What FLOW says of a column that the engine describes by its own type's name. Browser-safe. */
import { ANY, type FlowType } from '../flow/types/type.ts';

export function columnFlowType(native: string): FlowType {
  const name = native.toUpperCase();
  if (name.endsWith('[]')) return { kind: 'list', of: columnFlowType(native.slice(0, -2)) };
  if (name.startsWith('STRUCT')) return { kind: 'record' };
  if (name.startsWith('DECIMAL') || name.startsWith('TIMESTAMP'))
    return { kind: name.startsWith('D') ? 'number' : 'timestamp' };
  switch (name) {
    case 'VARCHAR':
      return { kind: 'text' };
    case 'BOOLEAN':
      return { kind: 'bool' };
    case 'BIGINT':
    case 'DOUBLE':
    case 'INTEGER':
    case 'FLOAT':
    case 'HUGEINT':
    case 'SMALLINT':
    case 'TINYINT':
    case 'UBIGINT':
    case 'UINTEGER':
      return { kind: 'number' };
    case 'DATE':
      return { kind: 'date' };
    default:
      return ANY;
  }
}
