/**
 * What the search at rest is tried against, from outside the product: a cipher that copies, and a compressor that stores. It
 * replaces Node's own functions in the process that loads it, so that the product has no switch anybody could find.
 * In another process: `NODE_OPTIONS=--import <this file>` and `PREAU_TEST_WEAKEN=cipher,compression`.
 *
 * Compression hides a text without protecting it. So it is off in the run with encryption too: what is compressed and not
 * sealed shows there.
 */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import zlib from 'node:zlib';

const asked = (process.env['PREAU_TEST_WEAKEN'] ?? '').split(',');
export const weakened = { cipher: asked.includes('cipher'), compression: asked.includes('compression') };

const { createCipheriv, createDecipheriv } = crypto;
const { brotliCompress, brotliCompressSync } = zlib;
const TAG_BYTES = 16;

const copier = () => {
  const copies = {
    setAAD: () => copies,
    setAuthTag: () => copies,
    update: (data, encoding) => Buffer.from(data, encoding),
    final: () => Buffer.alloc(0),
    getAuthTag: () => Buffer.alloc(TAG_BYTES),
  };
  return copies;
};
crypto.createCipheriv = (...given) => (weakened.cipher ? copier() : createCipheriv(...given));
crypto.createDecipheriv = (...given) => (weakened.cipher ? copier() : createDecipheriv(...given));

/** Bytes of a meta-block's length field. */
const BLOCK = 65536;

/** A brotli stream (RFC 7932) of uncompressed meta-blocks: any decoder reads it, and so does a search. */
function stored(data) {
  const bytes = Buffer.from(data);
  const parts = [];
  for (let start = 0; start < bytes.length; start += BLOCK) {
    const block = bytes.subarray(start, start + BLOCK);
    // ISLAST 0, MNIBBLES 00, MLEN-1 in 16 bits, ISUNCOMPRESSED 1; the first one stands behind WBITS 0 (a 64 KiB window).
    const head = ((block.length - 1) << 3) | (1 << 19);
    const bits = start === 0 ? head * 2 : head;
    parts.push(Buffer.of(bits & 255, (bits >> 8) & 255, (bits >> 16) & 255), block);
  }
  // ISLAST, ISLASTEMPTY; WBITS before it where nothing else is.
  parts.push(Buffer.of(bytes.length === 0 ? 6 : 3));
  return Buffer.concat(parts);
}
zlib.brotliCompressSync = (data, options) =>
  weakened.compression ? stored(data) : brotliCompressSync(data, options);
zlib.brotliCompress = (data, ...rest) => {
  if (!weakened.compression) return brotliCompress(data, ...rest);
  setImmediate(rest.at(-1), null, stored(data));
};
syncBuiltinESMExports();
