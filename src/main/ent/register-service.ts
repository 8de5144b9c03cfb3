import { PreauError } from '../../domain/errors';
import { idFrom, type Id } from '../../domain/id';
import {
  standingEntries,
  type AbsenceReason,
  type Attendance,
  type RollEntry,
  type Standing,
} from '../../domain/ent/roll-call';
import { POSTE, type Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { halfDayAt, instant, type HalfDay } from '../../domain/time';
import type { RollLine } from '../../contract/staff/ent';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { EntDeps } from './deps';

interface RollEntryDocument extends DocumentBody {
  readonly type: 'rollEntry';
  readonly pupil: Id<'pupil'>;
  readonly date: string;
  readonly half: 'AM' | 'PM';
  readonly state: Attendance;
  readonly arrivedAt?: string;
  readonly reason?: AbsenceReason;
  readonly by: Id<'staff'>;
  readonly at: string;
  readonly replaces: readonly Id<'event'>[];
}
interface RollDoneDocument extends DocumentBody {
  readonly type: 'rollDone';
  readonly date: string;
  readonly half: 'AM' | 'PM';
  readonly by: Id<'staff'>;
  readonly at: string;
}

export interface WriteRoll {
  readonly class: Id<'class'>;
  readonly half: HalfDay;
  readonly entries: readonly {
    readonly pupil: Id<'pupil'>;
    readonly state: Attendance;
    readonly arrivedAt?: string | undefined;
    readonly reason?: AbsenceReason | undefined;
    readonly replaces: readonly Id<'event'>[];
  }[];
  readonly complete: boolean;
}

export interface RollSheet {
  readonly half: HalfDay;
  readonly lines: RollLine[];
  readonly done?: { readonly by: string; readonly at: string };
}

/** The attendance register of a class: entries and corrections, both kept (R131-5). */
export interface RegisterService {
  now(): HalfDay;
  sheet(actor: Actor, classId: Id<'class'>, half?: HalfDay): Promise<RollSheet>;
  write(actor: Actor, roll: WriteRoll): Promise<void>;
}

export function createRegisterService(deps: EntDeps): RegisterService {
  const { platform, databases, people } = deps;
  const now = (): HalfDay => halfDayAt(platform.clock(), deps.timeZone());
  const sameHalf = (half: HalfDay) => (body: { date: string; half: string }) =>
    body.date === half.date && body.half === half.half;

  function entriesOf(db: AudienceDatabase, half: HalfDay): RollEntry[] {
    return db
      .all<RollEntryDocument>('rollEntry')
      .map(({ body }) => body)
      .filter(sameHalf(half))
      .map(({ _id, date, half: part, type: _type, v: _v, ...rest }) => ({
        ...rest,
        id: _id as Id<'event'>,
        half: { date, half: part },
      }));
  }

  return {
    now,
    async sheet(actor, classId, half = now()) {
      demand(actor, 'roll.read', { kind: 'class', classId });
      const db = await databases.open('classe', classId);
      const standing = standingEntries(entriesOf(db, half));
      const done = db
        .all<RollDoneDocument>('rollDone')
        .map(({ body }) => body)
        .find(sameHalf(half));
      const pupils = await people.pupils(actor, classId, half.date);
      // Who called the roll stands in the register, also for who may not see the team.
      const names = new Map((await people.staff(POSTE)).map((person) => [person.id, person.name]));
      const lines = pupils.map(({ id, name }) => lineOf(id, name, standing.get(id), names));
      return { half, lines, ...(done ? { done: { by: names.get(done.by) ?? '', at: done.at } } : {}) };
    },
    async write(actor, roll) {
      demand(actor, 'roll.write', { kind: 'class', classId: roll.class });
      if (actor.kind !== 'staff') throw new PreauError('FORBIDDEN', { action: 'roll.write' });
      const db = await databases.open('classe', roll.class);
      const pupils = await people.pupils(actor, roll.class, roll.half.date);
      const known = new Set(pupils.map((pupil) => pupil.id));
      if (roll.entries.some((entry) => !known.has(entry.pupil)))
        throw new PreauError('NOT_FOUND', { kind: 'pupil' });
      const stamp = { v: 1, ...roll.half, by: actor.personId, at: instant(platform.clock()) };
      const standing = standingEntries(entriesOf(db, roll.half));
      const named = new Set(roll.entries.map((entry) => entry.pupil));
      const implied = roll.complete
        ? pupils
            .filter(({ id }) => !named.has(id) && !standing.has(id))
            .map(({ id }) => ({ pupil: id, state: 'present' as const, replaces: [] }))
        : [];
      const bodies: DocumentBody[] = [...roll.entries, ...implied].map((entry) => ({
        _id: idFrom('event', platform.random(9)),
        type: 'rollEntry',
        ...stamp,
        ...JSON.parse(JSON.stringify(entry)),
      }));
      if (roll.complete) bodies.push({ _id: idFrom('roll', platform.random(9)), type: 'rollDone', ...stamp });
      // One batch: the register never shows half a roll call.
      await db.putAll(bodies);
      platform.publish('register.changed', { class: roll.class });
    },
  };
}

function lineOf(
  pupil: Id<'pupil'>,
  name: string,
  standing: Standing | undefined,
  staffNames: ReadonlyMap<Id<'staff'>, string>,
): RollLine {
  const { entry, rivals = [], corrections = 0 } = standing ?? {};
  return {
    pupil,
    name,
    ...(entry ? { state: entry.state } : {}),
    ...(entry?.arrivedAt ? { arrivedAt: entry.arrivedAt } : {}),
    ...(entry?.reason ? { reason: entry.reason } : {}),
    standing: entry ? [entry.id, ...rivals.map((rival) => rival.id)] : [],
    rivals: rivals.map((rival) => ({ state: rival.state, by: staffNames.get(rival.by) ?? '' })),
    corrections,
  };
}
