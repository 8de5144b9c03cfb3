import { Agent, request as httpRequest } from 'node:http';
import { brotliDecompressSync } from 'node:zlib';
import * as v from 'valibot';
import {
  canonicalBytes,
  digestOf,
  makeCredential,
  movedReplySchema,
  pullEndSchema,
  pushReplySchema,
  readFrames,
  readParcel,
  type ExchangeAction,
} from '../../../src/exchange';
import type { BenchPoste, BenchSchool } from './school';

/** What one night brought. */
export interface Night {
  readonly requests: number;
  /** HTTP bodies, as they travel. */
  readonly bytes: number;
  readonly refused: number;
  /** Hashes of parcels that came. */
  readonly came: readonly string[];
}

/** A poste that says what the protocol says and computes nothing: the machine is the gateway's. */
export function benchClient(url: string, school: BenchSchool, poste: BenchPoste) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const counted = { requests: 0, bytes: 0 };
  const channel = `gateway ${school.uai}`;

  function send(method: string, path: string, body: Buffer, authorization?: string): Promise<Buffer> {
    counted.requests += 1;
    counted.bytes += body.length;
    return new Promise((resolve, reject) => {
      const headers = { 'content-length': body.length, ...(authorization ? { authorization } : {}) };
      const request = httpRequest(`${url}/v0/schools/${school.uai}${path}`, { method, agent, headers });
      request.once('error', reject);
      request.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const raw = Buffer.concat(chunks);
          counted.bytes += raw.length;
          const text = response.headers['content-encoding'] === 'br' ? brotliDecompressSync(raw) : raw;
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${path} ${response.statusCode ?? 0} ${text.toString().slice(0, 100)}`));
        });
      });
      request.end(body);
    });
  }

  function signed(action: ExchangeAction, nonce: string, body: Buffer): Promise<Buffer> {
    const { signature } = makeCredential(poste.signer, poste.id, { action, channel, nonce, body });
    return send('POST', `/${action}`, body, `Preau ${poste.id} ${nonce} ${signature}`);
  }
  const parsed = <S extends v.GenericSchema>(schema: S, bytes: Buffer): v.InferOutput<S> =>
    v.parse(schema, JSON.parse(bytes.toString()));

  async function ask(nonce?: string) {
    const body = canonicalBytes({ poste: poste.id, digest: digestOf({}) });
    const bytes =
      nonce === undefined ? await send('POST', '/moved', body) : await signed('moved', nonce, body);
    const reply = parsed(movedReplySchema, bytes);
    if (reply.same) throw new Error('nothing moved, and it should have');
    return reply;
  }

  return {
    enrol: (code: string) =>
      send(
        'PUT',
        '',
        Buffer.from(JSON.stringify({ school: school.id, headKey: school.head.publicKey, code })),
      ),
    /** Hands over the keys of open bases, as a head's poste does at its first night. */
    async keys(): Promise<void> {
      const { nonce } = await ask();
      await signed('keys', nonce, canonicalBytes({ keys: school.keys }));
    },
    async push(): Promise<number> {
      const reply = parsed(pushReplySchema, await send('POST', '/push', poste.frames));
      if (reply.taken + reply.duplicates + reply.refused.length < poste.parcels.length)
        throw new Error(`${reply.taken} parcels of ${poste.parcels.length}`);
      return reply.refused.length;
    },
    /** The whole night: what moved, out, in. */
    async night(): Promise<Night> {
      counted.requests = counted.bytes = 0;
      const { nonce } = await ask();
      const refused = await this.push();
      const reply = await ask(nonce);
      const theirs = reply.vectors ?? {};
      const mine = Object.fromEntries(
        Object.entries(theirs).flatMap(([audience, vector]) => {
          const to = vector[poste.id];
          return to === undefined ? [] : [[audience, { [poste.id]: to }]];
        }),
      );
      const body = canonicalBytes({ vectors: mine, budget: 4 * 1024 * 1024 });
      const frames = await signed('pull', reply.nonce, body);
      const came: string[] = [];
      let refusedThere = NaN;
      for await (const frame of readFrames(once(frames))) {
        if (frame.kind === 'E') refusedThere = parsed(pullEndSchema, frame.bytes).refused.length;
        if (frame.kind !== 'P') continue;
        const parcel = readParcel(frame.bytes);
        if (typeof parcel !== 'string') came.push(parcel.hash);
      }
      return { ...counted, refused: refused + refusedThere, came };
    },
    close: () => agent.destroy(),
  };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}
