import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FILE_ACTIONS, MESSAGE_MAX_BYTES, type FileAction } from '../../src/exchange';
import { FileRefused, LIST_MAX_BYTES, type FileAnswers, type FileRefusal } from '../../src/exchange/files';
import { BodyTooLarge, wholeBody } from '../http/body';
import { answerFailure, credentialOf, sendJson } from '../http/exchange-http';
import { eager } from './eager';

export const isFileAction = (text: string): text is FileAction =>
  (FILE_ACTIONS as readonly string[]).includes(text);

/** What one put may bring: a step of an upload, in bytes. A longer one is several. */
const PUT_MAX_BYTES = 64 * 1024 * 1024;

const STATUS: Readonly<Record<FileRefusal, number>> = {
  NOT_FOUND: 404,
  LIST_OTHER: 409,
  LIST_WRONG: 400,
  CHUNK_WRONG: 400,
  NO_ROOM: 507,
};

/** The four requests about files over HTTP (docs/files.md); the gateway and each poste's LAN server share this. */
export async function answerFiles(
  answers: FileAnswers,
  action: FileAction,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const credential = credentialOf(request);
    if (action === 'file-put') {
      sendJson(response, 200, await answers.put(atMost(eager(request), PUT_MAX_BYTES)));
      return;
    }
    const limit = action === 'file-offer' ? LIST_MAX_BYTES + MESSAGE_MAX_BYTES : MESSAGE_MAX_BYTES;
    const body = await wholeBody(request, limit);
    if (action === 'file-offer') sendJson(response, 200, await answers.offer(body, credential));
    else if (action === 'file-list') sendBytes(response, await answers.list(body, credential));
    else await sendPieces(response, answers.chunks(body, credential));
  } catch (error) {
    if (!(error instanceof FileRefused)) return answerFailure(request, response, error);
    if (response.headersSent) return void response.destroy();
    if (!request.complete) response.setHeader('connection', 'close');
    sendJson(response, STATUS[error.code], { code: error.code });
  }
}

async function* atMost(chunks: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > limit) throw new BodyTooLarge();
    yield chunk;
  }
}

function sendBytes(response: ServerResponse, bytes: Buffer): void {
  response.setHeader('content-type', 'application/octet-stream');
  response.setHeader('content-length', bytes.length);
  response.writeHead(200);
  response.end(bytes);
}

async function sendPieces(response: ServerResponse, pieces: AsyncGenerator<Buffer>): Promise<void> {
  // The first piece decides whether there is an answer at all: a refusal still has its status.
  const first = await pieces.next();
  response.setHeader('content-type', 'application/octet-stream');
  async function* all(): AsyncGenerator<Buffer> {
    if (!first.done) yield first.value;
    yield* pieces;
  }
  await pipeline(Readable.from(all(), { objectMode: true, highWaterMark: 1 }), response);
}
