/**
 * uPlot makes a number format of the browser's language when it is loaded, and a browser may name one that is no language
 * tag: Chromium says `en-US@posix` where LANG is C. Import this before uPlot.
 */
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-US', configurable: true });
}
