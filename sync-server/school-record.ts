import * as v from 'valibot';
import { idSchema, isPublicKeyText } from '../src/exchange';
import type { Shelf } from './store/shelf';

/** What a school is to the commune: who speaks for it. Written at enrolment, read with everything else. */
const schoolRecordSchema = v.object({
  uai: v.pipe(v.string(), v.regex(/^[0-9]{7}[a-z]$/)),
  school: idSchema('school'),
  /** Public keys of its heads that the commune was given by hand; later ones are signed by these. */
  headKeys: v.pipe(
    v.array(v.custom<string>((key) => typeof key === 'string' && isPublicKeyText(key))),
    v.minLength(1),
  ),
});
export type SchoolRecord = v.InferOutput<typeof schoolRecordSchema>;

/** Parcels, heads of chains, grants and refusals of a school in CouchDB. Everything sealed stays in here as it is. */
export const parcelsDatabase = (uai: string): string => `preau_${uai.toLowerCase()}_parcels`;

const RECORD_ID = 'school';

export function parseSchool(held: unknown): SchoolRecord | undefined {
  const parsed = v.safeParse(schoolRecordSchema, held);
  return parsed.success ? parsed.output : undefined;
}

/** Makes a school known, or adds a head's key to one that is. Running it again changes nothing. */
export async function writeSchool(
  shelf: Shelf,
  record: SchoolRecord,
): Promise<'created' | 'same' | 'other-school'> {
  for (;;) {
    const held = await shelf.get(RECORD_ID);
    const known = parseSchool(held);
    if (known && known.school !== record.school) return 'other-school';
    if (known && record.headKeys.every((key) => known.headKeys.includes(key))) return 'same';
    const headKeys = [...new Set([...(known?.headKeys ?? []), ...record.headKeys])];
    const next = { _id: RECORD_ID, ...record, headKeys, ...(held?._rev ? { _rev: held._rev } : {}) };
    if ((await shelf.put(next)) !== undefined) return 'created';
  }
}
