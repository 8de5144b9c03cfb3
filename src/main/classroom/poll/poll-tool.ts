import { PreauError } from '../../../domain/errors';
import { idFrom, type Id } from '../../../domain/id';
import { concerns } from '../../../domain/lesson/attention';
import type { Lesson, Recipients, SeatKey } from '../../../domain/lesson/model';
import {
  answerValue,
  MAX_POLLS,
  type Poll,
  type PollAnswer,
  type Question,
} from '../../../domain/lesson/poll';
import { seatAt } from '../../../domain/lesson/seats';
import { POSTE, type Actor } from '../../../domain/rights/actor';
import { demand } from '../../../domain/rights/authorize';
import type { InputOf } from '../../../contract/define';
import type { PupilContract } from '../../../contract/pupil';
import type { PollCard } from '../../../contract/pupil/poll';
import type { PollView } from '../../../contract/staff/poll';
import type { AudienceDatabase } from '../../../store/port';
import type { LessonTool, ToolContext } from '../lesson-tool';
import { demandPart } from '../seat-rights';
import { createBallots, type Ballots } from './ballots';
import {
  answerDocument,
  answerId,
  pollDocument,
  pollFrom,
  pollsIn,
  type AnswerDocument,
  type PollDocument,
} from './poll-documents';
import { barsOf, pollCard, pollView, voterAt, type Bars, type PollNames } from './poll-view';

export interface PollOrder {
  readonly title?: string | undefined;
  readonly questions: readonly Question[];
  readonly anonymous: boolean;
  readonly to: Recipients;
}

/** Questions of the lesson: asked by who conducts it, answered from the devices (CARMO #9.8). */
export interface PollTool extends LessonTool {
  list(actor: Actor): PollView[];
  ask(actor: Actor, order: PollOrder): Promise<Id<'poll'>>;
  /** @throws PreauError `NOT_FOUND` */
  set(actor: Actor, poll: Id<'poll'>, change: Pick<Poll, 'open' | 'shown'>): Promise<void>;
  past(actor: Actor, classId: Id<'class'>): Promise<PollView[]>;
  stateFor(key: SeatKey): Promise<{ poll?: PollCard }>;
  /** @throws PreauError `POLL_CLOSED`, `BAD_INPUT`, `FORBIDDEN` */
  answer(key: SeatKey, said: InputOf<PupilContract, 'poll.answer'>): Promise<void>;
}

interface Running {
  poll: Poll;
  readonly ballots: Ballots | undefined;
  readonly answers: Map<string, PollAnswer>;
  bars: readonly Bars[];
}

/** Answers come together: the window redraws once. ms */
const GATHER = 150;
/** Devices answer side by side; one that floods waits in its own line, not in the others'. */
const WAITING_PER_SEAT = 12;

export function createPollTool({ deps, live, announcer, conducted }: ToolContext): PollTool {
  const { platform, timers, databases, rosters } = deps;
  let polls: Running[] = [];
  let database: AudienceDatabase | undefined;
  const moved = new Set<Running>();
  let cancel: (() => void) | undefined;
  let heads: Promise<unknown> = Promise.resolve();
  const lines = new Map<SeatKey, { last: Promise<unknown>; waiting: number }>();

  const names: PollNames = {
    pupil: (id) => announcer.tools.nameOf(id),
    seat: (key) => live.lesson && seatAt(live.lesson, key as SeatKey)?.label,
  };
  const view = (held: Running, lesson: Lesson): PollView =>
    pollView({ ...held, lessonId: lesson.id, answers: held.answers.values() }, names, lesson);

  function changed(held: Running): void {
    moved.add(held);
    cancel ??= timers.after(GATHER, () => {
      cancel = undefined;
      const { lesson } = live;
      if (lesson)
        for (const one of moved)
          platform.publish('poll.changed', { poll: view(one, lesson) }, announcer.mayHear);
      moved.clear();
    });
  }
  function count(held: Running): void {
    held.bars = barsOf(held.poll, held.answers.values(), held.bars);
    changed(held);
  }
  /** Heads one after the other: a late device's ballot and a stop do not write over each other. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = heads.then(work);
    heads = run.catch(() => undefined);
    return run;
  }
  async function saveHead(lesson: Id<'lesson'>, held: Running): Promise<void> {
    if (!database) throw new PreauError('LESSON_NONE');
    const rev = database.get(held.poll.id)?.rev;
    await database.put(pollDocument(lesson, held.poll, held.ballots), rev);
  }
  const find = (id: Id<'poll'>): Running => {
    const held = polls.find((one) => one.poll.id === id);
    if (!held) throw new PreauError('NOT_FOUND', { kind: 'poll' });
    return held;
  };
  /** What stands on that device now: the newest that runs, or whose results are shown. */
  const currentFor = (key: SeatKey): Running | undefined =>
    polls.find(({ poll }) => (poll.open || poll.shown) && concerns(poll.to, key));

  async function cardFor(lesson: Lesson, key: SeatKey): Promise<{ poll?: PollCard }> {
    const held = seatAt(lesson, key)?.joined ? currentFor(key) : undefined;
    if (!held) return {};
    const { poll, ballots } = held;
    if (ballots && poll.open && ballots.prepare([key])) await inTurn(() => saveHead(lesson.id, held));
    const who = { voter: voterAt(lesson, key), ballot: poll.open ? ballots?.of(key) : undefined };
    return { poll: pollCard(poll, held.answers.values(), held.bars, who) };
  }
  async function tell(): Promise<void> {
    const { lesson } = live;
    if (!lesson) return;
    for (const [key, { link }] of live.devices) {
      if (seatAt(lesson, key)?.joined) link.send('poll.changed', await cardFor(lesson, key));
    }
  }
  async function change(lesson: Lesson, held: Running, next: Pick<Poll, 'open' | 'shown'>): Promise<void> {
    const before = held.poll;
    held.poll = { ...before, ...next };
    try {
      await inTurn(() => saveHead(lesson.id, held));
    } catch (error) {
      held.poll = before;
      throw error;
    }
    count(held);
  }

  async function keep(
    lesson: Lesson,
    key: SeatKey,
    said: InputOf<PupilContract, 'poll.answer'>,
  ): Promise<void> {
    const held = find(said.poll);
    const { poll, ballots, answers } = held;
    const question = poll.questions[said.question];
    const seat = seatAt(lesson, key);
    if (!question || !seat) throw new PreauError('NOT_FOUND', { kind: 'question' });
    if (!concerns(poll.to, key)) throw new PreauError('FORBIDDEN', { action: 'poll.answer' });
    if (!poll.open) throw new PreauError('POLL_CLOSED');
    const value = answerValue(question, said.value);
    if (value === undefined) throw new PreauError('BAD_INPUT', { path: 'value' });
    if (ballots && (said.ballot === undefined || !ballots.isValid(said.ballot)))
      throw new PreauError('FORBIDDEN', { action: 'poll.answer' });
    const voter = ballots ? (said.ballot ?? '') : voterAt(lesson, key);
    const id = answerId(poll.id, said.question, voter);
    const before = answers.get(id);
    if (before && before.n >= said.n) return;
    const answer: PollAnswer = {
      question: said.question,
      value,
      n: said.n,
      ...(!ballots && (seat.pupils.length > 0 ? { pupils: seat.pupils } : { seat: key })),
    };
    if (!database) throw new PreauError('LESSON_NONE');
    await database.put(answerDocument(lesson.id, poll, voter, answer), database.get(id)?.rev);
    answers.set(id, answer);
    count(held);
  }

  return {
    begin(lesson) {
      database = live.required().store.database;
      const bodies = database.all<PollDocument | AnswerDocument>('lessonPoll').map(({ body }) => body);
      polls = pollsIn(bodies, (body) => body.lesson === lesson.id).map(({ body, answers }) => {
        const poll = pollFrom(body);
        const ballots = poll.anonymous
          ? createBallots(platform.random, { marks: body.ballots ?? [], given: body.given ?? [] })
          : undefined;
        return { poll, ballots, answers, bars: barsOf(poll, answers.values(), undefined) };
      });
    },
    async end(lesson) {
      for (const held of polls)
        if (held.poll.open || held.poll.shown) {
          held.poll = { ...held.poll, open: false, shown: false };
          await inTurn(() => saveHead(lesson.id, held));
        }
      cancel?.();
      cancel = undefined;
      moved.clear();
      lines.clear();
      polls = [];
      database = undefined;
    },
    close() {
      cancel?.();
    },
    list(actor) {
      const { lesson } = conducted(actor);
      return polls.map((held) => view(held, lesson));
    },
    async ask(actor, order) {
      const { lesson } = conducted(actor);
      if (polls.length >= MAX_POLLS) throw new PreauError('TOO_LARGE', { limit: MAX_POLLS });
      const [first] = order.questions;
      const poll: Poll = {
        id: idFrom('poll', platform.random(9)),
        title: order.title ?? first?.text ?? '',
        questions: order.questions,
        anonymous: order.anonymous,
        to: order.to,
        askedAt: live.now(),
        open: true,
        shown: false,
      };
      const ballots = poll.anonymous ? createBallots(platform.random) : undefined;
      const here = [...live.devices.keys()].filter(
        (key) => seatAt(lesson, key)?.joined && concerns(poll.to, key),
      );
      ballots?.prepare(here);
      const held: Running = { poll, ballots, answers: new Map(), bars: [] };
      held.bars = barsOf(poll, [], undefined);
      await inTurn(() => saveHead(lesson.id, held));
      // One at a time: what a child sees is never a choice between two questions.
      for (const other of polls)
        if (other.poll.open || other.poll.shown) await change(lesson, other, { open: false, shown: false });
      polls = [held, ...polls];
      changed(held);
      await tell();
      platform.log.info('poll.asked', { poll: poll.id, questions: poll.questions.length });
      return poll.id;
    },
    async set(actor, id, next) {
      const { lesson } = conducted(actor);
      const held = find(id);
      if (next.open || next.shown)
        for (const other of polls)
          if (other !== held && (other.poll.open || other.poll.shown))
            await change(lesson, other, { open: false, shown: false });
      await change(lesson, held, next);
      await tell();
    },
    async past(actor, classId) {
      demand(actor, 'work.read', { kind: 'class', classId });
      const base = await databases.ofClass(classId);
      // The right was judged on the work itself; names are read as the poste does.
      const { entries } = await rosters.roster(POSTE, classId);
      const guests = (await rosters.guestNames?.(classId)) ?? new Map<string, string>();
      const known = new Map([...guests, ...entries.map(({ id, name }) => [id as string, name] as const)]);
      const bodies = base.all<PollDocument | AnswerDocument>('lessonPoll').map(({ body }) => body);
      return pollsIn(bodies, (body) => body.lesson !== live.lesson?.id).map(({ body, answers }) => {
        const poll = { ...pollFrom(body), open: false, shown: false };
        const said = [...answers.values()];
        return pollView(
          { poll, lessonId: body.lesson, answers: said, bars: barsOf(poll, said, undefined) },
          { pupil: (id) => known.get(id), seat: (key) => key },
        );
      });
    },
    async stateFor(key) {
      const { lesson } = live.required();
      demandPart(lesson, key);
      return cardFor(lesson, key);
    },
    async answer(key, said) {
      const { lesson } = live.required();
      demandPart(lesson, key);
      const line = lines.get(key) ?? { last: Promise.resolve(), waiting: 0 };
      if (line.waiting >= WAITING_PER_SEAT) throw new PreauError('BUSY');
      line.waiting += 1;
      const run = line.last.then(() => keep(live.required().lesson, key, said));
      line.last = run.catch(() => undefined);
      lines.set(key, line);
      try {
        await run;
      } finally {
        line.waiting -= 1;
      }
    },
  };
}
