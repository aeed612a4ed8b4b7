import { describe, expect, it } from 'vitest';
import { Gathering } from './gathering.ts';

describe('gathering writes', () => {
  it('begins the first batch at once', () => {
    expect(new Gathering().wait(1, 0)).toBe(0);
  });

  it('waits for those who were answered and those who came meanwhile, and no longer when they are there', () => {
    const gathering = new Gathering();
    gathering.begun(8, 100);
    gathering.ended(8, 8, 101);
    expect(gathering.wait(8, 101)).toBe(2);
    expect(gathering.wait(15, 102)).toBe(1);
    expect(gathering.wait(16, 102)).toBe(0);
  });

  it('waits for twice what the last batch took, and never long', () => {
    const gathering = new Gathering();
    gathering.begun(1, 100);
    gathering.ended(1, 0, 100.5);
    expect(gathering.wait(0, 100.5)).toBe(1);
    expect(gathering.wait(0, 101.5)).toBe(0);
    gathering.begun(1, 200);
    gathering.ended(1, 0, 900);
    expect(gathering.wait(0, 900)).toBe(5);
  });

  it('lets one who asks alone, again and again, never wait', () => {
    const gathering = new Gathering();
    for (let at = 0; at < 100; at++) {
      expect(gathering.wait(1, at)).toBe(0);
      gathering.begun(1, at);
      gathering.ended(1, 0, at + 0.5);
    }
  });

  it('gives up where nobody comes again, tries now and then, and waits again where they do', () => {
    const gathering = new Gathering();
    let waited = 0;
    for (let at = 0; at < 320; at++) {
      gathering.begun(4, at * 10);
      gathering.ended(4, 4, at * 10 + 9);
      if (gathering.wait(4, at * 10 + 9) > 0) waited++;
    }
    expect(waited).toBeGreaterThanOrEqual(3 + 9);
    expect(waited).toBeLessThanOrEqual(3 + 10);
    let at = 10_000;
    for (let batch = 0; batch < 64; batch++) {
      gathering.begun(8, at);
      gathering.ended(8, 0, (at += 2));
    }
    expect(gathering.wait(4, at)).toBe(4);
  });
});
