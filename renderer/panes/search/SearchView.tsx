/** Search in the files of the open folders. */
import {
  CaseSensitive,
  ChevronDown,
  ChevronRight,
  FolderOpen,
  Regex,
  Replace,
  ReplaceAll,
  Search,
  Square,
  WholeWord,
} from 'lucide-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { SearchedFile, SearchMatch } from '../../../node-core/files/schema.ts';
import { openWorkspaceFile } from '../../state/workspace-files.ts';
import { useWorkspaces } from '../../state/workspaces.ts';
import { Button, count, EmptyState, ErrorState, fileName, IconButton, problemOf, rowFrom } from '../../ui/index.ts';
import { openFolder } from '../explorer/actions.ts';
import { FileIcon } from '../explorer/FileIcon.tsx';
import { replaced, replaceIn } from './replace.ts';
import './search.css';
import { fileKey, fold, followFiles, search, type SearchForm, setForm, stopSearch, useSearch } from './search-store.ts';

export function SearchView() {
  const folders = useWorkspaces((state) => state.workspaces?.length);
  const form = useSearch((state) => state.form);
  const [globs, setGlobs] = useState(form.include !== '' || form.exclude !== '');
  const field = useRef<HTMLInputElement>(null);
  const results = useRef<HTMLDivElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
    if (useSearch.getState().form.text !== '') void search();
    return followFiles();
  }, []);
  if (folders === 0) {
    return (
      <section className="search" aria-label="Search in files">
        <EmptyState
          icon={<Search />}
          title="No folder is open"
          action={
            <Button kind="primary" icon={<FolderOpen />} onClick={() => void openFolder()}>
              Open folder…
            </Button>
          }
        >
          Search looks through all files of the folders that are open.
        </EmptyState>
      </section>
    );
  }
  const down = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      results.current?.querySelector<HTMLElement>('[role=tree]')?.focus();
    } else if (event.key === 'Enter') void search();
    else if (event.key === 'Escape') stopSearch();
  };
  return (
    <section className="search" aria-label="Search in files">
      <div className="side-head">
        <h2 className="explorer-title">Search</h2>
      </div>
      <div className="search-form">
        <div className="search-line">
          <IconButton
            label={form.replacement === undefined ? 'Replace as well' : 'Only search'}
            onClick={() => setForm({ replacement: form.replacement === undefined ? '' : undefined })}
          >
            {form.replacement === undefined ? <ChevronRight /> : <ChevronDown />}
          </IconButton>
          <div className="search-field">
            <input
              ref={field}
              aria-label="Search for"
              placeholder="Search"
              value={form.text}
              spellCheck={false}
              onChange={(event) => setForm({ text: event.target.value })}
              onKeyDown={down}
            />
            <Option name="matchCase" label="Capital letters matter" icon={<CaseSensitive />} form={form} />
            <Option name="wholeWord" label="Whole words only" icon={<WholeWord />} form={form} />
            <Option name="regex" label="Regular expression" icon={<Regex />} form={form} />
          </div>
        </div>
        {form.replacement === undefined ? null : (
          <div className="search-line search-second">
            <div className="search-field">
              <input
                aria-label="Replace with"
                placeholder="Replace with"
                value={form.replacement}
                spellCheck={false}
                onChange={(event) => setForm({ replacement: event.target.value })}
                onKeyDown={(event) => event.key === 'Enter' && void replaceIn(useSearch.getState().files)}
              />
            </div>
            <IconButton label="Replace all" onClick={() => void replaceIn(useSearch.getState().files)}>
              <ReplaceAll />
            </IconButton>
          </div>
        )}
        <button type="button" className="search-more" aria-expanded={globs} onClick={() => setGlobs(!globs)}>
          {globs ? <ChevronDown /> : <ChevronRight />}
          Which files
        </button>
        {globs ? (
          <>
            <input
              className="search-glob"
              aria-label="Only in these files"
              placeholder="Only in: *.flow, lib/**"
              value={form.include}
              spellCheck={false}
              onChange={(event) => setForm({ include: event.target.value })}
              onKeyDown={down}
            />
            <input
              className="search-glob"
              aria-label="Not in these files"
              placeholder="Not in: drafts, *.csv"
              value={form.exclude}
              spellCheck={false}
              onChange={(event) => setForm({ exclude: event.target.value })}
              onKeyDown={down}
            />
          </>
        ) : null}
      </div>
      <div ref={results} className="search-results">
        <Results form={form} toForm={() => field.current?.focus()} />
      </div>
    </section>
  );
}

function Option({
  name,
  label,
  icon,
  form,
}: {
  name: 'matchCase' | 'wholeWord' | 'regex';
  label: string;
  icon: ReactNode;
  form: SearchForm;
}) {
  return (
    <button
      type="button"
      className="search-option"
      aria-label={label}
      aria-pressed={form[name]}
      data-tip={label}
      onClick={() => setForm({ [name]: !form[name] })}
    >
      {icon}
    </button>
  );
}

type Row = { key: string; file: SearchedFile } & ({ match?: undefined; open: boolean } | { match: SearchMatch });

function rowsOf(files: readonly SearchedFile[], folded: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  for (const file of files) {
    const key = fileKey(file);
    const open = !folded.has(key);
    rows.push({ key, file, open });
    if (open) for (const match of file.matches) rows.push({ key: `${key}:${match.start}`, file, match });
  }
  return rows;
}

function open({ file, match }: Row, focus: boolean): void {
  if (match === undefined) return;
  const { start, end } = match;
  void openWorkspaceFile(file, { range: { start, end }, focus });
}

function Results({ form, toForm }: { form: SearchForm; toForm: () => void }) {
  const { files, matches, progress, problem, cut, folded } = useSearch();
  const many = useWorkspaces((state) => (state.workspaces?.length ?? 0) > 1);
  const names = useWorkspaces((state) => state.workspaces);
  const rows = useMemo(() => rowsOf(files, folded), [files, folded]);
  const [chosen, setChosen] = useState<string>();
  const at = rows.findIndex((row) => row.key === chosen);
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoized by the compiler
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 22,
    overscan: 16,
  });
  if (problem !== undefined) {
    // A half-written expression is no failure to be alarmed about.
    return problemOf(problem).code === 'bad-expression' ? (
      <p className="side-note" role="status">
        {problemOf(problem).detail}
      </p>
    ) : (
      <ErrorState problem={problem} retry={() => void search()} />
    );
  }
  if (form.text === '') return <p className="side-note">Type what you look for. It is searched as you type.</p>;
  const keys = (event: KeyboardEvent): void => {
    const row = rows[at];
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 220) / 22) - 1);
    const to = rowFrom(event.key, at, rows.length, { page });
    if (event.key === 'ArrowUp' && at <= 0) toForm();
    else if (to !== undefined) {
      setChosen(rows[to]?.key);
      list.scrollToIndex(to, { align: 'auto' });
    } else if (row === undefined) return;
    else if (event.key === 'Enter' || event.key === ' ') {
      if (row.match === undefined) fold(row.key, row.open);
      else open(row, event.key === 'Enter');
    } else if (event.key === 'ArrowRight' && row.match === undefined) fold(row.key, false);
    else if (event.key === 'ArrowLeft') {
      const key = fileKey(row.file);
      if (row.match === undefined) fold(key, true);
      else setChosen(key);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <div className="search-summary" role="status">
        <span>
          {progress === undefined
            ? matches === 0
              ? 'Nothing found.'
              : `${cut ? 'More than ' : ''}${count(matches, 'match', 'matches')} in ${count(files.length, 'file')}`
            : progress.total === 0
              ? 'Searching…'
              : `${count(matches, 'match', 'matches')} so far, ${count(progress.looked, 'file')} of ${progress.total}`}
        </span>
        {progress === undefined ? null : (
          <IconButton label="Stop searching" onClick={stopSearch}>
            <Square />
          </IconButton>
        )}
      </div>
      <div
        ref={scroller}
        className="tree"
        role="tree"
        tabIndex={0}
        aria-label="Matches"
        aria-activedescendant={at === -1 ? undefined : `match-${at}`}
        onKeyDown={keys}
        onFocus={() => at === -1 && setChosen(rows[0]?.key)}
      >
        <div className="tree-rows" style={{ height: list.getTotalSize() }}>
          {list.getVirtualItems().map(({ index, start }) => {
            const row = rows[index]!;
            const { file, match } = row;
            const style = { transform: `translateY(${start}px)` };
            const folder = file.path.slice(0, Math.max(0, file.path.lastIndexOf('/')));
            return match === undefined ? (
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the tree has the focus and answers the keys
              <div
                key={row.key}
                id={`match-${index}`}
                role="treeitem"
                aria-level={1}
                aria-expanded={row.open}
                aria-selected={index === at}
                aria-label={`${file.path}, ${count(file.matches.length, 'match', 'matches')}`}
                className="tree-row search-file"
                style={style}
                data-tip={file.path}
                onClick={() => {
                  setChosen(row.key);
                  fold(row.key, row.open);
                }}
              >
                {row.open ? <ChevronDown className="tree-twist" /> : <ChevronRight className="tree-twist" />}
                <FileIcon name={file.path} />
                <span className="cut">
                  {fileName(file.path)}
                  <small>
                    {many ? `${names?.find(({ id }) => id === file.workspace)?.name ?? ''}/${folder}` : folder}
                  </small>
                </span>
                {form.replacement === undefined ? null : (
                  <IconButton
                    label={`Replace in ${fileName(file.path)}`}
                    onClick={(event) => {
                      event.stopPropagation();
                      void replaceIn([file]);
                    }}
                  >
                    <Replace />
                  </IconButton>
                )}
                <small className="search-count">
                  {file.matches.length}
                  {file.more ? '+' : ''}
                </small>
              </div>
            ) : (
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the tree has the focus and answers the keys
              <div
                key={row.key}
                id={`match-${index}`}
                role="treeitem"
                aria-level={2}
                aria-selected={index === at}
                aria-label={`Line ${match.line}: ${match.preview.trim()}`}
                className="tree-row search-match"
                style={style}
                onClick={(event) => {
                  setChosen(row.key);
                  open(row, event.detail > 1);
                }}
              >
                <small className="search-line-number">{match.line}</small>
                <Preview match={match} form={form} />
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}

/** The line with the match in it, and what the match becomes. Long beginnings are cut so that the match is on view. */
function Preview({ match: { preview, from, to }, form }: { match: SearchMatch; form: SearchForm }) {
  const before = preview.slice(0, from).trimStart();
  const found = preview.slice(from, to);
  return (
    <span className="search-preview">
      {before.length > 14 ? `…${before.slice(-12)}` : before}
      {form.replacement === undefined ? (
        <mark>{found}</mark>
      ) : (
        <>
          <del>{found}</del>
          <ins>{replaced(form, found)}</ins>
        </>
      )}
      {preview.slice(to)}
    </span>
  );
}
