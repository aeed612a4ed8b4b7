/** Which set of tokens is used: what the setting `workbench.theme` says. `system` follows the operating system. */
import { create } from 'zustand';
import { getSetting, onSetting, setSetting, type SettingValue } from './settings.ts';

export type Theme = 'dark' | 'light' | 'high-contrast';
export type ThemePreference = SettingValue<'workbench.theme'>;

interface ThemeState {
  preference: ThemePreference;
  /** What is shown now. */
  theme: Theme;
  setPreference: (preference: ThemePreference) => void;
}

const media = (query: string): boolean => typeof matchMedia === 'function' && matchMedia(query).matches;

function resolve(preference: ThemePreference): Theme {
  if (preference !== 'system') return preference;
  if (media('(prefers-contrast: more)')) return 'high-contrast';
  return media('(prefers-color-scheme: light)') ? 'light' : 'dark';
}

const facts = (preference: ThemePreference): Pick<ThemeState, 'preference' | 'theme'> => ({
  preference,
  theme: resolve(preference),
});

export const useTheme = create<ThemeState>()(() => ({
  ...facts(getSetting('workbench.theme')),
  setPreference: (preference) => setSetting('workbench.theme', preference),
}));

/** Keeps `<html data-theme>` true; called once by main.tsx. */
export function applyTheme(): void {
  const apply = ({ theme, preference }: ThemeState): void => {
    document.documentElement.dataset['theme'] = theme;
    try {
      // For theme-boot.js, which runs before the first paint and knows no settings.
      localStorage.setItem('voike.theme', preference);
    } catch {
      // Denied: the first paint follows the system.
    }
  };
  apply(useTheme.getState());
  useTheme.subscribe(apply);
  onSetting('workbench.theme', (preference) => useTheme.setState(facts(preference)));
  for (const query of ['(prefers-color-scheme: light)', '(prefers-contrast: more)'])
    matchMedia(query).addEventListener('change', () => useTheme.setState(facts(useTheme.getState().preference)));
}
