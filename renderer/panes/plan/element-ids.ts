/** Ids of elements in the page, for `aria-activedescendant` and for finding where something stands. */

export function elementId(nodeId: string): string {
  return `plan-${encodeURIComponent(nodeId)}`;
}

export function edgeElementId(edgeId: string): string {
  return `plan-edge-${encodeURIComponent(edgeId)}`;
}
