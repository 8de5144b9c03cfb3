import { Agent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest, type RequestOptions as TlsOptions } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { brotliDecompressSync } from 'node:zlib';
import * as v from 'valibot';
import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import { makeCredential, MESSAGE_MAX_BYTES, type FileAction, type Signer } from '../../exchange';
import {
  ChunkList,
  Incoming,
  LIST_MAX_BYTES,
  listAnswerSchema,
  offerAnswerSchema,
  offerBody,
  putAnswerSchema,
  writeHead,
} from '../../exchange/files';
import { eager } from '../../../sync-server/files/eager';
import type { FileRemote } from './file-remote';

export interface FileAddress {
  readonly id: string;
  readonly kind: 'lan' | 'line';
  /** A relay of the LAN keeps what it is offered; the other end of the line always does. */
  readonly keeps?: boolean;
  readonly reads: (audience: string) => boolean;
  /** As the exchange has it: `https://gateway.example/v0/schools/0751234a`, `https://poste:port/v0/exchange`. */
  readonly url: string;
  readonly channel: string;
  readonly tls?: TlsOptions | undefined;
  /** One that the other side gave before: saves a request. */
  readonly nonce?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of bodies and of their answers, heads not counted. */
  readonly meter?: { up(bytes: number): void; down(bytes: number): void } | undefined;
}

const refusalSchema = v.object({
  code: v.pipe(v.string(), v.regex(/^[A-Z_]{1,40}$/)),
  nonce: v.optional(v.pipe(v.string(), v.maxLength(80))),
});

/** Nothing for so long is a dead line, in milliseconds. */
const SILENCE_MS = 60_000;
const NONE = '0.AAAAAAAAAAAAAAAAAAAAAA';

/** The four requests about files over HTTP, on one connection that stays open (a hand-shake is 4 kB of the line). */
export function httpFiles(
  address: FileAddress,
  identity: { readonly poste: Id<'poste'>; readonly signer: Signer },
): FileRemote {
  const secure = address.url.startsWith('https:');
  const pool = { keepAlive: true, maxSockets: 1 };
  const agent = secure ? new TlsAgent(pool) : new Agent(pool);
  let nonce = address.nonce ?? NONE;

  async function send(
    action: FileAction,
    bodyFor: () => Readable,
    headers: Record<string, string>,
    again: boolean,
  ): Promise<IncomingMessage> {
    const url = new URL(`${address.url}/${action}`);
    const options: RequestOptions & TlsOptions = {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/octet-stream', ...headers },
      timeout: SILENCE_MS,
      ...(address.signal ? { signal: address.signal } : {}),
      ...address.tls,
    };
    const request = secure ? httpsRequest(url, options) : httpRequest(url, options);
    request.once('timeout', () => request.destroy(new Error('silence')));
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.once('error', reject);
    });
    const body = bodyFor();
    body.on('data', (chunk: Buffer) => address.meter?.up(chunk.length));
    try {
      // A refusal may arrive before the body has gone: whichever comes first is the outcome.
      pipeline(body, request).catch(() => undefined);
      return await answered;
    } catch (cause) {
      // The other side had closed this connection, left open since the last request, as it was taken up again.
      if (again && request.reusedSocket) return send(action, bodyFor, headers, false);
      throw new PreauError('NO_LINE', {}, { cause });
    }
  }

  const bodyOf = (response: IncomingMessage): AsyncGenerator<Buffer> =>
    eager(response, address.meter && ((bytes) => address.meter?.down(bytes)));

  /** Sends a signed request; once more where the other side wants one of its own nonces in it. */
  async function post(action: FileAction, body: Buffer): Promise<IncomingMessage> {
    for (let again = false; ; again = true) {
      const credential = makeCredential(identity.signer, identity.poste, {
        action,
        channel: address.channel,
        nonce,
        body,
      });
      const headers = {
        'content-length': String(body.length),
        authorization: `Preau ${credential.poste} ${credential.nonce} ${credential.signature}`,
      };
      const response = await send(action, () => Readable.from([body]), headers, true);
      if (response.statusCode === 200) return response;
      const refusal = await refusalOf(bodyOf(response), response);
      if (again || refusal.nonce === undefined) throw refusal.error;
      nonce = refusal.nonce;
    }
  }

  return {
    id: address.id,
    kind: address.kind,
    keeps: address.keeps ?? address.kind === 'line',
    reads: address.reads,
    async list(request) {
      const incoming = new Incoming(bodyOf(await post('file-list', Buffer.from(JSON.stringify(request)))));
      return readable(async () => {
        const answer = v.parse(listAnswerSchema, await incoming.head());
        const bytes = await incoming.rest(LIST_MAX_BYTES);
        const list = bytes.length > 0 ? ChunkList.read(bytes) : undefined;
        if (bytes.length > 0 && list?.hash !== answer.hash) throw new TypeError('another list');
        return { answer, list };
      });
    },
    async *chunks(request) {
      const response = await post('file-chunks', Buffer.from(JSON.stringify(request)));
      try {
        yield* new Incoming(bodyOf(response)).pieces();
      } catch (cause) {
        response.destroy();
        throw new PreauError('NO_LINE', {}, { cause });
      }
    },
    async offer(request, list) {
      const response = await post('file-offer', offerBody(request, list));
      return readable(async () => v.parse(offerAnswerSchema, await jsonOf(bodyOf(response), response)));
    },
    async put(head, pieces) {
      const all = async function* (): AsyncGenerator<Buffer> {
        yield writeHead({ ...head, poste: identity.poste });
        yield* pieces;
      };
      const response = await send('file-put', () => Readable.from(all(), { highWaterMark: 1 }), {}, false);
      if (response.statusCode !== 200) throw (await refusalOf(bodyOf(response), response)).error;
      return readable(async () => v.parse(putAnswerSchema, await jsonOf(bodyOf(response), response)));
    },
    close: () => agent.destroy(),
  };
}

/** What is no answer of this protocol is a refusal; what ends in mid-answer is the line. */
async function readable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const nonsense =
      cause instanceof v.ValiError || cause instanceof TypeError || cause instanceof SyntaxError;
    throw nonsense
      ? new PreauError('GATEWAY_REFUSED', { reason: 'UNREADABLE' }, { cause })
      : new PreauError('NO_LINE', {}, { cause });
  }
}

async function jsonOf(body: AsyncIterable<Buffer>, response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MESSAGE_MAX_BYTES) throw new TypeError('too long');
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const plain =
    response.headers['content-encoding'] === 'br'
      ? brotliDecompressSync(bytes, { maxOutputLength: MESSAGE_MAX_BYTES })
      : bytes;
  const value: unknown = JSON.parse(plain.toString('utf8'));
  return value;
}

async function refusalOf(
  body: AsyncIterable<Buffer>,
  response: IncomingMessage,
): Promise<{ error: PreauError; nonce: string | undefined }> {
  const parsed = v.safeParse(refusalSchema, await jsonOf(body, response).catch(() => undefined));
  const reason = parsed.success ? parsed.output.code : `HTTP_${response.statusCode ?? 0}`;
  return {
    error: new PreauError('GATEWAY_REFUSED', { reason }),
    nonce: parsed.success ? parsed.output.nonce : undefined,
  };
}
