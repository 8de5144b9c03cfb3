import { reactive } from 'vue';
import type { InputOf } from '../../../../contract/define';
import type { PupilContract } from '../../../../contract/pupil';
import type { PollCard } from '../../../../contract/pupil/poll';
import { isPreauError } from '../../../../domain/errors';
import type { Id } from '../../../../domain/id';
import { answerValue, MAX_CHOICES_MADE } from '../../../../domain/lesson/poll';
import type { Session } from '../../state/session';

/** What this device answered: kept on it until the door has it, and with it its one ballot. */
interface Said {
  readonly value: string;
  readonly n: number;
  /** The door has confirmed it. */
  readonly kept: boolean;
}
interface Kept {
  readonly poll: Id<'poll'>;
  readonly ballot?: string | undefined;
  /** Who sat here: a named answer never becomes somebody else's. */
  readonly who: string;
  readonly said: Readonly<Record<number, Said>>;
}

export interface PollState {
  card: PollCard | undefined;
  said: Record<number, Said>;
  /** The question that is on the glass, from 0. */
  at: number;
  /** « Plus tard », or read: the table is back until something new comes. */
  away: boolean;
  /** An answer came too late. */
  late: boolean;
}
/** One page is one device: what the screen and the button on the table look at. */
export const poll = reactive<PollState>({ card: undefined, said: {}, at: 0, away: false, late: false });

const SHELF_KEY = 'poll';
/** A door that is busy is asked again, ms. */
const AGAIN = 1_000;

export interface Answers {
  take(card: PollCard | undefined): Promise<void>;
  /** @returns false where it is no answer to that question */
  answer(question: number, said: string): boolean;
  flush(): Promise<void>;
  forget(): void;
}

export function createAnswers(session: Session): Answers {
  const { shelf } = session;
  let ballot: string | undefined;
  let running: Promise<void> | undefined;
  const who = (card: PollCard): string => (card.anonymous ? '' : session.who().sort().join(' '));

  function keep(): void {
    const { card } = poll;
    if (!card) return;
    const kept: Kept = {
      poll: card.id,
      ...(ballot !== undefined && { ballot }),
      who: who(card),
      said: Object.fromEntries(Object.entries(poll.said).map(([at, one]) => [at, { ...one }])),
    };
    // A browser that keeps nothing still takes part: a reload then asks again.
    void shelf.put('device', SHELF_KEY, kept).catch(() => undefined);
  }
  async function recall(card: PollCard): Promise<Kept | undefined> {
    // Ours alone, written just above; another question's, or another child's, is left.
    const kept = (await shelf.get('device', SHELF_KEY).catch(() => undefined)) as Kept | undefined;
    return kept?.poll === card.id && kept.who === who(card) ? kept : undefined;
  }
  const next = (): [number, Said] | undefined => {
    const found = Object.entries(poll.said).find(([, said]) => !said.kept);
    return found && [Number(found[0]), found[1]];
  };
  /** A newer answer given meanwhile stays to be sent. */
  function settle(question: number, n: number, kept: boolean): void {
    if (poll.said[question]?.n !== n) return;
    if (kept) poll.said[question] = { ...poll.said[question], kept };
    else poll.said = Object.fromEntries(Object.entries(poll.said).filter(([at]) => Number(at) !== question));
    keep();
  }
  async function run(): Promise<void> {
    for (let one = next(); one; one = next()) {
      const { card } = poll;
      const line = session.keeper.line;
      if (!card || !line) return;
      const [question, { value, n }] = one;
      const input: InputOf<PupilContract, 'poll.answer'> = {
        poll: card.id,
        question,
        value,
        n,
        ...(ballot !== undefined && { ballot }),
      };
      try {
        await line.request('poll.answer', input);
        settle(question, n, true);
      } catch (error) {
        if (!isPreauError(error)) return;
        if (error.code === 'BUSY' || error.code === 'INTERNAL' || error.code === 'DISK_FULL')
          return void setTimeout(() => void answers.flush(), AGAIN);
        settle(question, n, false);
        poll.late = true;
      }
    }
  }

  async function takeNow(card: PollCard | undefined): Promise<void> {
    const same = card !== undefined && card.id === poll.card?.id;
    const opened = same && card.open !== poll.card?.open;
    const shown = card?.results !== undefined && poll.card?.results === undefined;
    if (!card) {
      poll.card = undefined;
      return;
    }
    const kept = await recall(card);
    ballot = card.ballot ?? kept?.ballot;
    const said: Record<number, Said> = { ...kept?.said };
    for (const { question, value, n } of card.mine)
      if ((said[question]?.n ?? 0) <= n) said[question] = { value, n, kept: true };
    if (!same) poll.at = 0;
    if (!same || opened || shown) {
      poll.away = false;
      poll.late = false;
    }
    poll.card = card;
    poll.said = said;
    keep();
    void answers.flush();
  }
  let taking: Promise<void> = Promise.resolve();
  const answers: Answers = {
    take: (card) => (taking = taking.then(() => takeNow(card))),
    answer(question, typed) {
      const asked = poll.card?.questions[question];
      const value = asked && answerValue(asked, typed);
      if (value === undefined) return false;
      if (poll.said[question]?.value === value) return true;
      const n = (poll.said[question]?.n ?? 0) + 1;
      // The last of them stands, and stays marked on the glass.
      if (n > MAX_CHOICES_MADE) return true;
      poll.late = false;
      poll.said[question] = { value, n, kept: false };
      keep();
      void answers.flush();
      return true;
    },
    flush() {
      running ??= run().finally(() => {
        running = undefined;
      });
      return running;
    },
    forget() {
      poll.card = undefined;
      poll.said = {};
      ballot = undefined;
      void shelf.remove('device', SHELF_KEY).catch(() => undefined);
    },
  };
  return answers;
}

let current: Answers | undefined;
export const useAnswers = (): Answers => {
  if (!current) throw new Error('no question tool');
  return current;
};
export const setAnswers = (answers: Answers): Answers => (current = answers);
