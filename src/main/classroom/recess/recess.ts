import { answerCommand, askCommand, dropCommand } from '../../../domain/lesson/commands';
import type { Lesson, SeatKey } from '../../../domain/lesson/model';
import { endRecess, recessIsOver, signOutAll, startRecess } from '../../../domain/lesson/recess';
import { seatAt } from '../../../domain/lesson/seats';
import type { Actor } from '../../../domain/rights/actor';
import type { ReplyOf } from '../../../contract/define';
import type { PupilContract } from '../../../contract/pupil';
import type { recessStaffSubject } from '../../../contract/staff/recess';
import type { StaffHandlers } from '../../capability';
import { changedSeats, merge, tellMoved } from '../join-desk';
import type { LessonTool, ToolContext } from '../lesson-tool';
import { demandPresence } from '../seat-rights';

const COMMAND = 'recess';

/** « Récréation »: every screen rests, everybody stays signed in until the teacher is back, or for 45 minutes. */
export interface RecessTool extends LessonTool {
  start(actor: Actor): Promise<void>;
  stop(actor: Actor): Promise<void>;
  stateFor(key: SeatKey): ReplyOf<PupilContract, 'recess.state'>;
  shown(key: SeatKey, on: boolean): void;
}

export function createRecess({ deps, live, desk, conducted }: ToolContext): RecessTool {
  const { platform, timers } = deps;
  let cancel: (() => void) | undefined;

  const state = (): ReplyOf<PupilContract, 'recess.state'> => {
    const recess = live.lesson?.recess;
    return recess && !recessIsOver(recess, platform.clock())
      ? { on: true, until: recess.until }
      : { on: false };
  };
  function tell(keys: Iterable<SeatKey> = live.devices.keys()): void {
    for (const key of keys) live.devices.get(key)?.link.send('recess.changed', state());
  }
  /** The end comes by itself, whatever happens to the window, and at once after a restart that came too late. */
  function arm(): void {
    cancel?.();
    cancel = undefined;
    const recess = live.lesson?.recess;
    if (!recess) return;
    const wait = Math.max(0, Date.parse(recess.until) - platform.clock());
    cancel = timers.after(wait, () => {
      const held = live.lesson?.recess;
      if (!held) return;
      if (!recessIsOver(held, platform.clock())) return arm();
      emptyRoom().catch((error: unknown) =>
        platform.log.error('recess.end', { error: error instanceof Error ? error.name : 'unknown' }),
      );
    });
  }
  /** Nobody came back: signed out everywhere, on disk before anywhere else. */
  function emptyRoom(): Promise<void> {
    return live.durable(async () => {
      const { lesson, store } = live.required();
      if (!lesson.recess) return;
      const next = signOutAll(lesson);
      const keys = changedSeats(lesson, next);
      for (const key of keys) await store.saveSeat(next, key);
      await store.saveHead(next);
      live.commit({ ...dropCommand(merge(live, next, keys), COMMAND), recess: undefined });
      tell();
      tellMoved(live, keys, undefined, desk.cards);
      platform.log.info('recess.over', { lesson: lesson.id });
    });
  }
  /** Shown first, written next, confirmed last, as attention is. */
  async function set(actor: Actor, change: (lesson: Lesson) => Lesson): Promise<void> {
    const { lesson } = conducted(actor);
    const before = lesson.recess;
    live.commit(change(lesson));
    arm();
    tell();
    live.sendAttention();
    try {
      await live.durable(async () => {
        const { lesson: held, store } = live.required();
        await store.saveHead(held);
      });
    } catch (error) {
      live.update((held) => ({ ...held, recess: before }));
      arm();
      tell();
      throw error;
    }
  }

  return {
    start: (actor) =>
      set(actor, (lesson) => askCommand(startRecess(lesson, platform.clock()), COMMAND, 'all', live.now())),
    stop: (actor) => set(actor, (lesson) => dropCommand(endRecess(lesson), COMMAND)),
    stateFor: () => state(),
    shown(key, on) {
      demandPresence(live.lesson, key);
      if (on && state().on && live.lesson && seatAt(live.lesson, key))
        live.update((lesson) => answerCommand(lesson, key, COMMAND, { outcome: 'done', at: live.now() }));
    },
    begin(lesson) {
      if (!lesson.recess) return;
      live.update((held) => askCommand(held, COMMAND, 'all', lesson.recess?.since ?? live.now()));
      arm();
    },
    lookAtClock: arm,
    again: (kind, keys) => kind === COMMAND && tell(keys),
    end() {
      cancel?.();
      cancel = undefined;
      for (const { link } of live.devices.values()) link.send('recess.changed', { on: false });
    },
    close() {
      cancel?.();
      cancel = undefined;
    },
  };
}

export const recessRoutes = (recess: RecessTool) =>
  ({
    async start({ actor }) {
      await recess.start(actor);
      return {};
    },
    async end({ actor }) {
      await recess.stop(actor);
      return {};
    },
  }) satisfies StaffHandlers<typeof recessStaffSubject>;
