import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { DocumentBody, Revision, RevisionRecord } from './port';

/**
 * Revisions are ours (DESIGN 3): a generation and 128 bits of HMAC-SHA-256 over the canonical JSON (RFC 8785) of
 * `[parent, deleted, body]`. Who holds the audience's key recomputes one, so it need not travel; who does not cannot
 * guess a content from it. PouchDB's own is an MD5 of latin1-truncated text in key order: `cœur` and `cSur` collide.
 */
const PATTERN = /^([1-9]\d{0,8})-([0-9a-f]{32})$/;

export interface RevisionInput {
  /** The revision this one follows; null or undefined for the first. */
  readonly parent?: Revision | null | undefined;
  readonly deleted: boolean;
  /** With its `_id`; a `_rev` is left out of the hash. */
  readonly body: DocumentBody;
}

/** The key that revisions of an audience are made with. Not the key that encrypts: a gateway may hold this one alone. */
export function revisionKey(dataKey: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', dataKey, new Uint8Array(0), 'preau/revision/1', 32));
}

/** Node takes four times as long over an HMAC whose key comes as bytes. */
const keyObjects = new WeakMap<Uint8Array, KeyObject>();

function keyObjectOf(key: Uint8Array): KeyObject {
  const known = keyObjects.get(key);
  if (known) return known;
  const made = createSecretKey(key);
  keyObjects.set(key, made);
  return made;
}

/** The number before the dash, from 1; 0 for no revision. @throws RangeError on a string that is no revision */
export function generationOf(rev: Revision | null | undefined): number {
  if (rev === null || rev === undefined) return 0;
  const match = PATTERN.exec(rev);
  if (!match) throw new RangeError('not a revision');
  return Number(match[1]);
}

export function isRevision(value: unknown): value is Revision {
  return typeof value === 'string' && PATTERN.test(value);
}

/**
 * The revision that this content has after that parent.
 * @param key as `revisionKey` made it; its bytes must not change
 * @throws Error on content that is not JSON
 */
export function revisionOf(key: Uint8Array, input: RevisionInput): Revision {
  // Canonical JSON leaves out what is undefined.
  const body = { ...input.body, _rev: undefined };
  const parent = input.parent ?? null;
  const text = canonicalize([parent, input.deleted, body]);
  if (text === undefined) throw new TypeError('a revision needs JSON');
  const hash = createHmac('sha256', keyObjectOf(key)).update(text, 'utf8').digest('hex').slice(0, 32);
  return `${generationOf(parent) + 1}-${hash}`;
}

/**
 * True when the record's revision is the one its content has, and its ancestors count down one by one.
 * Never throws: a record comes from elsewhere.
 */
export function isGenuine(key: Uint8Array, record: RevisionRecord): boolean {
  try {
    let generation = generationOf(record.rev);
    for (const ancestor of record.ancestors) if (generationOf(ancestor) !== --generation) return false;
    if (record.body._id !== record.id) return false;
    return (
      revisionOf(key, { parent: record.ancestors[0], deleted: record.deleted, body: record.body }) ===
      record.rev
    );
  } catch {
    return false;
  }
}
