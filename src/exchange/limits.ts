/** Bounds of the exchange. They are part of the protocol: a second client must respect them (docs/sync.md). */

/** Version of the parcel format and of the requests that carry it. */
export const PARCEL_VERSION = 0;

/** What a parcel aims at, in bytes: a cut costs at most one of them (about 2 s of a 256 kbit/s line). */
export const PARCEL_TARGET_BYTES = 64 * 1024;

/** No receiver takes a larger one, in bytes. One document alone may reach it. */
export const PARCEL_MAX_BYTES = 1024 * 1024;

/** JSON lines of one parcel once decompressed, in bytes: a small parcel may not become a large memory. */
export const LINES_MAX_BYTES = 8 * 1024 * 1024;

/** Records of one parcel: 256 kB of the shortest lines are fewer. Each costs its receiver more than it cost to send. */
export const RECORDS_MAX = 10_000;

/** Lines gathered before the first compression is tried, in bytes. School documents shrink about five times. */
export const LINES_TARGET_BYTES = 256 * 1024;

/** Ancestors a record may carry (DESIGN 3: at most 50), newest first. */
export const ANCESTORS_MAX = 50;

/** One request's frames, in bytes. A longer exchange takes several requests. */
export const BUNDLE_MAX_BYTES = 16 * 1024 * 1024;

/** Parcels of one pull reply, in bytes, when the puller names no budget of its own. */
export const PULL_DEFAULT_BYTES = 4 * 1024 * 1024;

/** Parcels of one snapshot: 250 MB at about 64 kB each. */
export const SNAPSHOT_PARCELS_MAX = 4000;

/** Keys of heads that one statement ends: one a head who left, over the life of a school. */
export const ENDED_KEYS_MAX = 100;

/** Grants that one such statement keeps: 185 kB. More take a second one. */
export const KEPT_GRANTS_MAX = 4000;

/** Times that one run signs again because the other side's nonce has ended; then it is given up. */
export const SIGN_AGAIN_MAX = 5;

/** A JSON request or reply, in bytes: the vectors of 200 audiences and 50 postes fit. */
export const MESSAGE_MAX_BYTES = 512 * 1024;
