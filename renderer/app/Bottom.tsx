/** The bottom panel: results of the document's run, problems of its text, what runs said. */
import { CircleX, Info, PanelBottomClose, TriangleAlert, Wrench } from 'lucide-react';
import { Suspense, useEffect, useRef } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { LineIndex } from '../../node-core/flow/syntax/lines.ts';
import { revealRange } from '../state/cursor.ts';
import { useActiveDocument } from '../state/documents.ts';
import { applyEdits } from '../state/editor-actions.ts';
import { useLanguage } from '../state/language.ts';
import { type BottomTab, useLayout } from '../state/layout.ts';
import { useRuns } from '../state/run.ts';
import { Button, clock, EmptyState, IconButton, rowKeys, Skeleton, tabPanelProps, Tabs } from '../ui/index.ts';
import { keyLabel } from './commands.ts';
import { Guarded } from './Guarded.tsx';
import { ResultsPanel } from './panes.ts';

export function Bottom() {
  const { bottomTab, showBottom, toggle } = useLayout();
  const problems = useLanguage((state) => state.diagnostics.length);
  const items: { id: BottomTab; label: string; badge?: number }[] = [
    { id: 'results', label: 'Results' },
    { id: 'problems', label: 'Problems', badge: problems },
    { id: 'output', label: 'Output' },
  ];
  return (
    <section className="pane" aria-label="Results, problems and output">
      <div className="pane-bar">
        <Tabs name="bottom" items={items} selected={bottomTab} onSelect={showBottom} />
        <div className="pane-side">
          <span id="bottom-slot" className="cut" />
          <IconButton label="Hide the panel" shortcut={keyLabel('Mod+J')} onClick={() => toggle('bottom')}>
            <PanelBottomClose />
          </IconButton>
        </div>
      </div>
      <div className="pane-body" key={bottomTab} {...tabPanelProps('bottom', bottomTab)}>
        <Guarded>
          {bottomTab === 'problems' ? (
            <Problems />
          ) : bottomTab === 'output' ? (
            <Output />
          ) : (
            <Suspense fallback={<Skeleton lines={5} />}>
              <ResultsPanel />
            </Suspense>
          )}
        </Guarded>
      </div>
    </section>
  );
}

const ICONS = { error: CircleX, warning: TriangleAlert, warn: TriangleAlert, info: Info };

function Problems() {
  const file = useActiveDocument();
  const { diagnostics, documentId } = useLanguage();
  if (file === undefined || documentId !== file.id || diagnostics.length === 0) {
    return (
      <EmptyState title={file === undefined ? 'No file is open' : 'No problems'}>
        What the language finds in the open plan is listed here as you type.
      </EmptyState>
    );
  }
  const lines = new LineIndex(file.text);
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the keys go from row to row, and rows have the focus
    <div className="line-list" onKeyDown={rowKeys}>
      {diagnostics.slice(0, 1000).map((item, at) => {
        const Icon = ICONS[item.severity];
        const place = lines.position(item.range.start);
        return (
          <div
            key={`${item.code}:${item.range.start}:${at}`}
            className="line-row"
            role="button"
            tabIndex={0}
            data-row
            data-level={item.severity}
            onClick={() => revealRange(item.range, { focus: true })}
            onKeyDown={(event) => {
              if (event.key === 'Enter') revealRange(item.range, { focus: true });
            }}
          >
            <Icon aria-label={item.severity} />
            <span className="grow">
              <Message text={item.message} />
            </span>
            {item.fix === undefined ? null : (
              <Button
                kind="quiet"
                style={{ height: 20 }}
                icon={<Wrench />}
                onClick={(event) => {
                  event.stopPropagation();
                  if (item.fix !== undefined) applyEdits(file.id, item.fix.edits);
                }}
              >
                {item.fix.title}
              </Button>
            )}
            <small className="mono">{item.code}</small>
            <small className="tabular">
              Ln {place.line}, Col {place.column}
            </small>
          </div>
        );
      })}
      {diagnostics.length > 1000 ? <div className="side-note">{diagnostics.length - 1000} more</div> : null}
    </div>
  );
}

/** A sentence in which `what stands in backticks` is code. */
function Message({ text }: { text: string }) {
  return text.split('`').map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part));
}

function Output() {
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
      <EmptyState title="Nothing was said yet">
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
