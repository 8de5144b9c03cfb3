import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { SentItem } from '../../domain/lesson/model';
import { POSTE, type Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import type { ReplyOf } from '../../contract/define';
import type { classroomSubject, HandInSummary } from '../../contract/staff/classroom';
import type { AudienceDatabase } from '../../store/port';
import type { StaffAnnouncer } from './announcer';
import type { ClassroomDeps } from './deps';
import type { HandInDocument, ItemDocument, KeptFile, LessonDocument, WorkNoteDocument } from './documents';
import { databaseOf } from './lesson-store';
import type { Live } from './live';
import { workArchive } from './work-archive';
import { lessonResource } from './seat-rights';

type Detail = ReplyOf<{ classroom: typeof classroomSubject }, 'classroom.handIn'>;

/** « Travaux rendus » on the teacher's side, of this lesson or of a class's earlier ones. */
export interface WorkDesk {
  list(
    actor: Actor,
    of: { readonly lesson?: Id<'lesson'> | undefined; readonly class?: Id<'class'> | undefined },
  ): Promise<HandInSummary[]>;
  detail(
    actor: Actor,
    connection: string,
    id: Id<'handin'>,
    classId: Id<'class'> | undefined,
  ): Promise<Detail>;
  /** The last finished version of everybody's answer to one item, else the last unfinished one, as a ZIP. */
  export(
    actor: Actor,
    connection: string,
    item: Id<'item'>,
    classId: Id<'class'> | undefined,
  ): Promise<{ path: string; name: string; works: number }>;
  /** Tells the teacher's window that something came in. */
  announce(document: HandInDocument): void;
}

export function createWorkDesk(deps: ClassroomDeps, live: Live, announcer: StaffAnnouncer): WorkDesk {
  const { databases, rosters, shelf, files, platform } = deps;

  /** The base that holds the work, once the right to read it is sure. */
  async function baseFor(actor: Actor, classId: Id<'class'> | undefined): Promise<AudienceDatabase> {
    const { lesson } = live;
    if (classId) {
      demand(actor, 'work.read', { kind: 'class', classId });
      return databaseOf(databases, classId);
    }
    if (!lesson) {
      demand(actor, 'lesson.open');
      return databases.withoutClass();
    }
    demand(actor, 'work.read', lessonResource(lesson));
    return live.required().store.database;
  }
  /**
   * Without a class all lessons lie together: what was made in the one that runs, and once it is over in one's own, is nothing of a
   * colleague's.
   */
  function mayLook(actor: Actor, base: AudienceDatabase): (body: HandInDocument) => boolean {
    const { lesson } = live;
    if (lesson) return (body) => body.lesson === lesson.id;
    const own = new Set(
      base
        .all<LessonDocument>('lesson')
        .filter(({ body }) => actor.kind === 'staff' && body.owner === actor.personId)
        .map(({ body }) => body._id),
    );
    return (body) => own.has(body.lesson);
  }
  async function names(classId: Id<'class'> | undefined): Promise<ReadonlyMap<string, string>> {
    if (!classId) return new Map();
    // The right was judged on the work itself; names are read as the poste does.
    const { entries } = await rosters.roster(POSTE, classId);
    const guests = (await rosters.guestNames?.(classId)) ?? new Map<string, string>();
    return new Map([...guests, ...entries.map(({ id, name }) => [id as string, name] as const)]);
  }
  /** What the one who asks has opened, and what anybody gave back. */
  function marks(actor: Actor, base: AudienceDatabase) {
    const seen = new Set<string>();
    const returned = new Map<string, 'given' | 'again'>();
    for (const { body } of base.all<WorkNoteDocument>('workNote')) {
      if (actor.kind === 'staff' && body.by === actor.personId) seen.add(body.handIn);
      if (body.givenAt !== undefined) returned.set(body.handIn, body.again ? 'again' : 'given');
    }
    return (id: string): Pick<HandInSummary, 'seen' | 'returned'> => {
      const back = returned.get(id);
      return { ...(seen.has(id) && { seen: true }), ...(back && { returned: back }) };
    };
  }
  const summaryOf = (body: HandInDocument, known: ReadonlyMap<string, string>): HandInSummary => ({
    id: body._id,
    lesson: body.lesson,
    item: body.item,
    title: body.title,
    authors: body.pupils.length > 0 ? body.pupils.map((pupil) => known.get(pupil) ?? '?') : [body.label],
    version: body.version,
    receivedAt: body.receivedAt,
    parts: body.parts.map((part) => part.kind),
    ...(body.late && { late: true }),
    ...(body.unfinished && { unfinished: true }),
  });
  const offer = (connection: string, file: KeptFile): Detail['files'][string] => ({
    name: file.name,
    type: file.type,
    size: file.size,
    sha256: file.sha256,
    path: shelf.offer(connection, {
      name: file.name,
      type: file.type,
      size: file.size,
      open: (range) => files.openRead(file.sha256, range && { start: range.start, end: file.size - 1 }),
    }),
  });

  return {
    async list(actor, of) {
      const classId = of.class ?? live.lesson?.classId;
      const base = await baseFor(actor, classId);
      const mine = classId ? () => true : mayLook(actor, base);
      const known = await names(classId);
      const marked = marks(actor, base);
      return base
        .all<HandInDocument>('handIn')
        .map(({ body }) => body)
        .filter((body) => mine(body) && (of.lesson === undefined || body.lesson === of.lesson))
        .sort((a, b) => b.receivedAt.localeCompare(a.receivedAt))
        .map((body) => ({ ...summaryOf(body, known), ...marked(body._id) }));
    },
    async detail(actor, connection, id, asked) {
      const classId = asked ?? live.lesson?.classId;
      const base = await baseFor(actor, classId);
      const body = base.get<HandInDocument>(id)?.body;
      if (!body || (!classId && !mayLook(actor, base)(body)))
        throw new PreauError('NOT_FOUND', { kind: 'handin' });
      const sent = base.get<ItemDocument>(body.item)?.body.item as unknown as SentItem | undefined;
      const file = sent?.file && { ...sent.file, name: sent.title };
      return {
        summary: { ...summaryOf(body, await names(classId)), ...marks(actor, base)(body._id) },
        parts: [...body.parts],
        files: Object.fromEntries(
          Object.entries(body.files).map(([upload, kept]) => [upload, offer(connection, kept)]),
        ),
        ...(sent && { item: { kind: sent.kind, ...(file && { file: offer(connection, file) }) } }),
      };
    },
    async export(actor, connection, item, asked) {
      const classId = asked ?? live.lesson?.classId;
      const base = await baseFor(actor, classId);
      const mine = classId ? () => true : mayLook(actor, base);
      const works = base
        .all<HandInDocument>('handIn')
        .map(({ body }) => body)
        .filter((body) => body.item === item && mine(body));
      const archive = workArchive(works, await names(classId), (sha256) => files.openRead(sha256));
      if (archive.works === 0) throw new PreauError('NOT_FOUND', { kind: 'handin' });
      const path = shelf.offer(connection, {
        name: archive.name,
        type: 'application/zip',
        open: () => archive.open(),
      });
      return { path, name: archive.name, works: archive.works };
    },
    announce(document) {
      const known = new Map(live.roster.map(({ id, name }) => [id as string, name]));
      platform.publish('classroom.handedIn', summaryOf(document, known), announcer.mayHear);
    },
  };
}
