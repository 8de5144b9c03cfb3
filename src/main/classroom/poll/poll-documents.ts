import { createHash } from 'node:crypto';
import { opaque, type Id } from '../../../domain/id';
import type { Json } from '../../../domain/json';
import type { Recipients, SeatKey } from '../../../domain/lesson/model';
import type { Poll, PollAnswer, Question } from '../../../domain/lesson/poll';
import type { Instant } from '../../../domain/time';
import type { DocumentBody } from '../../../store/port';
import { asJson } from '../documents';

/**
 * A question and its answers on disk. An anonymous answer holds its value and nothing else: no device, no pupil, no instant. Its
 * id is made from a ballot that is written nowhere; the question keeps only the marks of all ballots, in their own
 * order, and which devices were given one, in theirs.
 */
export interface PollDocument extends DocumentBody {
  readonly _id: Id<'poll'>;
  readonly type: 'lessonPoll';
  readonly part: 'poll';
  readonly lesson: Id<'lesson'>;
  readonly title: string;
  readonly questions: Json;
  readonly anonymous: boolean;
  readonly to: Json;
  readonly askedAt: Instant;
  readonly open: boolean;
  readonly shown: boolean;
  readonly ballots?: readonly string[];
  readonly given?: readonly SeatKey[];
}

export interface AnswerDocument extends DocumentBody {
  readonly type: 'lessonPoll';
  readonly part: 'answer';
  readonly lesson: Id<'lesson'>;
  readonly poll: Id<'poll'>;
  /** When the question was asked, so that both end on one day. */
  readonly askedAt: Instant;
  readonly question: number;
  readonly value: string;
  readonly n: number;
  readonly pupils?: readonly Id<'pupil'>[];
  readonly seat?: string;
}

export const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** One for a voter and a question: what is said again, or otherwise, is the same document. */
export const answerId = (poll: Id<'poll'>, question: number, voter: string): string =>
  `event_${opaque(digest(`${poll}|${question}|${voter}`))}`;

export function pollDocument(
  lesson: Id<'lesson'>,
  poll: Poll,
  ballots?: { readonly marks: Iterable<string>; readonly given: Iterable<SeatKey> },
): PollDocument {
  return {
    _id: poll.id,
    type: 'lessonPoll',
    v: 1,
    part: 'poll',
    lesson,
    title: poll.title,
    questions: asJson(poll.questions),
    anonymous: poll.anonymous,
    to: poll.to === 'all' ? 'all' : [...poll.to],
    askedAt: poll.askedAt,
    open: poll.open,
    shown: poll.shown,
    ...(ballots && { ballots: [...ballots.marks].sort(), given: [...ballots.given].sort() }),
  };
}

export const pollFrom = (body: PollDocument): Poll => ({
  id: body._id,
  title: body.title,
  questions: body.questions as unknown as readonly Question[],
  anonymous: body.anonymous,
  to: body.to as unknown as Recipients,
  askedAt: body.askedAt,
  open: body.open,
  shown: body.shown,
});

export function answerDocument(
  lesson: Id<'lesson'>,
  poll: Poll,
  voter: string,
  said: PollAnswer,
): AnswerDocument {
  return {
    _id: answerId(poll.id, said.question, voter),
    type: 'lessonPoll',
    v: 1,
    part: 'answer',
    lesson,
    poll: poll.id,
    askedAt: poll.askedAt,
    question: said.question,
    value: said.value,
    n: said.n,
    ...(said.pupils && { pupils: [...said.pupils] }),
    ...(said.seat !== undefined && { seat: said.seat }),
  };
}

/** The questions of a base, the newest first, each with its answers by their documents' ids. */
export function pollsIn(
  bodies: readonly (PollDocument | AnswerDocument)[],
  of: (body: PollDocument) => boolean,
): { readonly body: PollDocument; readonly answers: Map<string, PollAnswer> }[] {
  const polls = new Map(
    bodies
      .filter((body): body is PollDocument => body.part === 'poll' && of(body))
      .sort((a, b) => b.askedAt.localeCompare(a.askedAt) || b._id.localeCompare(a._id))
      .map((body) => [body._id as string, { body, answers: new Map<string, PollAnswer>() }]),
  );
  for (const body of bodies) if (body.part === 'answer') polls.get(body.poll)?.answers.set(body._id, body);
  return [...polls.values()];
}
