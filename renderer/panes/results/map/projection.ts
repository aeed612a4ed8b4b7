/**
 * Web Mercator on a square of side 1 (x to the east, y to the south, from 180° W and about 85° N), and views of it. Pure.
 * Every zoom is then a shift and a scale: what was projected once is drawn at any zoom.
 */

/** Beyond this latitude the square ends. */
export const MOST_NORTH = 85.0511;

export const projectX = (longitude: number): number => (longitude + 180) / 360;

export function projectY(latitude: number): number {
  const bounded = Math.max(-MOST_NORTH, Math.min(MOST_NORTH, latitude));
  const sine = Math.sin((bounded * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

export const longitudeAt = (x: number): number => x * 360 - 180;
export const latitudeAt = (y: number): number => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;

/** What is in view: the middle of the view on the square, and the pixels that the square is wide. */
export interface MapView {
  x: number;
  y: number;
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

export const CLOSEST = 2 ** 22;

/** The view that shows all of these points with some room around; the whole world when there are none. */
export function fit(xs: Float64Array, ys: Float64Array, size: Size): MapView {
  if (xs.length === 0) return { x: 0.5, y: 0.5, scale: Math.max(64, Math.min(size.width, size.height * 1.2)) };
  let [west, east, north, south] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let at = 0; at < xs.length; at++) {
    west = Math.min(west, xs[at]!);
    east = Math.max(east, xs[at]!);
    north = Math.min(north, ys[at]!);
    south = Math.max(south, ys[at]!);
  }
  const scale = Math.min(
    Math.max(40, size.width - 48) / Math.max(east - west, 1e-5),
    Math.max(40, size.height - 48) / Math.max(south - north, 1e-5),
  );
  return { x: (west + east) / 2, y: (north + south) / 2, scale: Math.max(64, Math.min(CLOSEST / 16, scale)) };
}

/** The view after zooming by a factor, with the place under the pixel kept where it is. */
export function zoomed(view: MapView, factor: number, pixel: { x: number; y: number }, size: Size): MapView {
  const scale = Math.max(64, Math.min(CLOSEST, view.scale * factor));
  const away = { x: pixel.x - size.width / 2, y: pixel.y - size.height / 2 };
  const change = 1 / view.scale - 1 / scale;
  return bounded({ x: view.x + away.x * change, y: view.y + away.y * change, scale });
}

/** The view after dragging it by pixels. */
export function shifted(view: MapView, right: number, down: number): MapView {
  return bounded({ ...view, x: view.x - right / view.scale, y: view.y - down / view.scale });
}

const bounded = (view: MapView): MapView => ({
  ...view,
  x: Math.max(0, Math.min(1, view.x)),
  y: Math.max(0, Math.min(1, view.y)),
});

/** The pixel of a place. */
export const pixelX = (view: MapView, size: Size, x: number): number => (x - view.x) * view.scale + size.width / 2;
export const pixelY = (view: MapView, size: Size, y: number): number => (y - view.y) * view.scale + size.height / 2;

/** The point nearest to a pixel, at most `reach` pixels away; -1 when there is none. */
export function nearestPoint(
  xs: Float64Array,
  ys: Float64Array,
  view: MapView,
  size: Size,
  pixel: { x: number; y: number },
  reach: number,
): number {
  const x = view.x + (pixel.x - size.width / 2) / view.scale;
  const y = view.y + (pixel.y - size.height / 2) / view.scale;
  let best = (reach / view.scale) ** 2;
  let found = -1;
  for (let at = 0; at < xs.length; at++) {
    const distance = (xs[at]! - x) ** 2 + (ys[at]! - y) ** 2;
    if (distance <= best) {
      best = distance;
      found = at;
    }
  }
  return found;
}

/** Pixels of a circle's radius whose area stands for the value; the least size also for nothing. */
export function radius(value: number | null | undefined, highest: number): number {
  if (value === null || value === undefined || !(highest > 0)) return 2.5;
  return 2.5 + 15.5 * Math.sqrt(Math.max(0, Math.min(1, Math.abs(value) / highest)));
}
