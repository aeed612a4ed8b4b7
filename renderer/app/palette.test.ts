import { describe, expect, it } from 'vitest';
import { fit } from './palette.ts';

describe('the palette', () => {
  it('finds by letters in order and by nothing else', () => {
    expect(fit('sas', 'Save as…')).toBeDefined();
    expect(fit('xyz', 'Save as…')).toBeUndefined();
    expect(fit('', 'Save')).toBeDefined();
  });
  it('puts beginnings of words and runs of letters first', () => {
    expect(fit('run', 'Run')!).toBeGreaterThan(fit('run', 'Resume: undo nothing')!);
    expect(fit('la', 'Show Ledger area')!).toBeGreaterThan(fit('la', 'Formula')!);
  });
});
