/** Which columns of a table say where something is. Pure. */
import { isNumeric } from '../cells.ts';

export interface PlaceColumns {
  latitude: string;
  longitude: string;
}

const LATITUDE = /(?:^|[\s_-])lat(?:itude)?$|(?<=[a-z])Lat(?:itude)?$/i;
const LONGITUDE = /(?:^|[\s_-])(?:lon(?:g|gitude)?|lng)$|(?<=[a-z])(?:Lon(?:g|gitude)?|Lng)$/i;
const rest = (name: string, pattern: RegExp): string => name.replace(pattern, '').toLowerCase();

/** A pair of number columns whose names agree: `latitude` and `longitude`, `from_lat` and `from_lng`. */
export function placeColumns(columns: readonly { name: string; type: string }[]): PlaceColumns | undefined {
  const numbers = columns.filter((column) => isNumeric(column.type));
  for (const { name: latitude } of numbers) {
    if (!LATITUDE.test(latitude)) continue;
    const partner = numbers.find(
      ({ name }) => LONGITUDE.test(name) && rest(name, LONGITUDE) === rest(latitude, LATITUDE),
    );
    if (partner !== undefined) return { latitude, longitude: partner.name };
  }
  return undefined;
}

/** Number columns that may size the points. */
export function sizeColumns(columns: readonly { name: string; type: string }[]): string[] {
  return columns
    .filter(({ name, type }) => isNumeric(type) && !LATITUDE.test(name) && !LONGITUDE.test(name))
    .map(({ name }) => name);
}
