/** The frame of the workbench. */
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { Group, Panel, Separator, useDefaultLayout, usePanelRef } from 'react-resizable-panels';
import { useConnection } from '../state/connection.ts';
import { useDocuments } from '../state/documents.ts';
import { useLayout } from '../state/layout.ts';
import type { View } from '../state/views.ts';
import { windowKey } from '../state/window-key.ts';
import { lazily } from '../ui/lazily.tsx';
import { UiHosts } from '../ui/UiHosts.tsx';
import { ActivityBar } from './ActivityBar.tsx';
import './commands.ts';
import { NodesDialog } from './connections/NodesDialog.tsx';
import { OfflineBanner } from './connections/OfflineBanner.tsx';
import { listenForKeys } from './keyboard.ts';
import { dropFiles, guardUnsaved } from './files.ts';
import { SignedOut } from './SignedOut.tsx';
import { PickDialog } from '../panes/diff/PickDialog.tsx';
import { PathPrompt } from '../panes/explorer/PathPrompt.tsx';
import { Guarded } from './Guarded.tsx';
import { Palette } from './Palette.tsx';
import { KeySheet } from './help/KeySheet.tsx';
import { Tour } from './help/Tour.tsx';
import { LazyView } from './LazyView.tsx';
import { NotificationCentre } from './notifications/Notifications.tsx';
import { SideBar } from './SideBar.tsx';
import { StatusBar } from './StatusBar.tsx';
import { TitleBar } from './TitleBar.tsx';
import { DeployDialog } from '../panes/services/DeployDialog.tsx';
import { GrantDialog } from '../panes/grants/GrantDialog.tsx';
import { viewById, viewsIn } from './views.ts';

const SIDE_WIDTH = 236;
const Docks = lazily(() => import('./docks/Docks.tsx'));

/** Below this width the side bar lies over the editor instead of beside it. */
const NARROW = '(max-width: 1099px)';

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    useCallback(
      (changed) => {
        const list = matchMedia(query);
        list.addEventListener('change', changed);
        return () => list.removeEventListener('change', changed);
      },
      [query],
    ),
    () => matchMedia(query).matches,
  );
}

export function App() {
  const phase = useConnection((state) => state.phase);
  useEffect(() => {
    const stops = [listenForKeys(), guardUnsaved()];
    performance.mark('voike:shell');
    return () => stops.forEach((stop) => stop());
  }, []);
  return (
    <>
      {phase === 'signed-out' ? <SignedOut /> : <Workbench />}
      <UiHosts />
      <NotificationCentre />
      <KeySheet />
      <Tour />
      <Palette />
      <PathPrompt />
      <NodesDialog />
      <PickDialog />
      <GrantDialog />
      <DeployDialog />
    </>
  );
}

function Workbench() {
  const { area, side, sideBar, toggle } = useLayout();
  const areaView = area === 'flows' ? undefined : viewsIn('area').find((view) => view.id === area);
  const sideView = viewsIn('side').find((view) => view.id === side) ?? viewById('flows')!;
  const narrow = useMedia(NARROW);
  // In a narrow window the side bar starts closed, whatever was chosen for wide ones.
  const [overlay, setOverlay] = useState(false);
  useEffect(() => {
    if (!narrow) return;
    // Ctrl+B flips the kept choice; here that means the overlay.
    return useLayout.subscribe((now, before) => {
      // Coming back from an area is coming back to the text.
      if (now.side !== before.side || (now.sideAsked > before.sideAsked && before.area === 'flows')) setOverlay(true);
      else if (now.sideBar !== before.sideBar) setOverlay((open) => !open);
    });
  }, [narrow]);
  useEffect(() => {
    if (!overlay) return;
    // What is opened is what one wants to see.
    const opened = [
      useDocuments.subscribe((now, before) => now.asked !== before.asked && setOverlay(false)),
      useLayout.subscribe((now, before) => now.viewAsked !== before.viewAsked && setOverlay(false)),
    ];
    const outside = (event: Event): void => {
      // The bar at the left opens and closes it itself.
      if (event.target instanceof Element && event.target.closest('.side-bar, .activity-bar') === null)
        setOverlay(false);
    };
    addEventListener('pointerdown', outside, true);
    return () => {
      opened.forEach((stop) => stop());
      removeEventListener('pointerdown', outside, true);
    };
  }, [overlay]);
  return (
    <div className="app">
      <TitleBar />
      <OfflineBanner />
      <div className="app-body">
        <ActivityBar onToggleSideBar={() => toggle('sideBar')} />
        <main className="app-main">
          {/* Behind an area the docks stay as they are: coming back costs nothing and loses no place. */}
          <div className="app-flows" inert={areaView !== undefined} data-behind={areaView !== undefined}>
            <FlowsArea sideBar={!narrow && sideBar} side={sideView} />
          </div>
          {areaView === undefined ? null : (
            <div className="app-area">
              <LazyView key={area} view={areaView} lines={12} />
            </div>
          )}
          {narrow && overlay && areaView === undefined ? (
            <div
              role="presentation"
              onKeyDown={(event) => event.key === 'Escape' && setOverlay(false)}
              onClick={(event) => {
                if (event.target instanceof Element && event.target.closest('[data-row]') !== null) setOverlay(false);
              }}
            >
              <SideBar view={sideView} overlay />
            </div>
          ) : null}
        </main>
      </div>
      <StatusBar />
      <DropTarget />
    </div>
  );
}

function FlowsArea({ sideBar, side }: { sideBar: boolean; side: View }) {
  const epoch = useLayout((state) => state.epoch);
  const width = usePanelRef();
  useEffect(() => {
    if (epoch === 0) return;
    // A side bar that comes with the reset is measured first.
    const frame = requestAnimationFrame(() => width.current?.resize(SIDE_WIDTH));
    return () => cancelAnimationFrame(frame);
  }, [epoch, width]);
  const across = useKeptLayout('across', sideBar ? ['side', 'work'] : ['work']);
  return (
    <Group id="group-across" orientation="horizontal" {...across}>
      {sideBar ? (
        <>
          <Panel
            id="side"
            panelRef={width}
            defaultSize={SIDE_WIDTH}
            minSize={168}
            maxSize={440}
            groupResizeBehavior="preserve-pixel-size"
          >
            <SideBar view={side} overlay={false} />
          </Panel>
          <Separator className="handle" aria-label="Side bar width" />
        </>
      ) : null}
      <Panel id="work" minSize={400}>
        <Guarded>
          <Docks />
        </Guarded>
      </Panel>
    </Group>
  );
}

/** Sizes by group and by which panels are visible, kept in this profile. */
function useKeptLayout(id: string, panelIds: string[]) {
  const { defaultLayout, onLayoutChanged } = useDefaultLayout({ id: windowKey(id), panelIds, storage: localStorage });
  return { defaultLayout, onLayoutChanged };
}

function DropTarget() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
    // A pane that takes files itself (the Execute form) marks its place with data-drop.
    const elsewhere = (event: DragEvent): boolean =>
      event.target instanceof Element && event.target.closest('[data-drop]') !== null;
    const drag = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(!elsewhere(event));
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      setOver(false);
      if (!hasFiles(event) || event.defaultPrevented || elsewhere(event)) return;
      event.preventDefault();
      if (event.dataTransfer !== null) void dropFiles(event.dataTransfer);
    };
    addEventListener('dragover', drag);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', drag);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, []);
  return over ? (
    <div className="drop-target">
      Drop a .flow file to open it, or a CSV, JSON or Parquet file to begin a plan with it
    </div>
  ) : null;
}
