import { PreauError } from '../../domain/errors';
import type { Attendance } from '../../domain/ent/roll-call';
import {
  guestsIn,
  isAwayAt,
  spanIn,
  spanOn,
  standingDispatches,
  wasSentTo,
  type Standing,
} from '../../domain/groups/dispatch';
import { idFrom, type Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import { daysBetween } from '../../domain/retention/calendar';
import { instant, localDate, type HalfDay } from '../../domain/time';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { Platform } from '../capability';
import type { SchoolDatabases } from '../directory/databases';
import { readDispatches, readEnds, readGuestRolls, type GuestEntry } from './documents';
import { timeAt } from './dispatch-view';
import { viewSchool } from './school-view';

export interface Guest {
  readonly pupil: Id<'pupil'>;
  readonly name: string;
  readonly home: Id<'class'>;
  /** Label of the class they are of. */
  readonly of: string;
  readonly from: string;
  readonly until: string;
  /** `HH:MM` by the school's clock. */
  readonly times: { readonly from: string; readonly until: string };
  /** The host's is their roll call of the half-day; elsewhere it was called before they left. */
  readonly calledByHost: boolean;
}
export interface GuestMark {
  readonly pupil: Id<'pupil'>;
  readonly state: Attendance;
  readonly arrivedAt?: string | undefined;
  readonly replaces: readonly Id<'event'>[];
}

/** Children hosted in another class, as the roll call and the lesson ask for them. */
export interface Guests {
  /** What counts of everything that was said, on this poste. */
  standing(): Promise<readonly Standing[]>;
  /** Whom a class hosts in a half-day, by name. */
  in(host: Id<'class'>, half: HalfDay): Promise<readonly Guest[]>;
  /** Whom it hosts at this moment. */
  now(host: Id<'class'>): Promise<readonly Id<'pupil'>[]>;
  /** What hosts said of children of that class: entries of its register. */
  saidOf(home: Id<'class'>, half: HalfDay): Promise<readonly GuestEntry[]>;
  /** What a host said of its guests. */
  saidBy(host: Id<'class'>, half: HalfDay): Promise<readonly GuestEntry[]>;
  /** Where children of a class are in a half-day, and whether that class has called them. */
  hosts(
    home: Id<'class'>,
    half: HalfDay,
  ): Promise<ReadonlyMap<string, { class: string; called: boolean; calledByHost: boolean }>>;
  /** @throws PreauError `NOT_FOUND` for somebody who is not that class's guest any more */
  mark(actor: Actor, host: Id<'class'>, half: HalfDay, marks: readonly GuestMark[]): Promise<void>;
  /** Classes of which a host has said something since this was last asked. */
  news(): Promise<readonly Id<'class'>[]>;
  /** Into the registers of the own classes, where they stay: on a head's poste, which may write them all; within a week. */
  carryHome(): Promise<number>;
}

export interface GuestsDeps {
  readonly platform: Pick<Platform, 'random' | 'publish' | 'log' | 'tracer'>;
  readonly databases: SchoolDatabases;
  readonly timeZone: () => string;
  /** Never goes back (src/main/session/rights-clock.ts). */
  readonly now: () => number;
  readonly isHeadPoste: () => boolean;
}

/**
 * For how long a host's word goes into the register by itself, in days. A computer that was away for a week brings what was
 * called; what speaks of a day further back was perhaps never called at all: any teacher may write that a class was sent out.
 */
const CARRIED_DAYS = 7;

const sameHalf = (a: HalfDay, b: HalfDay): boolean => a.date === b.date && a.half === b.half;

export function createGuests(deps: GuestsDeps): Guests {
  const { platform, databases, now } = deps;
  const zone = (): string => deps.timeZone();
  const ecole = (): Promise<AudienceDatabase> => databases.open('ecole');
  const standingIn = (db: AudienceDatabase): readonly Standing[] =>
    standingDispatches(readDispatches(db), readEnds(db));

  /** Only of children who were really sent there: nobody calls the roll of a class that is not theirs. */
  async function said(half: HalfDay): Promise<GuestEntry[]> {
    const db = await ecole();
    const all = readDispatches(db);
    return readGuestRolls(db).filter((one) => sameHalf(one.half, half) && wasSentTo(all, one, half, zone()));
  }

  /** Behind the day on which it was said; midnight at the school never matters. */
  const isLate = ({ half }: GuestEntry): boolean =>
    daysBetween(half.date, localDate(now(), zone())) > CARRIED_DAYS;
  /** It stays where it was said, beside the class's own word, with who said it. */
  function leave({ id, pupil, by }: GuestEntry): void {
    if (left.has(id)) return;
    left.add(id);
    platform.log.warn('guests.late', { entry: id });
    platform.tracer.trace({ kind: 'poste' }, 'right.refused', [pupil, by]);
  }
  const left = new Set<string>();

  let heard = new Set<string>();
  const guests: Guests = {
    standing: async () => standingIn(await ecole()),
    async in(host, half) {
      const db = await ecole();
      const view = viewSchool(db, now(), zone());
      const found = guestsIn(standingIn(db), host, half, zone());
      return view.named([...found.keys()]).flatMap(({ id, full }) => {
        const place = found.get(id);
        if (!place) return [];
        const { dispatch } = place.standing;
        // The half-day cuts what is called, not how long they stay.
        const stay = spanOn(place.standing, half.date, zone()) ?? place.span;
        return [
          {
            pupil: id,
            name: full,
            home: dispatch.classId,
            of: view.label(dispatch.classId),
            from: instant(place.span.from),
            until: instant(place.span.until),
            times: { from: timeAt(stay.from, zone()), until: timeAt(stay.until, zone()) },
            calledByHost: dispatch.kind === 'replacement',
          },
        ];
      });
    },
    async now(host) {
      const at = now();
      const away = standingIn(await ecole()).filter((one) => isAwayAt(one, at, zone()));
      const parts = away.flatMap(({ dispatch }) => dispatch.hosts);
      return [...new Set(parts.flatMap(({ classId, pupils }) => (classId === host ? pupils : [])))];
    },
    saidOf: async (home, half) => (await said(half)).filter((one) => one.home === home),
    saidBy: async (host, half) => (await said(half)).filter((one) => one.host === host),
    async hosts(home, half) {
      const db = await ecole();
      const view = viewSchool(db, now(), zone());
      const called = new Set((await said(half)).map(({ pupil, host }) => `${pupil} ${host}`));
      const found = new Map<string, { class: string; called: boolean; calledByHost: boolean }>();
      for (const standing of standingIn(db)) {
        const { dispatch } = standing;
        if (dispatch.classId !== home || !spanIn(standing, half, zone())) continue;
        for (const { classId, pupils } of dispatch.hosts)
          for (const pupil of pupils)
            found.set(pupil, {
              class: view.label(classId),
              called: called.has(`${pupil} ${classId}`),
              calledByHost: dispatch.kind === 'replacement',
            });
      }
      return found;
    },
    async mark(actor, host, half, marks) {
      if (marks.length === 0) return;
      if (actor.kind !== 'staff') throw new PreauError('FORBIDDEN', { action: 'roll.write' });
      const here = new Map((await guests.in(host, half)).map((one) => [one.pupil, one]));
      const at = instant(now());
      const bodies = marks.map(({ pupil, state, arrivedAt, replaces }): DocumentBody => {
        const guest = here.get(pupil);
        if (!guest || guest.until <= at) throw new PreauError('NOT_FOUND', { kind: 'pupil' });
        return {
          _id: idFrom('event', platform.random(9)),
          type: 'guestRoll',
          v: 1,
          host,
          home: guest.home,
          pupil,
          date: half.date,
          half: half.half,
          state,
          ...(arrivedAt === undefined ? {} : { arrivedAt }),
          by: actor.personId,
          at,
          replaces: [...replaces],
        };
      });
      await (await ecole()).putAll(bodies);
      await guests.carryHome();
      for (const home of new Set([...here.values()].map((one) => one.home)))
        platform.publish('register.changed', { class: home });
    },
    async news() {
      const all = readGuestRolls(await ecole());
      const fresh = all.filter(({ id }) => !heard.has(id));
      heard = new Set(all.map(({ id }) => id));
      return [...new Set(fresh.map((one) => one.home))];
    },
    async carryHome() {
      if (!deps.isHeadPoste() || !databases.readable('ecole')) return 0;
      const db = await ecole();
      const all = readDispatches(db);
      let carried = 0;
      for (const home of new Set(readGuestRolls(db).map((one) => one.home))) {
        if (!databases.readable('classe', home)) continue;
        const classe = await databases.open('classe', home);
        const due = readGuestRolls(db).filter(
          (one) =>
            one.home === home &&
            !classe.get(one.id) &&
            wasSentTo(all, one, one.half, zone()) &&
            // Whose register it is, is the directory's word and not the host's.
            db.get(one.pupil)?.body['classId'] === home,
        );
        for (const one of due.filter(isLate)) leave(one);
        const soon = due.filter((one) => !isLate(one));
        if (soon.length === 0) continue;
        await classe.putAll(soon.map(registerEntry));
        carried += soon.length;
        platform.publish('register.changed', { class: home });
      }
      return carried;
    },
  };
  return guests;
}

/** The same document on whichever head's poste carries it. */
const registerEntry = ({
  id,
  host,
  pupil,
  half,
  state,
  arrivedAt,
  by,
  at,
  replaces,
}: GuestEntry): DocumentBody => ({
  _id: id,
  type: 'rollEntry',
  v: 1,
  pupil,
  date: half.date,
  half: half.half,
  state,
  ...(arrivedAt === undefined ? {} : { arrivedAt }),
  by,
  at,
  replaces: [...replaces],
  host,
});
