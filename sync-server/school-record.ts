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

/**
 * Makes a school known, once: its letter lies in a drawer for years, and whoever finds it must not add a key that counts as
 * a head's. Later heads' keys are signed by earlier ones. Running it again changes nothing.
 */
export async function writeSchool(
  shelf: Shelf,
  record: SchoolRecord,
): Promise<'created' | 'same' | 'other-school'> {
  for (;;) {
    const known = parseSchool(await shelf.get(RECORD_ID));
    if (known) {
      const isSame =
        known.school === record.school && record.headKeys.every((key) => known.headKeys.includes(key));
      return isSame ? 'same' : 'other-school';
    }
    if ((await shelf.put({ _id: RECORD_ID, ...record })) !== undefined) return 'created';
  }
}
