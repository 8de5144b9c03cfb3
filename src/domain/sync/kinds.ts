import type { Priority } from './moments';

/** What waits, in words a teacher knows. Ids of sentences of the screen. */
export const WAITING_KINDS = [
  'register',
  'notices',
  'homework',
  'plans',
  'work',
  'assessments',
  'lessons',
  'people',
  'things',
  'notes',
  'computers',
  'other',
] as const;
export type WaitingKind = (typeof WAITING_KINDS)[number];

const KIND_OF_TYPE: Readonly<Record<string, WaitingKind>> = {
  rollEntry: 'register',
  rollDone: 'register',
  notice: 'notices',
  acknowledgement: 'notices',
  message: 'notices',
  envelope: 'notices',
  announcement: 'notices',
  absenceNote: 'register',
  homework: 'homework',
  plan: 'plans',
  handIn: 'work',
  handOver: 'people',
  handOverNote: 'people',
  registerArchive: 'register',
  assessment: 'assessments',
  lesson: 'lessons',
  lessonSeat: 'lessons',
  lessonItem: 'lessons',
  lessonOutcome: 'lessons',
  pupil: 'people',
  pupilFile: 'people',
  guardian: 'people',
  authority: 'people',
  contacts: 'people',
  portalFact: 'people',
  portalAccess: 'people',
  portalSettings: 'people',
  staff: 'people',
  class: 'people',
  account: 'people',
  delegation: 'people',
  delegationEnded: 'people',
  delegationSettled: 'people',
  convention: 'people',
  conventionEnded: 'people',
  pictureCode: 'people',
  school: 'people',
  device: 'things',
  deviceCredential: 'things',
  deviceRevoked: 'things',
  accessory: 'things',
  inventoryFact: 'things',
  cart: 'things',
  cartFact: 'things',
  cartObservation: 'things',
  loan: 'things',
  incident: 'things',
  booking: 'things',
  hub: 'things',
  note: 'notes',
  grant: 'computers',
  grantRequest: 'computers',
  headKey: 'computers',
  recovery: 'computers',
  communeLink: 'computers',
  schoolRoot: 'computers',
  posteCertificate: 'computers',
  posteCertificateRequest: 'computers',
  posteBox: 'computers',
  keyWrap: 'computers',
  consolidation: 'computers',
  horizon: 'computers',
  yearDraft: 'computers',
  yearOpened: 'computers',
  yearClosed: 'computers',
  yearReported: 'computers',
  yearEnded: 'computers',
  syncSettings: 'computers',
};

/** @param type of a document; one that is not known here is `other` */
export const kindOfType = (type: string): WaitingKind =>
  Object.hasOwn(KIND_OF_TYPE, type) ? (KIND_OF_TYPE[type] ?? 'other') : 'other';

/** Attendance and notices first (DESIGN 4), then the rest, then the fleet's. */
export function priorityOfKind(kind: WaitingKind): Priority {
  if (kind === 'register' || kind === 'notices') return 'urgent';
  return kind === 'things' ? 'fleet' : 'ordinary';
}
