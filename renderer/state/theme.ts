/** Which set of tokens is used. `system` follows the operating system. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

export type Theme = 'dark' | 'light' | 'high-contrast';
export type ThemePreference = Theme | 'system';

interface ThemeState {
  preference: ThemePreference;
  /** What is shown now. */
  theme: Theme;
  setPreference: (preference: ThemePreference) => void;
}

function resolve(preference: ThemePreference): Theme {
  if (preference !== 'system') return preference;
  return typeof matchMedia === 'function' && matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
}

export const useTheme = create<ThemeState>()(
  persist(
    (set) => ({
      preference: 'system',
      theme: resolve('system'),
      setPreference: (preference) => set({ preference, theme: resolve(preference) }),
    }),
    {
      name: 'voike.theme',
      partialize: ({ preference }) => ({ preference }),
      merge: (stored, initial) => {
        const preference = (stored as { preference?: ThemePreference } | undefined)?.preference ?? 'system';
        return { ...initial, preference, theme: resolve(preference) };
      },
    },
  ),
);

/** Keeps `<html data-theme>` true; called once by main.tsx. */
export function applyTheme(): void {
  const apply = ({ theme }: ThemeState): void => {
    document.documentElement.dataset['theme'] = theme;
  };
  apply(useTheme.getState());
  useTheme.subscribe(apply);
  matchMedia('(prefers-color-scheme: light)').addEventListener('change', () => {
    const { preference, setPreference } = useTheme.getState();
    setPreference(preference);
  });
}
