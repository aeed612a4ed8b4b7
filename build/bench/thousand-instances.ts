/**
 * What a thousand instances of a program take, in a process of its own: in one that has measured other things, memory that
 * was free already hides them. Prints the megabytes that the process grew by.
 */
import { called, compiled, INSTANCES } from './vvm-start.ts';

const program = compiled(0);
called(program);
globalThis.gc?.();
const before = process.memoryUsage().rss;
const instances = Array.from({ length: INSTANCES }, () => called(program));
const after = process.memoryUsage().rss;
if (instances.length !== INSTANCES) throw new Error('Some instances are missing.');
console.log((after - before) / 2 ** 20);
