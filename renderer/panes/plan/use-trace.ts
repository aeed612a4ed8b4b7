export function useTraceFollower(_d: unknown, _g: unknown): void {}
