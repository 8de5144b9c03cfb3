import { PreauError } from '../../domain/errors';
import { isId, type Id } from '../../domain/id';
import { attentionFor, confirmAttention } from '../../domain/lesson/attention';
import { findItem, itemsFor, recordOutcome } from '../../domain/lesson/items';
import type { Lesson, SeatActivity, SeatKey } from '../../domain/lesson/model';
import type { Actor } from '../../domain/rights/actor';
import { changeSeat, handsUp, seatAt, setActivity, setHand, setPresence } from '../../domain/lesson/seats';
import { instant, type Instant } from '../../domain/time';
import type { InputOf, MethodOf, ReplyOf } from '../../contract/define';
import type { PupilContract } from '../../contract/pupil';
import type { Collecting } from './collecting';
import type { Timers } from '../cart/timers';
import { createBucket, type Bucket } from '../doors/lan/limits';
import type { HandIns } from './hand-ins';
import type { ItemFiles } from './item-files';
import type { JoinDesk } from './join-desk';
import { actorAt, type Live, type Present } from './live';
import type { MediaHub } from './media-hub';
import type { LessonTool } from './lesson-tool';
import type { LessonTools } from './tools';
import { demandPart, demandPresence, demandWork } from './seat-rights';

type Method = MethodOf<PupilContract>;
type In<M extends Method> = InputOf<PupilContract, M>;
type Out<M extends Method> = ReplyOf<PupilContract, M>;

/** One device's way into the lesson, for as long as its connection lives. */
export interface PupilSession {
  readonly seat: SeatKey;
  /** Who acts from here now: by name, by number, or the device alone. */
  actor(): Actor;
  joinLesson(): Out<'join.lesson'>;
  joinPupils(): Out<'join.pupils'>;
  signIn(input: In<'join.signIn'>): Promise<Out<'join.signIn'>>;
  takeSeat(): Promise<Out<'join.takeSeat'>>;
  leave(pupil?: Id<'pupil'>): Promise<void>;
  state(): Out<'lesson.state'>;
  activity(activity: SeatActivity): void;
  handUp(up: boolean): void;
  battery(percent: number, charging: boolean): void;
  outcome(input: In<'lesson.outcome'>): Promise<void>;
  attentionShown(on: boolean): void;
  upload(input: In<'lesson.upload'>): Promise<Out<'lesson.upload'>>;
  handIn(input: In<'lesson.handIn'>): Promise<Out<'lesson.handIn'>>;
  collected(input: In<'lesson.collected'>): void;
  shareScreen(input: In<'lesson.shareScreen'>): void;
  screenChunk(chunk: Buffer): void;
  /** The line fell silent, or answers again (heartbeat). */
  silent(): void;
  answering(): void;
  closed(clean: boolean): void;
}

export interface SessionDeps {
  readonly live: Live;
  readonly desk: JoinDesk;
  readonly handIns: HandIns;
  readonly items: ItemFiles;
  readonly collecting: Collecting;
  readonly media: MediaHub;
  readonly tools: LessonTools;
  readonly clock: () => number;
  readonly timers: Timers;
  /** A battery told by an enrolled device is evidence for its cart (DESIGN 6). */
  readonly heardBattery?: (device: Id<'device'>, percent: number, powered: boolean) => void;
}

/** What a device has written to disk: so many at once (a tablet that was away delivers), and so many a second. */
const WRITES = { burst: 120, perSecond: 1 };
/** By seat, and not by connection: whoever comes back has what it has left. */
export type Paces = Map<SeatKey, Bucket>;

/**
 * The device sends what it captures at once by itself. Where nothing proved the lock by then (a window that lost the thread), a
 * whole picture is asked for, ms. More of them would cost the device the share that its next pictures need.
 */
const PROOF_AFTER = [200, 600];

export function createPupilSession(deps: SessionDeps, paces: Paces, device: Present): PupilSession {
  const { live, desk, handIns, items, media } = deps;
  const { key } = device;
  const everyTool: readonly LessonTool[] = Object.values(deps.tools);
  let silent = false;
  const pace = paces.get(key) ?? createBucket(WRITES.perSecond, WRITES.burst, deps.clock());
  paces.set(key, pace);
  let turn: Promise<unknown> = Promise.resolve();
  /** A device stands once in the lesson's queue, however much it asks for. @throws PreauError `TRY_LATER` */
  function inTurn<T>(write: () => Promise<T>): Promise<T> {
    if (!pace.take(deps.clock())) return Promise.reject(new PreauError('TRY_LATER', { seconds: 1 }));
    const run = turn.then(write);
    turn = run.catch(() => undefined);
    return run;
  }
  /** The picture that proves the lock need not wait for the stream's own pace. */
  let proofs: (() => void)[] = [];
  const proof = (): void => {
    if (live.lesson?.attention.on && live.lesson.seats[key]?.attentionSeen !== true) media.keyFrame(key);
  };
  /** Two hands in one millisecond are still one after the other. */
  function afterOthers(lesson: Lesson): Instant {
    const now = live.now();
    const last = handsUp(lesson).at(-1)?.handUpAt;
    return last !== undefined && last >= now ? instant(Date.parse(last) + 1) : now;
  }
  live.enter(device);
  for (const tool of everyTool) tool.entered?.(key);

  return {
    seat: key,
    actor: () => actorAt(live.lesson, key),
    joinLesson: () => desk.lesson(key),
    joinPupils: () => desk.pupils(key),
    signIn: (input) => inTurn(() => desk.signIn(key, input)),
    takeSeat: () => inTurn(() => desk.takeSeat(key)),
    leave: (pupil) => inTurn(() => desk.leave(key, pupil)),
    state() {
      const { lesson } = live.required();
      demandPresence(lesson, key);
      const seat = seatAt(lesson, key);
      const { on, reason, until, code } = attentionFor(lesson, key, deps.clock());
      const sent = seat?.joined ? itemsFor(lesson, key) : [];
      const last = sent.at(-1);
      return {
        attention: {
          on,
          ...(reason !== undefined && { reason }),
          ...(until !== undefined && { until }),
          ...(code !== undefined && { code }),
        },
        items: sent.map((item) => items.forDevice(item, key)),
        ...(last && { current: last.id }),
        watched: media.isWatched(key),
        handUp: seat?.handUpAt !== undefined,
        handedIn: seat?.joined ? handIns.lastVersions(seat) : [],
      };
    },
    activity(activity) {
      demandPresence(live.lesson, key);
      live.update((lesson) => setActivity(lesson, key, activity, live.now()));
      media.seatsMoved();
    },
    handUp(up) {
      demandPart(live.required().lesson, key);
      live.update((lesson) => setHand(lesson, key, up, afterOthers(lesson)));
    },
    battery(percent, charging) {
      demandPresence(live.lesson, key);
      const at = live.now();
      live.update((lesson) =>
        changeSeat(lesson, key, (seat) => ({ ...seat, battery: { percent, charging, at } })),
      );
      if (isId(key, 'device')) deps.heardBattery?.(key, percent, charging);
    },
    async outcome({ item, outcome, why }) {
      const { lesson, store } = live.required();
      demandPart(lesson, key);
      if (!findItem(lesson, item)) throw new PreauError('NOT_FOUND', { kind: 'item' });
      const known = seatAt(lesson, key)?.outcomes[item];
      // A reloaded page says again what it said before.
      if (known?.outcome === outcome && known.why === why) return;
      const said = { outcome, why, at: live.now() };
      await inTurn(() => store.addOutcome(lesson, key, item, said));
      live.update((held) => (held.id === lesson.id ? recordOutcome(held, key, item, said) : held));
    },
    attentionShown(on) {
      demandPresence(live.lesson, key);
      live.update((lesson) => confirmAttention(lesson, key, on));
      for (const cancel of proofs) cancel();
      proofs = on ? PROOF_AFTER.map((ms) => deps.timers.after(ms, proof)) : [];
    },
    upload(input) {
      demandWork(live.required().lesson, key);
      return inTurn(() => handIns.upload(key, input));
    },
    handIn: (input) =>
      inTurn(() =>
        live.durable(async () => {
          const { lesson } = live.required();
          demandWork(lesson, key);
          const seat = seatAt(lesson, key);
          if (!seat) throw new PreauError('DEVICE_UNKNOWN');
          return handIns.receive(lesson, seat, input);
        }),
      ),
    collected({ collect, works }) {
      demandWork(live.required().lesson, key);
      deps.collecting.said(key, collect, works);
    },
    shareScreen({ stop }) {
      demandWork(live.required().lesson, key);
      live.update((lesson) => changeSeat(lesson, key, (seat) => ({ ...seat, sharing: stop !== true })));
      media.seatsMoved();
    },
    screenChunk(chunk) {
      if (live.lesson && seatAt(live.lesson, key)?.sharing) media.publish(key, chunk);
    },
    silent() {
      silent = true;
      const fact = { presence: 'silent', cause: 'no-answer', at: live.now() } as const;
      live.update((lesson) => setPresence(lesson, key, fact));
    },
    answering() {
      if (!silent) return;
      silent = false;
      const at = live.now();
      live.update((lesson) =>
        seatAt(lesson, key)?.activity?.visible === false
          ? setPresence(lesson, key, { presence: 'left', cause: 'page-hidden', at })
          : setPresence(lesson, key, { presence: 'here', at }),
      );
    },
    closed(clean) {
      for (const cancel of proofs) cancel();
      const at = live.now();
      live.exit(
        key,
        device.link,
        clean
          ? { presence: 'left', cause: 'page-closed', at }
          : { presence: 'silent', cause: 'line-cut', at },
      );
      media.seatsMoved();
      deps.collecting.left(key);
      for (const tool of everyTool) tool.left?.(key);
    },
  };
}
