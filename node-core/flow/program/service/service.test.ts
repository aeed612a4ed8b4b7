import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../service/navigation.ts';
import { serviceOf } from '../../service/service.ts';
import { seeded } from '../../random.ts';
import { damaged } from '../../syntax/generate.ts';
import { checkProgram } from '../check.ts';
import { programWords, untidyProgram } from '../generate.ts';
import { programShape } from '../invariants.ts';
import { parseProgram } from '../parse.ts';

const SOURCE = `model User { id: Int name: String email: String? }
enum Color { Red Green Blue }

# How many there are.
# At least one.
func count(user: User, times: Int) -> Int {
  var total = times
  for letter in user.name.split("") { if letter == "a" { total += 1 } }
  return total
}

func greet(name: String) -> User {
  let user = User { name, email: None }
  db.insert(user)
  log("hi \${user.name}, \${count(user, 2)}")
  return user
}

func word(color: Color) -> String {
  return match color { Red => "red" Color.Green => "green" other => "else \${other}" }
}

service Users {
  route GET "/users/{id}" -> JSON {
    let user = db.query(User, params.id)
    if user is None { http.error(404, "no") }
    return user.toJson()
  }
}

test "counts" {
  expect count(greet("anna"), 1) == 3
}
`;
const service = serviceOf(SOURCE);
/** The offset of the `|` in a piece of the source, and the source. */
function at(piece: string): number {
  const offset = piece.indexOf('|');
  const found = SOURCE.indexOf(piece.replace('|', ''));
  if (found < 0) throw new Error(`not in the source: ${piece}`);
  return found + offset;
}
const slices = (ranges: { start: number; end: number }[]) => ranges.map(({ start, end }) => SOURCE.slice(start, end));

it('annotations are offered where they may stand, and say what they mean', () => {
  expect(offered('@|\nmodel A { id: Int }', true)).toEqual(['table', 'index', 'unique']);
  expect(offered('@r|\nservice S { route GET "/a" { return none } }', true)).toEqual(['public', 'roles', 'use']);
  expect(offered('service S {\n@|\nroute GET "/a" { return none } }', true)).toEqual(['public', 'roles', 'use']);
  expect(offered('@|\nfunc f() { }', true)).toEqual([]);
  expect(offered('func f() { }\n@|', true)).toEqual(['table', 'index', 'unique', 'public', 'roles', 'use']);
  const text = 'service S {\n@roles("admin")\nroute GET "/a" { log("a") } }';
  expect(serviceOf(text).hover(text, text.indexOf('roles'))?.text).toContain('must have one of these roles');
});

/** The labels that are offered at `|` of a body, or of a whole text. */
function offered(text: string, whole = false): string[] {
  const source = whole ? text : `${SOURCE}\nfunc here(user: User, color: Color, some: User?) -> Int {\n${text}\n}\n`;
  const offset = source.indexOf('|', whole ? 0 : SOURCE.length);
  const without = source.slice(0, offset) + source.slice(offset + 1);
  return serviceOf(without)
    .completion(without, offset)
    .map((item) => item.label);
}

it('the sample of these tests is in order', () => {
  expect(service.form).toBe('program');
  expect(service.diagnose(SOURCE)).toEqual([]);
});

describe('completion', () => {
  it('offers statements, what is in scope with the nearest first, and what the program and the platform have', () => {
    const labels = offered('  let inner = 1\n  |');
    expect(labels.slice(0, 4)).toEqual(['inner', 'some', 'color', 'user']);
    for (const label of ['let', 'return', 'for', 'count', 'Color', 'User', 'db', 'range', 'log', 'true'])
      expect(labels).toContain(label);
    expect(labels).not.toContain('break');
    expect(offered('while true { | }')).toContain('break');
    expect(offered('  let a = 1\n')).not.toContain('letter');
  });

  it('offers fields and methods after a dot, also where the rest is not written yet', () => {
    expect(offered('return user.|')).toEqual(['id', 'name', 'email', 'toJson']);
    expect(offered('return user.|\n let b = 1')).toEqual(['id', 'name', 'email', 'toJson']);
    expect(offered('user.name.|')).toContain('upper');
    expect(offered('count(user.na|')).toContain('name');
    expect(offered('let a = [1, 2].|')).toEqual(expect.arrayContaining(['length', 'push', 'pop']));
    expect(offered('log("${user.|}")')).toContain('name');
    expect(offered('let a = Color.|')).toEqual(['Red', 'Green', 'Blue']);
  });

  it('offers the platform with what each call needs', () => {
    const source = SOURCE.replace('db.insert(user)', 'db.');
    const items = service.completion(source, source.indexOf('db.') + 3);
    expect(items.find((item) => item.label === 'insert')).toMatchObject({
      detail: expect.stringContaining('db.write') as string,
      insert: 'insert($1)$0',
      snippet: true,
    });
    expect(offered('db.query(|)')[0]).toBe('User');
  });

  it('offers types where a type stands, and cases that have none yet', () => {
    expect(offered('let a: |')).toEqual(expect.arrayContaining(['Int', 'List', 'User', 'Color']));
    expect(offered('func f(a: |', true)).toContain('String');
    expect(offered('let a = match color { Red => 1 | }')).toEqual(['Green', 'Blue', '_']);
    expect(offered('let a = match some { | }')).toEqual(['None', '_']);
  });

  it('offers the fields of a value that are missing', () => {
    expect(offered('let a = User { name: "x", | }')).toEqual(['id', 'email']);
  });

  it('offers else after an if, catch after a try, None after is, operators after a value', () => {
    expect(offered('if true { return 1 } |').slice(0, 2)).toEqual(['else', 'else if']);
    expect(offered('try { return 1 } |')[0]).toBe('catch');
    expect(offered('if some is | { return 1 }')).toEqual(['None', 'not None']);
    expect(offered('if some | { return 1 }')[0]).toBe('is None');
  });

  it('offers declarations between declarations, expect in tests, route and its methods in services', () => {
    expect(offered('|', true)).toEqual(expect.arrayContaining(['FLOW', 'func', 'model']));
    expect(offered(`${SOURCE}|`, true)).toEqual(['func', 'model', 'enum', 'service', 'test']);
    expect(offered('test "a" {\n  |\n}', true)[0]).toBe('expect');
    expect(offered('service S {\n  |\n}', true)).toEqual(['route']);
    expect(offered('service S {\n  route | "/a" {}\n}', true)).toContain('GET');
  });

  it('says nothing in comments, in texts, and where a name is given', () => {
    for (const text of ['# us|', '// us|', '/* us| */', 'log("us|")', 'let us|', 'for us| in [1] {}', 'return 12|'])
      expect(offered(text), text).toEqual([]);
    expect(offered('func f(us|) {}', true)).toEqual([]);
  });
});

describe('hover', () => {
  const hovered = (piece: string) => service.hover(SOURCE, at(piece))?.text ?? '';
  it('says what a name is, its type, and what is written above it', () => {
    expect(hovered('expect co|unt(')).toContain('func count(user: User, times: Int) -> Int');
    expect(hovered('expect co|unt(')).toContain('How many there are.\nAt least one.');
    expect(hovered('return tot|al')).toContain('var total: Int');
    expect(hovered('for let|ter')).toContain('for each letter: String');
    expect(hovered('(user: Us|er')).toContain('name: String');
    expect(hovered('user.na|me}')).toContain('User.name: String');
    expect(hovered('"a" { tot|al += 1')).toContain('Int');
  });
  it('says what the platform needs, and what a function needs through what it calls', () => {
    expect(hovered('db.ins|ert')).toContain('db.write:User');
    expect(hovered('lo|g("hi')).toContain('`log`');
    expect(hovered('count(gre|et(')).toContain('Needs `db.write:User`, `log`.');
    expect(hovered('.spl|it("")')).toContain('split(String) -> List<String>');
  });
  it('says that a value is sure to be there', () => {
    expect(hovered('return us|er.toJson')).toContain('sure to be `User`');
  });
});

describe('signature help', () => {
  it('shows the call around the cursor, and which value is being written', () => {
    const help = (text: string) => {
      const source = `${SOURCE}\nfunc here(user: User) {\n${text.replace('|', '')}\n}\n`;
      return service.signatureHelp(source, source.length - 3 - (text.length - 1 - text.indexOf('|')));
    };
    expect(help('count(|')).toMatchObject({ label: 'count(user: User, times: Int) -> Int', active: 0 });
    expect(help('count(user, |)')).toMatchObject({ active: 1 });
    expect(help('count(greet("a|"), 1)')).toMatchObject({ label: 'greet(name: String) -> User', active: 0 });
    expect(help('db.query(User, |)')).toMatchObject({ active: 1, parameters: [{ label: 'Model' }, { label: 'Int' }] });
    expect(help('"a".slice(1, |')).toMatchObject({ label: 'slice(Int, Int) -> String', active: 1 });
    expect(help('let a = 1|')).toBeUndefined();
  });
});

describe('going to things', () => {
  it('finds where a name is declared', () => {
    const definition = (piece: string) => service.definition(SOURCE, at(piece));
    expect(definition('return tot|al')).toEqual({ start: at('var |total'), end: at('var total|') });
    expect(definition('Color.Gre|en')).toEqual({ start: at('Red |Green Blue'), end: at('Red Green| Blue') });
    expect(definition('user.na|me.split')?.start).toBe(at('Int |name: String email'));
    expect(definition('db.ins|ert')).toBeUndefined();
  });
  it('finds every place of it, also in texts and where a word stands for two things', () => {
    expect(slices(service.references(SOURCE, at('let us|er = User {')))).toEqual([
      'user',
      'user',
      'user',
      'user',
      'user',
    ]);
    expect(service.references(SOURCE, at('greet(na|me:'))).toHaveLength(2);
    expect(service.references(SOURCE, at('Int na|me: String'))).toHaveLength(4);
  });
});

describe('renaming', () => {
  const renamed = (piece: string, name: string): string => {
    const result = service.rename(SOURCE, at(piece), name);
    return 'problem' in result ? result.problem : applyEdits(SOURCE, result.edits);
  };
  it('changes every place, and writes out a word that stood for two things', () => {
    const value = renamed('greet(na|me:', 'called');
    expect(value).toContain('User { name: called, email: None }');
    const field = renamed('Int na|me: String', 'title');
    expect(field).toContain('User { title: name, email: None }');
    expect(field).toContain('user.title.split');
    for (const text of [value, field]) expect(checkProgram(text).diagnostics).toEqual([]);
  });
  it('is refused with the reason where it would clash', () => {
    expect(renamed('func cou|nt', 'greet')).toMatch(/already something called "greet"/);
    expect(renamed('var tot|al', 'times')).toMatch(/times/);
    expect(renamed('var tot|al', 'letter')).toMatch(/change what other words mean/);
    expect(renamed('var tot|al', 'return')).toMatch(/meaning of its own/);
    expect(renamed('var tot|al', '1a')).toMatch(/begins with a letter/);
    expect(renamed('db.ins|ert', 'put')).toMatch(/belongs to the language/);
    expect(renamed('model Us|er', 'user')).toMatch(/capital letter/);
    expect(service.rename(SOURCE, at('=>| "red"'), 'x')).toHaveProperty('problem');
  });
});

it('the outline names declarations with what they hold, folding finds blocks', () => {
  expect(service.outline(SOURCE).map(({ kind, name, detail }) => `${kind} ${name}${detail}`)).toEqual([
    'model User',
    'enum Color',
    'function count(user: User, times: Int) -> Int',
    'function greet(name: String) -> User',
    'function word(color: Color) -> String',
    'service Users',
    'test counts',
  ]);
  expect(service.outline(SOURCE)[0]!.children).toMatchObject([{ name: 'id' }, { name: 'name' }, { detail: 'String?' }]);
  expect(service.outline(SOURCE)[5]!.children).toMatchObject([{ kind: 'route', name: 'GET /users/{id}' }]);
  const folds = service
    .folding(SOURCE)
    .map(({ kind, range }) => `${kind} ${SOURCE.slice(range.start, range.start + 6)}`);
  expect(folds).toContain('comment # How ');
  expect(folds.filter((fold) => fold.startsWith('region {'))).toHaveLength(6);
});

it('colours follow what a name stands for, in order and without overlaps', () => {
  const tokens = service.semanticTokens(SOURCE);
  const kindOf = (piece: string) => tokens.find(({ range }) => range.start <= at(piece) && at(piece) < range.end)?.kind;
  expect(kindOf('|User {')).toBe('type');
  expect(kindOf('tot|al += 1')).toBe('variable');
  expect(kindOf('d|b.insert')).toBe('area');
  expect(kindOf('Color.Gre|en')).toBe('case');
  for (let i = 1; i < tokens.length; i++)
    expect(tokens[i]!.range.start).toBeGreaterThanOrEqual(tokens[i - 1]!.range.end);
});

it('quick fixes are those of what is wrong in the range', () => {
  const source = SOURCE.replace('return total', 'return totl');
  const offset = source.indexOf('totl');
  const [action] = service.codeActions(source, { start: offset, end: offset });
  expect(applyEdits(source, action!.edits)).toBe(SOURCE);
});

describe('for any text', () => {
  it('nothing throws, and every range lies in the text', () => {
    for (let seed = 0; seed < 60; seed++) {
      const random = seeded(seed);
      const tidy = seed % 3 === 0 ? SOURCE : untidyProgram(programWords(random, 3), random);
      const source = seed % 2 === 0 ? tidy : damaged(tidy, random);
      const one = serviceOf(source);
      const inside = ({ start, end }: { start: number; end: number }) =>
        expect(start >= 0 && start <= end && end <= source.length).toBe(true);
      for (const { range } of [...one.diagnose(source), ...one.semanticTokens(source), ...one.folding(source)])
        inside(range);
      for (const { range, nameRange } of one.outline(source)) [range, nameRange].forEach(inside);
      one.codeActions(source, { start: 0, end: source.length }).forEach(({ edits }) => applyEdits(source, edits));
      for (let n = 0; n < 12; n++) {
        const offset = Math.floor(random() * (source.length + 1));
        for (const { range } of one.completion(source, offset)) inside(range);
        one.hover(source, offset);
        one.signatureHelp(source, offset);
        one.definition(source, offset);
        one.references(source, offset).forEach(inside);
        one.renameTarget(source, offset);
        one.rename(source, offset, 'other');
      }
    }
  });

  it('a rename that is not refused is undone by renaming back, and between them nothing but the name has changed', () => {
    const names = [...new Set(SOURCE.match(/[A-Za-z_]\w*/g))];
    let made = 0;
    let refused = 0;
    for (const [n, { range }] of service.semanticTokens(SOURCE).entries()) {
      const target = service.renameTarget(SOURCE, range.start);
      // A new name, and some of those that are there already.
      for (const name of ['Zebra', ...names.filter((_, i) => i % 7 === n % 7)]) {
        const result = service.rename(SOURCE, range.start, name);
        if ('problem' in result) {
          refused++;
          continue;
        }
        if (result.edits.length === 0) continue;
        made++;
        const after = applyEdits(SOURCE, result.edits);
        expect(checkProgram(after).diagnostics).toEqual([]);
        const first = result.edits[0]!;
        const back = service.rename(after, first.range.start + first.text.indexOf(name), target!.name);
        if ('problem' in back) throw new Error(`${target!.name} to ${name} and back: ${back.problem}`);
        const restored = applyEdits(after, back.edits);
        expect(programShape(parseProgram(restored).program)).toBe(programShape(parseProgram(SOURCE).program));
      }
    }
    expect(made).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(100);
  });
});
