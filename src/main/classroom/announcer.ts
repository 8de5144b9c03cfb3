import type { SeatKey } from '../../domain/lesson/model';
import type { Actor } from '../../domain/rights/actor';
import { instant } from '../../domain/time';
import type { Timers } from '../cart/timers';
import type { Platform } from '../capability';
import type { ClassroomDeps } from './deps';
import type { LiveEvents } from './live';
import type { Live } from './live';
import { commandViews, lessonView, seatViews, type ViewTools } from './staff-view';

/** Tiles that move are told together: 28 tablets turn pages at once and the window redraws once. ms */
const GATHER = 100;
/** While the teacher waits for thirty screens to go dark. ms */
const GATHER_LOCKED = 30;

const NOBODY: ReadonlySet<string> = new Set();

export interface StaffAnnouncer extends LiveEvents {
  readonly tools: ViewTools;
  /** Only who conducts the lesson hears of it: it names children. */
  mayHear(actor: Actor): boolean;
  /** After the windows were told that something moved. @returns how to stop hearing */
  onTold(listener: () => void): () => void;
  close(): void;
}

export function createStaffAnnouncer(
  platform: Platform,
  timers: Timers,
  live: () => Live,
  cart?: ClassroomDeps['cart'],
): StaffAnnouncer {
  const listeners = new Set<() => void>();
  const moved = new Set<SeatKey>();
  let whole = false;
  let cancel: (() => void) | undefined;
  /** Remembered beyond the end: the owner is told that it closed. */
  let owner: string | undefined;

  const tools: ViewTools = {
    awayFrom: (lesson) => cart?.awayFrom(lesson) ?? NOBODY,
    nameOf: (id) => live().roster.find((entry) => entry.id === id)?.name,
    get everybody() {
      const { roster, absent } = live();
      return roster.filter(({ id }) => !absent.has(id));
    },
  };
  const mayHear = (actor: Actor): boolean => actor.kind === 'staff' && actor.personId === owner;

  function flush(): void {
    cancel = undefined;
    const { lesson } = live();
    if (lesson) owner = lesson.ownerId;
    if (whole) {
      const view = lesson && lessonView(lesson, tools, platform.clock());
      platform.publish('classroom.changed', view ? { lesson: view } : {}, mayHear);
    } else if (lesson && moved.size > 0) {
      const seats = seatViews(lesson, [...moved], tools, platform.clock());
      const now = instant(platform.clock());
      const commands = commandViews(lesson, platform.clock());
      platform.publish('classroom.seats', { lesson: lesson.id, seats, commands, now }, mayHear);
    }
    moved.clear();
    whole = false;
    for (const listener of listeners) listener();
  }
  const soon = (): void => {
    cancel ??= timers.after(live().lesson?.attention.on ? GATHER_LOCKED : GATHER, flush);
  };
  return {
    tools,
    mayHear,
    onTold(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    seatsChanged(keys) {
      for (const key of keys) moved.add(key);
      soon();
    },
    lessonChanged() {
      whole = true;
      soon();
    },
    close() {
      cancel?.();
      cancel = undefined;
    },
  };
}
