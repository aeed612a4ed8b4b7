/** The drawing of a chart: pointer, wheel and keys move a cursor over its points, a drag looks closer. */
import {
  type KeyboardEvent,
  type Ref,
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import './language.ts';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { ChartData, ChartSpec } from '../../../../node-core/results/schema.ts';
import { useTheme } from '../../../state/theme.ts';
import { token } from '../../../theme/tokens.ts';
import { seriesColor, seriesVariable } from './colors.ts';
import { plotParts } from './plot.ts';
import { align, amount, intervalAt, nearest, spread, xWords } from './values.ts';

export interface PlotHandle {
  /** The drawing with a heading and its series named, on the colour of its panel. */
  picture(heading: string): HTMLCanvasElement | undefined;
}

export interface PlotProps {
  data: ChartData;
  spec: ChartSpec;
  range: { from: number; to: number } | undefined;
  hidden: ReadonlySet<string>;
  /** The chart in words. */
  sentence: string;
  onRange(range: { from: number; to: number } | undefined): void;
  ref?: Ref<PlotHandle>;
}

interface Tip {
  left: number;
  top: number;
  title: string;
  lines: { name: string; value: string; color: string }[];
}

export function Plot({ data, spec, range, hidden, sentence, onRange, ref }: PlotProps) {
  const frame = useRef<HTMLDivElement>(null);
  const holder = useRef<HTMLDivElement>(null);
  const keys = useId();
  const plot = useRef<uPlot>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [tip, setTip] = useState<Tip | undefined>();
  /** What a screen reader is told when keys move the cursor. */
  const [told, setTold] = useState('');
  const theme = useTheme((state) => state.theme);
  const points = useMemo(() => (spec.kind === 'scatter' ? spread(data.series) : align(data.series)), [data, spec]);
  const at = useRef(-1);

  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  /** The point at a position of `points`, as a tip. */
  const tipAt = (u: uPlot, index: number, only?: number): Tip | undefined => {
    const x = points.xs[index];
    if (x === undefined) return undefined;
    const lines = data.series.flatMap((series, of) => {
      const y = points.ys[of]![index];
      if (y === undefined || hidden.has(series.name) || (only !== undefined && only !== of)) return [];
      return [{ name: series.name, value: amount(y), color: seriesVariable(of), y }];
    });
    if (lines.length === 0) return undefined;
    const edge = data.edges?.[index + 1];
    const left = u.valToPos(edge === undefined ? x : (x + edge) / 2, 'x') + u.over.offsetLeft;
    const highest = Math.max(...lines.map(({ y }) => y ?? -Infinity));
    const top = (Number.isFinite(highest) ? u.valToPos(highest, 'y') : 20) + u.over.offsetTop;
    return { left, top, title: xWords(data, x), lines };
  };

  const show = (u: uPlot): void => {
    const { left, top } = u.cursor;
    if (left === undefined || left < 0 || top === undefined) {
      setTip(undefined);
      return;
    }
    if (spec.kind === 'scatter') {
      let best = { index: -1, of: -1, distance: 24 ** 2 };
      for (const [of, ys] of points.ys.entries()) {
        if (hidden.has(data.series[of]!.name)) continue;
        for (const [index, y] of ys.entries()) {
          if (y === undefined || y === null) continue;
          const distance = (u.valToPos(points.xs[index]!, 'x') - left) ** 2 + (u.valToPos(y, 'y') - top) ** 2;
          if (distance < best.distance) best = { index, of, distance };
        }
      }
      setTip(best.index < 0 ? undefined : tipAt(u, best.index, best.of));
      at.current = best.index;
      return;
    }
    const x = u.posToVal(left, 'x');
    const index = data.edges === undefined ? nearest(points.xs, x) : intervalAt(data.edges, x);
    at.current = index;
    setTip(tipAt(u, index));
  };
  /** The plot keeps its first listeners; they always ask the newest. */
  const latest = useRef({ show, onRange });
  useLayoutEffect(() => {
    latest.current = { show, onRange };
  });

  useEffect(() => {
    const element = holder.current;
    if (element === null || size.width < 40 || size.height < 40) return;
    const { options, data: values } = plotParts(data, spec, {
      ...size,
      range,
      hidden,
      onCursor: (u) => latest.current.show(u),
      onSelect: (from, to) => latest.current.onRange(snapped(data, from, to)),
      onReset: () => latest.current.onRange(undefined),
    });
    const made = new uPlot(options, values, element);
    plot.current = made;
    at.current = -1;
    setTip(undefined);
    return () => {
      made.destroy();
      plot.current = null;
    };
  }, [data, spec, range, hidden, size, theme]);

  const goTo = (index: number): void => {
    const u = plot.current;
    if (u === null) return;
    const visible = points.xs.flatMap((x, i) => (range === undefined || (x >= range.from && x <= range.to) ? [i] : []));
    const next = Math.max(visible[0] ?? 0, Math.min(visible.at(-1) ?? 0, index));
    const found = tipAt(u, next);
    u.setCursor({ left: u.valToPos(points.xs[next] ?? 0, 'x'), top: -1 }, false);
    at.current = next;
    setTip(found);
    if (found !== undefined)
      setTold(`${found.title}: ${found.lines.map(({ name, value }) => `${name} ${value}`).join(', ')}`);
  };
  const scaled = (factor: number): void => {
    const u = plot.current;
    const { min, max } = u?.scales['x'] ?? {};
    if (min === undefined || max === undefined) return;
    const middle = points.xs[at.current] ?? (min + max) / 2;
    onRange(snapped(data, middle - (middle - min) * factor, middle + (max - middle) * factor));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.shiftKey ? 10 : 1;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'ArrowRight') goTo(at.current + step);
    else if (event.key === 'ArrowLeft') goTo(at.current - step);
    else if (event.key === 'Home') goTo(0);
    else if (event.key === 'End') goTo(points.xs.length - 1);
    else if (event.key === '+' || event.key === '=') scaled(0.5);
    else if (event.key === '-' && range !== undefined) scaled(2);
    else if ((event.key === '0' || event.key === 'Escape') && range !== undefined) onRange(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  useImperativeHandle(ref, () => ({
    picture: (heading) => (plot.current === null ? undefined : framed(plot.current, heading, data)),
  }));

  return (
    <div ref={frame} className="chart-plot" onPointerLeave={() => setTip(undefined)}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- an application answers keys of its own */}
      <div
        ref={holder}
        className="chart-canvas"
        role="application"
        aria-roledescription="chart"
        tabIndex={0}
        aria-label={sentence}
        aria-describedby={keys}
        onKeyDown={onKeyDown}
      />
      {tip === undefined ? null : (
        <div
          className="chart-tip"
          data-side={tip.left > size.width / 2 ? 'left' : 'right'}
          style={{ left: tip.left, top: Math.max(4, Math.min(size.height - 30 - tip.lines.length * 18, tip.top - 20)) }}
        >
          <b>{tip.title}</b>
          {tip.lines.map(({ name, value, color }) => (
            <span key={name}>
              <i style={{ background: color }} />
              <span className="cut">{name}</span>
              <em>{value}</em>
            </span>
          ))}
        </div>
      )}
      <span id={keys} className="sr-only">
        Arrow keys go from point to point, + and - look closer and back, 0 shows the whole.
      </span>
      <span className="sr-only" aria-live="polite">
        {told}
      </span>
    </div>
  );
}

/** A part of x that holds something: categories are shown whole. */
function snapped(data: ChartData, from: number, to: number): { from: number; to: number } {
  if (data.x.kind !== 'category') return { from, to };
  const last = (data.x.labels?.length ?? 1) - 1;
  const first = Math.max(0, Math.round(from));
  return { from: first - 0.6, to: Math.max(first, Math.min(last, Math.round(to))) + 0.6 };
}

function framed(u: uPlot, heading: string, data: ChartData): HTMLCanvasElement {
  const drawn = u.ctx.canvas;
  const ratio = drawn.width / u.width;
  const names = data.series.length > 1 ? data.series.map(({ name }) => name) : [];
  const above = 34 * ratio;
  const below = (names.length > 0 ? 26 : 8) * ratio;
  const canvas = document.createElement('canvas');
  canvas.width = drawn.width + 16 * ratio;
  canvas.height = drawn.height + above + below;
  const pen = canvas.getContext('2d')!;
  pen.fillStyle = token('panel');
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(drawn, 8 * ratio, above);
  pen.fillStyle = token('text');
  pen.font = `600 ${13 * ratio}px "Inter Variable", system-ui, sans-serif`;
  pen.fillText(heading, 14 * ratio, 22 * ratio, canvas.width - 28 * ratio);
  pen.font = `${11 * ratio}px "Inter Variable", system-ui, sans-serif`;
  let x = 14 * ratio;
  for (const [at, name] of names.entries()) {
    pen.fillStyle = seriesColor(at);
    pen.fillRect(x, canvas.height - 18 * ratio, 10 * ratio, 10 * ratio);
    pen.fillStyle = token('text-2');
    pen.fillText(name, x + 15 * ratio, canvas.height - 9 * ratio);
    x += 30 * ratio + pen.measureText(name).width;
  }
  return canvas;
}
