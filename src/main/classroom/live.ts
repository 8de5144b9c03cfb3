import type { Id } from '../../domain/id';
import { PreauError } from '../../domain/errors';
import { attentionFor, attentionIsOver, endAttention } from '../../domain/lesson/attention';
import { NO_ATTENTION, type Lesson, type Seat, type SeatKey } from '../../domain/lesson/model';
import { arrive, setPresence } from '../../domain/lesson/seats';
import { instant } from '../../domain/time';
import type { Actor } from '../../domain/rights/actor';
import type { SeatCapabilities } from '../../domain/lesson/model';
import type { Timers } from '../cart/timers';
import type { Platform } from '../capability';
import type { LessonStore } from './lesson-store';
import type { PupilLink, Rosters } from './ports';

export interface LiveDeps {
  readonly platform: Platform;
  readonly timers: Timers;
  readonly posteId: string;
}

type RosterEntry = Awaited<ReturnType<Rosters['roster']>>['entries'][number];

/** A device at the door, whether a lesson runs or not. */
export interface Present {
  readonly key: SeatKey;
  readonly label: string;
  readonly capabilities: SeatCapabilities;
  readonly link: PupilLink;
}

/**
 * The running lesson in memory, its disk behind it and the devices in front of it. Everything that must last passes
 * through `durable`, one after the other, and is in memory only once it is on disk: what a screen confirmed survives
 * SIGKILL. Telemetry passes through `update`.
 */
export interface Live {
  readonly lesson: Lesson | undefined;
  readonly store: LessonStore | undefined;
  readonly roster: readonly RosterEntry[];
  /** Absent by the roll call: not waited for. */
  absent: ReadonlySet<Id<'pupil'>>;
  /** Its day is over and it is being closed: a device that comes is not told who sat there. */
  over: boolean;
  readonly devices: ReadonlyMap<SeatKey, Present>;
  /** @throws PreauError `LESSON_NONE` */
  required(): { readonly lesson: Lesson; readonly store: LessonStore };
  begin(lesson: Lesson, store: LessonStore, roster: readonly RosterEntry[]): void;
  /** The class's list has moved: a new picture code is asked from now on. */
  renewRoster(roster: readonly RosterEntry[]): void;
  end(): void;
  update(change: (lesson: Lesson) => Lesson): void;
  /** Runs alone; `keep` writes what the change did before it shows anywhere. */
  durable<T>(work: () => Promise<T>): Promise<T>;
  commit(lesson: Lesson): void;
  enter(device: Present): void;
  /** The device's connection ended; `link` tells an old connection from the one that replaced it. */
  exit(key: SeatKey, link: PupilLink, fact: Parameters<typeof setPresence>[2]): void;
  /** A computer that slept counts no time: what ends by itself is looked at again by the clock. */
  lookAtClock(): void;
  /** Tells a device what attention it must show now. */
  sendAttention(keys?: readonly SeatKey[]): void;
  now(): string;
}

export interface LiveEvents {
  /** Some seats differ from before. */
  seatsChanged(keys: readonly SeatKey[]): void;
  /** Something else of the lesson differs. */
  lessonChanged(): void;
}

export function createLive({ platform, timers }: LiveDeps, events: LiveEvents): Live {
  let lesson: Lesson | undefined;
  let store: LessonStore | undefined;
  let roster: readonly RosterEntry[] = [];
  const devices = new Map<SeatKey, Present>();
  let queue: Promise<unknown> = Promise.resolve();
  let cancelAttention: (() => void) | undefined;
  const now = (): string => instant(platform.clock());

  function commit(next: Lesson): void {
    const before = lesson;
    lesson = next;
    const keys = Object.keys(next.seats).filter((key) => next.seats[key] !== before?.seats[key]) as SeatKey[];
    if (keys.length > 0) events.seatsChanged(keys);
    const reshaped =
      !before ||
      before.items !== next.items ||
      before.attention !== next.attention ||
      before.commands !== next.commands ||
      before.recess !== next.recess;
    if (reshaped || keys.some((key) => answersDiffer(next, before.seats[key], next.seats[key])))
      events.lessonChanged();
    if (before?.attention !== next.attention) armAttention();
  }

  /** A lock ends by itself, whatever happens to the window that asked for it (DESIGN 5). */
  function armAttention(): void {
    cancelAttention?.();
    cancelAttention = undefined;
    const until = lesson?.attention.until;
    if (!lesson?.attention.on || until === undefined) return;
    cancelAttention = timers.after(Math.max(0, Date.parse(until) - platform.clock()), () => {
      if (!lesson || !attentionIsOver(lesson.attention, platform.clock())) return armAttention();
      commit(endAttention(lesson));
      live.sendAttention();
      // On disk the end is in the past already: a restart ends it too, so nothing waits for this write.
      const ended = lesson;
      void live.durable(() => store?.saveHead(ended) ?? Promise.resolve()).catch(() => undefined);
    });
  }

  const live: Live = {
    get lesson() {
      return lesson;
    },
    get store() {
      return store;
    },
    get roster() {
      return roster;
    },
    absent: new Set(),
    over: false,
    devices,
    required() {
      if (!lesson || !store) throw new PreauError('LESSON_NONE');
      return { lesson, store };
    },
    begin(first, on, pupils) {
      store = on;
      roster = pupils;
      let next = first;
      for (const device of devices.values()) next = arrive(next, { ...device, at: now() });
      lesson = undefined;
      commit(next);
    },
    renewRoster(pupils) {
      if (!lesson) return;
      roster = pupils;
      events.lessonChanged();
    },
    end() {
      cancelAttention?.();
      cancelAttention = undefined;
      lesson = undefined;
      store = undefined;
      roster = [];
      live.absent = new Set();
      live.over = false;
      events.lessonChanged();
    },
    update(change) {
      if (lesson) commit(change(lesson));
    },
    durable(work) {
      const run = queue.then(work);
      queue = run.catch(() => undefined);
      return run;
    },
    commit,
    enter(device) {
      const before = devices.get(device.key);
      if (lesson) commit(arrive(lesson, { ...device, at: now() }));
      devices.set(device.key, device);
      if (before && before.link !== device.link) before.link.end('replaced');
    },
    exit(key, link, fact) {
      if (devices.get(key)?.link !== link) return;
      devices.delete(key);
      live.update((held) => setPresence(held, key, fact));
    },
    lookAtClock: armAttention,
    sendAttention(keys = [...devices.keys()]) {
      for (const key of keys) {
        const { on, reason, until, code } = lesson
          ? attentionFor(lesson, key, platform.clock())
          : NO_ATTENTION;
        devices.get(key)?.link.send('lesson.attention', {
          on,
          ...(reason !== undefined && { reason }),
          ...(until !== undefined && { until }),
          ...(code !== undefined && { code }),
        });
      }
    },
    now,
  };
  return live;
}

/** What became of the items sent follows from what a device said, and from whether it is there. */
const answersDiffer = (lesson: Lesson, before: Seat | undefined, after: Seat | undefined): boolean =>
  lesson.items.length > 0 && (before?.outcomes !== after?.outcomes || before?.presence !== after?.presence);

/** Who acts from a seat: by the name signed in, by its number, or the device alone. */
export function actorAt(lesson: Lesson | undefined, key: SeatKey): Actor {
  const seat = lesson?.seats[key];
  const first = seat?.pupils[0];
  if (lesson && seat?.joined && first && lesson.classId)
    return { kind: 'pupil', personId: first, lessonId: lesson.id, classId: lesson.classId };
  if (lesson && (seat?.joined || key.startsWith('visitor-'))) return { kind: 'visitor', lessonId: lesson.id };
  return key.startsWith('visitor-')
    ? { kind: 'anonymous' }
    : { kind: 'device', deviceId: key as Id<'device'> };
}
