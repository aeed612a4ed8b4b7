import { describe, expect, test } from 'vitest';
import { filter } from './filters.ts';
import { lastPart, readPipeline } from './pipeline.ts';

describe('a line at the prompt', () => {
  test('is commands with pipes between them, and a file at the end', () => {
    expect(readPipeline('voike tables list | grep -i "a|b" | head -3 > out.txt')).toEqual({
      stages: [
        ['tables', 'list'],
        ['grep', '-i', 'a|b'],
        ['head', '-3'],
      ],
      target: { file: 'out.txt', append: false },
    });
    expect(readPipeline('runs>>all.txt')).toEqual({
      stages: [['runs']],
      target: { file: 'all.txt', append: true },
    });
    expect(readPipeline('  ')).toEqual({ stages: [] });
  });

  test('says what it has not, and what is missing', () => {
    for (const [line, sentence] of [
      ['runs && tables list', 'This prompt has no &&: it takes one command a line.'],
      ['check - < a.flow', 'This prompt has no <: it takes one command a line.'],
      ['runs |', 'On one side of | the command is missing.'],
      ['| head', 'On one side of | the command is missing.'],
      ['runs >', 'After > the name of a file is missing.'],
      ['> a.txt', 'There is no command whose result could go to a file.'],
      ['runs > a > b', 'The result goes to one file.'],
      ['runs > a | head', 'What goes to a file is not piped on.'],
      ['run "a', 'A quote is opened and not closed.'],
    ] as const)
      expect(() => readPipeline(line), line).toThrow(sentence);
  });

  test('knows what is being typed at its end', () => {
    expect(lastPart('tables l')).toEqual({ kind: 'command', start: 0 });
    expect(lastPart('tables list | he')).toEqual({ kind: 'piped', start: 13 });
    expect(lastPart('tables list > ou')).toEqual({ kind: 'file', start: 13 });
  });
});

describe('filters', () => {
  /** What a filter makes of a text that comes in two pieces, and its exit code. */
  const through = (words: string[], text: string): [string, number] => {
    let said = '';
    const made = filter(words, (piece) => void (said += piece))!;
    made.write(text.slice(0, 4));
    made.write(text.slice(4));
    const code = made.end();
    return [said, code];
  };
  const TEXT = 'beta 2\nalpha 10\nbeta 2\nGamma 1\n';

  test('mean what they mean in a shell', () => {
    expect(through(['grep', 'a [12]$'], TEXT)).toEqual(['beta 2\nbeta 2\nGamma 1\n', 0]);
    expect(through(['grep', '-vn', 'beta'], TEXT)).toEqual(['2:alpha 10\n4:Gamma 1\n', 0]);
    expect(through(['grep', '-ic', 'g'], TEXT)).toEqual(['1\n', 0]);
    expect(through(['grep', '-F', 'a.b'], TEXT)).toEqual(['', 1]);
    expect(through(['head', '-n', '1'], TEXT)).toEqual(['beta 2\n', 0]);
    expect(through(['tail', '-2'], TEXT)).toEqual(['beta 2\nGamma 1\n', 0]);
    expect(through(['sort', '-u'], 'b\na\nb')).toEqual(['a\nb\n', 0]);
    expect(through(['sort', '-rn'], '9\n10\n1\n')).toEqual(['10\n9\n1\n', 0]);
    expect(through(['uniq', '-c'], 'a\na\nb\n')).toEqual(['      2 a\n      1 b\n', 0]);
    expect(through(['wc', '-l'], TEXT)).toEqual(['4\n', 0]);
    expect(filter(['tables', 'list'], () => undefined)).toBeUndefined();
    expect(filter(['constructor'], () => undefined)).toBeUndefined();
  });

  test('say what they do not know', () => {
    expect(() => filter(['grep'], () => undefined)).toThrow('grep needs one pattern.');
    expect(() => filter(['grep', '('], () => undefined)).toThrow('( is no regular expression.');
    expect(() => filter(['head', '-q'], () => undefined)).toThrow('head has no option -q here.');
    expect(() => filter(['head', 'a.txt'], () => undefined)).toThrow('reads what is piped into it');
  });
});
