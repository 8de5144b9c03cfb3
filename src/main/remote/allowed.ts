import { idFrom, type Id } from '../../domain/id';
import { sha256, utf8 } from '../../exchange';
import type { AudienceDatabase } from '../../store/port';

/** Whether teachers may use their own telephone: the head's word, in `parc`, on every poste. Not unless it was said. */
const allowedId = (school: Id<'school'>): string => idFrom('school', sha256(utf8(`remote ${school}`)));

export const isAllowed = (parc: AudienceDatabase, school: Id<'school'>): boolean =>
  parc.get(allowedId(school))?.body['allowed'] === true;

export async function allow(parc: AudienceDatabase, school: Id<'school'>, allowed: boolean): Promise<void> {
  const held = parc.get(allowedId(school));
  await parc.put({ ...held?.body, _id: allowedId(school), type: 'remoteSettings', v: 1, allowed }, held?.rev);
}
