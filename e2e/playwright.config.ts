import { defineConfig } from '@playwright/test';

/**
 * Three worlds: `browser` drives the workbench that a real node serves, `electron` drives the real shell, `packaged` the program
 * as it is shipped.
 */
export default defineConfig({
  testDir: '.',
  outputDir: '../out/e2e',
  globalSetup: './support/chromium.ts',
  // A machine that is busy with other work is no mistake.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  fullyParallel: false,
  // Each worker has a node, a browser and a table engine of its own; CI has two cores. Programs go one by one: two at a time are no faster.
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  retries: process.env.CI ? 1 : 0,
  reporter: 'line',
  projects: [
    { name: 'browser', testMatch: 'browser/**/*.spec.ts' },
    { name: 'electron', testMatch: 'electron/**/*.spec.ts' },
    { name: 'packaged', testMatch: 'packaged/**/*.spec.ts' },
  ],
});
