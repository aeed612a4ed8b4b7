/**
 * The first script of the page: lets the browser paint the frame that stands in index.html, then starts the workbench. Its
 * code is being fetched and compiled meanwhile (build/vite.config.ts).
 */
import './ui/ui.css';
import './app/app.css';
import './app/title-bar.css';
import './app/activity-bar.css';
import './app/side-bar.css';
import './app/status-bar.css';
import './app/first-frame.css';

/** Who paints no frame at all must not wait for one for ever. */
const LONGEST_WAIT_MS = 150;

let begun = false;
function begin(): void {
  if (begun) return;
  begun = true;
  void import('./main.tsx');
}

// A tab in the background is not painted.
if (document.visibilityState === 'hidden') begin();
else {
  // The frame is made right after its callbacks; a task comes when that is done.
  requestAnimationFrame(() => {
    performance.mark('voike:frame');
    setTimeout(begin);
  });
  setTimeout(begin, LONGEST_WAIT_MS);
}
