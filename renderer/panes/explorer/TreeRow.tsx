/** One row of the tree. */
import {
  ChevronDown,
  ChevronRight,
  CircleX,
  Folder,
  FolderOpen,
  Link2Off,
  LoaderCircle,
  TriangleAlert,
} from 'lucide-react';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { absolutePath } from '../../state/workspaces.ts';
import { bytes, problemOf } from '../../ui/index.ts';
import { finishNew, finishRename, focusTree } from './actions.ts';
import type { Decoration } from './decorations.ts';
import { FileIcon } from './FileIcon.tsx';
import { readFolder, useTree } from './tree-store.ts';
import { isItem, keyOf, type Row } from './tree.ts';

export interface TreeRowProps {
  row: Row;
  id: string;
  top: number;
  chosen: boolean;
  renaming: boolean;
  decoration: Decoration | undefined;
  /** A file is being dragged over this folder. */
  target: boolean;
  drag: {
    start: (event: DragEvent, row: Row) => void;
    over: (event: DragEvent, row: Row) => void;
    drop: (event: DragEvent, row: Row) => void;
    end: () => void;
  };
  onPress: (row: Row, twice: boolean) => void;
  onMenu: (row: Row, at: { clientX: number; clientY: number }) => void;
}

export function TreeRow({ row, id, top, chosen, renaming, decoration, target, drag, onPress, onMenu }: TreeRowProps) {
  const style = { transform: `translateY(${top}px)`, paddingLeft: 8 + (row.level - 1) * 12 };
  if (row.kind === 'draft') {
    return (
      <div className="tree-row" style={style}>
        <i className="tree-twist" />
        {row.draft === 'folder' ? <Folder /> : <FileIcon name="" />}
        <NameField
          label={`Name of the new ${row.draft}`}
          name=""
          onDone={(name) => void finishNew(name)}
          onCancel={() => {
            useTree.setState({ draft: undefined });
            focusTree();
          }}
        />
      </div>
    );
  }
  if (row.kind === 'loading') {
    return (
      <div className="tree-row tree-note" style={style}>
        <i className="tree-twist" />
        <LoaderCircle className="tree-wait" />
        Reading…
      </div>
    );
  }
  if (row.kind === 'empty') {
    return (
      <div className="tree-row tree-note" style={style}>
        <i className="tree-twist" />
        Nothing in here
      </div>
    );
  }
  if (row.kind === 'problem') {
    const problem = problemOf(row.problem);
    return (
      <div className="tree-row tree-note" style={style} data-tip={problem.hint}>
        <i className="tree-twist" />
        <CircleX />
        <span className="cut">{problem.detail}</span>
        <button type="button" className="tree-again" onClick={() => void readFolder(keyOf(row.workspace, row.path))}>
          Try again
        </button>
      </div>
    );
  }
  const folder = row.kind === 'root' || row.kind === 'folder';
  const { unsaved, conflict, problems = 0, running, active } = decoration ?? {};
  const said = [
    row.name,
    row.kind === 'root' && row.missing ? 'not there' : '',
    row.kind === 'outside' ? 'leads out of the folder' : '',
    conflict === true ? 'changed by another program' : '',
    unsaved === true ? 'unsaved' : '',
    problems > 0 ? `${problems} ${problems === 1 ? 'problem' : 'problems'}` : '',
    running === true ? 'running' : '',
  ];
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the tree has the focus and answers the keys
    <div
      id={id}
      role="treeitem"
      className="tree-row"
      style={style}
      aria-level={row.level}
      aria-posinset={row.at}
      aria-setsize={row.of}
      aria-selected={chosen}
      aria-expanded={folder ? row.open : undefined}
      aria-label={said.filter((part) => part !== '').join(', ')}
      data-active={active}
      data-kind={row.kind}
      data-target={target}
      data-problems={problems > 0}
      data-tip={renaming ? undefined : tipOf(row)}
      draggable={!renaming && (row.kind === 'file' || row.kind === 'folder')}
      onDragStart={(event) => drag.start(event, row)}
      onDragOver={(event) => drag.over(event, row)}
      onDrop={(event) => drag.drop(event, row)}
      onDragEnd={drag.end}
      onClick={(event) => onPress(row, event.detail > 1)}
      onContextMenu={(event) => {
        event.preventDefault();
        onMenu(row, event);
      }}
    >
      {folder ? (
        row.open ? (
          <ChevronDown className="tree-twist" />
        ) : (
          <ChevronRight className="tree-twist" />
        )
      ) : (
        <i className="tree-twist" />
      )}
      {row.kind === 'root' || row.kind === 'folder' ? (
        row.open ? (
          <FolderOpen />
        ) : (
          <Folder />
        )
      ) : row.kind === 'outside' ? (
        <Link2Off />
      ) : (
        <FileIcon name={row.name} />
      )}
      {renaming ? (
        <NameField
          label={`New name of ${row.name}`}
          name={row.name}
          onDone={(name) => void finishRename(row, name)}
          onCancel={() => {
            useTree.setState({ renaming: undefined });
            focusTree();
          }}
        />
      ) : (
        <span className="cut">{row.name}</span>
      )}
      {row.kind === 'root' && row.missing ? <small>not there</small> : null}
      {running === true ? <LoaderCircle className="tree-wait tree-running" /> : null}
      {problems > 0 ? <small className="tree-problems">{problems}</small> : null}
      {conflict === true ? <TriangleAlert className="tree-conflict" /> : null}
      {unsaved === true ? <i className="dot" /> : null}
    </div>
  );
}

function tipOf(row: Row): string {
  const path = absolutePath(row.workspace, row.path);
  if (row.kind === 'root' && row.missing) return `${path}\nThis folder is not there now.`;
  if (row.kind === 'outside') return `${path}\nThis link leads out of the folder and is not followed.`;
  return row.kind === 'file' && isItem(row) ? `${path}\n${bytes(row.entry.size)}` : path;
}

/** A name in place: Enter takes it, Escape gives up, so does going elsewhere without a change. */
function NameField({
  label,
  name,
  onDone,
  onCancel,
}: {
  label: string;
  name: string;
  onDone: (name: string) => void;
  onCancel: () => void;
}) {
  const [text, setText] = useState(name);
  const field = useRef<HTMLInputElement>(null);
  const ended = useRef(false);
  useEffect(() => {
    const input = field.current;
    input?.focus();
    const dot = name.lastIndexOf('.');
    input?.setSelectionRange(0, dot > 0 ? dot : name.length);
    input?.scrollIntoView({ block: 'nearest' });
  }, [name]);
  const end = (how: () => void): void => {
    if (ended.current) return;
    ended.current = true;
    how();
  };
  return (
    <input
      ref={field}
      className="tree-name"
      aria-label={label}
      value={text}
      spellCheck={false}
      onChange={(event) => setText(event.target.value)}
      onClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') end(() => onDone(text));
        else if (event.key === 'Escape') end(onCancel);
      }}
      onBlur={() => end(() => (text.trim() === '' || text === name ? onCancel() : onDone(text)))}
    />
  );
}
