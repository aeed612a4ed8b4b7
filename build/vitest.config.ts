import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    // Far beyond what any takes: a machine that is busy with other work is no mistake.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    setupFiles: ['build/property-seed.ts'],
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['{node-core,electron,build,e2e/command-line}/**/*.test.{ts,tsx}'],
          // Its modules keep nothing of a test: a process serves file after file, so that each is loaded once.
          isolate: false,
        },
      },
      // The stores of the workbench are modules: each file has its own.
      { extends: true, test: { name: 'workbench', include: ['renderer/**/*.test.{ts,tsx}'] } },
    ],
  },
});
