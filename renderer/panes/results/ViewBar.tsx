/** The ways of looking at a result that fit it, and its export. */
import { Braces, ChartLine, FileText, Image, Map, Share, Table2, TextInitial } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { Button, openMenu, rowFrom } from '../../ui/index.ts';
import { exportMenu } from './export.ts';
import type { ResultSource } from './source.ts';
import './view-bar.css';
import { type ResultLook, type View, VIEW_NAMES } from './views.ts';

const ICONS: Record<View, ReactNode> = {
  table: <Table2 />,
  chart: <ChartLine />,
  map: <Map />,
  json: <Braces />,
  image: <Image />,
  markdown: <FileText />,
  text: <TextInitial />,
};

export interface ViewBarProps {
  look: ResultLook;
  source?: ResultSource;
  views: readonly View[];
  view: View;
  onView(view: View): void;
}

export function ViewBar({ look, source, views, view, onView }: ViewBarProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const target = rowFrom(event.key, views.indexOf(view), views.length, { horizontal: true, wrap: true });
    if (target === undefined) return;
    event.preventDefault();
    onView(views[target]!);
    event.currentTarget.querySelectorAll<HTMLElement>('[role="radio"]')[target]?.focus();
  };
  return (
    <div className="view-bar">
      <div className="view-choices" role="radiogroup" aria-label="Look at the result as" onKeyDown={onKeyDown}>
        {views.map((one) => (
          <button
            key={one}
            type="button"
            role="radio"
            aria-checked={one === view}
            tabIndex={one === view ? 0 : -1}
            className="view-choice"
            onClick={() => onView(one)}
          >
            {ICONS[one]}
            {VIEW_NAMES[one]}
          </button>
        ))}
      </div>
      {source === undefined ? null : (
        <Button
          kind="quiet"
          icon={<Share />}
          aria-haspopup="menu"
          onClick={(event) => openMenu(event.currentTarget, exportMenu(look, source))}
        >
          Export
        </Button>
      )}
    </div>
  );
}
