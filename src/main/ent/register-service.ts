import { PreauError } from '../../domain/errors';
import { idFrom, type Id } from '../../domain/id';
import {
  saysTheSame,
  standingEntries,
  type AbsenceReason,
  type Attendance,
  type RollEntry,
  type Standing,
} from '../../domain/ent/roll-call';
import { fullName } from '../../domain/people/names';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { halfDayAt, instant, type HalfDay } from '../../domain/time';
import type { RollLine } from '../../contract/staff/ent';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { StaffDocument } from '../directory/records';
import type { Guests } from '../groups/guests';
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

/** What of hosted children a roll call asks for (src/main/groups/guests.ts). */
export type RollGuests = Pick<Guests, 'in' | 'saidOf' | 'saidBy' | 'hosts' | 'mark'>;

export function createRegisterService(deps: EntDeps & { readonly guests?: RollGuests }): RegisterService {
  const { platform, databases, people, guests } = deps;
  const now = (): HalfDay => halfDayAt(platform.clock(), deps.timeZone());
  const sameHalf = (half: HalfDay) => (body: { date: string; half: string }) =>
    body.date === half.date && body.half === half.half;

  function entriesIn(db: AudienceDatabase, half: HalfDay): RollEntry[] {
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
  /** Its own entries, and what hosts said of its children, which a head's poste carries in under the same ids. */
  async function entriesOf(db: AudienceDatabase, classId: Id<'class'>, half: HalfDay): Promise<RollEntry[]> {
    const own = entriesIn(db, half);
    const known = new Set(own.map(({ id }) => id));
    const said = (await guests?.saidOf(classId, half)) ?? [];
    return [...own, ...said.filter(({ id }) => !known.has(id))];
  }
  /** Read as the poste does: who calls the roll of one class need not read every name of the school. */
  async function staffNames(classId: Id<'class'>): Promise<Map<Id<'staff'>, string>> {
    const staff = (await databases.ecoleWith(classId)).all<StaffDocument>('staff');
    return new Map(staff.map(({ body }) => [body._id as Id<'staff'>, fullName(body.names)]));
  }

  return {
    now,
    async sheet(actor, classId, half = now()) {
      demand(actor, 'roll.read', { kind: 'class', classId });
      const db = await databases.open('classe', classId);
      const standing = standingEntries(await entriesOf(db, classId, half));
      const done = db
        .all<RollDoneDocument>('rollDone')
        .map(({ body }) => body)
        .find(sameHalf(half));
      const pupils = await people.pupils(actor, classId, half.date);
      const names = await staffNames(classId);
      const hosts = await guests?.hosts(classId, half);
      const lines = pupils.map(({ id, name }) => {
        const host = hosts?.get(id);
        const line = lineOf(id, name, standing.get(id), names);
        return host ? { ...line, host: { class: host.class, called: host.called } } : line;
      });
      const said = standingEntries((await guests?.saidBy(classId, half)) ?? []);
      const here = ((await guests?.in(classId, half)) ?? []).map(({ pupil, name, of, times }) => ({
        ...lineOf(pupil, name, said.get(pupil), names),
        guest: { of, ...times },
      }));
      return {
        half,
        lines: [...lines, ...here],
        ...(done ? { done: { by: names.get(done.by) ?? '', at: done.at } } : {}),
      };
    },
    async write(actor, roll) {
      demand(actor, 'roll.write', { kind: 'class', classId: roll.class });
      if (actor.kind !== 'staff') throw new PreauError('FORBIDDEN', { action: 'roll.write' });
      const db = await databases.open('classe', roll.class);
      const pupils = await people.pupils(actor, roll.class, roll.half.date);
      const hosted = (await guests?.in(roll.class, roll.half)) ?? [];
      const own = new Set(pupils.map((pupil) => pupil.id));
      const isGuest = new Set(hosted.map(({ pupil }) => pupil));
      if (roll.entries.some(({ pupil }) => !own.has(pupil) && !isGuest.has(pupil)))
        throw new PreauError('NOT_FOUND', { kind: 'pupil' });
      const stamp = { v: 1, ...roll.half, by: actor.personId, at: instant(platform.clock()) };
      const named = new Set(roll.entries.map((entry) => entry.pupil));
      const present = (standing: ReadonlyMap<Id<'pupil'>, Standing>, ids: readonly Id<'pupil'>[]) =>
        ids
          .filter((id) => roll.complete && !named.has(id) && !standing.has(id))
          .map((pupil) => ({ pupil, state: 'present' as const, replaces: [] }));

      // Guests first: the sheet counts as called once everybody's word is written.
      const said = standingEntries((await guests?.saidBy(roll.class, roll.half)) ?? []);
      await guests?.mark(actor, roll.class, roll.half, [
        ...roll.entries
          .filter(({ pupil }) => isGuest.has(pupil))
          .map(({ pupil, state, arrivedAt, replaces }) => ({ pupil, state, arrivedAt, replaces })),
        ...present(
          said,
          hosted.filter((guest) => guest.calledByHost && guest.until > stamp.at).map(({ pupil }) => pupil),
        ),
      ]);
      const away = await guests?.hosts(roll.class, roll.half);
      const standing = standingEntries(await entriesOf(db, roll.class, roll.half));
      // Whom somebody else calls is not present because nobody named them here.
      const ids = pupils.map(({ id }) => id).filter((id) => away?.get(id)?.calledByHost !== true);
      const entries = [
        ...roll.entries.filter(({ pupil }) => own.has(pupil) && !isGuest.has(pupil)),
        ...present(standing, ids),
      ];
      const bodies: DocumentBody[] = entries.map((entry) => ({
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
    // Two who wrote the same apart do not disagree.
    rivals: rivals
      .filter((rival) => !entry || !saysTheSame(rival, entry))
      .map((rival) => ({ state: rival.state, by: staffNames.get(rival.by) ?? '' })),
    corrections,
  };
}
