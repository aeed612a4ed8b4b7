/** New flow by example: a data file becomes the input of a new plan that loads it, with its columns known, ready to run. */
import type { FileRef } from '../../../node-core/runs/schema.ts';
import { client } from '../../state/connection.ts';
import { useDocuments } from '../../state/documents.ts';
import { useLayout } from '../../state/layout.ts';
import { bytes } from '../../ui/format.ts';
import { toast, toastProblem } from '../../ui/toasts.ts';

/** Above this size a person should see that something is on its way. */
const LARGE = 8 * 1024 * 1024;

/** Asks for a file, then makes the plan. */
export async function newFlowFromFile(): Promise<void> {
  if (window.voike !== undefined) {
    const chosen = await window.voike.chooseInputFile();
    if (chosen !== null) await open({ $file: chosen.path }, chosen.name);
    return;
  }
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.csv,.tsv,.txt,.json,.ndjson,.jsonl,.parquet';
  input.onchange = () => {
    const file = input.files?.[0];
    if (file !== undefined) void newFlowFrom(file);
  };
  input.click();
}

/** Uploads a file that was dropped or chosen, and opens a plan that loads it. */
export async function newFlowFrom(file: File): Promise<void> {
  try {
    if (file.size > LARGE) toast({ tone: 'running', text: `Uploading ${file.name}, ${bytes(file.size)}.` });
    const { id } = await client().upload(file, file.name);
    await open({ $blob: id, name: file.name }, file.name);
  } catch (thrown) {
    toastProblem(thrown);
  }
}

/** What `flow.byExample` makes of a file. */
interface ExampleFlow {
  source: string;
  title: string;
  /** Name of the file input. */
  input: string;
}

async function open(file: FileRef, name: string): Promise<void> {
  try {
    const { source, input } = await client().call<ExampleFlow>('flow.byExample', { file, name });
    const { documents, open: openDocument } = useDocuments.getState();
    let free = `${input}.flow`;
    for (let number = 2; documents.some((item) => item.name === free); number++) free = `${input}-${number}.flow`;
    openDocument({ name: free, text: source, inputs: { [input]: file } });
    useLayout.getState().showDocked('plan');
  } catch (thrown) {
    toastProblem(thrown);
  }
}
