import { describe, expect, test } from 'vitest';
import { pathsFrom } from './paths.ts';

describe('paths in a page', () => {
  test('relative names start from the current folder', () => {
    const { resolve, relative, basename, dirname, join } = pathsFrom('/home/ada/flows');
    expect(resolve('a.flow')).toBe('/home/ada/flows/a.flow');
    expect(resolve('../data/./x.csv')).toBe('/home/ada/data/x.csv');
    expect(resolve('/etc')).toBe('/etc');
    expect(relative('/home/ada', '/home/ada/flows/a.flow')).toBe('flows/a.flow');
    expect(basename('/home/ada/a.flow')).toBe('a.flow');
    expect(dirname('/home/ada/a.flow')).toBe('/home/ada');
    expect(join('/home/ada', 'a.flow')).toBe('/home/ada/a.flow');
  });

  test('a node on Windows has its own', () => {
    const { resolve, relative } = pathsFrom('C:\\Users\\ada');
    expect(resolve('flows\\a.flow')).toBe('C:\\Users\\ada\\flows\\a.flow');
    expect(relative('C:\\Users', 'C:\\Users\\ada\\a.flow')).toBe('ada\\a.flow');
  });
});
