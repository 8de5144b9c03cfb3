import { PreauError } from '../../../domain/errors';
import type { Id } from '../../../domain/id';
import { spansOf, type Stay } from '../../../domain/lesson/report';
import type { SentItem } from '../../../domain/lesson/model';
import { POSTE, type Actor } from '../../../domain/rights/actor';
import { demand } from '../../../domain/rights/authorize';
import type { ReplyOf } from '../../../contract/define';
import type { StaffContract } from '../../../contract/staff';
import type { LessonReport, reportSubject } from '../../../contract/staff/report';
import type { AudienceDatabase } from '../../../store/port';
import type { StaffHandlers } from '../../capability';
import type { HandInDocument, ItemDocument, LessonDocument, SeatDocument } from '../documents';
import type { LessonTool, ToolContext } from '../lesson-tool';
import { databaseOf } from '../lesson-store';

/** The lesson's report, derived from what is kept anyway: no document of its own, and nothing of anybody's activity. */
export interface ReportTool extends LessonTool {
  list(actor: Actor, classId: Id<'class'> | undefined): Promise<ReplyOf<StaffContract, 'report.list'>>;
  /** @throws PreauError `NOT_FOUND` */
  lesson(actor: Actor, id: Id<'lesson'>, classId: Id<'class'> | undefined): Promise<LessonReport>;
}

/** Lessons shown in one list; a class has about that many in a year. */
const MAX_LISTED = 300;

export function createReport({ deps }: Pick<ToolContext, 'deps'>): ReportTool {
  const { databases, rosters } = deps;

  /** Without a class, lessons of all teachers lie together: one's own are shown. */
  async function lessonsFor(actor: Actor, classId: Id<'class'> | undefined) {
    if (classId) demand(actor, 'work.read', { kind: 'class', classId });
    else demand(actor, 'lesson.open');
    const base = await databaseOf(databases, classId);
    const mine = (body: LessonDocument): boolean =>
      classId ? body.class === classId : actor.kind === 'staff' && body.owner === actor.personId;
    const lessons = base
      .all<LessonDocument>('lesson')
      .map(({ body }) => body)
      .filter(mine);
    return { base, lessons };
  }
  const seatsOf = (base: AudienceDatabase, lesson: string): SeatDocument[] =>
    base
      .all<SeatDocument>('lessonSeat')
      .map(({ body }) => body)
      .filter((body) => body.lesson === lesson);
  const headOf = ({ _id, title, mode, openedAt, closedAt }: LessonDocument) => ({
    id: _id as Id<'lesson'>,
    title,
    mode,
    openedAt,
    ...(closedAt && { closedAt }),
  });
  /** Who took part: by pupil, or by device where nobody has a name. */
  function stays(seats: readonly SeatDocument[]): Map<string, { label: string; stays: Stay[] }> {
    const people = new Map<string, { label: string; stays: Stay[] }>();
    for (const seat of seats)
      for (const stay of seat.stays ?? []) {
        const key = stay.pupil ?? seat.seat;
        const held = people.get(key) ?? { label: seat.label, stays: [] };
        held.stays.push(stay);
        people.set(key, held);
      }
    return people;
  }

  return {
    async list(actor, classId) {
      const { base, lessons } = await lessonsFor(actor, classId);
      const seats = base.all<SeatDocument>('lessonSeat').map(({ body }) => body);
      return {
        lessons: lessons
          .sort((a, b) => b.openedAt.localeCompare(a.openedAt))
          .slice(0, MAX_LISTED)
          .map((body) => ({
            ...headOf(body),
            people: stays(seats.filter((seat) => seat.lesson === body._id)).size,
          })),
      };
    },
    async lesson(actor, id, classId) {
      const { base, lessons } = await lessonsFor(actor, classId);
      const head = lessons.find((body) => body._id === id);
      if (!head) throw new PreauError('NOT_FOUND', { kind: 'lesson' });
      const roster = classId ? (await rosters.roster(POSTE, classId, head.group)).entries : [];
      const guests = (classId && (await rosters.guestNames?.(classId))) || new Map<string, string>();
      const names = new Map([...guests, ...roster.map((one) => [one.id as string, one.name] as const)]);
      const present = stays(seatsOf(base, id));
      return {
        ...headOf(head),
        people: [...present]
          .map(([key, one]) => ({
            name: key.startsWith('pupil_') ? (names.get(key) ?? '?') : one.label,
            spans: spansOf(one.stays, head.closedAt).map((span) => ({ ...span })),
          }))
          .sort((a, b) => a.name.localeCompare(b.name, 'fr', { numeric: true })),
        absent:
          head.mode === 'personal' ? roster.filter((one) => !present.has(one.id)).map((one) => one.name) : [],
        sent: base
          .all<ItemDocument>('lessonItem')
          .filter(({ body }) => body.lesson === id)
          .map(({ body }) => body.item as unknown as SentItem)
          .map(({ id: item, title, kind, sentAt }) => ({ id: item, title, kind, at: sentAt }))
          .sort((a, b) => a.at.localeCompare(b.at)),
        handedIn: base
          .all<HandInDocument>('handIn')
          .map(({ body }) => body)
          .filter((body) => body.lesson === id)
          .map((body) => ({
            item: body.item,
            title: body.title,
            authors:
              body.pupils.length > 0 ? body.pupils.map((pupil) => names.get(pupil) ?? '?') : [body.label],
            at: body.receivedAt,
            version: body.version,
            ...(body.unfinished && { unfinished: true }),
            ...(body.late && { late: true }),
          }))
          .sort((a, b) => a.at.localeCompare(b.at)),
      };
    },
  };
}

export const reportRoutes = (report: ReportTool) =>
  ({
    list: ({ actor }, { class: classId }) => report.list(actor, classId),
    lesson: ({ actor }, { lesson, class: classId }) => report.lesson(actor, lesson, classId),
  }) satisfies StaffHandlers<typeof reportSubject>;
