/** What happened to a file, in one list: versions that were kept, and runs of it. Pure. */
import type { FileVersion } from '../../../node-core/files/schema.ts';
import type { RunSummary } from '../../../node-core/runs/schema.ts';

export type TimelineItem =
  | { kind: 'version'; key: string; time: string; version: FileVersion; newest: boolean }
  | { kind: 'run'; key: string; time: string; run: RunSummary };

/** The latest first. A run and the version that was saved for it stand next to each other. */
export function timelineOf(versions: readonly FileVersion[], runs: readonly RunSummary[]): TimelineItem[] {
  return [
    ...versions.map((version, at): TimelineItem => ({
      kind: 'version',
      key: `version:${version.id}`,
      time: version.time,
      version,
      newest: at === 0,
    })),
    ...runs.map((run): TimelineItem => ({ kind: 'run', key: `run:${run.id}`, time: run.createdAt, run })),
  ].sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0));
}
