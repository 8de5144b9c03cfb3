import { PreauError } from '../../domain/errors';
import { idFrom, isId, type Id } from '../../domain/id';
import {
  askAttention,
  attentionState,
  concerns,
  DEFAULT_ATTENTION_MINUTES,
  endAttention,
  seeAttention,
  type AttentionState,
} from '../../domain/lesson/attention';
import { MAX_LOCK_CODE } from '../../domain/lesson/attention-code';
import { askAgain } from '../../domain/lesson/commands';
import { findItem, MAX_ITEMS, resendItem, sendItem } from '../../domain/lesson/items';
import { answerSignIn, leave } from '../../domain/lesson/join';
import type { Lesson, Recipients, SeatKey, SentItem } from '../../domain/lesson/model';
import { changeSeat, seatAt, setHand } from '../../domain/lesson/seats';
import type { Actor } from '../../domain/rights/actor';
import type { Attention } from '../../contract/pupil/lesson';
import type { Timers } from '../cart/timers';
import type { Platform } from '../capability';
import type { StaffAnnouncer } from './announcer';
import type { ItemFiles } from './item-files';
import { changedSeats, merge, tellMoved, type JoinDesk } from './join-desk';
import type { Live } from './live';

/** What the teacher does to the class during the lesson: every method is the conductor's alone. */
export interface Conduct {
  attention(
    actor: Actor,
    order: {
      readonly on: boolean;
      readonly reason?: string | undefined;
      readonly minutes?: number | undefined;
      readonly to?: Recipients | undefined;
    },
  ): Promise<Attention>;
  /** A window read that code in the picture of that screen, or none. */
  attentionSeen(actor: Actor, seat: SeatKey, code: number | undefined): void;
  send(actor: Actor, item: Omit<SentItem, 'id' | 'sentAt'>): Promise<Id<'item'>>;
  /** Once more to those who did not get it. @returns how many are asked */
  resend(actor: Actor, what: Id<'item'> | 'attention' | 'recess' | 'clean'): number;
  answerSignIn(actor: Actor, seat: SeatKey, pupil: Id<'pupil'>, accepted: boolean): Promise<void>;
  putOut(actor: Actor, seat: SeatKey, pupil?: Id<'pupil'>): Promise<void>;
  nickname(actor: Actor, seat: SeatKey, name: string): Promise<void>;
  lowerHand(actor: Actor, seat: SeatKey): void;
}

export interface ConductTools {
  readonly live: Live;
  readonly desk: JoinDesk;
  readonly items: ItemFiles;
  readonly announcer: StaffAnnouncer;
  readonly timers: Timers;
  /** A tool's command is told to those devices once more. */
  readonly again: (kind: string, keys: readonly SeatKey[]) => void;
  readonly platform: Pick<Platform, 'clock' | 'random'>;
}

/** Who is told of the lock once more: those who show it need not be. */
const TOLD_AGAIN: ReadonlySet<AttentionState> = new Set(['asked', 'unseen', 'left', 'silent']);

/** A little more than `ANSWER_AFTER` of the rules, ms. */
const ANSWER_CHECK = 8_500;

/** @param conducted gives the lesson to who conducts it, throws to others */
export function createConduct(
  tools: ConductTools,
  conducted: (actor: Actor) => ReturnType<Live['required']>,
): Conduct {
  const { live, desk, items, announcer, timers } = tools;
  const { clock, random } = tools.platform;

  /** A change of who sits where: on disk, then in memory, then told to the devices concerned. */
  function reseat(actor: Actor, change: (lesson: Lesson) => Lesson): Promise<void> {
    return live.durable(async () => {
      const { lesson, store } = conducted(actor);
      const next = change(lesson);
      const keys = changedSeats(lesson, next);
      for (const key of keys) await store.saveSeat(next, key);
      live.commit(merge(live, next, keys));
      tellMoved(live, keys, undefined, desk.cards);
    });
  }
  return {
    async attention(actor, { on, reason, minutes = DEFAULT_ATTENTION_MINUTES, to = 'all' }) {
      const { lesson } = conducted(actor);
      const before = lesson.attention;
      const code = random(2).readUInt16BE(0) & MAX_LOCK_CODE;
      live.commit(
        on ? askAttention(lesson, { reason, minutes, to, code }, clock()) : endAttention(lesson, to),
      );
      timers.after(ANSWER_CHECK, () => announcer.lessonChanged());
      // Shown first, written next, confirmed last: half a second counts when thirty children talk.
      live.sendAttention();
      try {
        await live.durable(async () => {
          const { lesson: held, store } = live.required();
          await store.saveHead(held);
        });
      } catch (error) {
        live.update((held) => ({ ...held, attention: before }));
        live.sendAttention();
        throw error;
      }
      const { on: locked, reason: why, until } = live.required().lesson.attention;
      return { on: locked, ...(why !== undefined && { reason: why }), ...(until !== undefined && { until }) };
    },
    attentionSeen(actor, seat, code) {
      conducted(actor);
      live.update((lesson) => seeAttention(lesson, seat, code));
    },
    resend(actor, what) {
      const { lesson } = conducted(actor);
      timers.after(ANSWER_CHECK, () => announcer.lessonChanged());
      if (what === 'attention') {
        const keys = Object.values(lesson.seats)
          .map((seat) => seat.key)
          .filter((key) => TOLD_AGAIN.has(attentionState(lesson, key, live.now())));
        live.sendAttention(keys);
        // Empty devices are told too, and nobody waits for them.
        return keys.filter((key) => seatAt(lesson, key)?.joined).length;
      }
      if (isId(what, 'item')) {
        const { lesson: next, keys } = resendItem(lesson, what, live.now());
        live.commit(next);
        const item = findItem(next, what);
        for (const key of item ? keys : [])
          if (item && seatAt(next, key)?.joined)
            live.devices.get(key)?.link.send('lesson.item', items.forDevice(item, key));
        return keys.length;
      }
      const { lesson: next, keys } = askAgain(lesson, what, live.now());
      live.commit(next);
      tools.again(what, keys);
      return keys.length;
    },
    send(actor, sent) {
      return live.durable(async () => {
        const { lesson, store } = conducted(actor);
        if (lesson.items.length >= MAX_ITEMS) throw new PreauError('TOO_LARGE', { limit: MAX_ITEMS });
        const item: SentItem = { ...sent, id: idFrom('item', random(9)), sentAt: live.now() };
        await store.addItem(lesson, item);
        live.update((held) => sendItem(held, item));
        for (const [key, { link }] of live.devices)
          if (concerns(item.to, key) && seatAt(live.required().lesson, key)?.joined)
            link.send('lesson.item', items.forDevice(item, key));
        // Who did not answer in time is shown without anybody asking.
        timers.after(ANSWER_CHECK, () => announcer.lessonChanged());
        return item.id;
      });
    },
    answerSignIn: (actor, seat, pupil, accepted) =>
      reseat(actor, (lesson) => answerSignIn(lesson, seat, pupil, accepted)).then(() => {
        const cards = desk.cards(live.required().lesson, seat);
        live.devices.get(seat)?.link.send('join.signInAnswered', { pupil, accepted, pupils: cards });
      }),
    putOut: (actor, seat, pupil) => reseat(actor, (lesson) => leave(lesson, seat, pupil)),
    nickname: (actor, seat, name) =>
      reseat(actor, (lesson) =>
        changeSeat(lesson, seat, (held) => ({ ...held, nickname: name === '' ? undefined : name })),
      ),
    lowerHand(actor, seat) {
      conducted(actor);
      live.update((lesson) => setHand(lesson, seat, false, live.now()));
      live.devices.get(seat)?.link.send('lesson.handLowered', {});
    },
  };
}
