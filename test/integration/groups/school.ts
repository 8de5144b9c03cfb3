import type { Id } from '../../../src/domain/id';
import { rightsSchool, type Ask } from '../rights/school';

export const HOUR = 3_600_000;

/** The school of the rights' tests with a class of eight in CE2, and three classes that can take them. */
export async function groupsSchool() {
  const school = await rightsSchool();
  const { head } = school;
  const ce2 = (await head('people.addClass', { label: 'CE2', grades: ['CE2'] })).id;
  const add = async (classId: Id<'class'>, names: readonly string[]): Promise<Id<'pupil'>[]> => {
    const ids: Id<'pupil'>[] = [];
    for (const name of names) {
      const [first = '', family = ''] = name.split(' ');
      ids.push((await head('people.addPupil', { class: classId, first, family })).id);
    }
    return ids;
  };
  const sent = await add(ce2, [
    'Léa Martin', 'Léa Benoît', 'Hugo Petit', 'Inès Roux', 'Tom Garnier', 'Maël Lebœuf', 'Rose Noël', 'Ali Sadek',
  ]); // prettier-ignore
  await add(school.classes.cp, ['Jade Morel', 'Nino Faure', 'Adam Blanc']);
  await add(school.classes.cm1, ['Lila Girard']);
  const account = async (person: Id<'staff'>, name: string, host?: string): Promise<Ask> =>
    school.enter(name, person, await school.account(person), host);
  const { date } = school.local(school.clock.now);
  return { ...school, ce2, sent, add, signIn: account, date, morning: { date, half: 'AM' as const } };
}
export type GroupsSchool = Awaited<ReturnType<typeof groupsSchool>>;

/** Sends CE2 out for the day as it is proposed. */
export async function sendOut(school: GroupsSchool, ask: Ask = school.head) {
  const look = await ask('dispatch.look', { class: school.ce2 });
  return ask('dispatch.send', {
    class: school.ce2,
    kind: 'replacement',
    hosts: look.proposal,
    until: { date: look.today, time: look.endsAt },
    replaces: [],
  });
}
