import { answerCommand, askCommand } from '../../../domain/lesson/commands';
import { isId } from '../../../domain/id';
import type { Leftover } from '../../../domain/lesson/clean';
import { itemsFor } from '../../../domain/lesson/items';
import type { SeatKey } from '../../../domain/lesson/model';
import { seatAt, seatsInOrder } from '../../../domain/lesson/seats';
import type { Actor } from '../../../domain/rights/actor';
import type { ReplyOf } from '../../../contract/define';
import type { PupilContract } from '../../../contract/pupil';
import type { StaffContract } from '../../../contract/staff';
import type { cleanStaffSubject } from '../../../contract/staff/clean';
import type { StaffHandlers } from '../../capability';
import type { HandInDocument } from '../documents';
import type { LessonTool, ToolContext } from '../lesson-tool';
import { demandPresence } from '../seat-rights';

const COMMAND = 'clean';

/** The end of the lesson: what is still out, and what this class leaves on the devices. */
export interface CleanTool extends LessonTool {
  before(actor: Actor): ReplyOf<StaffContract, 'clean.before'>;
  run(actor: Actor): number;
  gestures(actor: Actor): ReplyOf<StaffContract, 'clean.left'>;
  stateFor(key: SeatKey): ReplyOf<PupilContract, 'clean.state'>;
  done(key: SeatKey, left: readonly Leftover[]): void;
}

export function createClean({ deps, live, announcer, conducted }: ToolContext): CleanTool {
  /** Gestures to make, by device; of this lesson, in memory: a restart asks the devices again. */
  const leftovers = new Map<SeatKey, readonly Leftover[]>();
  /** A little more than `ANSWER_AFTER` of the rules, ms. */
  const ANSWER_CHECK = 8_500;
  const tell = (keys: Iterable<SeatKey>): void => {
    for (const key of keys) live.devices.get(key)?.link.send('clean.now', {});
  };

  return {
    before(actor) {
      const { lesson, store } = conducted(actor);
      const given = store.database
        .all<HandInDocument>('handIn')
        .map(({ body }) => body)
        .filter((body) => body.lesson === lesson.id && body.unfinished !== true);
      const seats = seatsInOrder(lesson).filter((seat) => seat.joined && !seat.key.startsWith('visitor-'));
      const waiting = lesson.items
        .filter((item) => item.answer)
        .map((item) => ({
          item: item.id,
          title: item.title,
          seats: seats
            .filter((seat) => itemsFor(lesson, seat.key).includes(item))
            .filter(
              (seat) =>
                !given.some(
                  (one) =>
                    one.item === item.id &&
                    (one.seat === seat.key || one.pupils.some((pupil) => seat.pupils.includes(pupil))),
                ),
            )
            .map((seat) => seat.key),
        }))
        .filter((one) => one.seats.length > 0);
      return { waiting, here: seats.filter((seat) => seat.presence === 'here').map((seat) => seat.key) };
    },
    run(actor) {
      const { lesson } = conducted(actor);
      leftovers.clear();
      live.commit(askCommand(lesson, COMMAND, 'all', live.now()));
      tell(live.devices.keys());
      deps.timers.after(ANSWER_CHECK, () => announcer.lessonChanged());
      return Object.keys(lesson.seats).length;
    },
    gestures(actor) {
      conducted(actor);
      return { seats: [...leftovers].map(([seat, left]) => ({ seat, left: [...left] })) };
    },
    stateFor() {
      const { lesson } = live;
      return lesson ? { class: lesson.classId ?? lesson.id } : {};
    },
    done(key, left) {
      demandPresence(live.lesson, key);
      if (!live.lesson || !seatAt(live.lesson, key)) return;
      if (left.length > 0) leftovers.set(key, left);
      else leftovers.delete(key);
      const said =
        left.length > 0
          ? ({ outcome: 'impossible', why: 'by-hand', at: live.now() } as const)
          : ({ outcome: 'done', at: live.now() } as const);
      live.update((lesson) => answerCommand(lesson, key, COMMAND, said));
    },
    again: (kind, keys) => kind === COMMAND && tell(keys),
    async end(lesson) {
      leftovers.clear();
      await deps.devicesUsed?.({
        class: lesson.classId,
        since: lesson.openedAt,
        devices: Object.values(lesson.seats).flatMap(({ key, joined }) =>
          joined && isId(key, 'device') ? [key] : [],
        ),
      });
    },
  };
}

export const cleanRoutes = (clean: CleanTool) =>
  ({
    before: ({ actor }) => clean.before(actor),
    run: ({ actor }) => ({ asked: clean.run(actor) }),
    left: ({ actor }) => clean.gestures(actor),
  }) satisfies StaffHandlers<typeof cleanStaffSubject>;
