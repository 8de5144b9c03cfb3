import type { Id } from '../../../src/domain/id';
import { suggestedDecisions } from '../../../src/domain/people/onde';
import type { SchoolDatabases } from '../../../src/main/directory/databases';
import type { MergePlan } from '../../../src/contract/staff/people-corrections';
import type { AudienceDatabase } from '../../../src/store/port';
import { extractions, openPoste, SCHOOL, temporaryFolder, type Poste } from './poste';

/** Of ONDE's CE1-CE2, where two are called Sacha; Chloris came with a cousin, Zébulon moved house, Ursule was a slip of the keyboard. */
const FIRST_NAMES = ['Éliott', 'yanis', 'Noe', 'Axel', 'Sacha', 'Chloris', 'Zébulon'];
export const MONDAY = { date: '2026-11-16', half: 'AM' } as const;

export interface Begun {
  readonly poste: Poste;
  readonly folder: string;
  readonly quick: Id<'class'>;
  readonly pupils: ReadonlyMap<string, Id<'pupil'>>;
}

/** A teacher alone: a class, a roll call with a correction, homework, a plan, a child's work. */
export async function quickStart(title = 'Ma classe'): Promise<Begun> {
  const folder = await temporaryFolder();
  const poste = await openPoste(folder);
  const teacher = await poste.school.createProvisional({ title, firstNames: FIRST_NAMES });
  const actor = await poste.actor(teacher);
  const [group] = await poste.people.classes(actor);
  if (!group) throw new Error('no class');
  const listed = await poste.people.pupils(actor, group.id);
  const pupils = new Map(listed.map(({ first, id }) => [first, id]));
  const of = (name: string): Id<'pupil'> => pupils.get(name) ?? 'pupil_';

  const entry = (name: string, state: 'absent' | 'late', replaces: readonly Id<'event'>[] = []) => ({
    pupil: of(name),
    state,
    replaces,
  });
  const call = { class: group.id, half: MONDAY };
  const entries = [entry('Noe', 'absent'), entry('Zébulon', 'absent'), entry('Chloris', 'late')];
  await poste.register.write(actor, { ...call, entries, complete: false });
  const sheet = await poste.register.sheet(actor, group.id, MONDAY);
  const standing = sheet.lines.find(({ pupil }) => pupil === of('Noe'))?.standing ?? [];
  const corrected = [entry('Noe', 'late', standing as Id<'event'>[])];
  await poste.register.write(actor, { ...call, entries: corrected, complete: true });
  const slip = await poste.people.addPupil(actor, { class: group.id, first: 'Ursule', family: '' });
  pupils.set('Ursule', slip);
  await poste.homework.save(actor, {
    class: group.id,
    subject: 'Poésie',
    text: 'Le cancre',
    dueOn: '2026-11-27',
  });
  await poste.plans.save(actor, { class: group.id, date: '2026-11-23', title: 'Lundi', text: 'Dictée' });
  const base = await poste.databases.open('classe', group.id);
  await base.putAll([
    { _id: 'lesson_aaaaaaaaaaaaa', type: 'lesson', v: 1, class: group.id, closedAt: '2026-11-20T10:00:00Z' },
    {
      _id: 'handin_aaaaaaaaaaaaa',
      type: 'handIn',
      v: 1,
      lesson: 'lesson_aaaaaaaaaaaaa',
      pupils: [of('yanis')],
    },
  ]);
  return { poste, folder, quick: group.id, pupils };
}

/** The school is named, and ONDE's list arrives beside the class. */
export async function withSchool(begun: Begun, label = 'CE1-CE2') {
  const { poste } = begun;
  const { head } = await poste.school.create(SCHOOL);
  const actor = await poste.actor(head);
  const run = await poste.imports.dryRun(actor, extractions('actuelle'));
  await poste.imports.apply(actor, run.plan, suggestedDecisions(run.result));
  const real = (await poste.people.classes(actor)).find((group) => group.label === label);
  if (!real) throw new Error(`no class ${label}`);
  return { actor, head, real: real.id };
}

export function decided(
  plan: MergePlan,
  begun: Begun,
): { pupil: Id<'pupil'>; to: Id<'pupil'> | 'stay' | 'out' }[] {
  const gone = ['Zébulon', 'Ursule'].map((name) => begun.pupils.get(name));
  return plan.pupils.map(({ id, to, candidates }) => ({
    pupil: id,
    to: gone.includes(id) ? 'out' : (to ?? candidates[0] ?? 'stay'),
  }));
}

/** The same databases on a computer that loses power after so many writes. */
export function failingAfter(databases: SchoolDatabases, allowed: number): SchoolDatabases {
  let left = allowed;
  const spend = (): void => {
    if (left === 0) throw new Error('power');
    left -= 1;
  };
  const wrap = (db: AudienceDatabase): AudienceDatabase =>
    new Proxy(db, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...rest: unknown[]): unknown => {
          if (['put', 'putAll', 'remove'].includes(String(name))) spend();
          return Reflect.apply(value, target, rest) as unknown;
        };
      },
    });
  const wrapped = new Map<AudienceDatabase, AudienceDatabase>();
  return {
    ...databases,
    async open(kind, of) {
      const db = await databases.open(kind, of);
      const known = wrapped.get(db) ?? wrap(db);
      wrapped.set(db, known);
      return known;
    },
  };
}
