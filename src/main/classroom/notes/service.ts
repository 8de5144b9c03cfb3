import { PreauError } from '../../../domain/errors';
import { idFrom, type Id } from '../../../domain/id';
import { lessonResource } from '../seat-rights';
import { mayFindAgain } from '../../../domain/lesson/hand-in';
import type { Actor } from '../../../domain/rights/actor';
import { authorize, demand } from '../../../domain/rights/authorize';
import type { InputOf } from '../../../contract/define';
import type { StaffContract } from '../../../contract/staff';
import type { NoteView } from '../../../contract/staff/notes';
import type { AudienceDatabase } from '../../../store/port';
import { asJson, type HandInDocument, type KeptFile, type WorkNoteDocument } from '../documents';
import { databaseOf } from '../lesson-store';
import type { LessonTool, ToolContext } from '../lesson-tool';
import { lookAtFile } from '../look-at-file';
import { createPupilShelf, type PupilShelf } from './shelf';

/** A word said, not a lesson: bytes. */
const MAX_VOICE = 10 * 1024 * 1024;

type Place = { readonly handIn: Id<'handin'>; readonly class?: Id<'class'> | undefined };
type Save = InputOf<StaffContract, 'notes.save'>;

/** Comments on work: the teacher's own documents beside the child's, and the children's shelf. */
export interface NotesTool extends LessonTool {
  readonly shelf: PupilShelf;
  open(actor: Actor, connection: string, place: Place): Promise<NoteView | undefined>;
  /** @throws PreauError `FILE_REFUSED` (the voice is not one), `TOO_LARGE`, `NOT_FOUND`, `FORBIDDEN` */
  save(actor: Actor, connection: string, order: Save): Promise<void>;
  takeBack(actor: Actor, place: Place): Promise<void>;
}

export function createNotes(context: ToolContext): NotesTool {
  const { deps, live } = context;
  const { platform, shelf: staffShelf, files } = deps;
  const shelf = createPupilShelf(context);
  /** One after the other: two windows of one teacher write one document. */
  let turn: Promise<unknown> = Promise.resolve();
  const alone = <T>(act: () => Promise<T>): Promise<T> => {
    const run = turn.then(act);
    turn = run.catch(() => undefined);
    return run;
  };

  interface Found {
    readonly base: AudienceDatabase;
    readonly work: HandInDocument;
    readonly classId: Id<'class'>;
    readonly by: Id<'staff'>;
  }
  /** Work without a class has no author a comment could come back to. */
  async function find(actor: Actor, place: Place): Promise<Found> {
    const classId = place.class ?? live.lesson?.classId;
    demand(
      actor,
      'work.read',
      classId ? { kind: 'class', classId } : live.lesson && lessonResource(live.lesson),
    );
    if (!classId || actor.kind !== 'staff') throw new PreauError('NOT_FOUND', { kind: 'handin' });
    const base = await databaseOf(deps.databases, classId);
    const work = base.get<HandInDocument>(place.handIn)?.body;
    if (work?.type !== 'handIn') throw new PreauError('NOT_FOUND', { kind: 'handin' });
    return { base, work, classId, by: actor.personId };
  }
  const ownNote = ({ base, work, by }: Found) =>
    base.all<WorkNoteDocument>('workNote').find(({ body }) => body.handIn === work._id && body.by === by);

  /** Writes the note whole: what is not in `said` (a voice taken away, a note taken back) is gone from it. */
  async function write(
    found: Found,
    said: Pick<WorkNoteDocument, 'text' | 'drawings' | 'again' | 'voice' | 'givenAt'>,
  ): Promise<void> {
    const { base, work, by } = found;
    const held = ownNote(found);
    const { text, drawings, again, voice, givenAt } = said;
    const body: WorkNoteDocument = {
      _id: held?.body._id ?? idFrom('event', platform.random(9)),
      type: 'workNote',
      v: 1,
      handIn: work._id,
      item: work.item,
      pupils: [...work.pupils],
      by,
      at: live.now(),
      text,
      drawings,
      again,
      ...(voice && { voice }),
      ...(givenAt !== undefined && { givenAt }),
    };
    await base.put(body, held?.rev);
    const mine = (actor: Actor): boolean => actor.kind === 'staff' && actor.personId === by;
    platform.publish('notes.changed', { handIn: work._id }, mine);
  }
  /** To each of those who made it, wherever they sit. */
  function tell(work: HandInDocument, again: boolean): void {
    const { lesson } = live;
    if (!lesson) return;
    for (const [key, { link }] of live.devices) {
      const seat = lesson.seats[key];
      if (seat?.joined && mayFindAgain(seat.pupils, work))
        link.send('notes.returned', { id: work._id, title: work.title, again });
    }
  }
  async function voiceOf(
    connection: string,
    voice: Exclude<Save['voice'], 'keep'>,
  ): Promise<KeptFile | undefined> {
    if (voice === 'none') return undefined;
    const { sha256, size } = staffShelf.uploaded(connection, voice.upload);
    if (size > MAX_VOICE) throw new PreauError('TOO_LARGE', { limit: MAX_VOICE });
    const seen = await lookAtFile(files, { sha256, size, name: '' });
    if (seen?.kind !== 'audio') throw new PreauError('FILE_REFUSED', { reason: 'type' });
    return { sha256, size, type: seen.type, name: `commentaire${seen.extension}` };
  }

  return {
    shelf,
    open: (actor, connection, place) =>
      alone(async () => {
        const found = await find(actor, place);
        const held = ownNote(found)?.body;
        if (!held && authorize(actor, 'plan.write', { kind: 'class', classId: found.classId }))
          await write(found, { text: '', drawings: [], again: false });
        if (!held) return undefined;
        const { text, drawings, voice, again, givenAt } = held;
        return {
          text,
          drawings: [...drawings],
          ...(voice && {
            voice: {
              type: voice.type,
              size: voice.size,
              path: staffShelf.offer(connection, {
                name: voice.name,
                type: voice.type,
                size: voice.size,
                open: (range) =>
                  files.openRead(voice.sha256, range && { start: range.start, end: voice.size - 1 }),
              }),
            },
          }),
          again,
          ...(givenAt !== undefined && { givenAt }),
        };
      }),
    save: (actor, connection, order) =>
      alone(async () => {
        const found = await find(actor, order);
        demand(actor, 'plan.write', { kind: 'class', classId: found.classId });
        const before = ownNote(found)?.body;
        const voice = order.voice === 'keep' ? before?.voice : await voiceOf(connection, order.voice);
        const { text, again, give } = order;
        // Parsed by the contract: plain JSON.
        const drawings = asJson(order.drawings) as unknown as WorkNoteDocument['drawings'];
        const givenAt = give ? live.now() : before?.givenAt;
        await write(found, {
          text,
          drawings,
          again,
          ...(voice && { voice }),
          ...(givenAt !== undefined && { givenAt }),
        });
        if (give) tell(found.work, again);
      }),
    takeBack: (actor, place) =>
      alone(async () => {
        const found = await find(actor, place);
        demand(actor, 'plan.write', { kind: 'class', classId: found.classId });
        const held = ownNote(found);
        if (!held) throw new PreauError('NOT_FOUND', { kind: 'note' });
        const { text, drawings, again, voice } = held.body;
        await write(found, { text, drawings, again, ...(voice && { voice }) });
      }),
    end: () => shelf.forget(),
  };
}
