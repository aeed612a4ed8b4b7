/**
 * What waits, in turns: one of each owner, and of an owner's one of each of its callers. Who puts in a thousand waits for a
 * thousand; who puts in one waits for one of each other owner at most.
 */
export class FairQueue<T> {
  /** The owner whose turn is next stands first. */
  readonly #owners = new Map<string, Map<string, T[]>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  sizeOf(owner: string): number {
    let size = 0;
    for (const waiting of this.#owners.get(owner)?.values() ?? []) size += waiting.length;
    return size;
  }

  push(owner: string, caller: string, item: T): void {
    let callers = this.#owners.get(owner);
    if (callers === undefined) this.#owners.set(owner, (callers = new Map()));
    const waiting = callers.get(caller);
    if (waiting === undefined) callers.set(caller, [item]);
    else waiting.push(item);
    this.#size++;
  }

  /** The next one that may be taken, whose owner and caller then come last; undefined when none may. */
  take(may: (item: T) => boolean): T | undefined {
    for (const [owner, callers] of this.#owners) {
      const [caller, waiting] = callers.entries().next().value!;
      const item = waiting[0]!;
      if (!may(item)) continue;
      waiting.shift();
      callers.delete(caller);
      if (waiting.length > 0) callers.set(caller, waiting);
      this.#owners.delete(owner);
      if (callers.size > 0) this.#owners.set(owner, callers);
      this.#size--;
      return item;
    }
    return undefined;
  }

  /** Takes this one out; false when it does not wait. */
  remove(item: T): boolean {
    for (const [owner, callers] of this.#owners)
      for (const [caller, waiting] of callers) {
        const at = waiting.indexOf(item);
        if (at < 0) continue;
        waiting.splice(at, 1);
        if (waiting.length === 0) callers.delete(caller);
        if (callers.size === 0) this.#owners.delete(owner);
        this.#size--;
        return true;
      }
    return false;
  }

  /** Takes all out. */
  drain(): T[] {
    const all = [...this.#owners.values()].flatMap((callers) => [...callers.values()].flat());
    this.#owners.clear();
    this.#size = 0;
    return all;
  }
}
