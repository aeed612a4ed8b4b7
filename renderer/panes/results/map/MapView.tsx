/** The rows of a table on a map: drag, wheel and keys move it, the row under the pointer is shown. Nothing is fetched from outside. */
import { Copy, Download, Maximize, Minus, Plus } from 'lucide-react';
import {
  type KeyboardEvent,
  type PointerEvent,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { PointsData } from '../../../../node-core/results/schema.ts';
import type { TablePage } from '../../../../node-core/runs/schema.ts';
import { client } from '../../../state/connection.ts';
import { useTheme } from '../../../state/theme.ts';
import { Button, count, EmptyState, ErrorState, IconButton, Skeleton, thousands } from '../../../ui/index.ts';
import { cellText } from '../cells.ts';
import '../chart/chart.css';
import { Choice } from '../chart/ChartControls.tsx';
import { copyPicture, savePicture } from '../chart/picture.ts';
import type { ResultSource } from '../source.ts';
import { type PlaceColumns, sizeColumns } from './columns.ts';
import { drawMap, type Drawn } from './draw.ts';
import { type Land, landOf } from './land.ts';
import './map.css';
import {
  fit,
  type MapView as View,
  nearestPoint,
  pixelX,
  pixelY,
  projectX,
  projectY,
  radius,
  shifted,
  zoomed,
} from './projection.ts';

export interface MapViewProps {
  label: string;
  source: ResultSource;
  columns: readonly { name: string; type: string }[];
  places: PlaceColumns;
  /** The column that sizes the points. */
  size: string | undefined;
  onSize(column: string | undefined): void;
  fetch(offset: number, limit: number, signal: AbortSignal): Promise<TablePage>;
}

export function MapView(props: MapViewProps) {
  const { source, places, size } = props;
  const [points, setPoints] = useState<PointsData | undefined>();
  const [failure, setFailure] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  const wish = JSON.stringify({ ...source, points: { ...places, ...(size === undefined ? {} : { value: size }) } });
  useEffect(() => {
    const controller = new AbortController();
    setFailure(undefined);
    client()
      .call<PointsData>('results.points', JSON.parse(wish) as Record<string, unknown>, { signal: controller.signal })
      .then(setPoints, (error: unknown) => {
        if (!controller.signal.aborted) setFailure(error);
      });
    return () => controller.abort();
  }, [wish, attempt]);
  if (failure !== undefined) return <ErrorState problem={failure} retry={() => setAttempt((before) => before + 1)} />;
  if (points === undefined) return <Skeleton lines={6} label="Finding the places" />;
  if (points.placed === 0)
    return (
      <EmptyState title="No row has a place">
        {`No row has a ${places.latitude} from -90 to 90 and a ${places.longitude} from -180 to 180.`}
      </EmptyState>
    );
  return <PointMap {...props} points={points} />;
}

function PointMap({ label, columns, points, size: sizeColumn, onSize, fetch }: MapViewProps & { points: PointsData }) {
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const keys = useId();
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [view, setView] = useState<View | undefined>();
  const [land, setLand] = useState<Land | undefined>();
  const [active, setActive] = useState(-1);
  const theme = useTheme((state) => state.theme);
  const xs = useMemo(() => Float64Array.from(points.longitudes, projectX), [points]);
  const ys = useMemo(() => Float64Array.from(points.latitudes, projectY), [points]);
  const highest = useMemo(
    () => (points.values ?? []).reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0),
    [points],
  );
  const row = useRow(fetch, active < 0 ? undefined : points.rows[active]);

  useLayoutEffect(() => {
    const element = stage.current;
    if (element === null) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const ready = size.width > 0 && size.height > 0;
  /** Until somebody moves it, the map shows all places, whatever its size. */
  const [moved, setMoved] = useState(false);
  useEffect(() => {
    if (ready && !moved) setView(fit(xs, ys, size));
  }, [ready, moved, size, xs, ys]);
  const change = useCallback((next: (before: View) => View): void => {
    setMoved(true);
    setView((before) => before && next(before));
  }, []);

  const fine = (view?.scale ?? 0) > 1400;
  useEffect(() => {
    let wanted = true;
    // The points stand for themselves while, or if, the outlines do not come.
    landOf(fine ? 'fine' : 'coarse').then(
      (found) => wanted && setLand(found),
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [fine]);

  const drawn = useMemo<Drawn | undefined>(
    () => (view === undefined ? undefined : { view, size, land, xs, ys, values: points.values, highest, active }),
    [view, size, land, xs, ys, points, highest, active],
  );
  useLayoutEffect(() => {
    const element = canvas.current;
    const pen = element?.getContext('2d');
    if (element === null || pen === null || pen === undefined || drawn === undefined) return;
    const ratio = devicePixelRatio;
    // One drawing a frame, however many moves there were.
    const frame = requestAnimationFrame(() => {
      const [width, height] = [Math.round(drawn.size.width * ratio), Math.round(drawn.size.height * ratio)];
      if (element.width !== width || element.height !== height) {
        element.width = width;
        element.height = height;
      }
      drawMap(pen, drawn, ratio);
    });
    return () => cancelAnimationFrame(frame);
  }, [drawn, theme]);

  // React listens to wheels passively, and a passive listener cannot keep the page from scrolling.
  useEffect(() => {
    const element = stage.current;
    if (element === null) return;
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const pixel = { x: event.clientX - box.left, y: event.clientY - box.top };
      const factor = Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0018));
      change((before) => zoomed(before, factor, pixel, { width: box.width, height: box.height }));
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [change]);

  const drag = useRef<{ x: number; y: number } | undefined>(undefined);
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { x: event.clientX, y: event.clientY };
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    if (drag.current !== undefined) {
      const { x, y } = drag.current;
      drag.current = { x: event.clientX, y: event.clientY };
      change((before) => shifted(before, event.clientX - x, event.clientY - y));
      return;
    }
    if (view === undefined) return;
    const box = event.currentTarget.getBoundingClientRect();
    setActive(nearestPoint(xs, ys, view, size, { x: event.clientX - box.left, y: event.clientY - box.top }, 12));
  };
  const endDrag = (): void => {
    drag.current = undefined;
  };

  const middle = { x: size.width / 2, y: size.height / 2 };
  const zoom = (factor: number): void => change((before) => zoomed(before, factor, middle, size));
  const whole = (): void => {
    setMoved(false);
    setView(fit(xs, ys, size));
  };
  const goTo = (next: number): void => {
    const at = (next + xs.length) % xs.length;
    setActive(at);
    if (view === undefined) return;
    const [x, y] = [pixelX(view, size, xs[at]!), pixelY(view, size, ys[at]!)];
    if (x < 20 || y < 20 || x > size.width - 20 || y > size.height - 20)
      change((before) => ({ ...before, x: xs[at]!, y: ys[at]! }));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 160 : 48;
    const move = (right: number, down: number): void => change((before) => shifted(before, right, down));
    if (event.key === 'ArrowLeft') move(step, 0);
    else if (event.key === 'ArrowRight') move(-step, 0);
    else if (event.key === 'ArrowUp') move(0, step);
    else if (event.key === 'ArrowDown') move(0, -step);
    else if (event.key === '+' || event.key === '=') zoom(1.5);
    else if (event.key === '-') zoom(1 / 1.5);
    else if (event.key === '0') whole();
    else if (event.key === 'PageDown') goTo(active + 1);
    else if (event.key === 'PageUp') goTo(active <= 0 ? xs.length - 1 : active - 1);
    else if (event.key === 'Escape' && active >= 0) setActive(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const said = `Map of ${label}: ${count(points.placed, 'place')}, latitude ${range(points.latitudes)}, longitude ${range(points.longitudes)}.`;
  const words =
    row === undefined || active < 0
      ? undefined
      : columns.slice(0, 12).map((column, at) => ({ name: column.name, text: cellText(row[at], column) ?? 'none' }));
  const picture = (): HTMLCanvasElement | undefined => canvas.current ?? undefined;
  const sizes = sizeColumns(columns);
  const tip =
    words === undefined || view === undefined
      ? undefined
      : { left: pixelX(view, size, xs[active]!), top: pixelY(view, size, ys[active]!) };
  return (
    <section className="chart" aria-label={`Map of ${label}`}>
      <div className="chart-controls" role="toolbar" aria-label="What is drawn">
        <Choice label="Size" value={sizeColumn ?? ''} onChange={(value) => onSize(value === '' ? undefined : value)}>
          <option value="">all alike</option>
          {sizes.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Choice>
        <span className="chart-kinds">
          <IconButton label="Closer" shortcut="+" onClick={() => zoom(1.5)}>
            <Plus />
          </IconButton>
          <IconButton label="Farther" shortcut="-" onClick={() => zoom(1 / 1.5)}>
            <Minus />
          </IconButton>
        </span>
        <Button kind="quiet" icon={<Maximize />} onClick={whole}>
          All places
        </Button>
        {points.values === undefined || highest === 0 ? null : <SizeKey highest={highest} name={sizeColumn ?? ''} />}
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- an application answers keys of its own */}
      <div
        ref={stage}
        className="chart-stage map-stage"
        role="application"
        aria-roledescription="map"
        tabIndex={0}
        aria-label={said}
        aria-describedby={keys}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={endDrag}
        onLostPointerCapture={endDrag}
        onPointerLeave={() => drag.current === undefined && setActive(-1)}
        onDoubleClick={() => zoom(2)}
        onKeyDown={onKeyDown}
      >
        <canvas ref={canvas} className="map-canvas" />
        {tip === undefined || words === undefined ? null : (
          <div
            className="chart-tip"
            data-side={tip.left > size.width / 2 ? 'left' : 'right'}
            style={{
              left: tip.left,
              top: Math.max(4, Math.min(size.height - 20 - words.length * 18, tip.top - 20)),
            }}
          >
            {words.map(({ name, text }) => (
              <span key={name}>
                <span className="cut">{name}</span>
                <em className="cut">{text}</em>
              </span>
            ))}
          </div>
        )}
      </div>
      <span id={keys} className="sr-only">
        Arrow keys move the map, + and - zoom, 0 shows all places, Page Down and Page Up go from place to place.
      </span>
      <span className="sr-only" aria-live="polite">
        {words === undefined ? '' : words.map(({ name, text }) => `${name} ${text}`).join(', ')}
      </span>
      <footer className="grid-foot">
        <span className="cut">
          {[
            count(points.placed, 'place'),
            ...(points.rows.length < points.placed
              ? [`${thousands(points.rows.length)} drawn, spread as the whole is`]
              : []),
            ...(points.placed < points.total ? [`${count(points.total - points.placed, 'row')} without a place`] : []),
          ].join(' · ')}
        </span>
        <IconButton label="Copy picture" onClick={() => void copyPicture(picture)}>
          <Copy />
        </IconButton>
        <IconButton label="Save as PNG" onClick={() => void savePicture(picture, label)}>
          <Download />
        </IconButton>
      </footer>
    </section>
  );
}

function range(values: readonly number[]): string {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return `${low.toFixed(2)} to ${high.toFixed(2)}`;
}

/** Two circles that say how large is how much. */
function SizeKey({ highest, name }: { highest: number; name: string }) {
  const values = [highest, highest / 4];
  return (
    <span
      className="map-key"
      aria-label={`Circles: the largest is ${thousands(Math.round(highest))} of ${name}`}
      role="img"
    >
      {values.map((value) => {
        const r = radius(value, highest);
        return (
          <span key={value}>
            <svg width={2 * r + 2} height={2 * r + 2} aria-hidden>
              <circle cx={r + 1} cy={r + 1} r={r} />
            </svg>
            {value >= 100 ? thousands(Math.round(value)) : value.toPrecision(3).replace(/\.?0+$/, '')}
          </span>
        );
      })}
    </span>
  );
}

/** The row of the point, fetched when the pointer rests on it; those seen before are at hand. */
function useRow(fetch: MapViewProps['fetch'], row: number | undefined): unknown[] | undefined {
  const [held] = useState(() => new Map<number, unknown[]>());
  const [, setVersion] = useState(0);
  useEffect(() => {
    if (row === undefined || held.has(row)) return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      fetch(row, 1, controller.signal).then(
        (page) => {
          if (held.size > 2000) held.clear();
          if (page.rows[0] !== undefined) held.set(row, page.rows[0]);
          setVersion((version) => version + 1);
        },
        () => undefined,
      );
    }, 40);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [fetch, held, row]);
  return row === undefined ? undefined : held.get(row);
}
