/** Saves a whole result as a file: the node writes it, the browser streams it to disk. */
import type { ExportFormat } from '../../../node-core/results/schema.ts';
import { client } from '../../state/connection.ts';
import { type MenuItems, toast, toastProblem } from '../../ui/index.ts';
import { saveBlob } from './chart/picture.ts';
import type { ResultSource } from './source.ts';
import type { ResultLook } from './views.ts';

const NAMES: Record<ExportFormat, string> = {
  csv: 'CSV',
  tsv: 'Tab-separated values',
  json: 'JSON',
  ndjson: 'JSON lines',
  parquet: 'Parquet',
  markdown: 'Markdown (10,000 rows)',
  text: 'Text',
};

/** Formats that fit what the result is. */
export function formatsOf(look: ResultLook): ExportFormat[] {
  if (look.kind === 'table') return ['csv', 'tsv', 'json', 'ndjson', 'parquet', 'markdown'];
  if (look.kind === 'text') return ['text', 'markdown', 'json'];
  return Array.isArray(look.value) ? ['json', 'ndjson'] : ['json'];
}

export function exportMenu(look: ResultLook, source: ResultSource): MenuItems {
  return formatsOf(look).map((format) => ({
    label: look.kind === 'text' && format === 'markdown' ? 'Markdown' : NAMES[format],
    run: () => void exportResult(source, format),
  }));
}

export async function exportResult(source: ResultSource, format: ExportFormat): Promise<void> {
  const query = { ...source, format };
  const address = client().link('/results/export', query);
  if (address !== undefined) {
    // A link streams to disk without passing through the page; the node's answer names the file.
    const link = document.createElement('a');
    link.href = address;
    link.download = '';
    link.click();
    toast({ tone: 'running', text: `${NAMES[format].replace(/ \(.*/, '')} is being written.` });
    return;
  }
  try {
    const response = await client().get('/results/export', query);
    const name = /filename\*=UTF-8''([^;]*)/.exec(response.headers.get('content-disposition') ?? '')?.[1];
    // The browser keeps the bytes of a blob on disk when they are many.
    saveBlob(await response.blob(), name === undefined ? `result.${format}` : decodeURIComponent(name));
  } catch (error) {
    toastProblem(error);
  }
}
