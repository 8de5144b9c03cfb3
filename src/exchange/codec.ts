import {
  brotliCompress,
  brotliCompressSync,
  brotliDecompress,
  brotliDecompressSync,
  constants,
} from 'node:zlib';

/** Brotli (RFC 7932) as the engine asks for it. It must give the same bytes for the same text. */
export interface Codec {
  compress(text: Buffer): Promise<Buffer>;
  /** @throws where it is no brotli, or more than `limit` bytes */
  expand(compressed: Buffer, limit: number): Promise<Buffer>;
}

const options = (text: Buffer) => ({
  params: {
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
  },
});

/** In threads beside: what a poste and the gateway use. */
export const threadedCodec: Codec = {
  compress: (text) =>
    new Promise((resolve, reject) => {
      brotliCompress(text, options(text), (error, out) => (error ? reject(error) : resolve(out)));
    }),
  expand: (compressed, limit) =>
    new Promise((resolve, reject) => {
      brotliDecompress(compressed, { maxOutputLength: limit }, (error, out) =>
        error ? reject(error) : resolve(out),
      );
    }),
};

/** At once: with it the engine is a function of what it is given, in the order in which it is given (test/faults). */
export const immediateCodec: Codec = {
  compress: (text) => new Promise((resolve) => resolve(brotliCompressSync(text, options(text)))),
  expand: (compressed, limit) =>
    new Promise((resolve) => resolve(brotliDecompressSync(compressed, { maxOutputLength: limit }))),
};
