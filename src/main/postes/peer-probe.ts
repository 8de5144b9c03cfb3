import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { brotliDecompressSync } from 'node:zlib';
import * as v from 'valibot';
import type { Id } from '../../domain/id';
import { fromText, idSchema, isSignedBy, MESSAGE_MAX_BYTES, toText, type GrantBook } from '../../exchange';

/** A computer of the network that says it is a poste. */
export interface LanAddress {
  readonly host: string;
  readonly port: number;
}

export interface KnownPeer {
  readonly poste: Id<'poste'>;
  readonly url: string;
  readonly channel: string;
  /** The peer's certificate, the only one accepted from now on. */
  readonly cert: string;
}

/** A poste on the LAN answers within this, or is asleep, in milliseconds. */
export const PROBE_TIMEOUT_MS = 5_000;
const replySchema = v.object({ poste: idSchema('poste'), proof: v.string() });

/**
 * Asks who answers there, and believes it only when the signature over its certificate is that of a poste the school
 * has granted. @returns undefined for nobody, for a stranger, and for a revoked poste
 */
export async function probePeer(address: LanAddress, book: GrantBook): Promise<KnownPeer | undefined> {
  const found = await fetchCertified({ ...address, method: 'GET', path: '/v0/poste' }).catch(() => undefined);
  const parsed = found && v.safeParse(replySchema, parse(found.text));
  if (!found || !parsed?.success) return undefined;
  const channel = toText(createHash('sha256').update(found.raw).digest());
  const { poste, proof } = parsed.output;
  const message = Buffer.from(`${poste}\n${channel}`);
  const known = book.grantsOf(poste).some((grant) => isSignedBy(grant.key, 'lan', message, fromText(proof)));
  if (!known) return undefined;
  const pem = found.raw.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    poste,
    channel,
    url: `https://${bracketed(address.host)}:${address.port}/v0/exchange`,
    cert: `-----BEGIN CERTIFICATE-----\n${pem.join('\n')}\n-----END CERTIFICATE-----\n`,
  };
}

/** TLS that accepts the one certificate a known poste has signed for, under whatever address it has today. */
export const tlsFor = (peer: KnownPeer) => ({ ca: [peer.cert], checkServerIdentity: () => undefined });

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
        signal: AbortSignal.timeout(input.timeoutMs ?? PROBE_TIMEOUT_MS),
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
