import { idFrom, type Id } from '../../domain/id';
import type { Lesson, SeatKey, SeatOutcome, SentItem } from '../../domain/lesson/model';
import { nextStays } from '../../domain/lesson/report';
import { instant, type Instant } from '../../domain/time';
import type { AudienceDatabase } from '../../store/port';
import type { Platform } from '../capability';
import {
  asJson,
  lessonDocument,
  lessonFrom,
  seatDocument,
  type ItemDocument,
  type LessonDocument,
  type OutcomeDocument,
  type SeatDocument,
} from './documents';
import type { LessonDatabases } from './ports';

/** The running lesson on disk. Every promise resolves when the write is durable: only then is anything confirmed. */
export interface LessonStore {
  readonly database: AudienceDatabase;
  saveHead(lesson: Lesson): Promise<void>;
  /** Writes the seat where it differs from what is on disk; visitors too, so that their number stays theirs. */
  saveSeat(lesson: Lesson, key: SeatKey): Promise<void>;
  addItem(lesson: Lesson, item: SentItem): Promise<void>;
  /** The item was collected. */
  saveItem(lesson: Lesson, item: SentItem): Promise<void>;
  addOutcome(lesson: Lesson, key: SeatKey, item: Id<'item'>, outcome: SeatOutcome): Promise<void>;
  close(lesson: Lesson, at: Instant): Promise<void>;
}

type Tools = Pick<Platform, 'clock' | 'random'> & { readonly posteId: string };

export const databaseOf = (databases: LessonDatabases, classId?: Id<'class'>): Promise<AudienceDatabase> =>
  classId ? databases.ofClass(classId) : databases.withoutClass();

export function openLessonStore(tools: Tools, database: AudienceDatabase): LessonStore {
  const seatIds = new Map<string, string>();
  const idOfSeat = (lesson: Lesson, key: SeatKey): string => {
    const name = `${lesson.id} ${key}`;
    const known =
      seatIds.get(name) ??
      database
        .all<SeatDocument>('lessonSeat')
        .find(({ body }) => body.lesson === lesson.id && body.seat === key)?.body._id ??
      idFrom('event', tools.random(9));
    seatIds.set(name, known);
    return known;
  };
  const itemDocument = (lesson: Lesson, item: SentItem): ItemDocument => ({
    _id: item.id,
    type: 'lessonItem',
    v: 1,
    lesson: lesson.id,
    item: asJson(item),
  });
  async function save(body: LessonDocument | SeatDocument | ItemDocument): Promise<void> {
    const held = database.get(body._id);
    if (held && JSON.stringify(held.body) === JSON.stringify(body)) return;
    await database.put(body, held?.rev);
  }
  return {
    database,
    saveHead: (lesson) => save(lessonDocument(lesson, tools.posteId)),
    async saveSeat(lesson, key) {
      const seat = lesson.seats[key];
      if (!seat) return;
      const id = idOfSeat(lesson, key);
      const stays = database.get<SeatDocument>(id)?.body.stays ?? [];
      await save(seatDocument(id, lesson.id, seat, nextStays(stays, seat, instant(tools.clock()))));
    },
    async addItem(lesson, item) {
      await database.put(itemDocument(lesson, item));
    },
    saveItem: (lesson, item) => save(itemDocument(lesson, item)),
    async addOutcome(lesson, seat, item, { outcome, why, at }) {
      const body: OutcomeDocument = {
        _id: idFrom('event', tools.random(9)),
        type: 'lessonOutcome',
        v: 1,
        lesson: lesson.id,
        seat,
        item,
        outcome,
        ...(why && { why }),
        at,
      };
      await database.put(body);
    },
    close: (lesson, at) => save(lessonDocument(lesson, tools.posteId, at)),
  };
}

export interface FoundLesson {
  readonly lesson: Lesson;
  readonly store: LessonStore;
  /** Comings and goings that were written down. */
  readonly moved: readonly Instant[];
}

/** The lesson that was running on this poste when it stopped, whatever stopped it. */
export async function findRunning(
  tools: Tools,
  databases: LessonDatabases,
): Promise<FoundLesson | undefined> {
  for (const database of await databases.marked()) {
    const open = database
      .all<LessonDocument>('lesson')
      .map(({ body }) => body)
      .find((body) => body.poste === tools.posteId && body.closedAt === undefined);
    if (!open) continue;
    const seats = database.all<SeatDocument>('lessonSeat').map(({ body }) => body);
    const items = database.all<ItemDocument>('lessonItem').map(({ body }) => body);
    const outcomes = database.all<OutcomeDocument>('lessonOutcome').map(({ body }) => body);
    const lesson = lessonFrom(
      open,
      seats.filter((seat) => seat.lesson === open._id),
      items.filter((item) => item.lesson === open._id),
      outcomes.filter((outcome) => outcome.lesson === open._id),
      instant(tools.clock()),
    );
    const moved = seats
      .filter((seat) => seat.lesson === open._id)
      .flatMap(({ stays = [] }) => stays.flatMap(({ from, to }) => (to === undefined ? [from] : [from, to])));
    return { lesson, store: openLessonStore(tools, database), moved };
  }
  return undefined;
}
