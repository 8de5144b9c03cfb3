import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { isPreauError } from '../../../domain/errors';
import type { ClassroomGate } from '../../classroom/gate';
import { answerJson, answerText } from './headers';
import { parseRange } from './range';

type Ticketed = (ticket: string, request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** GET /files/<ticket>: bytes of what was sent to one device, in ranges so that a cut download goes on. */
export function fileRequests(gate: Pick<ClassroomGate, 'file'>): Ticketed {
  return async (ticket, request, response) => {
    const file = gate.file(ticket);
    if (!file) return answerText(response, 404, 'Ce document n’est plus là.');
    const range = parseRange(request.headers.range, file.size);
    if (range === 'none') {
      response.setHeader('content-range', `bytes */${file.size}`);
      return answerText(response, 416, 'Hors du document.');
    }
    const part = range === 'whole' ? { start: 0, end: file.size - 1 } : range;
    response.writeHead(range === 'whole' ? 200 : 206, {
      'content-type': file.type,
      'content-length': part.end - part.start + 1,
      'accept-ranges': 'bytes',
      etag: `"${file.sha256}"`,
      'cache-control': 'no-store',
      // Bytes a teacher chose, never a page of ours: nothing in them runs.
      'content-security-policy': "default-src 'none'; sandbox",
      ...(range !== 'whole' && { 'content-range': `bytes ${part.start}-${part.end}/${file.size}` }),
    });
    if (request.method === 'HEAD' || file.size === 0) return void response.end();
    await pipeline(await file.open(range === 'whole' ? undefined : range), response);
  };
}

/** Pieces of this size reach the disk one by one: a cut costs at most one. Bytes. */
const PIECE = 128 * 1024;

/**
 * PUT /uploads/<ticket>: bytes of a hand-in from the offset in `?offset=` or `content-range` on. What arrived before a cut is kept; the
 * answer (and HEAD, at any time) says how far the file stands.
 */
export function uploadRequests(gate: Pick<ClassroomGate, 'reception'>): Ticketed {
  return async (ticket, request, response) => {
    const reception = gate.reception(ticket);
    if (!reception) return answerText(response, 404, 'Cet envoi n’est plus attendu.');
    if (request.method === 'HEAD') {
      response.setHeader('x-offset', await reception.offset());
      return void response.writeHead(200, { 'cache-control': 'no-store' }).end();
    }
    let offset = offsetOf(request);
    if (offset === undefined) return answerJson(response, 400, { code: 'BAD_INPUT' });
    let held: Buffer[] = [];
    let size = 0;
    const flush = async (): Promise<void> => {
      if (size === 0) return;
      const bytes = Buffer.concat(held);
      held = [];
      size = 0;
      offset = await reception.append(offset ?? 0, bytes);
    };
    try {
      try {
        for await (const chunk of request) {
          held.push(chunk as Buffer);
          size += (chunk as Buffer).length;
          if (size >= PIECE) await flush();
        }
      } finally {
        // Also when the line was cut in the middle: what came is kept.
        await flush();
      }
      answerJson(response, 200, { offset });
    } catch (error) {
      if (!isPreauError(error)) throw error;
      answerJson(response, error.code === 'TOO_LARGE' ? 413 : 409, {
        code: error.code,
        offset: await reception.offset(),
      });
    }
  };
}

function offsetOf(request: IncomingMessage): number | undefined {
  const ranged = /^bytes (\d{1,12})-\d{1,12}\/\d{1,12}$/.exec(request.headers['content-range'] ?? '')?.[1];
  const asked = ranged ?? /[?&]offset=([^&#]*)/.exec(request.url ?? '')?.[1] ?? '0';
  return /^\d{1,12}$/.test(asked) ? Number(asked) : undefined;
}
