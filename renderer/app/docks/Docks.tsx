/** Editors, inspector and bottom panel: dockview, with our tabs and bars. */
import { DockviewReact, type DockviewReadyEvent, type DockviewTheme } from 'dockview-react';
import 'dockview-react/dist/styles/dockview.css';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { keepSurfacesOf } from '../../editor/groups.ts';
import { rowFrom } from '../../ui/index.ts';
import { keepLayout } from './arrange.ts';
import { DockController } from './controller.ts';
import { AfterTabs, DockBar } from './DockBar.tsx';
import { DocumentContent, ViewContent } from './DockContent.tsx';
import './docks.css';
import { DockTab } from './DockTab.tsx';
import { moveSeparator } from './separators.ts';
import { Welcome } from './Welcome.tsx';

const components = { document: DocumentContent, view: ViewContent };
const theme: DockviewTheme = { name: 'voike', className: 'docks-theme', dndTabIndicator: 'line' };

export default function Docks() {
  const controller = useRef<DockController>(undefined);
  useEffect(() => {
    const hidden = (): void => keepLayout.flush();
    addEventListener('pagehide', hidden);
    return () => {
      removeEventListener('pagehide', hidden);
      controller.current?.dispose();
      controller.current = undefined;
    };
  }, []);
  const ready = ({ api }: DockviewReadyEvent): void => {
    controller.current?.dispose();
    controller.current = new DockController(api);
    api.onDidRemoveGroup(() => keepSurfacesOf(() => api.groups.map((group) => group.id)));
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the tabs and separators inside have the focus
    <div
      className="docks"
      onKeyDownCapture={(event) => {
        separatorKeys(event);
        tabKeys(event, (id) => void controller.current?.closePanel(id));
      }}
    >
      <DockviewReact
        components={components}
        defaultTabComponent={DockTab}
        leftHeaderActionsComponent={AfterTabs}
        rightHeaderActionsComponent={DockBar}
        watermarkComponent={Welcome}
        theme={theme}
        scrollbars="native"
        disableTabsOverflowList
        onReady={ready}
      />
    </div>
  );
}

function separatorKeys(event: KeyboardEvent<HTMLElement>): void {
  if (!(event.target instanceof HTMLElement) || !event.target.matches('.dv-sash')) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (!moveSeparator(event.target, event.key, event.shiftKey)) return;
  event.preventDefault();
  event.stopPropagation();
}

/** Arrow keys go through the tabs and show them (dockview only moves the focus); Delete closes, and may ask first. */
function tabKeys(event: KeyboardEvent<HTMLElement>, close: (panelId: string) => void): void {
  const tab = event.target;
  if (!(tab instanceof HTMLElement) || !tab.matches('.dv-tab')) return;
  const id = tab.dataset['tabPanelId'];
  if ((event.key === 'Delete' || event.key === 'Backspace') && id !== undefined) {
    event.preventDefault();
    event.stopPropagation();
    close(id);
    return;
  }
  const tabs = [...(tab.parentElement?.querySelectorAll<HTMLElement>(':scope > .dv-tab') ?? [])];
  const to = rowFrom(event.key, tabs.indexOf(tab), tabs.length, { horizontal: true, wrap: true });
  if (to === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const target = tabs[to]!;
  target.focus();
  // A press of Enter on a tab activates it: the one way that dockview has for its own element.
  target.dispatchEvent(new window.KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
}
