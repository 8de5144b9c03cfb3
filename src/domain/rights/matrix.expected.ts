import type { Action } from './authorize';
import type { Column } from './reach';

/**
 * What the matrix must say, written by hand from the texts and never from the code: a change of a right changes this
 * page too, on purpose. `all`: whoever's it is; other words: what of one's own (a class, a group, a lesson, oneself, a
 * device), `school` for what is nobody's in particular. A column that is not named has nothing.
 *
 * `from`: D is the table of docs/people-decisions.md; SDET lines are those of reference/sdet.md 3 and 4; CARMO of
 * reference/carmo.md; `convention` is the ENT convention between academy and commune (articles 4 and 5).
 */
export interface Row {
  readonly from: string;
  readonly cells: Readonly<Partial<Record<Column, string>>>;
}

const STAFF_OF_SCHOOL = { head: 'all', teacher: 'all', substitute: 'all', aesh: 'all', atsem: 'all', rased: 'all', librarian: 'all' } as const; // prettier-ignore
const EQUIPMENT = { head: 'all', teacher: 'all', substitute: 'all', technician: 'all' } as const;
const TEACHING = { teacher: 'class group', substitute: 'class group' } as const;
const EVERYBODY = {
  ...STAFF_OF_SCHOOL, inspector: 'all', technician: 'all', administrator: 'all', facilitator: 'all', guest: 'all',
  guardian: 'all', pupil: 'all', visitor: 'all', device: 'all', poste: 'all', anonymous: 'all',
} as const; // prettier-ignore
const ONESELF = Object.fromEntries(
  ['teacher', 'substitute', 'aesh', 'atsem', 'rased', 'librarian', 'inspector', 'technician', 'administrator', 'facilitator', 'guest', 'guardian', 'pupil'].map((who) => [who, 'self']),
); // prettier-ignore

export const EXPECTED: Readonly<Record<Action, Row>> = {
  'welcome.use': { from: 'a poste without a school, and its sign-in screen', cells: EVERYBODY },

  // D: facilitator, technician, administrator, guest and inspector see no list of the school.
  'school.read': { from: 'D; SDET L9117 (white pages), L1821', cells: { ...STAFF_OF_SCHOOL, poste: 'all' } },
  'school.manage': { from: 'D; SDET L1651, L1807 (the head answers for it)', cells: { head: 'all' } },
  'people.read': {
    from: 'D: names, of the own classes or groups only where the role is held there; SDET L9117; convention for facilitator',
    cells: {
      head: 'all', teacher: 'all', substitute: 'all', librarian: 'all', poste: 'all',
      aesh: 'class group', atsem: 'class group', rased: 'class group', inspector: 'class group', guest: 'class group',
    }, // prettier-ignore
  },
  'people.import': { from: 'SDET L9175 (import by the head)', cells: { head: 'all' } },
  'account.manage': {
    from: 'SDET L3867, L3883 (life of an identity); oneself',
    cells: { ...ONESELF, head: 'all' },
  },
  'class.read': {
    from: 'D: own classes whole; the head, everything of the school',
    cells: { ...TEACHING, head: 'all', poste: 'all' },
  },
  'guardian.read': {
    from: 'docs/directory.md: `direction` is the head’s; CARINE (data minimised)',
    cells: { head: 'all' },
  },
  'guardian.manage': { from: 'the same', cells: { head: 'all' } },
  'authority.confirm': { from: 'docs/people-decisions.md: confirmed by the head', cells: { head: 'all' } },
  'portal.manage': { from: 'SDET L1794 (accounts under the head’s responsibility)', cells: { head: 'all' } },
  'contact.read': {
    from: 'docs/guardians.md: who may be called, by who has the class',
    cells: { ...TEACHING, head: 'all' },
  },

  'group.manage': {
    from: 'SDET L11203 (groups by users who may), of one’s own pupils and colleagues; head: anybody',
    cells: { head: 'all', teacher: 'school class group', substitute: 'school class group' },
  },
  'dispatch.manage': {
    from: 'docs/groups.md: whoever finds a class without its teacher sends it out, for a day (src/domain/groups/dispatch.ts)',
    cells: { head: 'all', teacher: 'all', substitute: 'all' },
  },
  'dispatch.read': {
    from: 'docs/people-decisions.md: a host reads the guests’ names; who reads every name reads these',
    cells: {
      head: 'all', teacher: 'all', substitute: 'all', librarian: 'all', poste: 'all',
      aesh: 'class group', atsem: 'class group',
    }, // prettier-ignore
  },
  'person.search': {
    from: 'SDET L9097, L9117: as people.read, nobody finds whom they may not read',
    cells: {
      head: 'all', teacher: 'all', substitute: 'all', librarian: 'all',
      aesh: 'class group', atsem: 'class group', rased: 'class group', inspector: 'class group', guest: 'class group',
    }, // prettier-ignore
  },

  'rights.read': { from: 'SDET L3901, CARMO-88 (audit of access rights)', cells: { head: 'all' } },
  'rights.delegate': {
    from: 'D: a head, or a teacher for their own classes; SDET L4037',
    cells: { head: 'all', teacher: 'school class group' },
  },
  'traces.read': {
    from: 'D: the technical administrator alone; SDET L4440',
    cells: { administrator: 'all' },
  },

  'privacy.read': {
    from: 'SDET L1337 (register of processing); the head stands for the controllers in the school (convention, art. 8.1, 9)',
    cells: { head: 'all' },
  },
  'privacy.manage': {
    from: 'the same; requests and breaches: convention, art. 6 and 7',
    cells: { head: 'all' },
  },

  'lesson.open': {
    from: 'D; CARMO-68 (modes of a lesson); facilitator: anonymous or numbered only, so never a class (convention)',
    cells: {
      head: 'all', teacher: 'school class group', substitute: 'school class group', rased: 'school class group',
      facilitator: 'school',
    }, // prettier-ignore
  },
  'lesson.conduct': {
    from: 'docs/security.md: nobody watches a colleague’s screens, not even the head',
    cells: {
      head: 'lesson',
      teacher: 'lesson',
      substitute: 'lesson',
      rased: 'lesson',
      facilitator: 'lesson',
    },
  },
  'lesson.take-part': { from: 'CARMO-68', cells: { pupil: 'lesson', visitor: 'lesson' } },
  'work.read': {
    from: 'D: own classes whole; what was handed in to one’s own lesson',
    cells: {
      teacher: 'class group lesson',
      substitute: 'class group lesson',
      head: 'lesson',
      rased: 'lesson',
      facilitator: 'lesson',
    },
  },

  'roll.write': {
    from: 'D: the ATSEM writes the roll call; SDET L9720',
    cells: { ...TEACHING, atsem: 'class group', head: 'all' },
  },
  'roll.read': {
    from: 'D: inspector reads the register; RASED none, AESH none; SDET L10227; the poste itself: a lesson greets nobody who is absent',
    cells: { ...TEACHING, atsem: 'class group', inspector: 'class group', head: 'all', poste: 'all' },
  },
  'homework.write': { from: 'SDET L9720', cells: TEACHING },
  'homework.read': {
    from: 'SDET L9717 (pupil), L9723 (parent), L9971 (head); D: AESH, today’s homework',
    cells: { ...TEACHING, aesh: 'class group', head: 'all', pupil: 'class', guardian: 'class' },
  },
  'plan.write': { from: 'SDET L10010 (teacher, and who replaces)', cells: TEACHING },
  'plan.read': {
    from: 'D: everything of the school but private notes and lesson plans, for the head',
    cells: TEACHING,
  },
  'journal.read': {
    from: 'SDET L9996 (inspectors, date to date), L10010',
    cells: { ...TEACHING, inspector: 'class group' },
  },

  'device.enrol': { from: 'D: technician, devices; CARMO-54', cells: EQUIPMENT },
  'device.revoke': { from: 'DESIGN 7: by the head', cells: { head: 'all' } },
  'device.use': { from: 'a device speaks for itself', cells: { device: 'device' } },
  'cart.read': { from: 'D; CARMO-54', cells: { ...EQUIPMENT, poste: 'all' } },
  'cart.manage': { from: 'D; CARMO-54', cells: EQUIPMENT },
  'cart.book': {
    from: 'CARMO-64 (reservation), CARMO-72 (hours out of school, under a signed convention)',
    cells: { head: 'all', teacher: 'all', substitute: 'all', facilitator: 'all' },
  },
  'inventory.read': { from: 'D; CARMO 5.10', cells: { ...EQUIPMENT, poste: 'all' } },
  'inventory.manage': { from: 'D: the technician reads', cells: { head: 'all' } },
  'apps.push': { from: 'CARMO-53', cells: EQUIPMENT },

  'sync.read': {
    from: 'D: technician; who works at a poste sees whether it has exchanged',
    cells: { ...STAFF_OF_SCHOOL, technician: 'all' },
  },
  'sync.run': { from: 'the same', cells: { ...STAFF_OF_SCHOOL, technician: 'all', poste: 'all' } },
  'sync.manage': { from: 'docs/sync.md: grants are a head’s', cells: { head: 'all' } },
  'poste.introduce': {
    from: 'docs/sync.md: own computer, or any by a head',
    cells: { head: 'all', teacher: 'all', substitute: 'all' },
  },
};
