// Chooses the set of tokens before anything is painted, so that the window never flashes in the wrong theme.
(function () {
  let theme = 'system';
  try {
    theme = JSON.parse(localStorage.getItem('voike.theme') || '{}').state?.preference ?? 'system';
  } catch {
    // A damaged setting is no reason not to start.
  }
  if (theme === 'system') theme = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
})();
