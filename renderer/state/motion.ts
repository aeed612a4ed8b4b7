/** Whether things move: what the setting says, else the operating system. */
import { getSetting, onSetting } from './settings.ts';

const system = (): boolean =>
  typeof matchMedia === 'function' && matchMedia('(prefers-reduced-motion: reduce)').matches;

export function motionIsReduced(): boolean {
  const setting = getSetting('workbench.reducedMotion');
  return setting === 'system' ? system() : setting === 'on';
}

/** Keeps `<html data-motion>` true; tokens.css takes it from there. Called once by main.tsx. */
export function applyMotion(): void {
  const apply = (): void => void (document.documentElement.dataset['motion'] = motionIsReduced() ? 'reduced' : 'full');
  apply();
  onSetting('workbench.reducedMotion', apply);
  matchMedia('(prefers-reduced-motion: reduce)').addEventListener('change', apply);
}
