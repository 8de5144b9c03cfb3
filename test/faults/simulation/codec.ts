import { syncBuiltinESMExports } from 'node:module';
import zlib from 'node:zlib';
import type { Codec } from '../../../src/exchange';

const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: 1, [zlib.constants.BROTLI_PARAM_LGWIN]: 16 };

/** Real brotli, at once and at its quickest: what is tried is not how small a parcel gets. */
export const quickCodec: Codec = {
  compress: (text) => new Promise((resolve) => resolve(zlib.brotliCompressSync(text, { params }))),
  expand: (compressed, limit) =>
    new Promise((resolve) => resolve(zlib.brotliDecompressSync(compressed, { maxOutputLength: limit }))),
};

type Done = (error: Error | null, out?: Buffer) => void;
/** The gateway's engine opens parcels on a thread, whose end no seed decides: here it is done on the spot. */
export function expandOnTheSpot(): void {
  const target = zlib as unknown as Record<string, unknown>;
  target['brotliDecompress'] = (bytes: Buffer, options: zlib.BrotliOptions, done: Done): void => {
    let out: Buffer;
    try {
      out = zlib.brotliDecompressSync(bytes, options);
    } catch (error) {
      return done(error as Error);
    }
    done(null, out);
  };
  syncBuiltinESMExports();
}
