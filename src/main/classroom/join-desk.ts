import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import { afterWrong, secondsToWait, type Tries } from '../../domain/device/tries';
import { recessIsOver } from '../../domain/lesson/recess';
import { leave, signIn, takeSeat } from '../../domain/lesson/join';
import type { Lesson, SeatKey } from '../../domain/lesson/model';
import { seatAt } from '../../domain/lesson/seats';
import type { InputOf, ReplyOf } from '../../contract/define';
import type { PupilContract } from '../../contract/pupil';
import type { PupilCard } from '../../contract/pupil/join';
import type { Picture } from '../../domain/people/pictures';
import type { Live } from './live';

type RosterEntry = Live['roster'][number];

/** Choosing one's name and picture code, alone or with others on the device. */
export interface JoinDesk {
  lesson(key: SeatKey): ReplyOf<PupilContract, 'join.lesson'>;
  pupils(key: SeatKey): ReplyOf<PupilContract, 'join.pupils'>;
  signIn(
    key: SeatKey,
    input: InputOf<PupilContract, 'join.signIn'>,
  ): Promise<ReplyOf<PupilContract, 'join.signIn'>>;
  takeSeat(key: SeatKey): Promise<{ number: number }>;
  leave(key: SeatKey, pupil?: Id<'pupil'>): Promise<void>;
  cards(lesson: Lesson, key: SeatKey): PupilCard[];
}

export function createJoinDesk(live: Live, clock: () => number): JoinDesk {
  /** Wrong picture codes by device and lesson; outlives a reconnection. */
  const tries = new Map<string, { readonly wrong: Map<Id<'pupil'>, number>; readonly notBefore: number }>();

  const cardOf = (id: Id<'pupil'>, present: boolean): PupilCard | undefined => {
    const entry = live.roster.find((one) => one.id === id);
    return entry && { id, name: entry.name, symbol: entry.symbol, present };
  };
  const cards = (lesson: Lesson, key: SeatKey): PupilCard[] =>
    (seatAt(lesson, key)?.pupils ?? []).flatMap((id) => cardOf(id, true) ?? []);

  /** @throws PreauError `TRY_LATER` before the try is looked at, `PICTURE_CODE_WRONG` */
  function judge(lesson: Lesson, key: SeatKey, entry: RosterEntry, said: readonly Picture[]): void {
    const place = `${lesson.id} ${key}`;
    const { wrong, notBefore } = tries.get(place) ?? { wrong: new Map<Id<'pupil'>, number>(), notBefore: 0 };
    const before: Tries = { wrong: [...wrong.values()].reduce((sum, n) => sum + n, 0), notBefore };
    const seconds = secondsToWait(before, clock());
    if (seconds > 0) throw new PreauError('TRY_LATER', { seconds });
    const right = entry.code;
    if (right.length === said.length && right.every((picture, index) => picture === said[index])) {
      // One's own code forgets one's own mistakes: shown in between, it gives no new tries of a neighbour's.
      wrong.delete(entry.id);
      return;
    }
    wrong.set(entry.id, (wrong.get(entry.id) ?? 0) + 1);
    tries.set(place, { wrong, notBefore: afterWrong(before, clock()).notBefore });
    throw new PreauError('PICTURE_CODE_WRONG');
  }
  function demandDevice(key: SeatKey): void {
    if (key.startsWith('visitor-')) throw new PreauError('VISITOR_ONLY');
  }

  return {
    cards,
    lesson(key) {
      const { lesson } = live;
      if (!lesson || live.over) return { open: false };
      // A break that is over has nobody left, also where that is not written down yet.
      const gone = lesson.recess !== undefined && recessIsOver(lesson.recess, clock());
      const seat = gone ? undefined : seatAt(lesson, key);
      return {
        open: true,
        mode: lesson.mode,
        title: lesson.title,
        pictureCode: lesson.pictureCode,
        ...(seat && {
          here: {
            joined: seat.joined,
            number: seat.number,
            pupils: cards(lesson, key),
            waiting: [...seat.waiting],
          },
        }),
      };
    },
    pupils(key) {
      demandDevice(key);
      const { lesson } = live.required();
      if (lesson.mode !== 'personal') return { pupils: [] };
      const present = new Set(Object.values(lesson.seats).flatMap((seat) => seat.pupils));
      return { pupils: live.roster.flatMap(({ id }) => cardOf(id, present.has(id)) ?? []) };
    },
    signIn(key, { pupil, code }) {
      demandDevice(key);
      return live.durable(async () => {
        const { lesson, store } = live.required();
        const entry = live.roster.find((one) => one.id === pupil);
        if (lesson.mode !== 'personal' || !entry) throw new PreauError('NOT_FOUND', { kind: 'pupil' });
        if (lesson.pictureCode && entry.code.length > 0) judge(lesson, key, entry, code ?? []);
        const { lesson: next, outcome } = signIn(lesson, key, pupil);
        const moved = changedSeats(lesson, next);
        for (const seat of moved) await store.saveSeat(next, seat);
        live.commit(merge(live, next, moved));
        tellMoved(live, moved, key, cards);
        return { outcome, pupils: cards(live.required().lesson, key) };
      });
    },
    takeSeat(key) {
      return live.durable(async () => {
        const { lesson, store } = live.required();
        if (lesson.mode === 'personal') demandVisitorSeat(key);
        const next = takeSeat(lesson, key);
        await store.saveSeat(next, key);
        live.commit(merge(live, next, [key]));
        const seat = seatAt(next, key);
        if (!seat) throw new PreauError('DEVICE_UNKNOWN');
        return { number: seat.number };
      });
    },
    leave(key, pupil) {
      return live.durable(async () => {
        const { lesson, store } = live.required();
        const next = leave(lesson, key, pupil);
        await store.saveSeat(next, key);
        live.commit(merge(live, next, [key]));
      });
    },
  };
}

/** In a lesson by name, a device of the school signs in by name; only a visitor sits by number. */
function demandVisitorSeat(key: SeatKey): void {
  if (!key.startsWith('visitor-')) throw new PreauError('FORBIDDEN', { action: 'lesson.take-part' });
}

export const changedSeats = (before: Lesson, after: Lesson): SeatKey[] =>
  (Object.keys(after.seats) as SeatKey[]).filter((key) => after.seats[key] !== before.seats[key]);

/** While the disk wrote, telemetry may have moved on: only who sits where is taken from the written state. */
export function merge(live: Live, written: Lesson, keys: readonly SeatKey[]): Lesson {
  const { lesson } = live.required();
  const seats = { ...lesson.seats };
  for (const key of keys) {
    const [from, now] = [written.seats[key], seats[key]];
    if (from && now)
      seats[key] = {
        ...now,
        joined: from.joined,
        pupils: from.pupils,
        waiting: from.waiting,
        handUpAt: from.joined ? now.handUpAt : undefined,
        nickname: from.nickname,
      };
  }
  return { ...lesson, seats };
}

/** Devices a pupil was moved away from learn who is left on them. */
export function tellMoved(
  live: Live,
  keys: readonly SeatKey[],
  except: SeatKey | undefined,
  cards: JoinDesk['cards'],
): void {
  const { lesson } = live.required();
  for (const key of keys) {
    if (key === except) continue;
    const joined = seatAt(lesson, key)?.joined ?? false;
    live.devices.get(key)?.link.send('join.seatChanged', { joined, pupils: cards(lesson, key) });
  }
}
