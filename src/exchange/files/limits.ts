/** Bounds of the file exchange. They are part of the protocol (docs/files.md): a second client must respect them. */

/** What a chunk aims at, in bytes of content: 2.35 % of a changed file moved at this size against 11 % at 1 MiB. */
export const CHUNK_TARGET_BYTES = 64 * 1024;

/** No chunk is longer, in bytes of content. */
export const CHUNK_MAX_BYTES = 2 * CHUNK_TARGET_BYTES;

/** A codec's letter, and what sealing adds. */
export const BODY_MAX_BYTES = CHUNK_MAX_BYTES + 1 + 28;

/** An application package is the largest thing a school moves, in bytes. */
export const FILE_MAX_BYTES = 2 * 1024 ** 3;

/** Chunks of the largest file, were all of the smallest size (8 KiB) that the cutter makes. */
export const LIST_MAX_CHUNKS = 262_144;

/** JSON in front of a message, in bytes. */
export const HEAD_MAX_BYTES = 64 * 1024;

/** Ranges that one message may name; more are asked in another one. */
export const RANGES_MAX = 2000;
