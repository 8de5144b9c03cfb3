import type { Id } from '../../../domain/id';
import { answerCommand } from '../../../domain/lesson/commands';
import { confirmAttention, sayLocked } from '../../../domain/lesson/attention';
import { findItem, recordOutcome } from '../../../domain/lesson/items';
import type { OutcomeWhy, SeatOutcome } from '../../../domain/lesson/model';
import { seatAt } from '../../../domain/lesson/seats';
import type { LessonItem } from '../../../contract/pupil/lesson';
import type { PupilLink } from '../ports';
import type { ToolContext } from '../lesson-tool';
import type { Outcome, Why } from './port';
import type { RemoteConnector } from './remote';

/** What a pupil reads, on a computer that has no page of ours to say it. */
const WATCHED = 'Le maître ou la maîtresse peut voir cet écran pendant la séance.';

/**
 * Who sits there is not known here: another child may have come since. Said again when one looks anew after so long, ms; more
 * often it would only cover what is being written.
 */
const TOLD_AGAIN_AFTER = 20 * 60_000;

/**
 * A computer without our page, as the classroom speaks to it: what it would tell the page becomes a command of the connector, and
 * what came of it is said in the page's place.
 */
export function createSeatLink(
  context: Pick<ToolContext, 'live' | 'deps'>,
  device: Id<'device'>,
  connector: RemoteConnector,
  /** When the pupil of a device was last told that the screen may be seen, ms since 1970. */
  warned: Map<Id<'device'>, number>,
  onEnd: () => void,
  /** Locked by a lesson before, and nobody could take it off yet. */
  lockedBefore = false,
): PupilLink & { here(): void; release(): Promise<void> } {
  const { live, deps } = context;
  let attention = false;
  let recess = false;
  let watched = false;
  let locked = lockedBefore;
  /** It takes part no more: what comes now is of another lesson, or of none. */
  let over = false;
  /** Commands of one device one after the other: a lock that is taken off at once comes off last. */
  let queue: Promise<unknown> = Promise.resolve();
  const after = (work: () => Promise<void>): void => {
    queue = queue.then(work).catch((error: unknown) => {
      deps.platform.log.error('connector.seat', { error: error instanceof Error ? error.name : 'unknown' });
    });
  };

  function lockAsWanted(): void {
    after(async () => {
      const wanted = attention || recess;
      if (wanted === locked && !wanted) return;
      locked = wanted;
      const outcome = await connector.perform(device, { do: 'lock', on: wanted });
      // Nobody heard that it comes off: said again when it is there.
      if (!wanted && outcome.state === 'no-answer') locked = true;
      if (wanted !== (attention || recess)) return;
      const told = outcome.state === 'done' || outcome.state === 'asked';
      live.update((lesson) =>
        sayLocked(
          confirmAttention(lesson, device, wanted && told),
          device,
          wanted && told ? outcome.state === 'done' : undefined,
        ),
      );
      if (recess)
        live.update((lesson) => answerCommand(lesson, device, 'recess', saidOf(outcome, live.now())));
    });
  }
  /** RFB has no word for it: there the teacher's screen asks to say it aloud. */
  function warn(): void {
    after(async () => {
      const toldAt = warned.get(device) ?? -Infinity;
      if (over || !watched || deps.platform.clock() - toldAt < TOLD_AGAIN_AFTER) return;
      if (!connector.abilities(device).has('message')) return;
      const { state } = await connector.perform(device, { do: 'message', text: WATCHED });
      // Nobody has read it where nothing answers: said again once it is there.
      if (state === 'done') warned.set(device, deps.platform.clock());
    });
  }
  function clean(): void {
    if (!connector.abilities(device).has('clean')) return;
    after(async () => {
      const since = live.lesson?.openedAt;
      if (since === undefined) return;
      const outcome = await connector.perform(device, { do: 'clean', since });
      if (outcome.state === 'no-answer') return;
      live.update((lesson) => answerCommand(lesson, device, 'clean', saidOf(outcome, live.now())));
    });
  }
  function show(item: LessonItem): void {
    after(async () => {
      const door = deps.links.url();
      const url = item.kind === 'page' ? item.url : door && `${door.replace(/\/$/, '')}${item.url}`;
      const outcome: Outcome = url
        ? await connector.perform(device, { do: 'open-page', url })
        : { state: 'impossible', why: 'unreachable' };
      // Nothing was said: it is told as not answering, and asked again by the teacher's click.
      if (outcome.state === 'no-answer') return;
      const said = saidOf(outcome, live.now());
      await live.durable(async () => {
        const { lesson, store } = live.required();
        if (!findItem(lesson, item.id) || !seatAt(lesson, device)) return;
        await store.addOutcome(lesson, device, item.id, said);
        live.update((held) => (held.id === lesson.id ? recordOutcome(held, device, item.id, said) : held));
      });
    });
  }

  return {
    here: warn,
    async release() {
      over = true;
      attention = false;
      recess = false;
      lockAsWanted();
      await queue;
    },
    send(name, payload) {
      if (over) return;
      const said = { name, payload } as Said;
      if (said.name === 'lesson.attention') {
        attention = said.payload.on;
        lockAsWanted();
      } else if (said.name === 'recess.changed') {
        recess = said.payload.on;
        lockAsWanted();
      } else if (said.name === 'lesson.item') show(said.payload);
      else if (said.name === 'lesson.watched') {
        watched = said.payload.watched;
        warn();
      } else if (said.name === 'lesson.streamWanted') connector.watch(device, said.payload);
      else if (said.name === 'clean.now') clean();
    },
    end: onEnd,
  };
}

/** What is translated, of all that the classroom may say. */
type Said =
  | { readonly name: 'lesson.attention' | 'recess.changed'; readonly payload: { readonly on: boolean } }
  | { readonly name: 'lesson.item'; readonly payload: LessonItem }
  | { readonly name: 'lesson.watched'; readonly payload: { readonly watched: boolean } }
  | {
      readonly name: 'lesson.streamWanted';
      readonly payload: {
        readonly width: number;
        readonly perSecond: number;
        readonly kbit: number;
        readonly key?: boolean;
      };
    }
  | { readonly name: 'clean.now'; readonly payload: object }
  | { readonly name: 'another'; readonly payload: unknown };

/** Why, as a seat says it. */
const SAID: Readonly<Record<Why, OutcomeWhy>> = {
  'not-supported': 'not-supported',
  'key-refused': 'not-supported',
  'no-key': 'not-supported',
  broken: 'broken',
  'too-large': 'too-large',
  unreachable: 'unreachable',
  'not-allowed': 'setting',
  'no-such-app': 'not-supported',
  'no-page': 'not-supported',
};

function saidOf(outcome: Outcome, at: string): SeatOutcome {
  if (outcome.state === 'done') return { outcome: 'done', at };
  if (outcome.state === 'impossible') return { outcome: 'impossible', why: SAID[outcome.why], at };
  return { outcome: 'impossible', why: outcome.state === 'asked' ? 'not-on-screen' : 'unreachable', at };
}
