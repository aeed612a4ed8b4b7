/** What runs said, as it comes. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { ScrollText } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useLayout } from '../../state/layout.ts';
import { useRuns } from '../../state/run.ts';
import { clock, EmptyState } from '../../ui/index.ts';
import { LEVEL_ICONS as ICONS } from './levels.ts';
import './lines.css';

export function Output() {
  const log = useRuns((state) => state.log);
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoized by the compiler
  const rows = useVirtualizer({
    count: log.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 24,
    overscan: 12,
  });
  useEffect(() => {
    if (atEnd.current && log.length > 0) rows.scrollToIndex(log.length - 1);
  }, [log.length, rows]);
  if (log.length === 0) {
    return (
      <EmptyState icon={<ScrollText />} title="Nothing was said yet">
        Messages of running plans appear here: warnings, retries, what was kept.
      </EmptyState>
    );
  }
  return (
    <div
      ref={scroller}
      style={{ height: '100%', overflow: 'auto' }}
      role="log"
      onScroll={(event) => {
        const box = event.currentTarget;
        atEnd.current = box.scrollTop + box.clientHeight >= box.scrollHeight - 24;
      }}
    >
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map((row) => {
          const line = log[row.index]!;
          const Icon = ICONS[line.level];
          return (
            <div
              key={row.key}
              ref={rows.measureElement}
              data-index={row.index}
              className="line-row"
              data-level={line.level}
              data-row
              role="button"
              tabIndex={0}
              data-tip="Open the run"
              style={{ position: 'absolute', top: 0, left: 0, transform: `translateY(${row.start}px)` }}
              onClick={() => useLayout.getState().openRun(line.runId)}
              onKeyDown={(event) => event.key === 'Enter' && useLayout.getState().openRun(line.runId)}
            >
              <Icon aria-label={line.level} />
              <small className="mono tabular">{clock(line.time, true)}</small>
              {line.stepId === undefined ? null : <small>{line.stepId.replace(/^\w+:/, '')}</small>}
              <span className="grow">{line.message}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
