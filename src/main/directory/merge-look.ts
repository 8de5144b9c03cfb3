import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import { proposePairs } from '../../domain/people/merge-class';
import { familyName } from '../../domain/people/names';
import type { Actor } from '../../domain/rights/actor';
import { authorize } from '../../domain/rights/authorize';
import type { MergeableClass, MergePlan } from '../../contract/staff/people-corrections';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import { uncarried } from './carry';
import type { SchoolDatabases } from './databases';
import type { ClassDocument, PupilDocument, StaffDocument } from './records';

/** Reading side of a merge (merge-service.ts): which classes wait for it, who would be who. Writes nothing. */
export interface MergeLook {
  mayMerge(actor: Actor, from: Id<'class'>, into: Id<'class'>): Promise<boolean>;
  classDocument(id: Id<'class'>): Promise<ClassDocument>;
  /** Whose place is in question, and among whom it is sought. */
  sides(from: string, into: string): Promise<{ quick: PupilDocument[]; real: PupilDocument[] }>;
  mergeable(actor: Actor): Promise<MergeableClass[]>;
  plan(from: Id<'class'>, into: Id<'class'>): Promise<MergePlan>;
}

const nameless = ({ names }: PupilDocument): boolean => familyName(names).trim() === '';
const whole = ({ names }: PupilDocument): string => `${names.first} ${familyName(names)}`.trim();
/** A name as it was written, family name included where there is one: « Léa M. » and « Léa MARTIN » are read alike. */
const asWritten = (pupil: PupilDocument) => ({ id: pupil._id, names: { first: whole(pupil), family: '' } });
const asListed = ({ _id, names }: PupilDocument) => ({ id: _id, names });
const byName = (a: { name: string }, b: { name: string }): number => a.name.localeCompare(b.name, 'fr');

export function createMergeLook(databases: SchoolDatabases): MergeLook {
  const ecole = (): Promise<AudienceDatabase> => databases.open('ecole');

  async function classDocument(id: Id<'class'>): Promise<ClassDocument> {
    const held = (await ecole()).get<ClassDocument>(id);
    if (held?.body.type !== 'class') throw new PreauError('NOT_FOUND', { kind: 'class' });
    return held.body;
  }
  async function pupilsOf(classId: string): Promise<PupilDocument[]> {
    const all = (await ecole()).all<PupilDocument>('pupil').map(({ body }) => body);
    return all.filter((pupil) => pupil.classId === classId);
  }
  async function sides(from: string, into: string): ReturnType<MergeLook['sides']> {
    const there = await pupilsOf(into);
    if (from !== into) return { quick: await pupilsOf(from), real: there };
    // ONDE's class had the name of the one opened in a hurry: both lists are in it already.
    return { quick: there.filter(nameless), real: there.filter((pupil) => !nameless(pupil)) };
  }

  /** The head; and whoever teaches both, as long as nobody else's classes would have to change. */
  async function mayMerge(actor: Actor, from: Id<'class'>, into: Id<'class'>): Promise<boolean> {
    if (authorize(actor, 'school.manage')) return true;
    const both = [from, into].every((classId) => authorize(actor, 'plan.write', { kind: 'class', classId }));
    const staff = (await ecole()).all<StaffDocument>('staff').map(({ body }) => body.classIds);
    return both && staff.every((ids) => !ids.includes(from) || ids.includes(into));
  }

  async function left(from: Id<'class'>, into: Id<'class'>): Promise<DocumentBody[]> {
    if (from === into) return [];
    if (!databases.readable('classe', from) || !databases.readable('classe', into)) return [];
    return uncarried(await databases.open('classe', from), await databases.open('classe', into));
  }

  async function targetsOf(actor: Actor, group: ClassDocument): Promise<MergeableClass['into']> {
    const all = (await ecole()).all<ClassDocument>('class').map(({ body }) => body);
    const own = await pupilsOf(group._id);
    // An extraction that took the class over gave it its grades.
    const untouched = group.quick === true && group.grades.length === 0;
    const open = untouched || (own.length > 0 && own.every(nameless));
    const targets: MergeableClass['into'] = [];
    for (const target of all) {
      const [from, into] = [group._id as Id<'class'>, target._id as Id<'class'>];
      if (target.mergedInto || (from !== into && (!open || target.quick))) continue;
      const { quick, real } = await sides(from, into);
      const found = proposePairs(quick.map(asWritten), real.map(asListed)).filter(({ to }) => to).length;
      const fits = from === into ? found > 0 : !real.every(nameless);
      if (fits && (await mayMerge(actor, from, into))) targets.push({ id: into, label: target.label, found });
    }
    return targets.sort(
      (a, b) => b.found - a.found || a.label.localeCompare(b.label, 'fr', { numeric: true }),
    );
  }

  return {
    mayMerge,
    classDocument,
    sides,
    async mergeable(actor) {
      const found: MergeableClass[] = [];
      for (const { body } of (await ecole()).all<ClassDocument>('class')) {
        const [id, begun] = [body._id as Id<'class'>, body.merge?.into];
        if (begun === undefined) {
          const into = await targetsOf(actor, body);
          if (into.length > 0) found.push({ id, label: body.label, begun: false, into });
        } else if (await mayMerge(actor, id, begun)) {
          // Cut short, or another poste wrote in the old class since.
          if (body.mergedInto && (await left(id, begun)).length === 0) continue;
          const { label } = await classDocument(begun);
          found.push({ id, label: body.label, begun: true, into: [{ id: begun, label, found: 0 }] });
        }
      }
      return found.sort((a, b) => a.label.localeCompare(b.label, 'fr'));
    },
    async plan(from, into) {
      const { merge } = await classDocument(from);
      await classDocument(into);
      const { quick, real } = await sides(from, into);
      const proposals = proposePairs(quick.map(asWritten), real.map(asListed));
      const names = new Map(quick.map((pupil) => [pupil._id, whole(pupil)]));
      return {
        begun: merge !== undefined,
        pupils: proposals
          .map(({ pupil, to, candidates }) => ({
            id: pupil as Id<'pupil'>,
            name: names.get(pupil) ?? '',
            ...(to ? { to: to as Id<'pupil'> } : {}),
            candidates: [...candidates] as Id<'pupil'>[],
          }))
          .sort(byName),
        real: real.map((pupil) => ({ id: pupil._id as Id<'pupil'>, name: whole(pupil) })).sort(byName),
        moves: countOf(await left(from, into)),
      };
    },
  };
}

function countOf(life: readonly DocumentBody[]): MergePlan['moves'] {
  const of = (type: string): DocumentBody[] => life.filter((body) => body.type === type);
  const halves = new Set(of('rollEntry').map((body) => `${String(body['date'])} ${String(body['half'])}`));
  return {
    homework: of('homework').length,
    plans: of('plan').length,
    rolls: halves.size,
    work: of('handIn').length,
  };
}
