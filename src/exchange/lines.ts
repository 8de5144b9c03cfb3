import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import * as v from 'valibot';
import type { Json } from '../domain/json';
import type { DocumentBody, RevisionRecord } from '../store/port';
import { generationOf, revisionOf } from '../store/revision';
import { utf8 } from './bytes';
import { canonical } from './canonical';
import { ANCESTORS_MAX, LINES_MAX_BYTES } from './limits';

/**
 * One record is one line of canonical JSON with one-letter names:
 * `b` the body · `a` hashes of its ancestors, newest first · `g` the generation of the first ancestor, with `a` ·
 * `d` true where it is deleted · `r` its own revision, only where ours is not the one that its content has.
 */
const HEX = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
const jsonSchema = v.custom<Json | undefined>(() => true);
/**
 * What every receiver can store (src/store/body-check.ts, CouchDB): one poste's document that no database takes would
 * end the runs of all others. Names that start with an underscore are CouchDB's own.
 */
const ID = /^[a-z][\x21-\x7e]{0,199}$/;
const BODY_MAX_BYTES = 1024 * 1024;
const lineSchema = v.pipe(
  v.strictObject({
    b: v.objectWithRest(
      {
        _id: v.pipe(v.string(), v.regex(ID)),
        type: v.pipe(v.string(), v.nonEmpty()),
        v: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
      },
      jsonSchema,
    ),
    a: v.optional(v.pipe(v.array(HEX), v.minLength(1), v.maxLength(ANCESTORS_MAX))),
    g: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
    d: v.optional(v.literal(true)),
    r: v.optional(v.pipe(v.string(), v.regex(/^[1-9]\d{0,8}-[0-9a-f]{32}$/))),
  }),
  v.check((line) => (line.a === undefined) === (line.g === undefined), 'ancestors have a generation'),
  v.check((line) => (line.g ?? 1) >= (line.a?.length ?? 0), 'more ancestors than generations'),
);

/** @param revisionKey of the audience: decides whether the revision must travel */
export function lineOf(record: RevisionRecord, revisionKey: Buffer): string {
  const ancestors = record.ancestors.slice(0, ANCESTORS_MAX);
  const first = ancestors[0];
  const own = revisionOf(revisionKey, { parent: first, deleted: record.deleted, body: record.body });
  return canonical({
    b: record.body,
    ...(first ? { a: ancestors.map((rev) => rev.slice(rev.indexOf('-') + 1)), g: generationOf(first) } : {}),
    ...(record.deleted ? { d: true } : {}),
    ...(own === record.rev ? {} : { r: record.rev }),
  });
}

/** @throws Error for a line that is no record */
function recordOf(text: string, revisionKey: Buffer): RevisionRecord {
  if (text.includes('"__proto__"')) throw new TypeError('not a field');
  const line = v.parse(lineSchema, JSON.parse(text));
  if (Buffer.byteLength(text) > BODY_MAX_BYTES && Buffer.byteLength(JSON.stringify(line.b)) > BODY_MAX_BYTES)
    throw new TypeError('a document of this size is a file');
  if (Object.keys(line.b).some((name) => name.startsWith('_') && name !== '_id'))
    throw new TypeError('not a field');
  const body = line.b as DocumentBody;
  const ancestors = (line.a ?? []).map((hash, index) => `${(line.g ?? 0) - index}-${hash}`);
  const deleted = line.d === true;
  const rev = line.r ?? revisionOf(revisionKey, { parent: ancestors[0], deleted, body });
  if (generationOf(rev) !== generationOf(ancestors[0]) + 1)
    throw new TypeError('a revision follows its parent');
  return { id: body._id, rev, ancestors, deleted, body };
}

const COMPRESSION = {
  [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
};

/** Lines as a parcel's body holds them. Documents of a type stand together, which brotli likes. */
export function compressLines(lines: readonly string[]): Promise<Buffer> {
  const text = utf8(lines.join('\n'));
  const params = { ...COMPRESSION, [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
  return new Promise((resolve, reject) => {
    brotliCompress(text, { params }, (error, out) => (error ? reject(error) : resolve(out)));
  });
}

/** The records of a body, or undefined when it is none, or would be larger than a receiver takes. */
export async function readLines(
  compressed: Buffer,
  revisionKey: Buffer,
): Promise<readonly RevisionRecord[] | undefined> {
  try {
    const text = await new Promise<Buffer>((resolve, reject) => {
      brotliDecompress(compressed, { maxOutputLength: LINES_MAX_BYTES }, (error, out) =>
        error ? reject(error) : resolve(out),
      );
    });
    return text
      .toString('utf8')
      .split('\n')
      .map((line) => recordOf(line, revisionKey));
  } catch {
    return undefined;
  }
}
