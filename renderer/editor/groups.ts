/** Lets go of the editors of groups that are gone, without fetching the editor's code for it. */

let keep: ((groupIds: ReadonlySet<string>) => void) | undefined;

/** Called by the editor's code once it is there. */
export function onGroupsChange(kept: (groupIds: ReadonlySet<string>) => void): void {
  keep = kept;
}

/** Asked a moment later: a group that is only moved is removed and added. */
export function keepSurfacesOf(groupIds: () => readonly string[]): void {
  setTimeout(() => keep?.(new Set(groupIds())));
}
