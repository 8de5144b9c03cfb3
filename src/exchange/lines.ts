import * as v from 'valibot';
import { isDeeperThan, JSON_DEPTH_MAX, type Json } from '../domain/json';
import type { DocumentBody, RevisionRecord } from '../store/port';
import { generationOf, revisionOf } from '../store/revision';
import { utf8 } from './bytes';
import { canonical } from './canonical';
import type { Codec } from './codec';
import { keyIdSchema } from './header';
import { ANCESTORS_MAX, LINES_MAX_BYTES, RECORDS_MAX } from './limits';
import type { AudienceSecrets } from './secrets';

/**
 * One record is one line of canonical JSON with one-letter names:
 * `b` the body · `a` hashes of its ancestors, newest first · `g` the generation of the first ancestor, with `a` ·
 * `d` true where it is deleted · `k` the key its revision was made with, where it is not the parcel's · `r` its own
 * revision, only where no key of the audience explains it.
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
    k: v.optional(keyIdSchema),
    r: v.optional(v.pipe(v.string(), v.regex(/^[1-9]\d{0,8}-[0-9a-f]{32}$/))),
  }),
  v.check((line) => (line.a === undefined) === (line.g === undefined), 'ancestors have a generation'),
  v.check((line) => (line.g ?? 1) >= (line.a?.length ?? 0), 'more ancestors than generations'),
);

/** The key under which a revision is the one its content has, the newest first. */
function keyOf(record: RevisionRecord, secrets: AudienceSecrets): AudienceSecrets | undefined {
  const content = { parent: record.ancestors[0], deleted: record.deleted, body: record.body };
  return [secrets, ...(secrets.former ?? [])].find(
    (one) => revisionOf(one.revisionKey, content) === record.rev,
  );
}

/** @param secrets under which the parcel is sealed; whether revision and key must travel depends on them */
export function lineOf(record: RevisionRecord, secrets: AudienceSecrets): string {
  const ancestors = record.ancestors.slice(0, ANCESTORS_MAX);
  const first = ancestors[0];
  const key = keyOf({ ...record, ancestors }, secrets);
  return canonical({
    b: record.body,
    ...(first ? { a: ancestors.map((rev) => rev.slice(rev.indexOf('-') + 1)), g: generationOf(first) } : {}),
    ...(record.deleted ? { d: true } : {}),
    ...(key && key.keyId !== secrets.keyId ? { k: key.keyId } : {}),
    ...(key ? {} : { r: record.rev }),
  });
}

/** The revision key a line names, or that of its parcel where it names none. */
export type RevisionKeyOf = (keyId: string | undefined) => Buffer | undefined;
/** A record, and the key that it was checked with. */
export interface ReadRecord {
  readonly record: RevisionRecord;
  readonly revisionKey: Buffer;
}

/** @returns 'closed' where the key it names is not held. @throws Error for a line that is no record */
function recordOf(text: string, keyOf: RevisionKeyOf): ReadRecord | 'closed' {
  if (text.includes('"__proto__"')) throw new TypeError('not a field');
  const value: unknown = JSON.parse(text);
  if (isDeeperThan(value, JSON_DEPTH_MAX + 1)) throw new TypeError('too deep');
  const line = v.parse(lineSchema, value);
  if (Buffer.byteLength(text) > BODY_MAX_BYTES && Buffer.byteLength(JSON.stringify(line.b)) > BODY_MAX_BYTES)
    throw new TypeError('a document of this size is a file');
  if (Object.keys(line.b).some((name) => name.startsWith('_') && name !== '_id'))
    throw new TypeError('not a field');
  const revisionKey = keyOf(line.k);
  if (!revisionKey) return 'closed';
  const body = line.b as DocumentBody;
  const ancestors = (line.a ?? []).map((hash, index) => `${(line.g ?? 0) - index}-${hash}`);
  const deleted = line.d === true;
  const rev = line.r ?? revisionOf(revisionKey, { parent: ancestors[0], deleted, body });
  if (generationOf(rev) !== generationOf(ancestors[0]) + 1)
    throw new TypeError('a revision follows its parent');
  return { record: { id: body._id, rev, ancestors, deleted, body }, revisionKey };
}

/** Lines as a parcel's body holds them. Documents of a type stand together, which brotli likes. */
export const compressLines = (lines: readonly string[], codec: Codec): Promise<Buffer> =>
  codec.compress(utf8(lines.join('\n')));

/**
 * The records of a body; 'closed' where a key that one of them names is not held; undefined when it is no body, or
 * larger than a receiver takes.
 */
export async function readLines(
  compressed: Buffer,
  keyOf: RevisionKeyOf,
  codec: Codec,
): Promise<readonly ReadRecord[] | 'closed' | undefined> {
  try {
    const text = await codec.expand(compressed, LINES_MAX_BYTES);
    const read: ReadRecord[] = [];
    const lines = text.toString('utf8').split('\n', RECORDS_MAX + 1);
    if (lines.length > RECORDS_MAX) return undefined;
    for (const line of lines) {
      const one = recordOf(line, keyOf);
      if (one === 'closed') return one;
      read.push(one);
    }
    return read;
  } catch {
    return undefined;
  }
}
