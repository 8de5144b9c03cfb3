import type { KeyObject } from 'node:crypto';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import * as v from 'valibot';
import type { Audience } from '../../domain/audience';
import { chainSchema, hashSchema, sequenceSchema, type ChainName, type Head } from '../../exchange';
import { seal, SealBroken, unseal } from '../../store/seal';
import { storageError } from '../../store/storage-errors';

/**
 * One file of parcels: records one after the other, only appended to. What names a parcel (opaque ids, numbers, a hash)
 * is readable; the parcel is sealed, because those of open audiences hold names.
 *
 *     u32 meta length · meta (JSON) · u32 sealed length · sealed bytes
 */
const metaSchema = v.variant('k', [
  v.strictObject({
    k: v.literal('p'),
    chain: chainSchema,
    from: sequenceSchema,
    to: sequenceSchema,
    hash: hashSchema,
    applied: v.boolean(),
  }),
  /** The parcel that starts there has been opened since. */
  v.strictObject({ k: v.literal('a'), chain: chainSchema, from: sequenceSchema }),
  /** A snapshot stands for the chain up to there. */
  v.strictObject({ k: v.literal('b'), chain: chainSchema, to: sequenceSchema, hash: hashSchema }),
]);
export type Meta = v.InferOutput<typeof metaSchema>;

/** A parcel in the file. Its place changes when the file is written anew. */
export interface Kept {
  readonly from: number;
  readonly to: number;
  readonly hash: string;
  start: number;
  readonly metaLength: number;
  /** Bytes of the sealed parcel. */
  readonly length: number;
  applied: boolean;
  /** What the record itself says; a later one may say otherwise. */
  readonly written: boolean;
  /** Its bytes were read, and are not what was written. */
  damaged?: boolean;
}

export interface Chain {
  base: Head | undefined;
  parcels: Kept[];
}

/** What a file holds, without the parcels themselves: a few hundred bytes for each. */
export interface Index {
  readonly chains: Map<string, Chain>;
  /** Bytes that are whole records; anything behind is half a write. */
  size: number;
}

/** Meta and lengths of a record fit many times over: one reading finds a record, or several small ones. */
const WINDOW_BYTES = 16 * 1024;
const META_MAX_BYTES = 1024;

export const emptyIndex = (): Index => ({ chains: new Map(), size: 0 });

export function chainIn(index: Index, name: string): Chain {
  const known = index.chains.get(name);
  if (known) return known;
  const chain: Chain = { base: undefined, parcels: [] };
  index.chains.set(name, chain);
  return chain;
}

export const headIn = (chain: Chain | undefined): Head | undefined => {
  const last = chain?.parcels.at(-1);
  return last ? { to: last.to, hash: last.hash } : chain?.base;
};

export const recordLength = (kept: Kept): number => 8 + kept.metaLength + kept.length;

/** What a record says, taken into the index. */
export function enter(
  index: Index,
  meta: Meta,
  place: { start: number; metaLength: number; length: number },
): void {
  const chain = chainIn(index, meta.chain);
  if (meta.k === 'p') {
    const { from, to, hash, applied } = meta;
    chain.parcels.push({ from, to, hash, applied, written: applied, ...place });
  } else if (meta.k === 'b') chain.base = { to: meta.to, hash: meta.hash };
  else for (const kept of chain.parcels) if (kept.from === meta.from) kept.applied = true;
  index.size = place.start + 8 + place.metaLength + place.length;
}

/** Everything a file holds, read without its parcels. @returns also the last record that is a parcel and ends the file */
export async function readIndex(handle: FileHandle): Promise<{ index: Index; last: Kept | undefined }> {
  const index = emptyIndex();
  const { size } = await handle.stat();
  let last: Kept | undefined;
  let window: Buffer = Buffer.alloc(0);
  let windowAt = 0;
  const bytesAt = async (at: number, length: number): Promise<Buffer | undefined> => {
    if (at + length > size) return undefined;
    if (at < windowAt || at + length > windowAt + window.length) {
      window = await readAt(handle, at, Math.min(WINDOW_BYTES, size - at));
      windowAt = at;
    }
    const found = window.subarray(at - windowAt, at - windowAt + length);
    return found.length === length ? found : undefined;
  };
  for (;;) {
    const start = index.size;
    const metaLength = (await bytesAt(start, 4))?.readUInt32BE();
    if (metaLength === undefined || metaLength > META_MAX_BYTES) break;
    const text = await bytesAt(start + 4, metaLength);
    const meta = text && parseMeta(text);
    const length = (await bytesAt(start + 4 + metaLength, 4))?.readUInt32BE();
    if (!meta || length === undefined || start + 8 + metaLength + length > size) break;
    enter(index, meta, { start, metaLength, length });
    last = meta.k === 'p' ? index.chains.get(meta.chain)?.parcels.at(-1) : undefined;
  }
  return { index, last };
}

export async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, at);
  return bytes.subarray(0, bytesRead);
}

/** What is to be written, and the same as it lies in the file. */
export interface Draft {
  readonly meta: Meta;
  readonly content: Buffer;
}
export interface Sealed {
  readonly meta: Meta;
  readonly metaLength: number;
  readonly length: number;
  readonly bytes: Buffer;
}

/** What is sealed is bound to its audience and its meta, and not to its place. */
const bound = (audience: Audience, meta: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${audience}\n`), meta]);

export function sealRecord(key: KeyObject, audience: Audience, { meta, content }: Draft): Sealed {
  const head = Buffer.from(JSON.stringify(meta));
  const sealed = seal(key, content, bound(audience, head));
  const bytes = Buffer.concat([u32(head.length), head, u32(sealed.length), sealed]);
  return { meta, metaLength: head.length, length: sealed.length, bytes };
}

/** The parcel in a record, or undefined where its bytes are not what was written. */
export function openRecord(
  key: KeyObject,
  audience: Audience,
  record: Buffer,
  kept: Kept,
): Buffer | undefined {
  const meta = record.subarray(4, 4 + kept.metaLength);
  try {
    return unseal(key, record.subarray(8 + kept.metaLength), bound(audience, meta));
  } catch (error) {
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
}

/** A snapshot stands for the chain up to there. */
export const baseRecord = ([chain, { to, hash }]: readonly [string, Head]): Draft => ({
  // Chains come from headers and statements, which were parsed.
  meta: { k: 'b', chain: chain as ChainName, to, hash },
  content: Buffer.alloc(0),
});

/** Opened for one operation at a time: a poste of many audiences holds no file descriptor in between. */
export async function withFile<T>(path: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  try {
    const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      return await use(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw storageError(error);
  }
}

function parseMeta(text: Buffer): Meta | undefined {
  try {
    const parsed = v.safeParse(metaSchema, JSON.parse(text.toString('utf8')));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

function u32(value: number): Buffer {
  const out = Buffer.allocUnsafe(4);
  out.writeUInt32BE(value);
  return out;
}
