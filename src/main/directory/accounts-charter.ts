import { CHARTER_VERSION, PUPIL_CHARTER_VERSION } from '../../domain/accounts/charter';
import { PreauError } from '../../domain/errors';
import { idFrom, type Id } from '../../domain/id';
import { fullName } from '../../domain/people/names';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant } from '../../domain/time';
import type { DocumentBody } from '../../store/port';
import type { Platform } from '../capability';
import type { SchoolDatabases } from './databases';
import type { StaffDocument } from './records';

interface Accepted extends DocumentBody {
  readonly type: 'charterAccepted';
  readonly person: Id<'staff'>;
  readonly version: string;
  readonly at: string;
}
interface ReadInClass extends DocumentBody {
  readonly type: 'pupilCharterRead';
  readonly class: Id<'class'>;
  readonly version: string;
  readonly at: string;
  readonly by: Id<'staff'>;
}

export interface CharterState {
  readonly version: string;
  /** When the person who asks accepted that version. */
  readonly acceptedAt?: string;
}
export interface CharterSignature {
  readonly person: Id<'staff'>;
  readonly name: string;
  readonly acceptedAt?: string;
  readonly until?: string;
}

/** Facts about the charters: written once, never changed (SDET SOC-SEC-APS; CARINE-36). */
export interface Charters {
  own(actor: Actor): Promise<CharterState>;
  accept(actor: Actor, version: string): Promise<void>;
  /** Everybody of the team: who has accepted the charter in force, and when. */
  team(actor: Actor): Promise<readonly CharterSignature[]>;
  /** When the pupils' charter in force was read with that class. */
  ofClass(actor: Actor, classId: Id<'class'>): Promise<{ version: string; readAt?: string }>;
  readWith(actor: Actor, classId: Id<'class'>, version: string): Promise<void>;
}

/** In `parc`, which every poste of every role holds, and which outlives the year as the text does. */
async function accepted(databases: SchoolDatabases, person: Id<'staff'>): Promise<Accepted | undefined> {
  if (!databases.readable('parc')) return undefined;
  return (await databases.open('parc'))
    .all<Accepted>('charterAccepted')
    .map(({ body }) => body)
    .filter((body) => body.person === person && body.version === CHARTER_VERSION)
    .sort((a, b) => a.at.localeCompare(b.at))[0];
}

/** The version that person still has to accept; undefined where nothing is due. */
export async function charterDue(
  databases: SchoolDatabases,
  person: Id<'staff'>,
): Promise<string | undefined> {
  return (await accepted(databases, person)) ? undefined : CHARTER_VERSION;
}

export function createCharters(deps: {
  readonly platform: Platform;
  readonly databases: SchoolDatabases;
}): Charters {
  const { platform, databases } = deps;
  const personOf = (actor: Actor): Id<'staff'> => {
    if (actor.kind !== 'staff') throw new PreauError('NOT_SIGNED_IN', { action: 'account.manage' });
    return actor.personId;
  };
  return {
    async own(actor) {
      const fact = await accepted(databases, personOf(actor));
      return { version: CHARTER_VERSION, ...(fact ? { acceptedAt: fact.at } : {}) };
    },
    async accept(actor, version) {
      const person = personOf(actor);
      // A window that has shown an older text since yesterday accepts nothing of the new one.
      if (version !== CHARTER_VERSION) throw new PreauError('CHARTER_FIRST');
      if (await accepted(databases, person)) return;
      await (
        await databases.open('parc')
      ).put({
        _id: idFrom('event', platform.random(9)),
        type: 'charterAccepted',
        v: 1,
        person,
        version,
        at: instant(platform.clock()),
      });
    },
    async team(actor) {
      demand(actor, 'school.manage');
      const staff = (await databases.open('ecole')).all<StaffDocument>('staff');
      const list: CharterSignature[] = [];
      for (const { body } of staff) {
        if (body.leftOn !== undefined) continue;
        const person = body._id as Id<'staff'>;
        const fact = await accepted(databases, person);
        list.push({
          person,
          name: fullName(body.names),
          ...(fact ? { acceptedAt: fact.at } : {}),
          ...(body.accountUntil ? { until: body.accountUntil } : {}),
        });
      }
      return list.sort((a, b) => a.name.localeCompare(b.name, 'fr'));
    },
    async ofClass(actor, classId) {
      demand(actor, 'class.read', { kind: 'class', classId });
      const facts = (await databases.open('classe', classId)).all<ReadInClass>('pupilCharterRead');
      const found = facts
        .filter(({ body }) => body.version === PUPIL_CHARTER_VERSION)
        .map(({ body }) => body.at)
        .sort()[0];
      return { version: PUPIL_CHARTER_VERSION, ...(found ? { readAt: found } : {}) };
    },
    async readWith(actor, classId, version) {
      demand(actor, 'homework.write', { kind: 'class', classId });
      if (version !== PUPIL_CHARTER_VERSION) throw new PreauError('CHARTER_FIRST');
      await (
        await databases.open('classe', classId)
      ).put({
        _id: idFrom('event', platform.random(9)),
        type: 'pupilCharterRead',
        v: 1,
        class: classId,
        version,
        at: instant(platform.clock()),
        by: personOf(actor),
      });
    },
  };
}
