/** Memory and processor time of a process and of all that it started, from Linux's /proc. */
import { readdirSync, readFileSync } from 'node:fs';

export interface Usage {
  /** Proportional set size: memory that several processes share counts once in their sum. */
  mib: number;
  /** Processor time so far. */
  cpuMs: number;
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It has ended meanwhile.
    return '';
  }
};

/** The fields of /proc/PID/stat after the name, which may itself hold spaces and brackets. */
const stat = (pid: number): string[] =>
  read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');

/** A process and its descendants. */
export function tree(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(stat(Number(name))[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [pid];
  for (const each of found) found.push(...(children.get(each) ?? []));
  return found;
}

export function usage(pids: number[]): Usage {
  let mib = 0;
  let cpuMs = 0;
  for (const pid of pids) {
    mib += Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1024;
    const fields = stat(pid);
    cpuMs += (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 10;
  }
  return { mib, cpuMs };
}
