/**
 * An operation is defined once: from one definition come the HTTP route, the OpenAPI entry, the FLOW contract
 * (`APX_EXEC "area.verb"`), `voike call area.verb` and the typed client.
 */
import type { Static, TSchema } from 'typebox';
import type { Logger } from 'pino';
import type { Project } from '../projects/project.ts';

/** Who may call: anybody, whoever holds a key of the project, or whoever holds the node's admin token. */
export type Access = 'public' | 'project' | 'admin';

/** What a handler knows of its caller. `project` is there exactly for `access: 'project'`. */
export interface CallContext<A extends Access = Access> {
  project: A extends 'project' ? Project : undefined;
  /** Who called, for the ledger: `local`, `key:<id>`, `admin`, `run:<id>/<step>`. */
  actor: string;
  /** Of a step of a run: the paths of this machine that a person named for that run; see runs/local-files.ts. */
  paths?: ReadonlySet<string>;
  /** Aborted when the caller goes away or cancels. */
  signal: AbortSignal;
  log: Logger;
  /** From a durable step or an `Idempotency-Key` header: the same key must have its effect once. */
  idempotencyKey?: string;
}

export interface HttpBinding {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/flow/runs/:id`: names after a colon are input properties; for GET and DELETE the rest comes from the query string. */
  path: string;
  /**
   * `stream`: a POST gets its body as bytes (its input has the members of {@link StreamedInput} beside the query's),
   * a GET answers with bytes (its output is a {@link StreamedOutput}). JSON when absent.
   */
  body?: 'json' | 'stream';
}

/** What a `body: 'stream'` POST finds in its input beside what the query string says. */
export interface StreamedInput {
  body: AsyncIterable<Uint8Array>;
  contentType?: string;
}

/** What a `body: 'stream'` GET answers; ranges are the HTTP face's work. */
export interface StreamedOutput {
  /** Bytes in all. */
  size: number;
  /** `application/octet-stream` when absent. */
  contentType?: string;
  /** Proposed file name. */
  name?: string;
  /** A strong validator of the content, without quotes; a content hash. */
  etag?: string;
  /** The bytes from `start` to `end`, both included; all of them when absent. */
  open(range?: { start: number; end: number }): AsyncIterable<Uint8Array>;
}

export interface Operation<I extends TSchema = TSchema, O extends TSchema = TSchema, A extends Access = Access> {
  /** One line, for lists. */
  summary: string;
  /** More, for the page of the operation; Markdown. */
  description?: string;
  http: HttpBinding;
  access: A;
  /** The capability a FLOW step or program needs for it, as `area.right`. */
  capability: string;
  /** `write` changes state: it is what the ledger records and what a durable run does only once. */
  effect: 'read' | 'write';
  /** The ledger kinds it appends, for the documentation. */
  ledger?: readonly string[];
  /** An object schema. */
  input: I;
  output: O;
  handler(context: CallContext<A>, input: Static<I>): Promise<Static<O>> | Static<O>;
}

/** Keeps the literal types of one definition, so that the typed client can be derived from it. */
export function operation<I extends TSchema, O extends TSchema, A extends Access>(
  definition: Operation<I, O, A>,
): Operation<I, O, A> {
  return definition;
}

/** Operations by name (`area.verb`), as an area's `operations.ts` returns them. */
export type OperationMap = Record<string, Operation<any, any, any>>;

export type InputOf<Op> = Op extends Operation<infer I, any, any> ? Static<I> : never;
export type OutputOf<Op> = Op extends Operation<any, infer O, any> ? Static<O> : never;
