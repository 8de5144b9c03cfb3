import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { brotliDecompressSync } from 'node:zlib';
import * as v from 'valibot';
import type { Id } from '../../domain/id';
import { fromText, idSchema, isSignedBy, MESSAGE_MAX_BYTES, type GrantBook } from '../../exchange';
import { fingerprintOfRaw } from './pinned-agent';

/** A computer of the network that says it is a poste. */
export interface LanAddress {
  readonly host: string;
  readonly port: number;
}

export interface KnownPeer {
  readonly poste: Id<'poste'>;
  readonly address: LanAddress;
  readonly url: string;
  /** Fingerprint of the peer's certificate, the only one accepted from now on. */
  readonly channel: string;
  /** Names of the revision keys it has, of a relay that runs the commune's engine beside itself; no other poste says this. */
  readonly keysHeld?: readonly string[] | undefined;
}

/** A poste on the LAN answers within this, or is asleep, in milliseconds. */
export const PROBE_TIMEOUT_MS = 5_000;
const replySchema = v.object({
  poste: idSchema('poste'),
  proof: v.string(),
  /** A relay's own: each proves itself, or is dropped. */
  grants: v.optional(v.pipe(v.array(v.unknown()), v.maxLength(50)), []),
  keys: v.optional(v.array(v.pipe(v.string(), v.maxLength(11)))),
});

/** What came of one look: who it is, or how it failed (src/domain/network/reach.ts). */
export type Probe =
  | { readonly connection: 'open'; readonly answer: 'proven'; readonly peer: KnownPeer }
  | { readonly connection: 'open'; readonly answer: 'stranger' | 'broken' | 'unreadable' }
  | { readonly connection: 'refused' | 'timeout' | 'reset' | 'unreachable' };

/**
 * Asks who answers there, and believes it only when the signature over its certificate is that of a poste the school
 * has granted. A stranger and a poste that was put out are the same.
 */
export async function probe(address: LanAddress, book: GrantBook, timeoutMs?: number): Promise<Probe> {
  const failed = await connectionTo(address, timeoutMs ?? PROBE_TIMEOUT_MS);
  if (failed) return { connection: failed };
  const asked = { ...address, method: 'GET', path: '/v0/poste' } as const;
  const found = await fetchCertified(timeoutMs ? { ...asked, timeoutMs } : asked).catch(() => undefined);
  if (!found) return { connection: 'open', answer: 'broken' };
  const parsed = v.safeParse(replySchema, parse(found.text));
  if (!parsed.success) return { connection: 'open', answer: 'unreadable' };
  const channel = fingerprintOfRaw(found.raw);
  const { poste, proof, grants, keys: keysHeld } = parsed.output;
  for (const grant of grants) book.learn(grant);
  const message = Buffer.from(`${poste}\n${channel}`);
  const known = book.grantsOf(poste).some((grant) => isSignedBy(grant.key, 'lan', message, fromText(proof)));
  if (!known) return { connection: 'open', answer: 'stranger' };
  const url = `https://${bracketed(address.host)}:${address.port}/v0/exchange`;
  return { connection: 'open', answer: 'proven', peer: { poste, address, url, channel, keysHeld } };
}

/** Undefined once a connection stands; else how it did not. */
function connectionTo(
  { host, port }: LanAddress,
  timeoutMs: number,
): Promise<Exclude<Probe['connection'], 'open'> | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    const end = (outcome?: Exclude<Probe['connection'], 'open'>): void => {
      socket.destroy();
      resolve(outcome);
    };
    socket.once('connect', () => end());
    socket.once('timeout', () => end('timeout'));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? '';
      if (code === 'ECONNREFUSED') end('refused');
      else if (code === 'ECONNRESET' || code === 'EPIPE') end('reset');
      else end(code === 'ETIMEDOUT' ? 'timeout' : 'unreachable');
    });
  });
}

export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/**
 * One request to a poste whose certificate nobody vouches for yet. TLS hides it from listeners; who answers is decided
 * by what it signs (a known poste) or by the digits (a newcomer), never by a certificate authority.
 */
export function fetchCertified(input: {
  readonly host: string;
  readonly port: number;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly timeoutMs?: number;
  /** Gives the request up. */
  readonly signal?: AbortSignal | undefined;
}): Promise<{ status: number; text: string; raw: Buffer }> {
  const body = input.body === undefined ? undefined : Buffer.from(JSON.stringify(input.body));
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: input.host,
        port: input.port,
        method: input.method,
        path: input.path,
        rejectUnauthorized: false,
        agent: false,
        ...(body ? { headers: { 'content-type': 'application/json', 'content-length': body.length } } : {}),
        signal: AbortSignal.any([
          AbortSignal.timeout(input.timeoutMs ?? PROBE_TIMEOUT_MS),
          ...(input.signal ? [input.signal] : []),
        ]),
      },
      (response) => {
        // Whoever answers is a stranger, and what it says may be endless or no brotli at all: a failure of this request.
        readAnswer(response).then(resolve, (error: unknown) => {
          response.destroy();
          reject(error instanceof Error ? error : new Error('peer'));
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<{ status: number; text: string; raw: Buffer }> {
  const { raw } = (response.socket as TLSSocket).getPeerCertificate();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MESSAGE_MAX_BYTES) throw new RangeError('peer: too long an answer');
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const plain =
    response.headers['content-encoding'] === 'br'
      ? brotliDecompressSync(bytes, { maxOutputLength: MESSAGE_MAX_BYTES })
      : bytes;
  return { status: response.statusCode ?? 0, text: plain.toString(), raw };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
