/**
 * Property tests try other values each time, on a developer's machine and in `npm run fuzz`. In CI they try the same ones, so that
 * a change is never refused for a mistake that is older than it.
 */
export {};
if (process.env['CI']) (await import('fast-check')).configureGlobal({ seed: 1 });
