/** Makes programs at random, valid in their syntax, as lists of words between which any white space may go. Browser-safe. */
import type { Random } from '../random.ts';

const NAMES = ['a', 'b2', 'total', 'route', 'catch', 'record', 'x', 'spawned', 'item'];
const LITERALS = [
  '0',
  '12',
  '1_000',
  '3.5',
  '1e9',
  'true',
  'None',
  '"x"',
  "'it is'",
  '"hi ${a + "b"} ${f({ k: 1 })}"',
  '"two\\nlines"',
  '"""raw // # "x" """',
  '"//no"',
];
const OPERATORS = ['+', '-', '*', '/', '%', '==', '!=', '<', '<=', '&&', '||', 'and', 'or', 'in'];

/** The words of a program with so many declarations. */
export function programWords(random: Random, items: number): string[] {
  const int = (n: number) => Math.floor(random() * n);
  const pick = <V>(list: readonly V[]): V => list[int(list.length)]!;
  const list = (count: number, one: () => string[], comma = ','): string[] => {
    const out: string[] = [];
    for (let i = 0; i < count; i++) out.push(...(i > 0 && comma ? [comma] : []), ...one());
    return out;
  };
  const name = () => pick(NAMES);
  const type = (depth: number): string[] => {
    const inner: string[] =
      depth > 2 || int(2)
        ? [pick(['Int', 'String', 'Bool', 'User'])]
        : pick([
            () => ['List', '<', ...type(depth + 1), '>'],
            () => ['Map', '<', 'String', ',', ...type(depth + 1), '>'],
            () => ['func', '(', ...type(depth + 1), ')', '->', ...type(depth + 1)],
          ])();
    return int(4) || inner[0] === 'func' ? inner : [...inner, '?'];
  };
  const params = (count: number) => ['(', ...list(count, () => [name(), ':', ...type(0)]), ')'];
  const expr = (depth: number, head = false): string[] => {
    if (depth > 3) return [int(2) ? name() : pick(LITERALS)];
    const next = () => expr(depth + 1);
    switch (int(head ? 9 : 15)) {
      case 0:
      case 1:
        return [name()];
      case 2:
        return [pick(LITERALS)];
      case 3:
        return ['(', ...next(), pick(OPERATORS), ...next(), ')'];
      case 4:
        return [name(), '.', name()];
      case 5:
        return [name(), '(', ...list(int(4), next), ')'];
      case 6:
        return [name(), '[', ...next(), ']'];
      case 7:
        return [pick(['-', '!', 'not']), '(', ...next(), ')'];
      case 8:
        return ['(', ...next(), ')', 'is', ...(int(2) ? ['not'] : []), 'None'];
      case 9:
        return ['[', ...list(int(4), next), ']'];
      case 10:
        return ['{', ...list(int(4), () => [pick(['"k"', 'key']), ':', ...next()]), '}'];
      case 11:
        return ['User', '{', ...list(1 + int(3), () => (int(2) ? [name()] : [name(), ':', ...next()])), '}'];
      case 12:
        return ['func', ...params(int(3)), '->', ...type(0), ...block(depth + 1)];
      case 13:
        return int(2) ? [name(), '=>', ...next()] : ['(', ...list(int(3), () => [name()]), ')', '=>', ...next()];
      default:
        return [
          'match',
          ...expr(depth + 1, true),
          '{',
          ...list(
            1 + int(3),
            () => [
              ...list(1 + int(2), () => [pick(['1', '"a"', '_', 'None', 'Red', 'true'])], '|'),
              '=>',
              ...(int(2) ? next() : block(depth + 1)),
              ...(int(3) ? [','] : [',']),
            ],
            '',
          ),
          '}',
        ];
    }
  };
  const statement = (depth: number): string[] => {
    const next = () => expr(2);
    switch (int(depth > 3 ? 4 : 10)) {
      case 0:
        return [pick(['let', 'var']), name(), ...(int(2) ? [':', ...type(0)] : []), '=', ...expr(1)];
      case 1:
        return [name(), pick(['=', '+=', '-=']), ...next()];
      case 2:
        return ['fail', ...next()];
      case 3:
        return [name(), '(', ...next(), ')'];
      case 4:
        return [
          'if',
          ...expr(2, true),
          ...block(depth + 1),
          ...(int(2) ? ['else', ...(int(2) ? block(depth + 1) : ['if', name(), ...block(depth + 1)])] : []),
        ];
      case 5:
        return ['while', ...expr(2, true), ...block(depth + 1)];
      case 6:
        return ['for', name(), 'in', ...expr(2, true), ...block(depth + 1)];
      case 7:
        return ['try', ...block(depth + 1), 'catch', ...(int(2) ? ['problem'] : []), ...block(depth + 1)];
      case 8:
        return ['return', ...next()];
      default:
        return ['expect', ...next()];
    }
  };
  const block = (depth: number): string[] => ['{', ...list(int(4), () => statement(depth), ''), '}'];
  const notes = (): string[] => (int(4) ? [] : ['@', 'roles', '(', '"admin"', ')']);
  const out: string[] = int(4) ? [] : ['"""about\nthis"""'];
  for (let i = 0; i < items; i++) {
    // `@` begins an annotation only at the beginning of a line.
    const words = pick([
      () => ['model', 'User', '{', ...list(int(4), () => [name(), ':', ...type(0), ...(int(3) ? [] : [','])], ''), '}'],
      () => ['enum', 'Color', '{', ...list(int(4), () => [pick(['Red', 'Green']), ...(int(2) ? [','] : [])], ''), '}'],
      () => ['func', name(), ...params(int(3)), ...(int(2) ? ['->', ...type(0)] : []), ...block(0)],
      () => ['test', '"it holds"', ...block(0)],
      () => [
        'service',
        'S',
        '{',
        ...list(
          int(3),
          () => [
            ...notes(),
            'route',
            pick(['GET', 'POST']),
            '"/a/{id}"',
            ...(int(2) ? params(int(3)) : []),
            '->',
            'JSON',
            ...block(0),
          ],
          '',
        ),
        '}',
      ],
    ])();
    out.push('\n', ...(int(3) ? [] : [...notes(), '\n']), ...words);
  }
  return out;
}

/** The words with white space and comments between them as no person would write them. */
export function untidyProgram(words: readonly string[], random: Random): string {
  let out = '';
  for (const word of words) {
    const r = random();
    out +=
      word === '\n'
        ? '\n'
        : (r < 0.06
            ? ' # note\n'
            : r < 0.1
              ? ' // note\n\n'
              : r < 0.13
                ? ' /* in */ '
                : r < 0.15
                  ? '\n/* own\n lines */\n'
                  : r < 0.25
                    ? '\n'
                    : r < 0.3
                      ? '\n\n\n '
                      : ' ') + word;
  }
  return out + (random() < 0.5 ? ' // last' : '');
}
