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
  // White pages: as people.read, nobody outside of one's classes; whom one's class hosts today.
  'search.people': ['aesh', 'atsem', 'rased', 'librarian', 'inspector', 'guest'],
  'dispatch.list': ['aesh', 'atsem', 'librarian'],
  'dispatch.today': ['aesh', 'atsem', 'librarian'],
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
export const BEFORE_ANY_ROLE: readonly string[] = ['session', 'joinSchool', 'restore', 'schools'];

/** What a teacher is refused because a head alone may. */
export const HEAD_ONLY: readonly string[] = [
  'accounts.charterTeam',
  'accounts.dayCodes',
  'accounts.setEnd',
  'devices.revoke',
  'guardians.add',
  'guardians.childRecord',
  'guardians.confirm',
  'guardians.correct',
  'guardians.correctChild',
  'guardians.history',
  'guardians.letters',
  'guardians.link',
  'guardians.list',
  'guardians.merge',
  'guardians.notSame',
  'guardians.portal',
  'guardians.portalAddress',
  'guardians.portalIssue',
  'guardians.portalRevoke',
  'guardians.say',
  'guardians.separate',
  'guardians.twins',
  'guardians.undo',
  'guardians.unlink',
  'inventory.addAccessory',
  'inventory.addDevice',
  'inventory.editAccessory',
  'inventory.editDevice',
  'inventory.pair',
  'inventory.setState',
  'people.addClass',
  'people.addStaff',
  'people.applyImport',
  'people.assignClasses',
  'people.createAccounts',
  'people.dryRun',
  'people.lastImport',
  'people.pupilReturned',
  'people.removePupil',
  'people.undoImport',
  'postes.accept',
  'postes.leavesSchool',
  'postes.openRelay',
  'postes.putOut',
  'postes.refuse',
  'privacy.authorise',
  'privacy.breachStep',
  'privacy.breaches',
  'privacy.erase',
  'privacy.erasure',
  'privacy.exportPerson',
  'privacy.findPerson',
  'privacy.images',
  'privacy.lostPostes',
  'privacy.openBreach',
  'privacy.openRequest',
  'privacy.personFile',
  'privacy.register',
  'privacy.requestStep',
  'privacy.requests',
  'privacy.retention',
  'privacy.saveContacts',
  'privacy.scan',
  'rights.correctClock',
  'rights.endConvention',
  'rights.signConvention',
  'school.newRecoverySheet',
  'school.sheetPrinted',
  'sync.openIntroduction',
  'sync.setCommune',
  'sync.settings',
  'years.close',
  'years.confirm',
  'years.confirmDate',
  'years.decide',
  'years.dropPlan',
  'years.endNow',
  'years.plan',
  'years.removeArrival',
  'years.removeClass',
  'years.reopen',
  'years.saveArrival',
  'years.saveClass',
  'years.setStays',
];

/** What is the technical administrator’s alone: not even a head’s. */
export const ADMINISTRATORS: readonly string[] = ['privacy.exportTraces', 'privacy.traces'];

/** What a teacher is refused of a class that is a colleague’s. */
export const OTHERS_CLASS: readonly string[] = [
  'accounts.newPictureCode',
  'accounts.pupilCharter',
  'accounts.pupilCharterRead',
  'guardians.contacts',
  'homework.list',
  'homework.remove',
  'homework.save',
  'people.addPupil',
  'people.codeCards',
  'people.correctClass',
  'people.mergeClass',
  'people.mergePlan',
  'people.setPictureCode',
  'plan.list',
  'plan.save',
  'plan.settle',
  'register.sheet',
  'register.write',
  'rights.delegate',
  'rights.journal',
  'sync.resolve',
  'years.handOvers',
  'years.register',
  'years.writeNote',
];

/** What a teacher is refused of a lesson that is somebody else’s. */
export const OTHERS_LESSON: readonly string[] = [
  'classroom.answerSignIn',
  'classroom.attention',
  'classroom.close',
  'classroom.handIn',
  'classroom.handIns',
  'classroom.joinInfo',
  'classroom.keyFrame',
  'classroom.lowerHand',
  'classroom.nickname',
  'classroom.putOut',
  'classroom.sendPage',
  'classroom.watch',
];
