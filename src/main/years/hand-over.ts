import { unjustifiedHalfDays, type RollEntry } from '../../domain/ent/roll-call';
import { PreauError } from '../../domain/errors';
import { opaqueOf, type Id } from '../../domain/id';
import { fullName } from '../../domain/people/names';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant, localDate } from '../../domain/time';
import type { HandOver } from '../../contract/staff/years';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { ClassDocument, PupilDocument, StaffDocument } from '../directory/records';
import { factId, save } from './documents';
import type { YearsDeps } from './ports';
import { worksToCarry } from './works';

/**
 * What goes with a child into another class. The old class's base stays closed to the new teacher: a head's poste, which may
 * read both, writes the least that is needed into the new class's base, signed like everything it writes. Teachers' postes
 * need never be on together: the note came to the head's by one exchange, the hand-over leaves by another.
 */
export interface HandOverDesk {
  /** After a pupil was moved. Nothing happens on a poste that cannot read both classes: a head's poste does it later. */
  moved(pupil: Id<'pupil'>, from: Id<'class'>, to: Id<'class'>): Promise<void>;
  /** Notes for next year's teachers, and those that came after the child had gone. @returns true where something was written */
  tick(): Promise<boolean>;
  received(actor: Actor, classId: Id<'class'>): Promise<HandOver[]>;
  notes(
    actor: Actor,
    classId: Id<'class'>,
  ): Promise<{ pupil: Id<'pupil'>; name: string; text: string; rev?: string }[]>;
  writeNote(
    actor: Actor,
    note: { class: Id<'class'>; pupil: Id<'pupil'>; text: string; rev?: string | undefined },
  ): Promise<void>;
}

interface NoteDocument extends DocumentBody {
  readonly type: 'handOverNote';
  readonly pupil: Id<'pupil'>;
  readonly text: string;
  readonly by: Id<'staff'>;
  readonly at: string;
}
interface HandOverDocument extends DocumentBody {
  readonly type: 'handOver';
  readonly pupil: Id<'pupil'>;
  readonly from: Id<'class'>;
  readonly fromLabel: string;
  readonly at: string;
  readonly homework: HandOver['homework'];
  readonly unjustified: number;
  readonly notes: HandOver['notes'];
  /** Works that came along: each once, so that one taken away in the new class does not come back. */
  readonly works?: readonly Id<'handin'>[];
}
type HomeworkBody = DocumentBody & HandOver['homework'][number];

export function createHandOverDesk(
  deps: Pick<YearsDeps, 'platform' | 'databases' | 'timeZone' | 'exchange'>,
): HandOverDesk {
  const { platform, databases } = deps;
  const now = (): string => instant(platform.clock());
  const today = (): string => localDate(platform.clock(), deps.timeZone());
  const noteId = (pupil: string): string => factId('event', 'hand-over note', pupil);
  const readable = (classId: Id<'class'>): boolean => databases.readable('classe', classId);

  async function authorOf(ecole: AudienceDatabase, id: string): Promise<string> {
    const body = ecole.get<StaffDocument>(id)?.body;
    return Promise.resolve(body ? fullName(body.names) : '');
  }
  async function notesOf(
    classe: AudienceDatabase,
    ecole: AudienceDatabase,
    pupil: string,
  ): Promise<HandOver['notes']> {
    const held = classe.get<NoteDocument>(noteId(pupil));
    if (!held) return [];
    const versions = [held.body, ...held.conflicts.map(({ body }) => body)];
    return Promise.all(versions.map(async ({ by, text }) => ({ by: await authorOf(ecole, by), text })));
  }
  /** Half-days without a reason in the month that is under way: the head reports from four on, whatever the class. */
  function unjustified(classe: AudienceDatabase, pupil: Id<'pupil'>): number {
    const month = today().slice(0, 7);
    const entries = classe
      .all('rollEntry')
      .map(({ body }) => ({ ...body, id: body._id, half: { date: body['date'], half: body['half'] } }))
      .map((entry) => entry as unknown as RollEntry)
      .filter(({ half, pupil: of }) => of === pupil && half.date.startsWith(month));
    return unjustifiedHalfDays(entries).get(pupil) ?? 0;
  }

  /** Pupils of the class, and those who were: a note is often written once the child has changed. */
  async function pupilsOf(classe: AudienceDatabase, classId: Id<'class'>): Promise<PupilDocument[]> {
    const were = new Set(classe.all('rollEntry').map(({ body }) => body['pupil']));
    return (await databases.open('ecole'))
      .all<PupilDocument>('pupil')
      .map(({ body }) => body)
      .filter((body) => body.leftOn === undefined && (body.classId === classId || were.has(body._id)));
  }
  interface Origin {
    readonly to: Id<'class'>;
    readonly classId: Id<'class'>;
    /** The base that knows the old class and its people. */
    readonly ecole: AudienceDatabase;
  }
  /** Where the children of today's classes come from: their class of a year that still stands. */
  async function cameFrom(ecole: AudienceDatabase): Promise<Map<Id<'pupil'>, Origin>> {
    const origins = new Map<Id<'pupil'>, Origin>();
    for (const year of databases.earlierYears()) {
      const before = await databases.ecoleOf(year);
      for (const { body } of before?.all<PupilDocument>('pupil') ?? []) {
        const to = ecole.get<PupilDocument>(body._id)?.body.classId as Id<'class'> | undefined;
        const classId = body.classId as Id<'class'> | undefined;
        if (before && to && classId && to !== classId)
          origins.set(body._id as Id<'pupil'>, { to, classId, ecole: before });
      }
    }
    return origins;
  }
  /** The notes about one child as they are now. */
  async function follow(
    into: AudienceDatabase,
    pupil: Id<'pupil'>,
    { to, classId, ecole }: Origin,
  ): Promise<boolean> {
    if (!readable(classId)) return false;
    const notes = await notesOf(await databases.open('classe', classId), ecole, pupil);
    const id = factId('event', 'hand-over', pupil, classId, to);
    const held = into.get<HandOverDocument>(id)?.body;
    if (notes.length === 0) return false;
    return save(into, {
      ...(held ?? {
        type: 'handOver',
        v: 1,
        pupil,
        from: classId,
        fromLabel: ecole.get<ClassDocument>(classId)?.body.label ?? '',
        at: now(),
        homework: [],
        unjustified: 0,
      }),
      _id: id,
      notes,
    } as HandOverDocument);
  }

  /** The child's own works, as far as they have not come along yet; written before it is said that they have. */
  async function carryWorks(
    from: AudienceDatabase,
    into: AudienceDatabase,
    body: HandOverDocument,
  ): Promise<boolean> {
    const before = body.works ?? [];
    const { works, documents } = worksToCarry(from, into, body.pupil, new Set(before));
    if (works.length === 0) return false;
    await into.putAll(documents);
    return save(into, { ...body, works: [...before, ...works.map(({ _id }) => _id as Id<'handin'>)] });
  }

  return {
    async moved(pupil, from, to) {
      if (!readable(from) || !readable(to)) return;
      const [classe, into, ecole] = await Promise.all([
        databases.open('classe', from),
        databases.open('classe', to),
        databases.open('ecole'),
      ]);
      const homework = classe
        .all<HomeworkBody>('homework')
        .filter(({ body }) => body.dueOn >= today())
        .map(({ body: { subject, text, dueOn } }) => ({ subject, text, dueOn }));
      const id = factId('event', 'hand-over', pupil, from, to);
      await save(into, {
        _id: id,
        type: 'handOver',
        v: 1,
        pupil,
        from,
        fromLabel: ecole.get<ClassDocument>(from)?.body.label ?? '',
        at: now(),
        homework,
        unjustified: unjustified(classe, pupil),
        notes: await notesOf(classe, ecole, pupil),
      });
      const held = into.get<HandOverDocument>(id)?.body;
      if (held) await carryWorks(classe, into, held);
    },
    async tick() {
      if (!deps.exchange.isHead() || !databases.readable('ecole')) return false;
      const ecole = await databases.open('ecole');
      const from = await cameFrom(ecole);
      let wrote = false;
      for (const { body: group } of ecole.all<ClassDocument>('class')) {
        const classId = group._id as Id<'class'>;
        if (!readable(classId)) continue;
        const into = await databases.open('classe', classId);
        for (const { body } of into.all<HandOverDocument>('handOver')) {
          if (!ecole.get(body.from)) continue;
          if (await follow(into, body.pupil, { to: classId, classId: body.from, ecole })) wrote = true;
          // What another computer had not sent yet when the child changed; nothing of after they came back.
          const isThere = ecole.get<PupilDocument>(body.pupil)?.body.classId === classId;
          const held = into.get<HandOverDocument>(body._id)?.body;
          if (!isThere || !held || !readable(body.from)) continue;
          if (await carryWorks(await databases.open('classe', body.from), into, held)) wrote = true;
        }
        for (const [pupil, old] of from) {
          if (old.to === classId && (await follow(into, pupil, old))) wrote = true;
        }
      }
      return wrote;
    },
    async received(actor, classId) {
      demand(actor, 'plan.read', { kind: 'class', classId });
      const ecole = await databases.open('ecole');
      return (await databases.open('classe', classId))
        .all<HandOverDocument>('handOver')
        .map(({ body }) => {
          const pupil = ecole.get<PupilDocument>(body.pupil)?.body;
          return {
            id: body._id as Id<'event'>,
            pupil: body.pupil,
            name: pupil ? fullName(pupil.names) : opaqueOf(body.pupil),
            from: body.fromLabel,
            at: body.at,
            homework: [...body.homework],
            unjustified: body.unjustified,
            notes: [...body.notes],
            works: body.works?.length ?? 0,
          };
        })
        .sort((a, b) => b.at.localeCompare(a.at) || a.name.localeCompare(b.name, 'fr'));
    },
    async notes(actor, classId) {
      demand(actor, 'plan.read', { kind: 'class', classId });
      const classe = await databases.open('classe', classId);
      return (await pupilsOf(classe, classId))
        .map((body) => {
          const held = classe.get<NoteDocument>(noteId(body._id));
          return {
            pupil: body._id as Id<'pupil'>,
            name: fullName(body.names),
            text: held?.body.text ?? '',
            ...(held ? { rev: held.rev } : {}),
          };
        })
        .sort((a, b) => a.name.localeCompare(b.name, 'fr'));
    },
    async writeNote(actor, { class: classId, pupil, text, rev }) {
      demand(actor, 'plan.write', { kind: 'class', classId });
      if (actor.kind !== 'staff') throw new PreauError('NOT_SIGNED_IN', { action: 'plan.write' });
      const classe = await databases.open('classe', classId);
      if (!(await pupilsOf(classe, classId)).some(({ _id }) => _id === pupil))
        throw new PreauError('NOT_FOUND', { kind: 'pupil' });
      const id = noteId(pupil);
      if (text.trim() === '') {
        if (rev !== undefined) await classe.remove(id, rev);
        return;
      }
      const body = {
        _id: id,
        type: 'handOverNote',
        v: 1,
        pupil,
        text: text.trim(),
        by: actor.personId,
        at: now(),
      };
      await classe.put(body, rev);
    },
  };
}
