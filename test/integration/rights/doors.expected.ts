import type { StaffRole } from '../../../src/domain/rights/roles';

/**
 * Every request of the staff contract that somebody who is neither head nor teacher nor substitute may make, with who. Written by
 * hand from docs/people-decisions.md; what is not named here is refused to all nine. A new request that one of them may
 * make gets its line, and its reason.
 */
export const NINE = ['aesh', 'atsem', 'rased', 'librarian', 'inspector', 'technician', 'administrator', 'facilitator', 'guest'] as const satisfies readonly StaffRole[]; // prettier-ignore
export type Nine = (typeof NINE)[number];

const ALL = NINE;
/** Whoever works in the school (SDET L9117: white pages). */
const SCHOOL: readonly Nine[] = ['aesh', 'atsem', 'rased', 'librarian'];
const NAMES: readonly Nine[] = ['aesh', 'atsem', 'librarian', 'inspector', 'guest'];
/** Synchronisation of the poste they work on; devices and carts are the technician's. */
const POSTE: readonly Nine[] = [...SCHOOL, 'technician'];
const EQUIPMENT: readonly Nine[] = ['technician'];

export const ALLOWED: Readonly<Record<string, readonly Nine[]>> = {
  // Oneself: one's account, charter, notes, rights.
  'accounts.charter': ALL,
  'accounts.acceptCharter': ALL,
  'accounts.notes': ALL,
  'accounts.ownSheet': ALL,
  'accounts.openNotes': ALL,
  'people.changePassword': ALL,
  'rights.mine': ALL,
  /** A text for everybody, without anybody's name. */
  'privacy.notice': ALL,
  // A poste that has its school answers that it has: nothing is told.
  'school.leaveDemonstration': ALL,
  'school.backToDemonstration': ALL,
  'school.create': ALL,
  'school.quickStart': ALL,

  'school.read': SCHOOL,
  'people.staff': SCHOOL,
  'people.classes': [...SCHOOL, 'inspector', 'guest'],
  'people.pupils': NAMES,
  'people.leftPupils': NAMES,
  'people.mergeable': ['librarian'],
  'privacy.mayPublish': ['librarian'],
  'register.sheet': ['atsem', 'inspector'],
  'register.write': ['atsem'],
  'homework.list': ['aesh'],
  'rights.journal': ['inspector'],
  'privacy.traces': ['administrator'],
  'privacy.exportTraces': ['administrator'],

  'classroom.state': ['rased', 'facilitator'],
  'classroom.open': ['rased', 'facilitator'],

  'cart.list': EQUIPMENT,
  'cart.create': EQUIPMENT,
  'cart.panel': EQUIPMENT,
  'cart.putAway': EQUIPMENT,
  'cart.takeOut': EQUIPMENT,
  'cart.undo': EQUIPMENT,
  'cart.note': EQUIPMENT,
  'cart.serialPorts': EQUIPMENT,
  'cart.addHub': EQUIPMENT,
  'cart.removeHub': EQUIPMENT,
  'devices.list': EQUIPMENT,
  'devices.startEnrolment': EQUIPMENT,
  'devices.cancelEnrolment': EQUIPMENT,
  'devices.rename': EQUIPMENT,
  'inventory.list': EQUIPMENT,
  'inventory.history': EQUIPMENT,
  'inventory.exportCsv': EQUIPMENT,
  'android.tablets': EQUIPMENT,
  'android.runs': EQUIPMENT,
  'android.cancel': EQUIPMENT,

  'sync.status': POSTE,
  'sync.run': POSTE,
  'sync.endOfDay': POSTE,
  'sync.wake': POSTE,
  'sync.conflicts': POSTE,
  'sync.readers': POSTE,
  'backup.places': POSTE,
  'backup.look': POSTE,
  'backup.state': POSTE,
  'backup.write': POSTE,
  'backup.stop': POSTE,
  'backup.check': POSTE,
  'years.state': POSTE,
  'years.lateWork': POSTE,
  'years.discardLate': POSTE,
  'postes.list': POSTE,
  'postes.reach': POSTE,
};

/** Requests about something of one's own window, or of one's own doing, that is looked for first: it is not there. */
export const OWN_FIRST: readonly string[] = [
  'android.checkPackage',
  'android.install',
  'classroom.sendFile',
  'sync.undoResolve',
];

/** Who is at a window, and a computer without a school: asked before anybody has a role. */
export const BEFORE_ANY_ROLE: readonly string[] = ['session', 'joinSchool', 'restore'];
