/** Above each test of a program: how it ended last, and running it. */
import { useProgram } from '../state/program.ts';
import { runAndShowTests, useTests } from '../state/program-tests.ts';
import { duration } from '../ui/format.ts';
import { documentOf, FLOW, rangeIn } from './models.ts';
import { monaco } from './monaco.ts';

const RUN = 'voike.tests.run';

export function registerTestLenses(): void {
  const changed = new monaco.Emitter<monaco.languages.CodeLensProvider>();
  const provider: monaco.languages.CodeLensProvider = {
    onDidChange: changed.event,
    provideCodeLenses: (model) => {
      const { documentId, good } = useProgram.getState();
      const id = documentOf(model);
      // A list of an older text would put them in wrong places.
      if (good === undefined || documentId !== id || good.text.length !== model.getValueLength()) return { lenses: [] };
      const run = useTests.getState().byDocument[id];
      return {
        lenses: good.tests.map(({ title, range }) => {
          const result = run?.text === good.text ? run.results[title] : undefined;
          const running = run?.running !== undefined && title.toLowerCase().includes(run.running.toLowerCase());
          const how = result === undefined ? '' : `${result.passed ? 'passed' : 'failed'}, ${duration(result.ms)} · `;
          return {
            range: rangeIn(model, range),
            command: {
              id: RUN,
              title: running ? 'running…' : `${how}Run ${result === undefined ? 'test' : 'again'}`,
              arguments: [title],
            },
          };
        }),
      };
    },
  };
  monaco.editor.registerCommand(RUN, (_accessor, title: unknown) => runAndShowTests(String(title)));
  monaco.languages.registerCodeLensProvider(FLOW, provider);
  useTests.subscribe(() => changed.fire(provider));
  useProgram.subscribe((now, before) => {
    if (now.good !== before.good && ((now.good?.tests.length ?? 0) > 0 || (before.good?.tests.length ?? 0) > 0))
      changed.fire(provider);
  });
}
