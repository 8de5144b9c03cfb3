import { isId } from '../../domain/id';
import { lastKnown, lessonIsPast } from '../../domain/lesson/life';
import { endAttention } from '../../domain/lesson/attention';
import { NO_ATTENTION } from '../../domain/lesson/model';
import type { Instant } from '../../domain/time';
import type { ClassroomDeps } from './deps';
import type { FoundLesson } from './lesson-store';
import type { Live } from './live';
import { rememberSeats } from './room/plan-store';

/** A computer that slept counts no time: its clock is looked at so often, ms. */
const LOOK = 20_000;

/** How a lesson ends: by who conducts it, by somebody else where it was forgotten, by itself when its day is over. */
export interface Ending {
  /** Within `live.durable`. */
  end(at: Instant): Promise<void>;
  /** Ends what is over by the clock: a lesson of another day, which shows nobody who sat there from now on; a lock, a break. */
  lookAtClock(): void;
  /** One of another day, found at the start: it is not taken up, and what it left on disk is in order. @returns false for one of today */
  buryPast(found: FoundLesson): Promise<boolean>;
  close(): void;
}

export function createEnding(
  deps: ClassroomDeps,
  live: Live,
  tools: {
    readonly lookAtClock: () => void;
    /** What was set comes off, whatever fails. */
    readonly endAll: () => Promise<void>;
    /** Nothing of it is in memory any more. */
    readonly forget: () => void;
  },
): Ending {
  const { platform, timers, databases } = deps;
  const zone = deps.timeZone ?? (() => 'Europe/Paris');

  async function end(at: Instant): Promise<void> {
    // Freed before anything that may take its time (a tablet that does not answer), and before anything else is said.
    live.update((lesson) => endAttention(lesson));
    live.sendAttention();
    await tools.endAll();
    const { lesson, store } = live.required();
    await store.close({ ...lesson, attention: NO_ATTENTION }, at);
    await databases.mark.clear();
    for (const { link } of live.devices.values()) link.send('join.lessonClosed', {});
    live.end();
    tools.forget();
    for (const [key, { link }] of live.devices) if (key.startsWith('visitor-')) link.end('stopping');
    platform.log.info('lesson.closed', { lesson: lesson.id });
  }
  function lookAtDay(): void {
    const { lesson } = live;
    if (!lesson || live.over || !lessonIsPast(lesson.openedAt, platform.clock(), zone())) return;
    live.over = true;
    live
      .durable(async () => {
        if (live.lesson?.id !== lesson.id) return;
        platform.log.info('lesson.past', { lesson: lesson.id });
        await end(lastKnown(live.lesson, zone()));
      })
      .catch((error: unknown) => {
        // Tried again at the next look; who sat there stays unsaid meanwhile.
        if (live.lesson?.id === lesson.id) live.over = false;
        platform.log.error('lesson.past', { error: error instanceof Error ? error.name : 'unknown' });
      });
  }
  function lookAtClock(): void {
    if (!live.lesson) return;
    lookAtDay();
    live.lookAtClock();
    tools.lookAtClock();
  }
  let cancel: () => void = () => undefined;
  const again = (): void => {
    cancel = timers.after(LOOK, () => {
      lookAtClock();
      again();
    });
  };
  again();

  return {
    end,
    lookAtClock,
    async buryPast({ lesson, store, moved }) {
      if (!lessonIsPast(lesson.openedAt, platform.clock(), zone())) return false;
      const at = lastKnown({ ...lesson, seats: {} }, zone(), moved);
      const devices = Object.values(lesson.seats).flatMap(({ key, joined }) =>
        joined && isId(key, 'device') ? [key] : [],
      );
      // A school whose disk is full opens all the same; it is buried at the next start.
      try {
        await rememberSeats(databases, lesson, { random: platform.random, at });
        await deps.devicesUsed?.({ class: lesson.classId, since: lesson.openedAt, devices });
        await store.close({ ...lesson, attention: NO_ATTENTION }, at);
        await databases.mark.clear();
        platform.log.info('lesson.past', { lesson: lesson.id });
      } catch (error) {
        platform.log.error('lesson.past', { error: error instanceof Error ? error.name : 'unknown' });
      }
      return true;
    },
    close: () => cancel(),
  };
}
