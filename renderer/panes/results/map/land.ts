/** Outlines of the countries (Natural Earth, as world-atlas ships them), as paths on the Mercator square; loaded when a map is first seen. */
import { geoMercator, geoPath } from 'd3-geo';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';

export interface Land {
  land: Path2D;
  borders: Path2D;
}

type World = Topology<{ countries: GeometryCollection; land: GeometryCollection }>;

/** `coarse` for the world, `fine` for a part of it. */
export type Detail = 'coarse' | 'fine';

const loading = new Map<Detail, Promise<Land>>();

export function landOf(detail: Detail): Promise<Land> {
  let found = loading.get(detail);
  if (found === undefined) {
    found = load(detail);
    loading.set(detail, found);
    found.catch(() => loading.delete(detail));
  }
  return found;
}

async function load(detail: Detail): Promise<Land> {
  const { default: world } = (detail === 'coarse'
    ? await import('world-atlas/countries-110m.json')
    : await import('world-atlas/countries-50m.json')) as unknown as { default: World };
  // d3's own Mercator, on the same square: it cuts outlines where they cross the date line.
  const square = geoMercator()
    .scale(1 / (2 * Math.PI))
    .translate([0.5, 0.5])
    .precision(0);
  // What is written is rounded to some digits, and the square is only 1 wide.
  const path = geoPath(square).digits(7);
  const { countries, land } = world.objects;
  return {
    land: new Path2D(path(feature(world, land)) ?? ''),
    borders: new Path2D(path(mesh(world, countries, (a, b) => a !== b)) ?? ''),
  };
}
