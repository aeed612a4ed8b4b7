export async function newFlowFromFile(): Promise<void> {}
