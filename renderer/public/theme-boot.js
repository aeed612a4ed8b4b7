// Chooses the set of tokens before anything is painted, so that the window never flashes in the wrong theme, and says how wide
// the side bar was, so that nothing moves when the workbench draws over the first frame (index.html).
(function () {
  let theme = 'system';
  try {
    theme = localStorage.getItem('voike.theme') ?? 'system';
  } catch {
    // Denied: follow the system.
  }
  if (!['dark', 'light', 'high-contrast'].includes(theme)) {
    theme = matchMedia('(prefers-contrast: more)').matches
      ? 'high-contrast'
      : matchMedia('(prefers-color-scheme: light)').matches
        ? 'light'
        : 'dark';
  }
  document.documentElement.dataset.theme = theme;
  try {
    const name = new URLSearchParams(location.search).get('window') ?? 'main';
    const kept = JSON.parse(localStorage.getItem(`voike.layout@${name}`) ?? '{}').state ?? {};
    const across = JSON.parse(localStorage.getItem(`react-resizable-panels:voike.across@${name}:side:work`) ?? '{}');
    const side =
      kept.sideBar === false || (kept.area ?? 'flows') !== 'flows'
        ? '0px'
        : typeof across.side === 'number'
          ? `${across.side}%`
          : '236px';
    const { style } = document.documentElement;
    style.setProperty('--first-side', side);
    // No side bar, no edge of one.
    style.setProperty('--first-line', side === '0px' ? '0px' : '1px');
  } catch {
    // Denied, or of another version: as at the first start.
  }
})();
