import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { brotliCompressSync, constants, createBrotliCompress } from 'node:zlib';
import * as v from 'valibot';
import {
  ACTIONS,
  BUNDLE_MAX_BYTES,
  credentialSchema,
  ExchangeRefused,
  FrameError,
  MESSAGE_MAX_BYTES,
  type Answers,
  type Credential,
  type ExchangeAction,
} from '../../src/exchange';
import { bodyChunks, BodyTooLarge, wholeBody } from './body';

/** Smaller JSON answers are sent as they are: compressing them would make them longer. */
const COMPRESS_FROM_BYTES = 200;

export const isExchangeAction = (text: string): text is ExchangeAction =>
  (ACTIONS as readonly string[]).includes(text);

/** The credential of an `Authorization: Preau …` head, or undefined. */
export function credentialOf(request: IncomingMessage): Credential | undefined {
  const [scheme, poste, nonce, signature] = (request.headers.authorization ?? '').split(' ');
  const parsed = v.safeParse(credentialSchema, { poste, nonce, signature });
  return scheme === 'Preau' && parsed.success ? parsed.output : undefined;
}

/**
 * One of the four requests over HTTP: sockets, sizes, compression and status codes. What is said is the engine's
 * business (src/exchange/answer.ts); the gateway and each poste's LAN server share this.
 */
export async function answerExchange(
  answers: Answers,
  action: ExchangeAction,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const credential = credentialOf(request);
    if (action === 'push') {
      sendJson(response, 200, await answers.push(bodyChunks(request, BUNDLE_MAX_BYTES)));
      return;
    }
    const body = await wholeBody(request, MESSAGE_MAX_BYTES);
    if (action === 'moved') sendJson(response, 200, await answers.moved(body, credential));
    else if (action === 'retry') sendJson(response, 200, await answers.retry(body, credential));
    else await sendFrames(response, answers.pull(body, credential));
  } catch (error) {
    answerFailure(request, response, error);
  }
}

/** Status and code of a failure; a connection that broke gets none. */
export function answerFailure(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  // What was not read would be taken for the next request.
  if (!request.complete) response.setHeader('connection', 'close');
  if (error instanceof ExchangeRefused) {
    const again = error.code === 'SIGN_AGAIN';
    sendJson(response, again ? 401 : 400, {
      code: error.code,
      ...(error.nonce ? { nonce: error.nonce } : {}),
    });
  } else if (error instanceof BodyTooLarge) sendJson(response, 413, { code: 'TOO_LARGE' });
  else if (error instanceof FrameError) sendJson(response, 400, { code: 'BAD_REQUEST' });
  else if (!request.complete) response.destroy();
  else sendJson(response, 500, { code: 'INTERNAL' });
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  let body = Buffer.from(JSON.stringify(value));
  if (body.length >= COMPRESS_FROM_BYTES) {
    body = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
    response.setHeader('content-encoding', 'br');
  }
  response.setHeader('content-type', 'application/json');
  response.setHeader('content-length', body.length);
  response.writeHead(status);
  response.end(body);
}

async function sendFrames(response: ServerResponse, frames: AsyncGenerator<Buffer>): Promise<void> {
  // The first frame decides whether there is an answer at all: a refusal still has its status.
  const first = await frames.next();
  response.setHeader('content-type', 'application/octet-stream');
  response.setHeader('content-encoding', 'br');
  const all = async function* (): AsyncGenerator<Buffer> {
    if (!first.done) yield first.value;
    yield* frames;
  };
  const brotli = createBrotliCompress({
    flush: constants.BROTLI_OPERATION_FLUSH,
    params: { [constants.BROTLI_PARAM_QUALITY]: 5 },
  });
  await pipeline(Readable.from(all()), brotli, response);
}
