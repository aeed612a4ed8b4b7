/** Commands of the search in files. */
import type { Command } from '../../state/commands.ts';
import { useLayout } from '../../state/layout.ts';
import { useSearch } from './search-store.ts';

const toField = (name: string): void =>
  void requestAnimationFrame(() => {
    const field = document.querySelector<HTMLInputElement>(`.search input[aria-label="${name}"]`);
    field?.focus();
    field?.select();
  });

export const searchCommands: readonly Command[] = [
  {
    id: 'view.search',
    title: 'Search in files',
    keys: 'Mod+Shift+F',
    run: () => {
      useLayout.getState().showSide('search');
      toField('Search for');
    },
  },
  {
    id: 'search.replace',
    title: 'Replace in files',
    keys: 'Mod+Shift+H',
    run: () => {
      const { form } = useSearch.getState();
      if (form.replacement === undefined) useSearch.setState({ form: { ...form, replacement: '' } });
      useLayout.getState().showSide('search');
      toField('Search for');
    },
  },
];
