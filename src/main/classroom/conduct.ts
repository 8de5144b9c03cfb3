import { PreauError } from '../../domain/errors';
import { idFrom, type Id } from '../../domain/id';
import {
  askAttention,
  concerns,
  DEFAULT_ATTENTION_MINUTES,
  endAttention,
} from '../../domain/lesson/attention';
import { MAX_ITEMS, sendItem } from '../../domain/lesson/items';
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
  send(actor: Actor, item: Omit<SentItem, 'id' | 'sentAt'>): Promise<Id<'item'>>;
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
  readonly platform: Pick<Platform, 'clock' | 'random'>;
}

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
      live.commit(on ? askAttention(lesson, { reason, minutes, to }, clock()) : endAttention(lesson));
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
