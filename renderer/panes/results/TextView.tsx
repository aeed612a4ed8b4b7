/** Text of any length with line numbers; only the lines in view are drawn. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { Copy } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { Button, copyText, count } from '../../ui/index.ts';
import './grid.css';
import './values.css';

export interface TextViewProps {
  text: string;
  label: string;
  /** Lines (from 1) to mark and to scroll to. */
  mark?: { from: number; to: number } | undefined;
}

export function TextView({ text, label, mark }: TextViewProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => text.split(/\r\n|\r|\n/), [text]);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 20,
    overscan: 20,
    paddingStart: 6,
    paddingEnd: 6,
  });
  const first = mark?.from;
  useEffect(() => {
    if (first !== undefined) virtual.scrollToIndex(first - 1, { align: 'center' });
  }, [first, virtual]);
  const gutter = String(lines.length).length * 8 + 20;
  return (
    <div className="grid-frame">
      <div
        ref={scroller}
        className="text-view"
        tabIndex={0}
        role="textbox"
        aria-readonly
        aria-multiline
        aria-label={label}
      >
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => (
            <div
              key={item.key}
              className="text-line"
              data-marked={mark !== undefined && item.index + 1 >= mark.from && item.index + 1 <= mark.to}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <i style={{ width: gutter }}>{item.index + 1}</i>
              <span>{lines[item.index]}</span>
            </div>
          ))}
        </div>
      </div>
      <footer className="grid-foot">
        <span>{count(lines.length, 'line')}</span>
        <Button kind="quiet" icon={<Copy />} onClick={() => void copyText(text, 'Text copied')}>
          Copy
        </Button>
      </footer>
    </div>
  );
}
