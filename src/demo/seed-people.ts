import type { RightsOrder } from '../contract/staff/rights';
import type { Id } from '../domain/id';
import { localDate, type Clock, type LocalDate } from '../domain/time';
import {
  DEMO_AESH,
  DEMO_ATSEM,
  DEMO_FAMILIES,
  DEMO_GROUP,
  DEMO_INSPECTOR,
  DEMO_PAPERS,
  DEMO_SUBSTITUTE,
  DEMO_TEACHER,
} from './invented-people';
import { DEMO_CLASS, DEMO_SCHOOL } from './invented-school';
import type { Ask } from './seed';

const DAY_MS = 86_400_000;
const THURSDAY = 4;

/** The people around the children: colleagues, rights that are lent, parents and what they signed, a group. */
export async function seedPeople(ask: Ask, clock: Clock): Promise<void> {
  const { classes } = await ask('people.classes', {});
  const classOf = (label: string): Id<'class'> => {
    const found = classes.find((entry) => entry.label === label);
    if (!found) throw new Error(`the demonstration has no class ${label}`);
    return found.id;
  };
  const today = localDate(clock(), DEMO_SCHOOL.timeZone);
  await seedRights(ask, clock, classOf('CP'), classOf(DEMO_CLASS));
  await seedParents(ask, today);
  const { classes: lists } = await ask('groups.choices', {});
  const pupils = lists.flatMap((one) => one.pupils);
  const named = (first: string): Id<'pupil'>[] =>
    pupils.filter(({ full }) => full.startsWith(`${first} `)).map(({ id }) => id);
  await ask('groups.save', {
    leaves: [],
    name: DEMO_GROUP.name,
    kind: 'needs',
    pupils: DEMO_GROUP.pupils.flatMap(named),
    staff: [],
  });
}

/** A colleague of the CP, somebody who helps, somebody who replaced and has gone, a visit to come. */
async function seedRights(ask: Ask, clock: Clock, cp: Id<'class'>, own: Id<'class'>): Promise<void> {
  const day = (ms: number): LocalDate => localDate(ms, DEMO_SCHOOL.timeZone);
  const { id: teacher } = await ask('people.addStaff', { ...DEMO_TEACHER, classes: [cp] });
  const lasting = { date: day(clock()), time: '00:00' };
  const give = async (
    person: Omit<Extract<RightsOrder['person'], { kind: 'new' }>, 'kind'>,
    order: Omit<RightsOrder, 'person' | 'groups'>,
  ): Promise<Id<'event'>> =>
    (await ask('rights.delegate', { person: { kind: 'new', ...person }, groups: [], ...order })).delegation;
  await give(DEMO_AESH, { role: 'aesh', classes: [own], from: lasting });
  await give(DEMO_ATSEM, { role: 'atsem', classes: [cp], from: lasting });
  const replacement = await give(DEMO_SUBSTITUTE, {
    role: 'substitute',
    classes: [cp],
    replaces: teacher,
    reason: 'Formation',
    from: { date: day(clock() - 6 * DAY_MS), time: '08:00' },
    until: { date: day(clock() + DAY_MS), time: '18:00' },
  });
  await ask('rights.end', { delegation: replacement });
  // Of next week, so that it is always to come.
  const visit = clock() + (7 + ((THURSDAY - new Date(clock()).getUTCDay() + 7) % 7)) * DAY_MS;
  await give(DEMO_INSPECTOR, {
    role: 'inspector',
    classes: [own],
    reason: 'Rendez-vous de carrière',
    from: { date: day(visit), time: '08:30' },
    until: { date: day(visit), time: '16:30' },
  });
}

async function seedParents(ask: Ask, today: LocalDate): Promise<void> {
  const { children, guardians } = await ask('guardians.list', {});
  const child = (family: string, first: string) =>
    children.find((one) => one.family === family && one.first === first);
  const pairsOf = (confirmed: 'joint' | 'alone') =>
    DEMO_FAMILIES.filter((one) => one.confirmed === confirmed)
      .flatMap((one) => one.children.flatMap(([family, first]) => child(family, first) ?? []))
      .flatMap(({ id, guardians: adults }) => adults.map(({ id: guardian }) => ({ pupil: id, guardian })));
  const basis = { kind: 'enrolment' as const };
  await ask('guardians.confirm', { pairs: pairsOf('joint'), from: today, basis });
  for (const pair of pairsOf('alone'))
    await ask('guardians.say', { ...pair, holds: 'alone', from: today, basis });
  for (const paper of DEMO_PAPERS) {
    const signer = guardians.find(({ first }) => first === paper.parent);
    const pupil = children.find(({ first, id }) => first === paper.child && signer?.children.includes(id));
    if (!signer || !pupil) throw new Error(`the demonstration has no ${paper.parent}`);
    await ask('privacy.authorise', {
      pupil: pupil.id,
      guardian: signer.id,
      what: 'image',
      agrees: paper.agrees,
      on: today,
    });
  }
}
