import * as v from 'valibot';
import { internetSettingsSchema, type InternetSettings } from '../../../contract/staff/internet';
import { idFrom, type Id } from '../../../domain/id';
import { sha256, utf8 } from '../../../exchange';
import type { AudienceDatabase, DocumentBody } from '../../../store/port';

const NONE: InternetSettings = { allowed: [], blocked: [] };

/** The school's lists: one document of `parc`, on every poste. Its prefix is the school's, so that a head alone writes it. */
const settingsId = (school: Id<'school'>): string =>
  idFrom('school', sha256(utf8(`internet settings ${school}`)));

export function readInternetSettings(parc: AudienceDatabase, school: Id<'school'>): InternetSettings {
  const parsed = v.safeParse(internetSettingsSchema, parc.get(settingsId(school))?.body);
  return parsed.success ? parsed.output : NONE;
}

export async function writeInternetSettings(
  parc: AudienceDatabase,
  school: Id<'school'>,
  { allowed, blocked, list }: InternetSettings,
): Promise<void> {
  const held = parc.get(settingsId(school));
  await parc.put(
    {
      ...(held && without(held.body)),
      _id: settingsId(school),
      type: 'internetSettings',
      v: 1,
      allowed: [...allowed],
      blocked: [...blocked],
      ...(list && { list: { ...list, categories: list.categories.map((each) => ({ ...each })) } }),
    },
    held?.rev,
  );
}

/** A list that was taken away leaves nothing behind; fields another version wrote stay. */
const without = ({ _id, type, v: version, list: _taken, ...rest }: DocumentBody): DocumentBody => ({
  ...rest,
  _id,
  type,
  v: version,
});
