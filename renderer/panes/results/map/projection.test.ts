import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  fit,
  latitudeAt,
  longitudeAt,
  nearestPoint,
  pixelX,
  pixelY,
  projectX,
  projectY,
  radius,
  shifted,
  zoomed,
} from './projection.ts';

const size = { width: 640, height: 360 };

test('places come back from where they were projected to', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -180, max: 180, noNaN: true }),
      fc.double({ min: -85, max: 85, noNaN: true }),
      (longitude, latitude) => {
        expect(longitudeAt(projectX(longitude))).toBeCloseTo(longitude, 9);
        expect(latitudeAt(projectY(latitude))).toBeCloseTo(latitude, 9);
      },
    ),
  );
  expect([projectX(0), projectY(0)]).toEqual([0.5, 0.5]);
  expect(projectY(90)).toBeCloseTo(0, 4);
});

test('the first view shows every point', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), {
        minLength: 1,
        maxLength: 20,
      }),
      (points) => {
        const [xs, ys] = [0, 1].map((at) => Float64Array.from(points, (point) => point[at]!)) as [
          Float64Array,
          Float64Array,
        ];
        const view = fit(xs, ys, size);
        for (const x of xs) {
          expect(pixelX(view, size, x)).toBeGreaterThanOrEqual(0);
          expect(pixelX(view, size, x)).toBeLessThanOrEqual(size.width);
        }
        for (const y of ys) {
          expect(pixelY(view, size, y)).toBeGreaterThanOrEqual(0);
          expect(pixelY(view, size, y)).toBeLessThanOrEqual(size.height);
        }
      },
    ),
  );
});

test('zooming keeps the place under the pointer, dragging moves it along', () => {
  const view = { x: 0.4, y: 0.6, scale: 2000 };
  const pointer = { x: 100, y: 300 };
  const place = { x: view.x + (pointer.x - 320) / 2000, y: view.y + (pointer.y - 180) / 2000 };
  const near = zoomed(view, 3, pointer, size);
  expect(pixelX(near, size, place.x)).toBeCloseTo(pointer.x, 6);
  expect(pixelY(near, size, place.y)).toBeCloseTo(pointer.y, 6);
  const moved = shifted(view, 25, -10);
  expect(pixelX(moved, size, place.x)).toBeCloseTo(pointer.x + 25, 6);
  expect(pixelY(moved, size, place.y)).toBeCloseTo(pointer.y - 10, 6);
});

test('the nearest point is found within reach only', () => {
  const xs = Float64Array.of(0.5, 0.51);
  const ys = Float64Array.of(0.5, 0.5);
  const view = { x: 0.5, y: 0.5, scale: 1000 };
  expect(nearestPoint(xs, ys, view, size, { x: 327, y: 180 }, 12)).toBe(1);
  expect(nearestPoint(xs, ys, view, size, { x: 321, y: 180 }, 12)).toBe(0);
  expect(nearestPoint(xs, ys, view, size, { x: 400, y: 180 }, 12)).toBe(-1);
});

test('a circle grows with the root of its value, so that areas can be compared', () => {
  expect(radius(100, 100) - radius(0, 100)).toBeCloseTo(2 * (radius(25, 100) - radius(0, 100)), 9);
  expect(radius(null, 100)).toBe(radius(0, 100));
});
