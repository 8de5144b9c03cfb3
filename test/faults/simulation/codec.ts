import { syncBuiltinESMExports } from 'node:module';
import zlib from 'node:zlib';

/** The engine compresses on a thread, whose end no seed decides: here it is done on the spot. */
type Done = (error: Error | null, out: Buffer) => void;
const compress = zlib.brotliCompressSync;
const decompress = zlib.brotliDecompressSync;
export function compressOnTheSpot(): void {
  const target = zlib as unknown as Record<string, unknown>;
  target['brotliCompress'] = (text: Buffer, _options: unknown, done: Done): void => {
    const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: 1, [zlib.constants.BROTLI_PARAM_LGWIN]: 16 };
    done(null, compress(text, { params }));
  };
  target['brotliDecompress'] = (bytes: Buffer, options: zlib.BrotliOptions, done: Done): void => {
    let out: Buffer;
    try {
      out = decompress(bytes, options);
    } catch (error) {
      return done(error as Error, Buffer.alloc(0));
    }
    done(null, out);
  };
  syncBuiltinESMExports();
}
