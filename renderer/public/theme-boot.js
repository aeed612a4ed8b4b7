// Chooses the set of tokens before anything is painted, so that the window never flashes in the wrong theme.
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
})();
