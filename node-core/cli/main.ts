/** The `voike` command. Each subcommand's code is loaded when it is used: `voike check` never opens a database. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Compiled code is kept beside the packages, which makes a start about 150 ms faster; where that cannot be written, nothing happens.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/voike', import.meta.url)));
const [{ createProgram }, { setHost }, { processHost }, { asProblem, exitCodeOf }, { printProblem }] =
  await Promise.all([
    import('./program.ts'),
    import('./host.ts'),
    import('./process-host.ts'),
    import('./exit.ts'),
    import('./print.ts'),
  ]);

// A reader that has seen enough (`voike ledger recent | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

setHost(processHost);
const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
const { run } = createProgram({
  version: manifest.version,
  serve: async () => (await import('./commands/serve.ts')).serveCommand,
  reaching: true,
});
let code: number;
try {
  code = await run(process.argv.slice(2));
} catch (error) {
  const problem = asProblem(error);
  printProblem(problem);
  code = exitCodeOf(problem);
}
// What was written goes out whole before the process ends, also into a slow pipe.
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
process.exit(code);
