/**
 * A server of the Language Server Protocol 3.17 for FLOW, plans and programs: its life, its open texts, and the order of
 * messages. Messages are taken one by one in the order in which they came, so that an answer is about the text that
 * the client had when it asked; only what is taken back (`$/cancelRequest`) goes ahead of those that wait. Browser-safe.
 */
import type { Environment } from '../../flow/plan/environment.ts';
import { serviceOf } from '../../flow/service/service.ts';
import { ANSWERS, CAPABILITIES, CODES, isRange, Refusal } from './answers.ts';
import { frame, FrameReader } from './frames.ts';
import { type ClientAbilities, diagnosticShape } from './shapes.ts';
import { type Change, OpenText } from './text.ts';

type Params = Readonly<Record<string, unknown>>;
type Id = number | string;
interface Message {
  /** Of a request. */
  id?: Id;
  method: string;
  params: Params;
}

export interface Ends {
  /** Frames, as they are to be written. */
  out(text: string): void;
  version: string;
  /** What is known around a text that lies there. */
  around?(uri: string, text: string): Promise<Environment>;
}

const isObject = (value: unknown): value is Params =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export class LanguageServer {
  readonly #ends: Ends;
  readonly #texts = new Map<string, OpenText>();
  readonly #around = new Map<string, Environment>();
  /** Texts of which the diagnostics are to be told. */
  readonly #changed = new Set<string>();
  /** Texts that changed since somebody looked at what lies around them. */
  readonly #unseen = new Set<string>();
  readonly #cancelled = new Set<Id>();
  readonly #queue: Message[] = [];
  #state: 'new' | 'ready' | 'shut down' | 'ended' = 'new';
  #abilities: ClientAbilities = { snippets: false, markdown: false, symbolTree: false };

  constructor(ends: Ends) {
    this.#ends = ends;
  }

  /**
   * Reads until the client says `exit` or its end of the pipe closes.
   * @returns 0 after `shutdown` and `exit`, else 1, as the protocol wants it.
   */
  async run(input: AsyncIterable<Uint8Array>): Promise<0 | 1> {
    const reader = new FrameReader();
    let working: Promise<void> = Promise.resolve();
    let clean = false;
    for await (const piece of input) {
      for (const read of reader.push(piece)) {
        if (read.kind === 'message') this.#take(read.json);
        else this.#refuse(null, CODES.parse, read.problem);
        if (read.kind === 'lost') return 1;
      }
      working = working.then(() => this.#work());
      if (this.#queue.some(({ method }) => method === 'exit')) {
        await working;
        clean = this.#state === 'ended';
        break;
      }
    }
    await working;
    return clean ? 0 : 1;
  }

  /** Puts a message into the queue, or takes one back that waits there. */
  #take(json: unknown): void {
    if (!isObject(json) || json['jsonrpc'] !== '2.0')
      return this.#refuse(null, CODES.invalidRequest, 'A message is one JSON-RPC 2.0 object.');
    const { id, method, params } = json;
    const isId = typeof id === 'number' || typeof id === 'string';
    if (typeof method !== 'string') {
      // Answers to what the server asked: it asks nothing.
      if (!('result' in json || 'error' in json))
        this.#refuse(isId ? id : null, CODES.invalidRequest, 'A message names its `method`.');
      return;
    }
    if ('id' in json && !isId)
      return this.#refuse(null, CODES.invalidRequest, 'The `id` of a request is a number or a text.');
    if (method === '$/cancelRequest') {
      const asked = isObject(params) ? params['id'] : undefined;
      if (this.#queue.some((one) => one.id === asked)) this.#cancelled.add(asked as Id);
      return;
    }
    this.#queue.push({ ...(isId ? { id } : {}), method, params: isObject(params) ? params : {} });
  }

  async #work(): Promise<void> {
    for (let message = this.#queue[0]; message !== undefined && this.#state !== 'ended'; message = this.#queue[0]) {
      if (message.id === undefined) this.#notified(message);
      else {
        await this.#lookAround();
        this.#answer(message.id, message);
      }
      this.#queue.shift();
      // What was taken back meanwhile is heard before the next is begun.
      if (message.id !== undefined) await new Promise<void>((resolve) => void setTimeout(resolve, 0));
    }
    if (this.#queue.length > 0 || this.#state === 'ended') return;
    await this.#lookAround();
    this.#tell();
  }

  /** Learns anew what lies around the texts that changed. */
  async #lookAround(): Promise<void> {
    for (const uri of this.#unseen) {
      const text = this.#texts.get(uri);
      if (text !== undefined) this.#around.set(uri, (await this.#ends.around?.(uri, text.text)) ?? {});
    }
    this.#unseen.clear();
  }

  #answer(id: Id, message: Message): void {
    try {
      if (this.#cancelled.delete(id)) throw new Refusal(CODES.cancelled, 'The request was taken back.');
      this.#send({ id, result: this.#result(message) ?? null });
    } catch (error) {
      if (error instanceof Refusal) this.#refuse(id, error.code, error.message);
      else this.#refuse(id, CODES.internal, `Something went wrong inside VOIKE: ${(error as Error).message}.`);
    }
  }

  /** @throws Refusal */
  #result({ method, params }: Message): unknown {
    if (method === 'initialize') {
      if (this.#state !== 'new') throw new Refusal(CODES.invalidRequest, '`initialize` is asked once, and first.');
      this.#state = 'ready';
      this.#abilities = abilitiesOf(params);
      return { capabilities: CAPABILITIES, serverInfo: { name: 'voike', version: this.#ends.version } };
    }
    if (this.#state === 'new') throw new Refusal(CODES.notInitialized, '`initialize` comes first.');
    if (this.#state !== 'ready') throw new Refusal(CODES.invalidRequest, 'After `shutdown` only `exit` may follow.');
    if (method === 'shutdown') {
      this.#state = 'shut down';
      return null;
    }
    const answer = Object.hasOwn(ANSWERS, method) ? ANSWERS[method] : undefined;
    if (answer === undefined) throw new Refusal(CODES.unknownMethod, `\`${method}\` is not known here.`);
    const uri = uriOf(params);
    const text = this.#texts.get(uri);
    if (text === undefined) throw new Refusal(CODES.invalidParams, `${uri} is not open.`);
    return answer({ uri, text, around: this.#around.get(uri) ?? {}, params, abilities: this.#abilities });
  }

  #notified({ method, params }: Message): void {
    if (method === 'exit') {
      // Said without `shutdown` it is an end in disorder.
      if (this.#state === 'shut down') this.#state = 'ended';
      return;
    }
    if (this.#state !== 'ready') return;
    try {
      switch (method) {
        case 'textDocument/didOpen': {
          const { text, version } = document(params);
          if (typeof text !== 'string') throw new Refusal(CODES.invalidParams, '`text` is missing.');
          this.#set(uriOf(params), new OpenText(text, typeof version === 'number' ? version : 0));
          return;
        }
        case 'textDocument/didChange': {
          const uri = uriOf(params);
          const before = this.#texts.get(uri);
          const { contentChanges } = params;
          if (before === undefined) throw new Refusal(CODES.invalidParams, `${uri} is not open.`);
          if (!Array.isArray(contentChanges) || !contentChanges.every(isChange))
            throw new Refusal(CODES.invalidParams, '`contentChanges` is a list of texts with their ranges.');
          const { version } = document(params);
          this.#set(uri, before.changed(contentChanges, typeof version === 'number' ? version : before.version + 1));
          return;
        }
        case 'textDocument/didSave':
          // What was saved may lie around every other text.
          for (const [uri, text] of this.#texts) this.#set(uri, text);
          return;
        case 'textDocument/didClose': {
          const uri = uriOf(params);
          this.#texts.delete(uri);
          this.#changed.delete(uri);
          this.#around.delete(uri);
          this.#send({ method: 'textDocument/publishDiagnostics', params: { uri, diagnostics: [] } });
        }
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // A notification has no answer: it is said where the client keeps its log.
      this.#send({ method: 'window/logMessage', params: { type: 1, message: `${method}: ${error.message}` } });
    }
  }

  #set(uri: string, text: OpenText): void {
    this.#texts.set(uri, text);
    this.#changed.add(uri);
    this.#unseen.add(uri);
  }

  /** Tells what is wrong with the texts that changed, when nothing else waits. */
  #tell(): void {
    if (this.#queue.length > 0) return;
    for (const uri of this.#changed) {
      const text = this.#texts.get(uri)!;
      const diagnostics = serviceOf(text.text)
        .diagnose(text.text, this.#around.get(uri))
        .map((one) => diagnosticShape(text, uri, one));
      this.#send({
        method: 'textDocument/publishDiagnostics',
        params: { uri, version: text.version, diagnostics },
      });
    }
    this.#changed.clear();
  }

  #refuse(id: Id | null, code: number, message: string): void {
    this.#send({ id, error: { code, message } });
  }
  #send(message: object): void {
    this.#ends.out(frame({ jsonrpc: '2.0', ...message }));
  }
}

const document = (params: Params): Params => {
  const { textDocument } = params;
  return isObject(textDocument) ? textDocument : {};
};

/** @throws Refusal */
function uriOf(params: Params): string {
  const { uri } = document(params);
  if (typeof uri === 'string') return uri;
  throw new Refusal(CODES.invalidParams, '`textDocument.uri` is missing.');
}

const isChange = (value: unknown): value is Change =>
  isObject(value) && typeof value['text'] === 'string' && (value['range'] === undefined || isRange(value['range']));

function abilitiesOf({ capabilities }: Params): ClientAbilities {
  const at = (value: unknown, ...path: string[]): unknown =>
    path.reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), value);
  const of = (...path: string[]): unknown => at(capabilities, 'textDocument', ...path);
  const formats = of('hover', 'contentFormat');
  return {
    snippets: of('completion', 'completionItem', 'snippetSupport') === true,
    markdown: Array.isArray(formats) && formats.includes('markdown'),
    symbolTree: of('documentSymbol', 'hierarchicalDocumentSymbolSupport') === true,
  };
}
