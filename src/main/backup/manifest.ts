import { createHmac, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import { audienceSchema } from '../../domain/exchange/words';
import { PreauError } from '../../domain/errors';
import { canonicalBytes, idSchema } from '../../exchange';
import { deriveKey } from '../../store/seal';
import { readWhole, type Medium } from './medium';

/**
 * What a copy is made of (docs/backup.md). Readable without a key, and so without a name: opaque ids, sizes, hashes. The
 * proof is of who holds the school's keys; the hashes tell a cut before any key is at hand.
 */
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const fileName = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]{0,80}$/));
const partSchema = v.strictObject({ name: fileName, bytes: size, sha256 });

export const sectionSchema = v.strictObject({
  audience: audienceSchema,
  /** Whose key seals it: its own where it was open on the poste that made the copy, else that of `parc`. */
  sealedWith: audienceSchema,
  parts: v.pipe(v.array(partSchema), v.maxLength(10_000)),
  /** Sealed blocks, counted over all parts. */
  blocks: size,
});
export type Section = v.InferOutput<typeof sectionSchema>;

const storedFileSchema = v.strictObject({
  /** Under the data folder's `files`. */
  path: v.pipe(v.string(), v.regex(/^[a-z0-9]([a-z0-9._-]|\/(?!\.)){0,200}$/)),
  parts: v.pipe(v.array(partSchema), v.maxLength(10_000)),
});
export type StoredCopy = v.InferOutput<typeof storedFileSchema>;

export const FORMAT = 1;
const manifestSchema = v.strictObject({
  format: v.literal(FORMAT),
  id: v.pipe(v.string(), v.regex(/^[a-z2-7]{13}$/)),
  made: v.pipe(v.string(), v.isoTimestamp()),
  school: idSchema('school'),
  sections: v.pipe(v.array(sectionSchema), v.maxLength(1000)),
  files: v.pipe(v.array(storedFileSchema), v.maxLength(200_000)),
  keys: partSchema,
  /** What the printed sheet opens; absent where no head's poste ever published it. */
  recovery: v.optional(partSchema),
  proof: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/)),
});
export type Manifest = v.InferOutput<typeof manifestSchema>;

export const MANIFEST = 'copie.json';
/** Two hundred thousand files make about 40 MB of it. */
const MANIFEST_MAX_BYTES = 64 * 1024 * 1024;

const proofOf = (manifest: Omit<Manifest, 'proof'>, parcKey: Uint8Array): Buffer =>
  createHmac('sha256', deriveKey(parcKey, 'preau/backup manifest/1'))
    .update(canonicalBytes(manifest))
    .digest();

export const proven = (manifest: Omit<Manifest, 'proof'>, parcKey: Uint8Array): Manifest => ({
  ...manifest,
  proof: proofOf(manifest, parcKey).toString('base64url'),
});

/** @throws PreauError `BACKUP_DAMAGED` for one that was not made with that school's key, or was changed since */
export function demandProof({ proof, ...manifest }: Manifest, parcKey: Uint8Array): void {
  if (!timingSafeEqual(proofOf(manifest, parcKey), Buffer.from(proof, 'base64url')))
    throw new PreauError('BACKUP_DAMAGED', { reason: 'proof' });
}

/** @throws PreauError `BACKUP_NEWER`, `BACKUP_DAMAGED`, `BACKUP_CUT` */
export async function readManifest(medium: Medium, folder: string): Promise<Manifest> {
  const text = await readWhole(medium, `${folder}/${MANIFEST}`, MANIFEST_MAX_BYTES);
  let json: unknown;
  try {
    json = JSON.parse(text.toString('utf8'));
  } catch (cause) {
    throw new PreauError('BACKUP_DAMAGED', { reason: 'manifest' }, { cause });
  }
  const format = v.safeParse(v.object({ format: v.number() }), json);
  if (format.success && format.output.format > FORMAT)
    throw new PreauError('BACKUP_NEWER', { found: format.output.format, known: FORMAT });
  const parsed = v.safeParse(manifestSchema, json);
  if (!parsed.success) throw new PreauError('BACKUP_DAMAGED', { reason: 'manifest' });
  return parsed.output;
}

/** Bytes of everything a copy names. */
export function bytesOf({ sections, files, keys, recovery }: Omit<Manifest, 'proof'>): number {
  const parts = [...sections, ...files].flatMap((one) => one.parts);
  return [...parts, keys, ...(recovery ? [recovery] : [])].reduce((sum, { bytes }) => sum + bytes, 0);
}
