import type { Id } from '../../../domain/id';
import { concerns } from '../../../domain/lesson/attention';
import type { Lesson, SeatKey } from '../../../domain/lesson/model';
import { isRight, mayShow, tally, type Poll, type PollAnswer, type Tally } from '../../../domain/lesson/poll';
import { seatsInOrder } from '../../../domain/lesson/seats';
import type { PollCard } from '../../../contract/pupil/poll';
import type { PollView } from '../../../contract/staff/poll';

/** The bars of one question, as they were last let grow. */
export interface Bars {
  readonly total: number;
  readonly shown: number;
  readonly rows: readonly Tally[];
}

/** @param before the bars that stand now: an anonymous question keeps them until enough has come */
export function barsOf(
  poll: Poll,
  answers: Iterable<PollAnswer>,
  before: readonly Bars[] | undefined,
): readonly Bars[] {
  const values: string[][] = poll.questions.map(() => []);
  for (const { question, value } of answers) values[question]?.push(value);
  return poll.questions.map((question, at) => {
    const said = values[at] ?? [];
    const held = before?.[at];
    const shown = mayShow(poll, said.length, held?.shown ?? 0);
    const stands = poll.anonymous && held !== undefined && shown === held.shown && poll.open;
    const rows = stands ? held.rows : tally(question, shown === 0 ? [] : said);
    return { total: said.length, shown, rows };
  });
}

export interface PollNames {
  pupil(id: Id<'pupil'>): string | undefined;
  seat(key: string): string | undefined;
}

/** As the teacher's window shows it. @param lesson the one that runs, where it is this question's */
export function pollView(
  {
    poll,
    lessonId,
    answers,
    bars,
  }: {
    readonly poll: Poll;
    readonly lessonId: Id<'lesson'>;
    readonly answers: Iterable<PollAnswer>;
    readonly bars: readonly Bars[];
  },
  names: PollNames,
  lesson?: Lesson,
): PollView {
  const { id, title, anonymous, askedAt, open, shown } = poll;
  const said = poll.anonymous ? [] : [...answers];
  const asked = lesson ? concernedSeats(lesson, poll) : [];
  return {
    id,
    lesson: lessonId,
    title,
    questions: poll.questions.map((question) => ({
      ...question,
      choices: question.choices && [...question.choices],
    })),
    anonymous,
    askedAt,
    open,
    shown,
    results: bars.map((one) => ({ ...one, rows: [...one.rows] })),
    answers: said.map(({ question, value, pupils, seat }) => {
      const of = poll.questions[question];
      const right = of && isRight(of, value);
      return {
        question,
        value,
        ...(right !== undefined && { right }),
        who: pupils?.map((pupil) => names.pupil(pupil) ?? '?').join(', ') ?? names.seat(seat ?? '') ?? '?',
      };
    }),
    asked: asked.length,
    waiting: anonymous || !lesson ? [] : asked.filter((key) => !hasAnswered(lesson, key, poll, said)),
  };
}

const concernedSeats = (lesson: Lesson, poll: Poll): SeatKey[] =>
  seatsInOrder(lesson)
    .filter((seat) => seat.joined && concerns(poll.to, seat.key))
    .map((seat) => seat.key);

/** Who answers from a device: those who sit there by name, wherever they sit; else the device. */
export const voterAt = (lesson: Lesson, key: SeatKey): string => {
  const pupils = lesson.seats[key]?.pupils ?? [];
  return pupils.length > 0 ? [...pupils].sort().join(' ') : key;
};

export const voterOf = ({ pupils, seat }: PollAnswer): string =>
  pupils && pupils.length > 0 ? [...pupils].sort().join(' ') : (seat ?? '');

function hasAnswered(lesson: Lesson, key: SeatKey, poll: Poll, said: readonly PollAnswer[]): boolean {
  const voter = voterAt(lesson, key);
  return said.filter((one) => voterOf(one) === voter).length >= poll.questions.length;
}

/** As a child sees it: the right answers only once the results are shown. */
export function pollCard(
  poll: Poll,
  answers: Iterable<PollAnswer>,
  bars: readonly Bars[],
  who: { readonly voter: string; readonly ballot?: string | undefined },
): PollCard {
  const mine = poll.anonymous ? [] : [...answers].filter((one) => voterOf(one) === who.voter);
  return {
    id: poll.id,
    title: poll.title,
    questions: poll.questions.map(({ kind, text, choices }) => ({
      kind,
      text,
      ...(choices && { choices: [...choices] }),
    })),
    anonymous: poll.anonymous,
    open: poll.open,
    ...(who.ballot !== undefined && { ballot: who.ballot }),
    mine: mine.map(({ question, value, n }) => ({ question, value, n })),
    ...(poll.shown && {
      results: bars.map(({ shown, rows }, at) => {
        const right = poll.questions[at]?.right;
        return { total: shown, rows: [...rows], ...(right !== undefined && { right }) };
      }),
    }),
  };
}
