import { PreauError } from '../domain/errors';
import { isDeeperThan, JSON_DEPTH_MAX } from '../domain/json';
import type { DocumentBody } from './port';

/** Printable ASCII without blanks: an identifier stands unencrypted in keys and file names, so it means nothing. */
const ID = /^[a-z][\x21-\x7e]{0,199}$/;
/** Bytes of JSON. A document that grows past this is a file, and files stay out of documents (DESIGN 3). */
export const MAX_BODY_BYTES = 1024 * 1024;

/**
 * A private copy of a body that is fit to be stored: plain JSON with an identifier, a type and a version.
 * @throws PreauError `BAD_INPUT` naming the field, `TOO_LARGE`
 */
export function cleanBody(body: DocumentBody): DocumentBody {
  let text: string;
  try {
    text = JSON.stringify({ ...body, _rev: undefined });
  } catch (cause) {
    throw new PreauError('BAD_INPUT', { path: '' }, { cause });
  }
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) throw new PreauError('TOO_LARGE', { limit: MAX_BODY_BYTES });
  // PouchDB copies by assignment: this key would change the copy's prototype and be lost from the document.
  if (text.includes('"__proto__"')) throw new PreauError('BAD_INPUT', { path: '__proto__' });
  const copy = JSON.parse(text) as DocumentBody;
  // No receiver takes it (src/exchange/lines.ts).
  if (isDeeperThan(copy, JSON_DEPTH_MAX)) throw new PreauError('BAD_INPUT', { path: '' });
  if (typeof copy._id !== 'string' || !ID.test(copy._id)) throw new PreauError('BAD_INPUT', { path: '_id' });
  if (typeof copy.type !== 'string' || copy.type === '') throw new PreauError('BAD_INPUT', { path: 'type' });
  if (!Number.isSafeInteger(copy.v) || copy.v < 1) throw new PreauError('BAD_INPUT', { path: 'v' });
  return copy;
}

/** The body that a deletion leaves: the same on every poste, so that two deletions of one revision are one. */
export function tombstone(body: DocumentBody): DocumentBody {
  return { _id: body._id, type: body.type, v: body.v };
}
