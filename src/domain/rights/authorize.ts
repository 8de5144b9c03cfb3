import { PreauError } from '../errors';
import type { Actor } from './actor';
import {
  anyone,
  atSchool,
  guardianInClass,
  held,
  inLesson,
  lessonOwner,
  ownDevice,
  poste,
  pupilOfClass,
  self,
  within,
  type Resource,
  type Rule,
} from './rules';

export type { Resource } from './rules';

const head = held('head');
const teaching = within('teacher', 'substitute');
/** Whoever works with the school's equipment. */
const equipment = held('head', 'teacher', 'substitute', 'technician');
const conducts = lessonOwner('head', 'teacher', 'substitute', 'rased', 'facilitator');

/**
 * The matrix: who may do what. A right is held when one rule says yes; what stands in no row is refused.
 * Default of the SDET (reference 4.3, 4.4) as docs/people-decisions.md narrows it. `docs/rights.md` is made of it, and
 * `matrix.expected.ts` says each cell a second time, by hand, with where it comes from: a new row needs both.
 */
const MATRIX = {
  'welcome.use': [anyone],
  // The school and its people
  'school.read': [held('head', 'teacher', 'substitute', 'aesh', 'atsem', 'rased', 'librarian'), poste],
  'school.manage': [head],
  'people.read': [
    held('head', 'teacher', 'substitute', 'librarian'),
    within('aesh', 'atsem', 'rased', 'inspector', 'guest'),
    poste,
  ],
  'people.import': [head],
  'account.manage': [head, self],
  'class.read': [teaching, head, poste],
  'guardian.read': [head],
  'guardian.manage': [head],
  'authority.confirm': [head],
  'portal.manage': [head],
  // Names and telephone numbers of who may be called for a child, never an address (docs/guardians.md).
  'contact.read': [teaching, head],
  // Groups, children hosted in another class, white pages (docs/groups.md)
  'group.manage': [head, atSchool('teacher', 'substitute'), teaching],
  'dispatch.manage': [held('head', 'teacher', 'substitute')],
  'dispatch.read': [held('head', 'teacher', 'substitute', 'librarian'), within('aesh', 'atsem'), poste],
  'person.search': [
    held('head', 'teacher', 'substitute', 'librarian'),
    within('aesh', 'atsem', 'rased', 'inspector', 'guest'),
  ],
  // Rights
  'rights.read': [head],
  'rights.delegate': [head, atSchool('teacher'), within('teacher')],
  'traces.read': [held('administrator')],
  // Register of processing, requests, breaches, papers about pictures
  'privacy.read': [head],
  'privacy.manage': [head],
  // The lesson
  'lesson.open': [head, teaching, within('rased'), atSchool('teacher', 'substitute', 'rased', 'facilitator')],
  'lesson.conduct': [conducts],
  'lesson.take-part': [inLesson],
  'work.read': [teaching, conducts],
  // The class
  'roll.write': [teaching, within('atsem'), head],
  'roll.read': [teaching, within('atsem', 'inspector'), head, poste],
  'homework.write': [teaching],
  'homework.read': [teaching, within('aesh'), head, pupilOfClass, guardianInClass],
  'plan.write': [teaching],
  'plan.read': [teaching],
  'journal.read': [teaching, within('inspector')],
  // Equipment
  'device.enrol': [equipment],
  'device.revoke': [head],
  'device.use': [ownDevice],
  'cart.read': [equipment, poste],
  'cart.manage': [equipment],
  // An after-school leader books one for their hours and handles none (CARMO-72).
  'cart.book': [held('head', 'teacher', 'substitute', 'facilitator')],
  'inventory.read': [equipment, poste],
  'inventory.manage': [head],
  'apps.push': [equipment],
  // Synchronisation
  'sync.read': [held('head', 'teacher', 'substitute', 'aesh', 'atsem', 'rased', 'librarian', 'technician')],
  'sync.run': [
    held('head', 'teacher', 'substitute', 'aesh', 'atsem', 'rased', 'librarian', 'technician'),
    poste,
  ],
  'sync.manage': [head],
  'poste.introduce': [held('head', 'teacher', 'substitute')],
} as const satisfies Record<string, readonly Rule[]>;

export type Action = keyof typeof MATRIX;
export const ACTIONS = Object.keys(MATRIX) as Action[];

/** One implementation, asked by services, the LAN door and the gateway (DESIGN 8). */
export function authorize(actor: Actor, action: Action, resource: Resource = { kind: 'school' }): boolean {
  return MATRIX[action].some((rule) => rule(actor, resource));
}

/** @throws PreauError `NOT_SIGNED_IN` for nobody, `FORBIDDEN` for somebody without the right. */
export function demand(actor: Actor, action: Action, resource: Resource = { kind: 'school' }): void {
  if (authorize(actor, action, resource)) return;
  throw new PreauError(actor.kind === 'anonymous' ? 'NOT_SIGNED_IN' : 'FORBIDDEN', { action });
}
