/** The active file's versions and runs, in the side bar. A click compares with the text of the editor. */
import { FileClock, History, Settings2 } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { CAUSE_WORDS, type FileVersion } from '../../../node-core/files/schema.ts';
import { Section } from '../../app/sections/Section.tsx';
import { client, onNodeEvent, useConnection } from '../../state/connection.ts';
import { useActiveTab, useDocuments } from '../../state/documents.ts';
import { useLayout } from '../../state/layout.ts';
import { useRuns } from '../../state/run.ts';
import { onUnsavedKept } from '../../state/workspace-files.ts';
import {
  bytes,
  Button,
  exactTime,
  IconButton,
  type MenuItems,
  openMenu,
  relativeTime,
  StateIcon,
  toast,
  toastProblem,
} from '../../ui/index.ts';
import { editorSide, openDiff, runSide, versionSide } from '../diff/sources.ts';
import { type TimelineItem, timelineOf } from './items.ts';
import { Limits } from './Limits.tsx';
import './timeline.css';

const PAGE = 100;

interface Kept {
  of: string;
  versions: FileVersion[];
  next?: number;
}

export function Timeline() {
  const tab = useActiveTab();
  const file = tab?.file;
  const of = file === undefined ? undefined : `${file.workspace}:${file.path}`;
  const phase = useConnection((state) => state.phase);
  /** What is on the disk: a new version is there when it changes. */
  const version = useDocuments((state) => state.documents.find((item) => item.id === tab?.id)?.version);
  const recent = useRuns((state) => state.recent);
  const [kept, setKept] = useState<Kept>();
  const [problem, setProblem] = useState<unknown>();
  const [told, setTold] = useState(0);
  const [asking, setAsking] = useState(false);
  const noMore = useCallback(() => setAsking(false), []);
  const workspace = file?.workspace;
  const path = file?.path;

  useEffect(() => {
    if (workspace === undefined || path === undefined || of === undefined || phase !== 'connected') return;
    const gone = new AbortController();
    client()
      .call<Omit<Kept, 'of'>>('files.history', { workspace, path, limit: PAGE }, { signal: gone.signal })
      .then(
        (answer) => {
          if (gone.signal.aborted) return;
          setKept({ of, ...answer });
          setProblem(undefined);
        },
        (thrown: unknown) => gone.signal.aborted || setProblem(thrown),
      );
    return () => gone.abort();
  }, [workspace, path, of, phase, version, told]);
  useEffect(
    () =>
      onNodeEvent((event) => {
        if (event.type === 'reset') setTold((count) => count + 1);
        // A version of what another program wrote is kept a moment after its event.
        if (
          event.type === 'files.changed' &&
          event.workspace === workspace &&
          (event.all || event.changes.some((one) => one.path === path))
        )
          setTimeout(() => setTold((count) => count + 1), 300);
      }),
    [workspace, path],
  );

  useEffect(() => onUnsavedKept(() => setTold((count) => count + 1)), []);

  const origin = tab?.origin;
  const runs = useMemo(
    () => (origin === undefined ? [] : recent.filter((run) => run.origin === origin)),
    [recent, origin],
  );
  const mine = kept !== undefined && kept.of === of ? kept : undefined;
  const items = useMemo(() => timelineOf(mine?.versions ?? [], runs), [mine, runs]);
  if (tab === undefined) return null;

  const compare = (item: TimelineItem): void => {
    if (item.kind === 'run') openDiff(runSide(item.run.id), editorSide(tab.id));
    else if (file !== undefined) openDiff(versionSide(file.workspace, file.path, item.version.id), editorSide(tab.id));
  };
  const menu = (item: TimelineItem, at: number): MenuItems => {
    const before = items.slice(at + 1).find((other) => other.kind === 'version');
    return [
      { label: 'Compare with the editor', shortcut: 'Enter', run: () => compare(item) },
      ...(item.kind === 'version' && file !== undefined
        ? [
            {
              label: 'Compare with the version before',
              disabled: before === undefined,
              run: () => {
                if (before?.kind === 'version')
                  openDiff(
                    versionSide(file.workspace, file.path, before.version.id),
                    versionSide(file.workspace, file.path, item.version.id),
                  );
              },
            },
            'separator' as const,
            { label: 'Restore this version', run: () => void restore(file, item.version.id) },
          ]
        : []),
      ...(item.kind === 'run' ? [{ label: 'Open the run', run: () => useLayout.getState().openRun(item.run.id) }] : []),
    ];
  };
  const more = async (): Promise<void> => {
    if (file === undefined || mine?.next === undefined) return;
    try {
      const page = await client().call<Omit<Kept, 'of'>>('files.history', { ...file, limit: PAGE, before: mine.next });
      const { next: _next, ...rest } = mine;
      setKept({ ...rest, ...page, versions: [...mine.versions, ...page.versions] });
    } catch (thrown) {
      toastProblem(thrown);
    }
  };

  return (
    <div className="timeline">
      <Section
        title="Timeline"
        actions={
          file === undefined ? null : (
            <IconButton label="How much history is kept" onClick={() => setAsking(true)}>
              <Settings2 />
            </IconButton>
          )
        }
      >
        {problem === undefined || mine !== undefined ? null : (
          <div className="side-note">The history could not be read. It is tried again when the node is back.</div>
        )}
        {items.length > 0 ? null : (
          <div className="side-note">
            {file === undefined
              ? 'Files of open folders have a history; runs of this text appear here.'
              : 'What is saved and what runs appears here.'}
          </div>
        )}
        <div className="timeline-list">
          {items.map((item, at) => (
            <button
              key={item.key}
              type="button"
              data-row
              className="side-row"
              data-tip={tipOf(item)}
              onClick={() => compare(item)}
              onContextMenu={(event) => {
                event.preventDefault();
                openMenu(event, menu(item, at));
              }}
              onKeyDown={(event) => {
                if (event.key !== 'ContextMenu' && !(event.key === 'F10' && event.shiftKey)) return;
                event.preventDefault();
                openMenu(event.currentTarget, menu(item, at));
              }}
            >
              {item.kind === 'run' ? <StateIcon state={item.run.state} size={14} /> : <FileClock />}
              <span className="cut">
                {item.kind === 'run' ? `ran: ${item.run.state}` : CAUSE_WORDS[item.version.cause]}
              </span>
              <small className="tabular">{relativeTime(item.time)}</small>
            </button>
          ))}
          {mine?.next === undefined ? null : (
            <Button kind="quiet" icon={<History />} onClick={() => void more()}>
              Older versions
            </Button>
          )}
        </div>
      </Section>
      {asking ? <Limits onClose={noMore} /> : null}
    </div>
  );
}

function tipOf(item: TimelineItem): string {
  if (item.kind === 'run') return `${exactTime(item.time)}\nThe text as it ran. Click to compare with the editor.`;
  const { version } = item;
  const detail =
    version.detail === undefined ? '' : ` (${version.cause === 'renamed' ? `was ${version.detail}` : version.detail})`;
  return `${exactTime(item.time)}\n${CAUSE_WORDS[version.cause]}${detail}, ${bytes(version.size)}\nClick to compare with the editor.`;
}

async function restore(file: { workspace: string; path: string }, id: number): Promise<void> {
  try {
    await client().call('files.restore', { ...file, id });
    toast({ tone: 'done', text: 'Restored. The text before is a version of its own.' });
  } catch (thrown) {
    toastProblem(thrown);
  }
}
