/** The timeline of a run: bars in lanes, to be zoomed and walked through with the keys; the critical path is marked. */
import { ZoomIn, ZoomOut } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { PlanGraph } from '../../../node-core/flow/plan/graph.ts';
import type { RunRecord } from '../../../node-core/runs/schema.ts';
import { client } from '../../state/connection.ts';
import { isActive } from '../../state/run.ts';
import { Button, count, duration, EmptyState, IconButton, rowFrom, stateFace } from '../../ui/index.ts';
import { useNow } from '../results/RunResults.tsx';
import { type Bar, ganttOf, ticksOf } from './gantt.ts';
import './run-page.css';

const LANE = 26;
const CLOSEST = 64;

export function Timeline({ run, onOpen }: { run: RunRecord; onOpen(stepId: string): void }) {
  const now = useNow(isActive(run.state), run);
  const reads = useReads(run.source);
  const gantt = useMemo(() => ganttOf(run.steps, reads, now), [run.steps, reads, now]);
  const [zoom, setZoom] = useState(1);
  const [chosen, setChosen] = useState<string | undefined>();
  const scroller = useRef<HTMLDivElement>(null);
  const { bars, lanes, span, leftOut } = gantt;
  const current = bars.find((bar) => bar.steps[0] === chosen);
  const reused = run.steps.filter((step) => step.state === 'reused').length;

  if (bars.length === 0) {
    return (
      <EmptyState title="No step has taken time">
        {reused > 0
          ? `${count(reused, 'step')} took their result from an earlier run.`
          : 'Bars appear here as steps run.'}
      </EmptyState>
    );
  }
  const zoomBy = (factor: number): void => setZoom((before) => Math.min(CLOSEST, Math.max(1, before * factor)));
  const choose = (bar: Bar | undefined): void => {
    if (bar === undefined) return;
    setChosen(bar.steps[0]);
    document.getElementById(barId(bar))?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = current === undefined ? -1 : bars.indexOf(current);
    const target = rowFrom(
      event.key === 'ArrowRight' ? 'ArrowDown' : event.key === 'ArrowLeft' ? 'ArrowUp' : event.key,
      at,
      bars.length,
    );
    if (event.key === '+' || event.key === '=') zoomBy(1.5);
    else if (event.key === '-') zoomBy(1 / 1.5);
    else if (event.key === '0') setZoom(1);
    else if (event.key === 'Enter' && current !== undefined) onOpen(current.steps.at(-1)!);
    else if (target !== undefined) choose(bars[target]);
    else return;
    event.preventDefault();
  };
  const critical = bars.filter((bar) => bar.critical);
  return (
    <section className="gantt" aria-label="Timeline of the run">
      <header className="gantt-bar">
        <span className="tabular">
          {duration(span)} in {count(lanes, 'lane')}
          {leftOut > 0 ? `, ${duration(leftOut)} of standing still left out` : ''}
        </span>
        <span className="cut" data-tip={critical.map((bar) => bar.label).join(' › ')}>
          critical path: {critical.map((bar) => bar.label).join(' › ')}
        </span>
        <IconButton label="Zoom out" shortcut="-" onClick={() => zoomBy(1 / 1.5)} disabled={zoom <= 1}>
          <ZoomOut />
        </IconButton>
        <IconButton label="Zoom in" shortcut="+" onClick={() => zoomBy(1.5)} disabled={zoom >= CLOSEST}>
          <ZoomIn />
        </IconButton>
        <Button kind="quiet" onClick={() => setZoom(1)} disabled={zoom === 1}>
          Whole run
        </Button>
      </header>
      <div
        ref={scroller}
        className="gantt-scroll"
        role="listbox"
        tabIndex={0}
        aria-label="Steps by time"
        aria-activedescendant={current === undefined ? undefined : barId(current)}
        onKeyDown={onKeyDown}
        onWheel={(event) => {
          if (event.ctrlKey || event.metaKey) zoomBy(event.deltaY < 0 ? 1.25 : 0.8);
        }}
      >
        <div className="gantt-field" style={{ ['--zoom' as string]: zoom, height: lanes * LANE + 28 }}>
          {ticksOf(0, span, 8 * zoom).map((tick) => (
            <span key={tick} className="gantt-tick tabular" style={{ left: `${(tick / span) * 100}%` }} aria-hidden>
              {duration(tick)}
            </span>
          ))}
          {bars.map((bar) => (
            <BarView key={bar.steps[0]} bar={bar} span={span} chosen={bar === current} choose={choose} open={onOpen} />
          ))}
        </div>
      </div>
      <p className="gantt-note" aria-live="polite">
        {current === undefined
          ? `${count(bars.length, 'bar')}${reused > 0 ? `; ${count(reused, 'step')} reused` : ''}. Arrows go through them, Enter shows the result.`
          : `${current.label}: ${stateFace(current.state).word}, ${duration(current.end - current.start)}, from ${duration(current.start)}${current.critical ? ', on the critical path' : ''}`}
      </p>
    </section>
  );
}

const barId = (bar: Bar): string => `gantt-${encodeURIComponent(bar.steps[0]!)}`;

function BarView({
  bar,
  span,
  chosen,
  choose,
  open,
}: {
  bar: Bar;
  span: number;
  chosen: boolean;
  choose(bar: Bar): void;
  open(stepId: string): void;
}) {
  const took = bar.end - bar.start;
  const text = `${bar.label}, ${stateFace(bar.state).word}, ${duration(took)}${bar.critical ? ', critical' : ''}`;
  return (
    <div
      id={barId(bar)}
      role="option"
      aria-selected={chosen}
      aria-label={text}
      tabIndex={-1}
      className="gantt-step"
      data-critical={bar.critical}
      data-tip={`${text}, from ${duration(bar.start)}`}
      style={{
        left: `${(bar.start / span) * 100}%`,
        width: `max(3px, ${(took / span) * 100}%)`,
        top: 26 + bar.lane * LANE,
        ['--state' as string]: stateFace(bar.state).color,
      }}
      onPointerDown={() => choose(bar)}
      onDoubleClick={() => open(bar.steps.at(-1)!)}
    >
      <span>{bar.label}</span>
    </div>
  );
}

/** What each node of the source reads, asked for once. */
function useReads(source: string): ReadonlyMap<string, readonly string[]> {
  const [reads, setReads] = useState<ReadonlyMap<string, readonly string[]>>(() => new Map());
  useEffect(() => {
    const controller = new AbortController();
    client()
      .call<{ graph: PlanGraph }>('flow.plan', { source }, { signal: controller.signal })
      .then(
        ({ graph }) => setReads(new Map(graph.nodes.map((node) => [node.id, node.dependsOn]))),
        // Without the graph there is a timeline all the same, with no path.
        () => undefined,
      );
    return () => controller.abort();
  }, [source]);
  return reads;
}
