import { Agent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest, type RequestOptions as TlsOptions } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createBrotliDecompress } from 'node:zlib';
import * as v from 'valibot';
import { PreauError } from '../../domain/errors';
import {
  ExchangeRefused,
  MESSAGE_MAX_BYTES,
  movedReplySchema,
  pushReplySchema,
  readFrames,
  retryReplySchema,
  type Credential,
  type ExchangeAction,
  type Frame,
  type Remote,
} from '../../exchange';

/** Where the other side is, and how a connection to it is made. */
export interface RemoteAddress {
  /** `https://gateway.example/v0/schools/0751234a`: the four requests stand under it. */
  readonly url: string;
  readonly channel: string;
  /** TLS options that check who answers (a poste's certificate, the commune's CA). */
  readonly tls?: TlsOptions;
  /** Keeps the connection from one request to the next; absent: the process's own. */
  readonly agent?: Agent;
  /** Ends the run: the supervisor's stall timer, or a person. */
  readonly signal?: AbortSignal;
  /** Bytes on the line, heads not counted. */
  readonly meter?: { up(bytes: number): void; down(bytes: number): void };
}

/** Connections of one run, kept from one request to the next; to be destroyed with it. */
export const agentFor = (url: string): Agent =>
  url.startsWith('https:') ? new TlsAgent({ keepAlive: true }) : new Agent({ keepAlive: true });

/**
 * The requests over HTTP.
 * @throws PreauError `NO_LINE` where nobody answers, `GATEWAY_REFUSED` with a reason; ExchangeRefused `SIGN_AGAIN` where
 *   a nonce has ended
 */
export function httpRemote(address: RemoteAddress): Remote {
  async function send(
    action: ExchangeAction,
    body: Readable,
    headers: Record<string, string>,
    again?: () => Promise<IncomingMessage>,
  ): Promise<IncomingMessage> {
    const url = new URL(`${address.url}/${action}`);
    const options: RequestOptions & TlsOptions = {
      method: 'POST',
      headers: { 'accept-encoding': 'br', ...headers },
      ...(address.signal ? { signal: address.signal } : {}),
      ...(address.agent ? { agent: address.agent } : {}),
      ...address.tls,
    };
    const request = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.once('error', reject);
    });
    body.on('data', (chunk: Buffer) => address.meter?.up(chunk.length));
    try {
      // A refusal may arrive before the body has gone: whichever comes first is the outcome.
      const sent = pipeline(body, request);
      sent.catch(() => undefined);
      return await answered;
    } catch (cause) {
      if (request.reusedSocket && again) return again();
      throw new PreauError('NO_LINE', {}, { cause });
    }
  }

  async function json<S extends v.GenericSchema>(
    schema: S,
    response: IncomingMessage,
  ): Promise<v.InferOutput<S>> {
    const text = await readText(decoded(response, address.meter));
    if (response.statusCode !== 200) throw refusedWith(response.statusCode, text);
    const parsed = v.safeParse(schema, parse(text));
    if (!parsed.success) throw new PreauError('GATEWAY_REFUSED', { reason: 'UNREADABLE' });
    return parsed.output;
  }

  function post(action: ExchangeAction, body: Buffer, credential?: Credential): Promise<IncomingMessage> {
    const headers = {
      'content-type': 'application/json',
      'content-length': String(body.length),
      ...(credential ? { authorization: authorization(credential) } : {}),
    };
    const once = (again?: () => Promise<IncomingMessage>): Promise<IncomingMessage> =>
      send(action, Readable.from([body]), headers, again);
    // The other side may close a connection that waited just when it is used again: the same request is asked anew.
    return once(() => once());
  }

  return {
    channel: address.channel,
    moved: async (body, credential) => json(movedReplySchema, await post('moved', body, credential)),
    retry: async (body, credential) => json(retryReplySchema, await post('retry', body, credential)),
    keys: async (body, credential) => void (await json(v.object({}), await post('keys', body, credential))),
    async push(frames) {
      const headers = { 'content-type': 'application/octet-stream', 'content-encoding': 'br' };
      return json(pushReplySchema, await send('push', compressed(frames), headers));
    },
    async *pull(body, credential): AsyncGenerator<Frame> {
      const response = await post('pull', body, credential);
      const bytes = decoded(response, address.meter);
      if (response.statusCode !== 200) throw refusedWith(response.statusCode, await readText(bytes));
      try {
        yield* readFrames(bytes);
      } catch (cause) {
        if (cause instanceof PreauError) throw cause;
        throw new PreauError('NO_LINE', {}, { cause });
      }
    },
  };
}

/** `Preau poste nonce signature`, as docs/sync.md has it. */
export const authorization = ({ poste, nonce, signature }: Credential): string =>
  `Preau ${poste} ${nonce} ${signature}`;

/** Frames as a brotli stream that is flushed after each: a cut loses the last one only. */
export function compressed(frames: AsyncIterable<Buffer>): Readable {
  const brotli = createBrotliCompress({
    flush: constants.BROTLI_OPERATION_FLUSH,
    // Parcels are compressed already; this is for the headers, which repeat themselves.
    params: { [constants.BROTLI_PARAM_QUALITY]: 5 },
  });
  pipeline(Readable.from(frames), brotli).catch((error: unknown) => brotli.destroy(error as Error));
  return brotli;
}

/** What came, decompressed as far as it came. */
function decoded(response: IncomingMessage, meter: RemoteAddress['meter']): Readable {
  response.on('data', (chunk: Buffer) => meter?.down(chunk.length));
  if (response.headers['content-encoding'] !== 'br') return response;
  const brotli = createBrotliDecompress();
  pipeline(response, brotli).catch(() => undefined);
  return brotli;
}

async function readText(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MESSAGE_MAX_BYTES) throw new PreauError('GATEWAY_REFUSED', { reason: 'TOO_LARGE' });
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof PreauError) throw cause;
    throw new PreauError('NO_LINE', {}, { cause });
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const reasonSchema = v.object({
  code: v.pipe(v.string(), v.regex(/^[A-Z_]{1,40}$/)),
  nonce: v.optional(v.pipe(v.string(), v.maxLength(80))),
});

function refusedWith(status: number | undefined, text: string): Error {
  const parsed = v.safeParse(reasonSchema, parse(text));
  const { code, nonce } = parsed.success ? parsed.output : { code: `HTTP_${status ?? 0}` };
  if (code === 'SIGN_AGAIN' && nonce !== undefined) return new ExchangeRefused('SIGN_AGAIN', nonce);
  return new PreauError('GATEWAY_REFUSED', { reason: code });
}
