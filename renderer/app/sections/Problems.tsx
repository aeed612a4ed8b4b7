/** What the language finds in the open plan. */
import { CircleCheck, CircleDashed, Wrench } from 'lucide-react';
import { LineIndex } from '../../../node-core/flow/syntax/lines.ts';
import { revealRange } from '../../state/cursor.ts';
import { useActiveDocument } from '../../state/documents.ts';
import { applyEdits } from '../../state/editor-actions.ts';
import { useLanguage } from '../../state/language.ts';
import { Button, EmptyState, rowKeys, Sentence } from '../../ui/index.ts';
import { LEVEL_ICONS as ICONS } from './levels.ts';
import './lines.css';

export function Problems() {
  const file = useActiveDocument();
  const { diagnostics, documentId } = useLanguage();
  if (file === undefined || documentId !== file.id || diagnostics.length === 0) {
    return (
      <EmptyState
        icon={file === undefined ? <CircleDashed /> : <CircleCheck />}
        title={file === undefined ? 'No file is open' : 'No problems'}
      >
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
              <Sentence text={item.message} />
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
