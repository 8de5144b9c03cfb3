import { audience } from '../../domain/audience';
import { unjustifiedHalfDays, type RollEntry } from '../../domain/ent/roll-call';
import { PreauError } from '../../domain/errors';
import { opaqueOf, type Id } from '../../domain/id';
import { fullName } from '../../domain/people/names';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant, localDate } from '../../domain/time';
import type { YearPlan } from '../../domain/years/plan';
import type { HandOver } from '../../contract/staff/years';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import { upsert, type ClassDocument, type PupilDocument, type StaffDocument } from '../directory/records';
import { factId } from './documents';
import type { YearsDeps } from './ports';

/**
 * What goes with a child into another class. The old class's base stays closed to the new teacher: a head's poste, which may
 * read both, writes the least that is needed into the new class's base, signed like everything it writes. Teachers' postes
 * need never be on together: the note came to the head's by one exchange, the hand-over leaves by another.
 */
export interface HandOverDesk {
  /** After a pupil was moved. Nothing happens on a poste that cannot read both classes: a head's poste does it later. */
  moved(pupil: Id<'pupil'>, from: Id<'class'>, to: Id<'class'>): Promise<void>;
  /** Notes for next year's teachers. */
  atYearEnd(plan: YearPlan): Promise<void>;
  /** Notes that came after the child had gone are added. @returns true where something was written */
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
}
type HomeworkBody = DocumentBody & HandOver['homework'][number];

export function createHandOverDesk(
  deps: Pick<YearsDeps, 'platform' | 'databases' | 'store' | 'keyring' | 'timeZone' | 'exchange'>,
): HandOverDesk {
  const { platform, databases, keyring } = deps;
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
      await upsert(into, {
        _id: factId('event', 'hand-over', pupil, from, to),
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
    },
    async atYearEnd(plan) {
      const ecole = await deps.store.open(audience('ecole', { year: plan.from }));
      for (const [id, to] of Object.entries(plan.pupils)) {
        const pupil = id as Id<'pupil'>;
        const from = ecole.get<PupilDocument>(id)?.body.classId as Id<'class'> | undefined;
        if (!from || to === null) continue;
        const old = audience('classe', { of: from, year: plan.from });
        if (!keyring.has(old)) continue;
        const notes = await notesOf(await deps.store.open(old), ecole, id);
        if (notes.length === 0) continue;
        const into = await deps.store.open(audience('classe', { of: to as Id<'class'>, year: plan.to }));
        await upsert(into, {
          _id: factId('event', 'hand-over', id, from, to),
          type: 'handOver',
          v: 1,
          pupil,
          from,
          fromLabel: ecole.get<ClassDocument>(from)?.body.label ?? '',
          at: now(),
          homework: [],
          unjustified: 0,
          notes,
        });
      }
    },
    async tick() {
      if (!deps.exchange.isHead() || !databases.readable('ecole')) return false;
      const ecole = await databases.open('ecole');
      let wrote = false;
      for (const { body: group } of ecole.all<ClassDocument>('class')) {
        const classId = group._id as Id<'class'>;
        if (!readable(classId)) continue;
        const into = await databases.open('classe', classId);
        for (const { body } of into.all<HandOverDocument>('handOver')) {
          if (!readable(body.from)) continue;
          const { year } = nameYear(databases.name('classe', body.from));
          const then = (await databases.ecoleOf(year)) ?? ecole;
          const notes = await notesOf(await databases.open('classe', body.from), then, body.pupil);
          if (notes.length > 0 && (await upsert(into, { ...body, notes }))) wrote = true;
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
          };
        })
        .sort((a, b) => b.at.localeCompare(a.at) || a.name.localeCompare(b.name, 'fr'));
    },
    async notes(actor, classId) {
      demand(actor, 'plan.read', { kind: 'class', classId });
      const classe = await databases.open('classe', classId);
      return (await databases.open('ecole'))
        .all<PupilDocument>('pupil')
        .filter(({ body }) => body.classId === classId && body.leftOn === undefined)
        .map(({ body }) => {
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
      const known = (await databases.open('ecole')).get<PupilDocument>(pupil)?.body;
      if (known?.classId !== classId) throw new PreauError('NOT_FOUND', { kind: 'pupil' });
      const classe = await databases.open('classe', classId);
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

const nameYear = (name: string): { year: number } => ({ year: Number(name.slice(-4)) });
