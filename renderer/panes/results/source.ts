/** Which result is looked at, as the node's operations on results are asked. */
export type ResultSource = { run: string; step: string } | { table: string };
