/** Every failure leaves as `application/problem+json` (RFC 9457); a defect of ours tells its reference, never its insides. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../errors/problem.ts';

/** The Problem of whatever was thrown; `internal` for a defect. */
export function asProblem(error: unknown, requestId: string): Problem {
  if (error instanceof Problem) return error;
  const { code, statusCode, message } = error as { code?: unknown; statusCode?: unknown; message?: unknown };
  if (typeof code === 'string' && code.startsWith('FST_')) {
    const known = FRAMEWORK[code];
    if (known !== undefined) return new Problem(known.code, known.detail, { status: known.status, hint: known.hint });
  }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new Problem('bad-request', typeof message === 'string' ? sentence(message) : 'The request cannot be read.', {
      status: statusCode,
    });
  }
  return new Problem('internal', 'Something went wrong inside the node.', {
    status: 500,
    hint: `The node's log has the details under request ${requestId}.`,
    more: { requestId },
    cause: error,
  });
}

export async function sendProblem(request: FastifyRequest, reply: FastifyReply, error: unknown): Promise<FastifyReply> {
  const problem = asProblem(error, request.id);
  if (problem.status >= 500) request.log.error({ err: problem.cause ?? problem }, 'request failed');
  const wait = problem.more['retryAfter'];
  if (typeof wait === 'number') void reply.header('retry-after', String(wait));
  if (problem.status === 401) void reply.header('www-authenticate', 'X-VOIKE-API-Key');
  return reply.code(problem.status).type('application/problem+json; charset=utf-8').send(JSON.stringify(problem));
}

/** What the HTTP framework itself refuses, in our words. */
const FRAMEWORK: Record<string, { code: string; detail: string; status: number; hint: string }> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'body-too-large',
    detail: 'The body of the request is larger than the node takes.',
    status: 413,
    hint: 'Upload large data with POST /blobs and refer to it by its id.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'unsupported-media-type',
    detail: 'The body of the request must be JSON.',
    status: 415,
    hint: 'Send it with content-type: application/json.',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: {
    code: 'invalid-json',
    detail: 'The body of the request is not valid JSON.',
    status: 400,
    hint: 'Check it with a JSON validator.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'bad-request',
    detail: 'The body is not as long as its Content-Length says.',
    status: 400,
    hint: 'Send the whole body.',
  },
};

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);
