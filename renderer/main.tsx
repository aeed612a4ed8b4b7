/** Starts the workbench (after start.ts has let the first frame be painted): theme, drafts and connection at once, the editor's code beside them. */
// First: everything after it may write styles as text.
import './content-policy.ts';
import { createRoot } from 'react-dom/client';
import './ui/list-page.css';
import { App } from './app/App.tsx';
import { followPlaces } from './app/places.ts';
import { fetchViewsWhenIdle } from './app/fetch-views.ts';
import { connectShell } from './app/shell.ts';
import { keepDrafts, useDocuments } from './state/documents.ts';
import { indexedDbDrafts } from './state/drafts.ts';
import { firstTextSeen } from './state/first-text.ts';
import { followCursor } from './state/selection.ts';
import { connect } from './state/session.ts';
import { followWorkspaceFiles } from './state/workspace-files.ts';
import { followWorkspaces } from './state/workspaces.ts';
import { applyMotion } from './state/motion.ts';
import { followNotifications } from './state/notifications.ts';
import { applyTheme } from './state/theme.ts';
import { startLanguage } from './language/client.ts';
import { followProgram } from './language/follow-program.ts';

applyTheme();
applyMotion();
createRoot(document.getElementById('root')!).render(<App />);

void (async () => {
  const { flush, leave } = await keepDrafts(await indexedDbDrafts());
  if (useDocuments.getState().documents.length === 0) firstTextSeen();
  // The last moment at which a page may still write.
  addEventListener('pagehide', leave);
  document.addEventListener('visibilitychange', () => void (document.visibilityState === 'hidden' && flush()));
  followPlaces();
})();
// Asked for now, so that it is there when the first document is.
void import('./app/docks/Docks.tsx');
void import('./editor/CodeEditor.tsx');
startLanguage();
followProgram();
followCursor();
followWorkspaces();
followWorkspaceFiles();
followNotifications();
void connect();
connectShell();
// After everything that the first view needs.
setTimeout(() => void fetchViewsWhenIdle(), 2000);
