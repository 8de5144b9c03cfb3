import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { sha256, utf8 } from '../bytes';
import { seal, unseal } from '../seal';
import type { FileKeys } from './keys';
import { CHUNK_MAX_BYTES } from './limits';

/** Codecs of a packed chunk: its first byte. */
const RAW = 0;
const BROTLI = 1;

/** A chunk is compressed where that saves a sixteenth at least: unpacking costs the slow tablet's teacher time too. */
const PAYS = 15 / 16;
const QUALITY = 5;
const PLACE = utf8('preau chunk v0');

/** A part of a chunk that tells pictures and archives, which do not shrink, from the rest; trying them whole is slow. */
const SAMPLE_BYTES = 4096;

const compress = (content: Uint8Array): Buffer =>
  brotliCompressSync(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });

function shrinks(content: Uint8Array): boolean {
  if (content.length <= 2 * SAMPLE_BYTES) return true;
  const middle = content.length >> 1;
  return compress(content.subarray(middle, middle + SAMPLE_BYTES)).length < SAMPLE_BYTES * PAYS;
}

/** A chunk as it rests and moves in an open audience: a codec, and the content. A function of the content alone. */
export function packChunk(content: Uint8Array): Buffer {
  const compressed = shrinks(content) ? compress(content) : undefined;
  return compressed && compressed.length <= content.length * PAYS
    ? Buffer.concat([Buffer.of(BROTLI), compressed])
    : Buffer.concat([Buffer.of(RAW), content]);
}

/** @returns undefined for what is no packed chunk, or unpacks to more than a chunk may hold */
export function unpackChunk(packed: Uint8Array): Buffer | undefined {
  const rest = packed.subarray(1);
  if (packed[0] === RAW)
    return rest.length <= CHUNK_MAX_BYTES
      ? Buffer.from(rest.buffer, rest.byteOffset, rest.length)
      : undefined;
  if (packed[0] !== BROTLI) return undefined;
  try {
    return brotliDecompressSync(rest, { maxOutputLength: CHUNK_MAX_BYTES });
  } catch {
    return undefined;
  }
}

/**
 * What travels: the packed chunk itself, or sealed where the audience is. The seal is deterministic, so that every poste
 * of the school makes the same bytes of one chunk, under one key.
 */
export const bodyOf = (packed: Buffer, keys?: FileKeys): Buffer =>
  keys ? seal(keys.sealKey, PLACE, packed) : packed;

/** The packed chunk of a body. @returns undefined where the seal does not open under this key */
export const packedOf = (body: Buffer, keys?: FileKeys): Buffer | undefined =>
  keys ? unseal(keys.sealKey, PLACE, body) : body;

/**
 * A chunk's name: SHA-256 of its body, 32 bytes. Whoever carries a body, key or none, checks it by its name; the name of a
 * sealed one follows from the key, and tells nothing of the content to who has none.
 */
export const chunkName = (body: Uint8Array): Buffer => sha256(body);
