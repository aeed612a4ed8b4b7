import { describe, expect, it } from 'vitest';
import { Gathering } from './gathering.ts';

describe('gathering writes', () => {
  it('begins the first batch at once', () => {
    expect(new Gathering().wait(1, 0)).toBe(0);
  });

  it('waits for those who were answered and those who came meanwhile, and no longer when they are there', () => {
    const gathering = new Gathering();
    gathering.begun(8, 100);
    gathering.ended(8, 8, 104);
    expect(gathering.wait(8, 104)).toBe(2);
    expect(gathering.wait(15, 105)).toBe(1);
    expect(gathering.wait(16, 105)).toBe(0);
  });

  it('waits for half of what the last batch took, and never long', () => {
    const gathering = new Gathering();
    gathering.begun(1, 100);
    gathering.ended(1, 1, 106);
    expect(gathering.wait(1, 106)).toBe(3);
    expect(gathering.wait(1, 109)).toBe(0);
    gathering.begun(2, 200);
    gathering.ended(2, 1, 900);
    expect(gathering.wait(1, 900)).toBe(5);
  });

  it('does not wait where batches are quick', () => {
    const gathering = new Gathering();
    gathering.begun(8, 100);
    gathering.ended(8, 8, 101.5);
    expect(gathering.wait(8, 101.5)).toBe(0);
  });

  it('lets one who asks alone, again and again, never wait', () => {
    const gathering = new Gathering();
    for (let at = 0; at < 1000; at += 10) {
      expect(gathering.wait(1, at)).toBe(0);
      gathering.begun(1, at);
      gathering.ended(1, 0, at + 9);
    }
  });

  it('gives up where nobody comes again, tries now and then, and waits again where they do', () => {
    const gathering = new Gathering();
    let waited = 0;
    for (let at = 0; at < 3200; at += 10) {
      gathering.begun(4, at);
      gathering.ended(4, 4, at + 9);
      if (gathering.wait(4, at + 9) > 0) waited++;
    }
    expect(waited).toBeGreaterThanOrEqual(3 + 9);
    expect(waited).toBeLessThanOrEqual(3 + 10);
    let at = 10_000;
    for (let batch = 0; batch < 64; batch++) {
      gathering.begun(8, at);
      gathering.ended(8, 0, (at += 4));
    }
    expect(gathering.wait(4, at)).toBe(2);
  });
});
