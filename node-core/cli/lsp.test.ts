/** A client's whole conversation with `voike lsp`, over the pipes of a process. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { frame, FrameReader } from './lsp/frames.ts';
import { MAIN } from './testing.ts';

type Json = any;

/** A small client: sends, and waits for what comes back. */
class Client {
  readonly child: ChildProcessWithoutNullStreams;
  readonly notes: Json[] = [];
  readonly ended: Promise<number | null>;
  stderr = '';
  #next = 1;
  readonly #answers = new Map<unknown, (message: Json) => void>();
  #waiting: { fits: (note: Json) => boolean; resolve: (note: Json) => void }[] = [];

  constructor() {
    this.child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, 'lsp', '--stdio']);
    this.ended = new Promise((resolve) => this.child.once('close', resolve));
    this.child.stderr.on('data', (text) => (this.stderr += text));
    const reader = new FrameReader();
    this.child.stdout.on('data', (piece: Uint8Array) => {
      for (const read of reader.push(piece)) {
        if (read.kind !== 'message') throw new Error(`the server wrote what is no frame: ${read.problem}`);
        this.#heard(read.json);
      }
    });
  }
  #heard(message: Json): void {
    expect(message.jsonrpc).toBe('2.0');
    if ('id' in message) return this.#answers.get(message.id)?.(message);
    this.notes.push(message);
    this.#waiting = this.#waiting.filter(({ fits, resolve }) => !fits(message) || (resolve(message), false));
  }
  write(text: string): void {
    this.child.stdin.write(text);
  }
  notify(method: string, params: object = {}): void {
    this.write(frame({ jsonrpc: '2.0', method, params }));
  }
  /** The whole answer, with `result` or `error`. */
  ask(method: string, params: object = {}): Promise<Json> {
    const id = this.#next++;
    const answer = this.answerTo(id);
    this.write(frame({ jsonrpc: '2.0', id, method, params }));
    return answer;
  }
  answerTo(id: unknown): Promise<Json> {
    return new Promise((resolve) => this.#answers.set(id, resolve));
  }
  note(fits: (note: Json) => boolean): Promise<Json> {
    return new Promise((resolve) => this.#waiting.push({ fits, resolve }));
  }
  diagnostics(uri: string, version: number): Promise<Json> {
    return this.note(
      ({ method, params }) =>
        method === 'textDocument/publishDiagnostics' && params.uri === uri && params.version === version,
    );
  }
}

let client: Client;
afterEach(() => client.child.kill());

async function begin(): Promise<Client> {
  client = new Client();
  const { result } = await client.ask('initialize', {
    processId: null,
    rootUri: null,
    capabilities: {
      textDocument: {
        completion: { completionItem: { snippetSupport: true } },
        hover: { contentFormat: ['markdown'] },
        documentSymbol: { hierarchicalDocumentSymbolSupport: true },
      },
    },
  });
  expect(result).toMatchObject({ serverInfo: { name: 'voike' }, capabilities: { positionEncoding: 'utf-16' } });
  client.notify('initialized');
  return client;
}

const PROGRAM = `func twice(n: Int) -> Int { return n * 2 }

// 😀 before it
test "it" { expect "😀" == "😀" && twice(2) == 4 }
`;

it('opens a program, changes it, asks everything about it, and ends in order', async () => {
  const { notify, ask } = bound(await begin());
  const uri = 'file:///tmp/program.flow';
  const textDocument = { uri };
  let told = client.diagnostics(uri, 1);
  notify('textDocument/didOpen', { textDocument: { uri, languageId: 'flow', version: 1, text: PROGRAM } });
  expect((await told).params.diagnostics).toEqual([]);

  // One key, and back; then two changes in one message, of which the second stands on the first.
  const at = (line: number, character: number) => ({ line, character });
  told = client.diagnostics(uri, 2);
  notify('textDocument/didChange', {
    textDocument: { uri, version: 2 },
    contentChanges: [{ range: { start: at(0, 35), end: at(0, 36) }, text: 'm' }],
  });
  expect((await told).params.diagnostics).toMatchObject([
    { code: 'FLOW2101', severity: 1, source: 'FLOW', range: { start: at(0, 35), end: at(0, 36) } },
  ]);
  told = client.diagnostics(uri, 3);
  notify('textDocument/didChange', {
    textDocument: { uri, version: 3 },
    contentChanges: [
      { range: { start: at(0, 35), end: at(0, 36) }, text: '' },
      { range: { start: at(0, 35), end: at(0, 35) }, text: 'n' },
    ],
  });
  expect((await told).params.diagnostics).toEqual([]);

  // Behind characters of two UTF-16 units.
  const call = PROGRAM.split('\n')[3]!.indexOf('twice');
  const definition = await ask('textDocument/definition', { textDocument, position: at(3, call + 2) });
  expect(definition.result).toEqual({ uri, range: { start: at(0, 5), end: at(0, 10) } });
  const references = await ask('textDocument/references', {
    textDocument,
    position: at(0, 7),
    context: { includeDeclaration: false },
  });
  expect(references.result).toEqual([{ uri, range: { start: at(3, call), end: at(3, call + 5) } }]);
  const hover = await ask('textDocument/hover', { textDocument, position: at(3, call) });
  expect(hover.result.contents).toMatchObject({ kind: 'markdown' });
  expect(hover.result.contents.value).toContain('func twice(n: Int) -> Int');
  const help = await ask('textDocument/signatureHelp', { textDocument, position: at(3, call + 6) });
  expect(help.result).toMatchObject({ signatures: [{ label: 'twice(n: Int) -> Int' }], activeParameter: 0 });
  const completion = await ask('textDocument/completion', { textDocument, position: at(0, 35) });
  expect(completion.result.items[0]).toMatchObject({ label: 'n', detail: 'Int', textEdit: { newText: 'n' } });
  const prepared = await ask('textDocument/prepareRename', { textDocument, position: at(0, 6) });
  expect(prepared.result).toEqual({ range: { start: at(0, 5), end: at(0, 10) }, placeholder: 'twice' });
  const renamed = await ask('textDocument/rename', { textDocument, position: at(0, 6), newName: 'double' });
  expect(renamed.result.changes[uri]).toHaveLength(2);
  const refused = await ask('textDocument/rename', { textDocument, position: at(0, 6), newName: 'Int' });
  expect(refused.error).toMatchObject({ code: -32803, message: expect.stringContaining('Int') as string });
  const symbols = await ask('textDocument/documentSymbol', { textDocument });
  expect(symbols.result).toMatchObject([{ name: 'twice', kind: 12, detail: '(n: Int) -> Int' }, { name: 'it' }]);
  expect((await ask('textDocument/foldingRange', { textDocument })).result).toEqual([]);
  const tokens = await ask('textDocument/semanticTokens/full', { textDocument });
  expect(tokens.result.data.slice(0, 5)).toEqual([0, 5, 5, 3, 1]);
  const formatted = await ask('textDocument/formatting', { textDocument, options: { tabSize: 2, insertSpaces: true } });
  expect(formatted.result[0].newText).toContain('return n * 2');

  told = client.diagnostics(uri, 4);
  notify('textDocument/didChange', {
    textDocument: { uri, version: 4 },
    contentChanges: [{ text: PROGRAM.replace('twice(2)', 'twise(2)') }],
  });
  await told;
  const place = { start: at(3, call + 1), end: at(3, call + 1) };
  const actions = await ask('textDocument/codeAction', { textDocument, range: place, context: { diagnostics: [] } });
  expect(actions.result).toMatchObject([
    { kind: 'quickfix', title: 'Change to twice', edit: { changes: { [uri]: [{ newText: 'twice' }] } } },
  ]);

  // The other form, by the same server; then it is closed and known no more.
  const plan = { uri: 'file:///tmp/plan.flow' };
  told = client.diagnostics(plan.uri, 1);
  const text = 'FLOW "p"\nSTEP a = TRANSFORM { n: 1 }\nOUTPUT a.m\nEND FLOW\n';
  notify('textDocument/didOpen', { textDocument: { ...plan, languageId: 'flow', version: 1, text } });
  expect((await told).params.diagnostics).toMatchObject([{ code: 'FLOW3002', range: { start: at(2, 9) } }]);
  const gone = client.note(({ params }) => params.uri === plan.uri && params.diagnostics.length === 0);
  notify('textDocument/didClose', { textDocument: plan });
  await gone;
  const closed = await ask('textDocument/hover', { textDocument: plan, position: at(0, 0) });
  expect(closed.error).toMatchObject({ code: -32602, message: expect.stringContaining('not open') as string });

  expect((await ask('shutdown')).result).toBeNull();
  expect((await ask('textDocument/hover', { textDocument, position: at(0, 0) })).error.code).toBe(-32600);
  notify('exit');
  expect(await client.ended).toBe(0);
  expect(client.stderr).toBe('');
});

it('knows the programs beside a plan, also when one of them is saved anew', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'voike-lsp-'));
  try {
    writeFileSync(join(folder, 'sums.flow'), 'func total(values: List<Int>) -> Int { return values.length }');
    const { notify, ask } = bound(await begin());
    const uri = pathToFileURL(join(folder, 'plan.flow')).href;
    const text = 'FLOW "p"\nSTEP a = CALL sums.total(1)\nOUTPUT a\nEND FLOW\n';
    let told = client.diagnostics(uri, 1);
    notify('textDocument/didOpen', { textDocument: { uri, languageId: 'flow', version: 1, text } });
    expect((await told).params.diagnostics).toMatchObject([
      { code: 'FLOW3006', message: 'total takes List<Int> for "values", and this is a number.' },
    ]);
    const hover = await ask('textDocument/hover', { textDocument: { uri }, position: { line: 1, character: 20 } });
    expect(hover.result.contents.value).toContain('total(values: List<Int>) -> Int');
    writeFileSync(join(folder, 'sums.flow'), 'func total(value: Int) -> Int { return value }');
    told = client.diagnostics(uri, 1);
    notify('textDocument/didSave', { textDocument: { uri: pathToFileURL(join(folder, 'sums.flow')).href } });
    expect((await told).params.diagnostics).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('says what is wrong with broken messages, and goes on', async () => {
  client = new Client();
  expect((await client.ask('textDocument/hover', {})).error.code).toBe(-32002);
  client.child.kill();
  const { ask, notify } = bound(await begin());
  const none = () => client.answerTo(null);
  let answer = none();
  client.write('Content-Length: 5\r\n\r\n{"a":');
  expect((await answer).error.code).toBe(-32700);
  for (const broken of ['[]', '3', '{"jsonrpc":"1.0","id":1,"method":"x"}', '{"jsonrpc":"2.0","id":{},"method":"x"}']) {
    answer = none();
    client.write(`Content-Length: ${broken.length}\r\n\r\n${broken}`);
    expect((await answer).error.code).toBe(-32600);
  }
  expect((await ask('voike/none')).error.code).toBe(-32601);
  expect((await ask('initialize')).error.code).toBe(-32600);
  expect((await ask('textDocument/hover', { textDocument: 3 })).error.code).toBe(-32602);
  const uri = 'untitled:1';
  notify('textDocument/didOpen', { textDocument: { uri, languageId: 'flow', version: 1, text: 'func f() {}' } });
  const textDocument = { uri };
  for (const position of [undefined, {}, { line: -1, character: 0 }, { line: 0.5, character: 0 }, 'x'])
    expect((await ask('textDocument/hover', { textDocument, position })).error.code).toBe(-32602);
  // Past the end is the end.
  expect((await ask('textDocument/hover', { textDocument, position: { line: 9, character: 9 } })).result).toBeNull();
  const logged = client.note(({ method }) => method === 'window/logMessage');
  notify('textDocument/didChange', { textDocument: { uri, version: 2 }, contentChanges: [{ text: 3 }] });
  expect((await logged).params.message).toContain('contentChanges');
  notify('$/setTrace', { value: 'off' });
  notify('workspace/didChangeConfiguration', {});
  expect((await ask('textDocument/documentSymbol', { textDocument })).result).toHaveLength(1);
  // A stream of which nobody knows where the next message begins is given up.
  answer = none();
  client.write('Content-Lenght: 3\r\n\r\n{}x');
  expect((await answer).error.code).toBe(-32700);
  expect(await client.ended).toBe(1);
});

it('takes back a request that waits, and answers the others in order', async () => {
  await begin();
  const uri = 'file:///a.flow';
  const functions = Array.from({ length: 400 }, (_, i) => `func f${i}(n: Int) -> Int { return n + ${i} }`).join('\n');
  const ask = (id: number) => ({
    jsonrpc: '2.0',
    id,
    method: 'textDocument/semanticTokens/full',
    params: { textDocument: { uri } },
  });
  const order: number[] = [];
  const answers = [101, 102, 103].map(async (id) => {
    const answer = await client.answerTo(id);
    order.push(id);
    return answer;
  });
  const open = { textDocument: { uri, languageId: 'flow', version: 1, text: functions } };
  client.write(
    [
      { jsonrpc: '2.0', method: 'textDocument/didOpen', params: open },
      ask(101),
      ask(102),
      ask(103),
      { jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 102 } },
    ]
      .map(frame)
      .join(''),
  );
  const [first, second, third] = await Promise.all(answers);
  expect(first.result.data.length).toBeGreaterThan(1000);
  expect(second.error.code).toBe(-32800);
  expect(third.result).toEqual(first.result);
  expect(order).toEqual([101, 102, 103]);
});

it('ends with 1 when it is left without a word', async () => {
  await begin();
  client.notify('exit');
  expect(await client.ended).toBe(1);
  await begin();
  client.child.stdin.end();
  expect(await client.ended).toBe(1);
});

const bound = (one: Client) => ({ ask: one.ask.bind(one), notify: one.notify.bind(one) });
