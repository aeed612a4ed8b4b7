/** What a module of a file is called, and where it comes from: what was decided about it holds for the next version of the file. */
import { host } from './host.ts';

export interface ModulePlace {
  name?: string;
  origin?: string;
}

/** @param file as it was named; what comes from a pipe has no place */
export const placeOf = (file: string): ModulePlace =>
  file === '-' || file === '<stdin>'
    ? {}
    : {
        name: host()
          .path.basename(file)
          .replace(/\.(flow|vasm|vasm\.bin)$/, ''),
        origin: host().path.resolve(file),
      };
