/** Replacing what was found: file by file, each with its way back in its history. */
import type { FileVersion, SearchedFile } from '../../../node-core/files/schema.ts';
import { client } from '../../state/connection.ts';
import { isDirty } from '../../state/documents.ts';
import { documentOfFile } from '../../state/workspace-files.ts';
import { confirm, count, fileName, problemOf, toast, toastProblem } from '../../ui/index.ts';
import { optionsOf, search, type SearchForm, useSearch } from './search-store.ts';

/** What a match becomes, for the preview; a match that looks around itself is shown without that. */
export function replaced(form: SearchForm, match: string): string {
  if (form.replacement === undefined) return match;
  if (!form.regex) return form.replacement;
  try {
    return match.replace(new RegExp(form.text, form.matchCase ? 'mu' : 'imu'), form.replacement);
  } catch {
    return form.replacement;
  }
}

interface Done {
  file: SearchedFile;
  version: string;
  replaced: number;
}

/** Replaces all matches of these files, after a question that says how many. */
export async function replaceIn(files: readonly SearchedFile[]): Promise<void> {
  const { form } = useSearch.getState();
  if (form.replacement === undefined || files.length === 0) return;
  const matches = files.reduce((sum, file) => sum + file.matches.length, 0);
  const more = files.some((file) => file.more) ? 'at least ' : '';
  const sure = await confirm({
    title: `Replace ${more}${count(matches, 'match', 'matches')} in ${count(files.length, 'file')}?`,
    body: `“${form.text}” becomes “${form.replacement}”. The text before stays in the history of each file.`,
    action: 'Replace',
  });
  if (!sure) return;
  const done: Done[] = [];
  const left: string[] = [];
  for (const file of files) {
    const document = documentOfFile(file);
    if (document !== undefined && isDirty(document)) {
      left.push(`${fileName(file.path)} has changes that are not saved`);
      continue;
    }
    try {
      const written = await client().call<{ version: string; replaced: number }>('files.replace', {
        ...optionsOf(form),
        workspace: file.workspace,
        path: file.path,
        replacement: form.replacement,
        expected: file.version,
      });
      done.push({ file, ...written });
    } catch (thrown) {
      const problem = problemOf(thrown);
      left.push(problem.code === 'file-conflict' ? `${fileName(file.path)} was changed meanwhile` : problem.detail);
    }
  }
  const changed = done.reduce((sum, one) => sum + one.replaced, 0);
  toast({
    tone: left.length > 0 ? 'warn' : 'done',
    text: `${count(changed, 'match', 'matches')} replaced in ${count(done.length, 'file')}.`,
    ...(left.length === 0 ? {} : { hint: `Left as they were: ${left.join('; ')}.` }),
    ...(done.length === 0 ? {} : { action: { label: 'Undo', run: () => void undo(done) } }),
  });
  void search();
}

/** Each file gets the version before the replacement, unless it was changed again. */
async function undo(done: readonly Done[]): Promise<void> {
  for (const { file, version } of done) {
    const { workspace, path } = file;
    try {
      const { versions } = await client().call<{ versions: FileVersion[] }>('files.history', {
        workspace,
        path,
        limit: 20,
      });
      const at = versions.findIndex((one) => one.version === version);
      const before = versions.slice(at + 1).find((one) => one.version === file.version);
      if (at === -1 || before === undefined) continue;
      await client().call('files.restore', { workspace, path, id: before.id, expected: version });
    } catch (thrown) {
      toastProblem(thrown);
    }
  }
  void search();
}
