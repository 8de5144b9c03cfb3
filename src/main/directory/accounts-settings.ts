import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { DEFAULT_IDLE, idleMinutes, PERSONAL_IDLE_MAX, type IdleSettings } from '../../domain/accounts/idle';
import { PreauError } from '../../domain/errors';
import { idFrom, opaqueOf, type Id } from '../../domain/id';
import { hasRole, type Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { idleSettingsSchema } from '../../contract/staff/session';
import { sha256, utf8 } from '../../exchange';
import { writeAtomically } from '../../store/atomic-file';
import type { SchoolDatabases } from './databases';
import { upsert } from './records';

/** After how long screens hide here, for whom; and whether this computer is used by several people. */
export interface AccountSettings {
  school(): Promise<IdleSettings>;
  setSchool(actor: Actor, settings: IdleSettings): Promise<void>;
  /** What the person chose for themselves; undefined also while their private notes are closed. */
  own(person: Id<'staff'>): Promise<number | undefined>;
  /** @throws PreauError `KEY_MISSING` while one's private notes are closed */
  setOwn(actor: Actor, minutes: number | undefined): Promise<void>;
  minutesOf(actor: Actor): Promise<number>;
  shared(): boolean;
  setShared(actor: Actor, shared: boolean): Promise<void>;
}

/** Under the school's prefix, which a head alone writes. */
const SETTINGS_ID = idFrom('school', sha256(utf8('idle settings')));
/** In private notes: how long somebody needs is nobody else's business. */
const ownId = (person: Id<'staff'>): string => `account_${opaqueOf(person)}`;
const ownSchema = v.object({
  idleMinutes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(PERSONAL_IDLE_MAX)),
});
const useSchema = v.object({ shared: v.boolean() });

export function openAccountSettings(dataFolder: string, databases: SchoolDatabases): AccountSettings {
  /** Readable before any key is: whether people may be listed is asked first. */
  const path = join(dataFolder, 'poste-use.json');
  let shared = readShared(path);

  async function school(): Promise<IdleSettings> {
    if (!databases.readable('parc')) return DEFAULT_IDLE;
    const body = (await databases.open('parc')).get(SETTINGS_ID)?.body;
    if (!body) return DEFAULT_IDLE;
    const { head, teacher, others, shared: ofShared } = body;
    const parsed = v.safeParse(idleSettingsSchema, { head, teacher, others, shared: ofShared });
    return parsed.success ? parsed.output : DEFAULT_IDLE;
  }
  async function own(person: Id<'staff'>): Promise<number | undefined> {
    if (!databases.readable('perso', person)) return undefined;
    const body = (await databases.open('perso', person)).get(ownId(person))?.body;
    const parsed = v.safeParse(ownSchema, body);
    return parsed.success ? parsed.output.idleMinutes : undefined;
  }

  return {
    school,
    async setSchool(actor, settings) {
      demand(actor, 'school.manage');
      await upsert(await databases.open('parc'), {
        _id: SETTINGS_ID,
        type: 'idleSettings',
        v: 1,
        head: settings.head,
        teacher: settings.teacher,
        others: settings.others,
        shared: settings.shared,
      });
    },
    own,
    async setOwn(actor, minutes) {
      if (actor.kind !== 'staff') throw new PreauError('NOT_SIGNED_IN', { action: 'account.manage' });
      const perso = await databases.open('perso', actor.personId);
      const held = perso.get(ownId(actor.personId));
      if (minutes === undefined) {
        if (held) await perso.remove(held.body._id, held.rev);
        return;
      }
      await upsert(perso, { _id: ownId(actor.personId), type: 'ownSettings', v: 1, idleMinutes: minutes });
    },
    async minutesOf(actor) {
      if (actor.kind !== 'staff') return DEFAULT_IDLE.others;
      const roles = actor.grants.map(({ role }) => role);
      return idleMinutes(await school(), roles, { personal: await own(actor.personId), shared });
    },
    shared: () => shared,
    async setShared(actor, next) {
      if (actor.kind !== 'staff') throw new PreauError('NOT_SIGNED_IN', { action: 'school.manage' });
      // More care is anybody's to ask for; less is the head's.
      if (!next && !hasRole(actor, 'head')) throw new PreauError('FORBIDDEN', { action: 'school.manage' });
      await writeAtomically(path, JSON.stringify({ shared: next }));
      shared = next;
    },
  };
}

/** A file that cannot be read is one of a shared computer: the careful answer. */
function readShared(path: string): boolean {
  try {
    const parsed = v.safeParse(useSchema, JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.output.shared : true;
  } catch (error) {
    if (error instanceof SyntaxError) return true;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
