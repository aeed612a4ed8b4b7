/** Host functions that are written inline or have an import of their own. */
export const INLINED_HOST: ReadonlySet<string> = new Set([
  'int.toFloat',
  'float.toInt',
  'float.sqrt',
  'float.floor',
  'int.toString',
  'float.toString',
  'string.slice',
  'map.has',
  'map.getOr',
  'map.remove',
  'list.pop',
]);
