import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import * as v from 'valibot';
import { parseAudience, type Audience } from '../../domain/audience';
import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import { canonicalBytes, grantSchema, idSchema, inPriority, type Grant, type Replica } from '../../exchange';
import type { RevisionRecord, Store } from '../../store/port';
import type { Keyring } from '../../store/port-keys';
import type { Block } from './blocks';

/** What a copy is made from: this poste, as it stands now. */
export interface CopySource {
  readonly school: Id<'school'>;
  /** Head keys this poste was given by hand. */
  readonly anchors: readonly string[];
  readonly replica: Replica;
  readonly store: Store;
  readonly keyring: Pick<Keyring, 'has' | 'dataKey' | 'audiences'>;
  /** `keys.json` and the folder of files, in the data folder. */
  readonly keysFile: string;
  readonly filesFolder: string;
  /** What the printed sheet opens, as it stands in `parc`. */
  readonly recovery: () => Promise<unknown>;
}

/** First block of `parc`: who the school is, for a bare laptop. */
const aboutSchema = v.strictObject({
  school: idSchema('school'),
  anchors: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/))), v.minLength(1)),
});
export type About = v.InferOutput<typeof aboutSchema>;

/** Revisions in one block, and how many bytes of them at the most (a large document stands alone). */
const RECORDS = 500;
const RECORD_BYTES = 4 * 1024 * 1024;
const PLAIN_MAX_BYTES = 256 * 1024 * 1024;

/** Every audience something of which is held here, `parc` first: grants stand in it. */
export async function audiencesOf({ replica, store, keyring }: CopySource): Promise<readonly Audience[]> {
  const carried = Object.keys(await replica.vectors('all'));
  const stored = (await store.list()).filter((name) => keyring.has(name));
  const all = inPriority(new Set([...carried, ...stored]));
  return [...all.filter((name) => name === 'parc'), ...all.filter((name) => name !== 'parc')];
}

/**
 * Own changes into parcels first, so that another poste may carry them on; then parcels, which prove their authors; then
 * every revision of the bases that are open, for what fits in no parcel.
 */
export async function* blocksOf(source: CopySource, audience: Audience): AsyncGenerator<Block> {
  const { replica, keyring, store } = source;
  if (audience === 'parc') {
    const about: About = { school: source.school, anchors: [...source.anchors] };
    yield { kind: 'H', bytes: canonicalBytes(about) };
  }
  await replica.packOwn(audience);
  if (audience === 'parc') yield { kind: 'G', bytes: canonicalBytes(replica.book.all()) };
  for await (const piece of replica.lacking({}, new Set([audience])))
    if (piece.kind === 'parcel') yield { kind: 'P', bytes: piece.parcel.bytes };
  // The private notes of a person who is not signed in are in their parcels alone: nobody here can open more.
  if (keyring.has(audience)) yield* records(store, audience);
}

async function* records(store: Store, audience: Audience): AsyncGenerator<Block> {
  const database = await store.open(audience);
  let lines: string[] = [];
  let bytes = 0;
  const take = (): Block => {
    const text = lines.join('\n');
    lines = [];
    bytes = 0;
    const params = { [constants.BROTLI_PARAM_QUALITY]: 5 };
    return { kind: 'R', bytes: brotliCompressSync(Buffer.from(text), { params }) };
  };
  for (let after = 0; ;) {
    const page = await database.changesSince(after, RECORDS);
    for (const { record } of page) {
      const line = JSON.stringify(record);
      if (lines.length > 0 && (lines.length >= RECORDS || bytes + line.length > RECORD_BYTES)) yield take();
      lines.push(line);
      bytes += line.length;
    }
    const last = page.at(-1);
    if (!last || page.length < RECORDS) break;
    after = last.seq;
  }
  if (lines.length > 0) yield take();
}

const revision = v.pipe(v.string(), v.regex(/^[0-9]{1,9}-[0-9a-f]{32}$/));
const recordSchema = v.object({
  id: v.pipe(v.string(), v.maxLength(200)),
  rev: revision,
  ancestors: v.pipe(v.array(revision), v.maxLength(50)),
  deleted: v.boolean(),
  body: v.objectWithRest({ _id: v.string(), type: v.string(), v: v.number() }, v.unknown()),
});

/** @throws PreauError `BACKUP_DAMAGED` */
export function readRecords(bytes: Buffer): readonly RevisionRecord[] {
  const text = damaged(() => brotliDecompressSync(bytes, { maxOutputLength: PLAIN_MAX_BYTES }).toString());
  return text.split('\n').map((line) => {
    const parsed = v.safeParse(
      recordSchema,
      damaged(() => JSON.parse(line) as unknown),
    );
    if (!parsed.success) throw new PreauError('BACKUP_DAMAGED', { reason: 'record' });
    // Its fields came out of JSON: they are Json.
    return parsed.output as RevisionRecord;
  });
}

/** @throws PreauError `BACKUP_DAMAGED` */
export function readAbout(bytes: Buffer): About {
  const parsed = v.safeParse(
    aboutSchema,
    damaged(() => JSON.parse(bytes.toString('utf8')) as unknown),
  );
  if (!parsed.success) throw new PreauError('BACKUP_DAMAGED', { reason: 'about' });
  return parsed.output;
}

/** @throws PreauError `BACKUP_DAMAGED` */
export function readGrants(bytes: Buffer): readonly Grant[] {
  const json: unknown = damaged(() => JSON.parse(bytes.toString('utf8')) as unknown);
  // A kind of grant that is newer than this programme is left out: it stands in `parc` all the same.
  return Array.isArray(json)
    ? json.flatMap((one) => {
        const parsed = v.safeParse(grantSchema, one);
        return parsed.success ? [parsed.output] : [];
      })
    : [];
}

function damaged<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new PreauError('BACKUP_DAMAGED', { reason: 'unreadable' }, { cause });
  }
}

/** Which key seals a section: its own where it is open here. */
export const sealedWith = (source: CopySource, audience: Audience): Audience =>
  source.keyring.has(audience) && parseAudience(audience) ? audience : 'parc';
