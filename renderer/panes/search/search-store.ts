/** What is searched for in the open folders, and what was found so far. */
import { create } from 'zustand';
import type { SearchedFile, SearchOptions } from '../../../node-core/files/schema.ts';
import { client, onNodeEvent } from '../../state/connection.ts';

export interface SearchForm {
  text: string;
  regex: boolean;
  matchCase: boolean;
  wholeWord: boolean;
  include: string;
  exclude: string;
  /** Undefined while nothing is to be replaced. */
  replacement: string | undefined;
}

interface Search {
  form: SearchForm;
  files: readonly SearchedFile[];
  /** Of the files above. */
  matches: number;
  /** While it runs: how many files of the present folder were looked into. */
  progress: { looked: number; total: number } | undefined;
  /** Ended before everything was looked at, because there was so much. */
  cut: boolean;
  problem: unknown;
  folded: ReadonlySet<string>;
}

const NOTHING: SearchForm = {
  text: '',
  regex: false,
  matchCase: false,
  wholeWord: false,
  include: '',
  exclude: '',
  replacement: undefined,
};
const KEPT = 'voike.search';

function keptForm(): SearchForm {
  try {
    return { ...NOTHING, ...(JSON.parse(sessionStorage.getItem(KEPT) ?? '{}') as Partial<SearchForm>) };
  } catch {
    return NOTHING;
  }
}

export const useSearch = create<Search>()(() => ({
  form: keptForm(),
  files: [],
  matches: 0,
  progress: undefined,
  cut: false,
  problem: undefined,
  folded: new Set(),
}));

/** More matches than this nobody reads; the view says that there are more. */
const MOST_MATCHES = 10_000;
/** A pause of this long in typing begins the search. */
const PAUSE_MS = 180;

let running: AbortController | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

export function setForm(change: Partial<SearchForm>): void {
  const before = useSearch.getState().form;
  const form = { ...before, ...change };
  useSearch.setState({ form });
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(form));
  } catch {
    // It is not kept over a reload then.
  }
  // What is put instead changes nothing of what is found.
  const keys = ['text', 'regex', 'matchCase', 'wholeWord', 'include', 'exclude'] as const;
  if (keys.some((key) => form[key] !== before[key])) searchSoon();
}

export function optionsOf({ text, regex, matchCase, wholeWord, include, exclude }: SearchForm): SearchOptions {
  return {
    text,
    regex,
    matchCase,
    wholeWord,
    ...(include.trim() === '' ? {} : { include }),
    ...(exclude.trim() === '' ? {} : { exclude }),
  };
}

export function searchSoon(wait = PAUSE_MS): void {
  clearTimeout(timer);
  timer = setTimeout(() => void search(), wait);
}

export function stopSearch(): void {
  clearTimeout(timer);
  running?.abort();
  running = undefined;
  useSearch.setState({ progress: undefined });
}

/** Searches anew. What was found before stays on view until the first page is there. */
export async function search(): Promise<void> {
  stopSearch();
  const { form } = useSearch.getState();
  if (form.text === '') {
    useSearch.setState({ files: [], matches: 0, problem: undefined, cut: false });
    return;
  }
  const mine = new AbortController();
  running = mine;
  useSearch.setState({ progress: { looked: 0, total: 0 }, problem: undefined });
  const files: SearchedFile[] = [];
  let matches = 0;
  let cursor: string | undefined;
  try {
    do {
      const page: { files: SearchedFile[]; looked: number; total: number; more: boolean; next?: string } =
        await client().call(
          'files.search',
          { ...optionsOf(form), limit: 1000, ...(cursor === undefined ? {} : { cursor }) },
          { signal: mine.signal },
        );
      if (mine.signal.aborted) return;
      files.push(...page.files);
      for (const file of page.files) matches += file.matches.length;
      cursor = page.next;
      const cut = page.more || (cursor !== undefined && matches >= MOST_MATCHES);
      useSearch.setState({ files: [...files], matches, cut, progress: { looked: page.looked, total: page.total } });
    } while (cursor !== undefined && matches < MOST_MATCHES);
    useSearch.setState({ progress: undefined });
  } catch (problem) {
    if (!mine.signal.aborted) useSearch.setState({ files: [], matches: 0, problem, progress: undefined });
  } finally {
    if (running === mine) running = undefined;
  }
}

export const fileKey = (file: Pick<SearchedFile, 'workspace' | 'path'>): string => `${file.workspace}:${file.path}`;

export function fold(key: string, folded: boolean): void {
  const next = new Set(useSearch.getState().folded);
  if (folded) next.add(key);
  else next.delete(key);
  useSearch.setState({ folded: next });
}

/** Searches again when files of the folders change while the view is there; returns the function that stops. */
export function followFiles(): () => void {
  return onNodeEvent((event) => {
    if (event.type !== 'files.changed' && event.type !== 'workspaces.changed' && event.type !== 'reset') return;
    // A search that runs sees what is there when it comes by; asking once more after it is cheap.
    if (useSearch.getState().form.text !== '') searchSoon(600);
  });
}
