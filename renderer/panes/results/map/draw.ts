/** Draws a map with its points on a canvas: one pass, whatever the number of points. */
import { token } from '../../../theme/tokens.ts';
import { faded } from '../chart/colors.ts';
import type { Land } from './land.ts';
import {
  latitudeAt,
  longitudeAt,
  type MapView,
  pixelX,
  pixelY,
  projectX,
  projectY,
  radius,
  type Size,
} from './projection.ts';

export interface Drawn {
  view: MapView;
  size: Size;
  land: Land | undefined;
  xs: Float64Array;
  ys: Float64Array;
  values: readonly (number | null)[] | undefined;
  /** The largest size of a value. */
  highest: number;
  /** The point that is pointed at; -1 when none is. */
  active: number;
}

/** @param ratio pixels of the canvas a pixel of the page */
export function drawMap(pen: CanvasRenderingContext2D, drawn: Drawn, ratio: number): void {
  const { view, size, land, xs, ys, values, highest, active } = drawn;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.fillStyle = token('panel');
  pen.fillRect(0, 0, size.width, size.height);
  graticule(pen, view, size);
  if (land !== undefined) {
    pen.setTransform(
      ratio * view.scale,
      0,
      0,
      ratio * view.scale,
      ratio * pixelX(view, size, 0),
      ratio * pixelY(view, size, 0),
    );
    pen.fillStyle = token('raised');
    pen.fill(land.land);
    pen.lineWidth = 1 / view.scale;
    pen.strokeStyle = faded(token('text-3'), 0.7);
    pen.stroke(land.land);
    pen.strokeStyle = faded(token('text-3'), 0.4);
    pen.stroke(land.borders);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  }
  const color = token('accent');
  pen.fillStyle = faded(color, xs.length > 5000 ? 0.5 : 0.66);
  pen.strokeStyle = faded(color, 0.95);
  pen.lineWidth = 1;
  const room = 20;
  const small = xs.length > 1500 ? 2 : 3;
  const place = (at: number): { x: number; y: number } | undefined => {
    const x = pixelX(view, size, xs[at]!);
    const y = pixelY(view, size, ys[at]!);
    return x < -room || y < -room || x > size.width + room || y > size.height + room ? undefined : { x, y };
  };
  if (values === undefined && xs.length > 8000) {
    // Squares of the same size are an order of magnitude cheaper than circles, and look the same this small.
    for (let at = 0; at < xs.length; at++) {
      const found = place(at);
      if (found !== undefined) pen.fillRect(found.x - 1.5, found.y - 1.5, 3, 3);
    }
  } else {
    pen.beginPath();
    for (let at = 0; at < xs.length; at++) {
      const found = place(at);
      if (found === undefined) continue;
      const r = values === undefined ? small : radius(values[at], highest);
      pen.moveTo(found.x + r, found.y);
      pen.arc(found.x, found.y, r, 0, 2 * Math.PI);
    }
    // One path is filled once: circles that lie over each other do not darken. Their outlines tell them apart.
    pen.fill('nonzero');
    if (xs.length <= 1500 || (values !== undefined && xs.length <= 8000)) pen.stroke();
  }
  if (active >= 0 && active < xs.length) {
    const r = (values === undefined ? 3 : radius(values[active], highest)) + 2;
    pen.beginPath();
    pen.arc(pixelX(view, size, xs[active]!), pixelY(view, size, ys[active]!), r, 0, 2 * Math.PI);
    pen.fillStyle = token('number');
    pen.fill();
    pen.lineWidth = 2;
    pen.strokeStyle = token('text');
    pen.stroke();
  }
}

const STEPS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30];

/** Lines of longitude and latitude at round degrees, some hundred pixels apart. */
function graticule(pen: CanvasRenderingContext2D, view: MapView, size: Size): void {
  const step = STEPS.find((degrees) => (degrees / 360) * view.scale > 90) ?? 30;
  const [west, east] = [-1, 1].map((side) => longitudeAt(view.x + (side * size.width) / 2 / view.scale)) as [
    number,
    number,
  ];
  const [north, south] = [-1, 1].map((side) =>
    latitudeAt(Math.max(0, Math.min(1, view.y + (side * size.height) / 2 / view.scale))),
  ) as [number, number];
  pen.strokeStyle = faded(token('hairline'), 0.8);
  pen.lineWidth = 1;
  pen.beginPath();
  for (let at = Math.ceil(Math.max(-180, west) / step) * step; at <= Math.min(180, east); at += step) {
    const x = Math.round(pixelX(view, size, projectX(at))) + 0.5;
    pen.moveTo(x, 0);
    pen.lineTo(x, size.height);
  }
  for (let at = Math.ceil(Math.max(-85, south) / step) * step; at <= Math.min(85, north); at += step) {
    const y = Math.round(pixelY(view, size, projectY(at))) + 0.5;
    pen.moveTo(0, y);
    pen.lineTo(size.width, y);
  }
  pen.stroke();
}
