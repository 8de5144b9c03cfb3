/**
 * How long each kind of document is kept. A kind that stands in no row is kept: a test holds this table against what the
 * product writes. Line numbers are those of the national texts; docs/retention.md says the same in words.
 */

/** Kept until a day that the document itself decides. */
export interface Dated {
  /** Highest schema version whose dates we understand: a newer document is left alone. */
  readonly v: number;
  /** Where its date stands, the first that is there: a field, or a field of a field (`item.sentAt`). */
  readonly date: readonly string[];
  /** `year`: counted from the end of the school year the date is of; `date`: from the date. */
  readonly from: 'year' | 'date';
  readonly months: number;
  readonly source: string;
}

/** Never by itself: it goes with its base, with what it belongs to, or by somebody's hand. */
export interface Kept {
  readonly kept: string;
}
export type Rule = Dated | Kept;

const ofYear = (date: readonly string[], months: number, source: string): Dated => ({
  v: 1,
  date,
  from: 'year',
  months,
  source,
});
const since = (date: readonly string[], months: number, source: string): Dated => ({
  ...ofYear(date, months, source),
  from: 'date',
});

const REGISTER = 'Registre d’appel: at least ten years (reference/peers-ent-sync.md A5)';
const NOTEBOOKS = 'The notebooks of last school year are still accessible (SDET UTI-AVE-CDT-10, l. 9966)';
const ENTITLEMENT =
  'Gone within three months of the end of entitlement (SDET l. 1796–1797; CARMO l. 4627–4628)';
const CORRESPONDENCE = 'At most one year after closure (SDET l. 7603–7615)';
const LOGS = 'Logs: one year (dossier-ent.md, L1149–1159)';
const PRESCRIPTION =
  'Five years: what somebody may still ask the school to account for (Code civil, art. 2224; RGPD art. 33.5)';
const USE = 'No source: the least that the use needs';

const BASE: Kept = { kept: 'Has no date of its own; its base ends with the year' };
const THING: Kept = { kept: 'Describes what the school has today; ended by hand' };
const TRUST: Kept = { kept: 'Says who is trusted: what it ended would count again without it' };
const LEAVER: Kept = {
  kept: 'Has no date; a head’s poste removes it once its person has left (src/main/years)',
};

export const RULES: Readonly<Record<string, Rule>> = {
  // A class and its lessons
  rollEntry: ofYear(['date'], 120, REGISTER),
  rollDone: ofYear(['date'], 120, REGISTER),
  // A host's word is carried into the register of the child's own class, where it stays.
  guestRoll: ofYear(['date'], 12, NOTEBOOKS),
  homework: ofYear(['dueOn'], 12, NOTEBOOKS),
  plan: ofYear(['date'], 12, NOTEBOOKS),
  lesson: ofYear(['closedAt', 'openedAt'], 3, ENTITLEMENT),
  lessonItem: ofYear(['item.sentAt'], 3, ENTITLEMENT),
  lessonOutcome: ofYear(['at'], 3, ENTITLEMENT),
  lessonPoll: ofYear(['askedAt'], 3, ENTITLEMENT),
  talkMessage: ofYear(['at'], 3, ENTITLEMENT),
  quiz: BASE,
  remotePair: BASE,
  handIn: ofYear(['receivedAt'], 3, ENTITLEMENT),
  workNote: ofYear(['at'], 3, ENTITLEMENT),
  handOver: ofYear(['at'], 3, ENTITLEMENT),
  handOverNote: ofYear(['at'], 3, ENTITLEMENT),
  lessonSeat: BASE,
  // Arranged for a class of that year; levels and pairs end with it.
  lessonPlan: BASE,
  pictureCode: BASE,

  // People
  pupil: ofYear(['leftOn'], 3, ENTITLEMENT),
  class: BASE,
  staff: BASE,
  account: BASE,
  // Who had which right stays as long as the year's base: the traces say it afterwards.
  group: BASE,
  keepApart: BASE,
  dispatch: ofYear(['until'], 3, ENTITLEMENT),
  dispatchEnded: ofYear(['at'], 3, ENTITLEMENT),
  dispatchSettings: THING,
  delegation: BASE,
  delegationEnded: BASE,
  delegationSettled: BASE,
  convention: BASE,
  conventionEnded: BASE,
  charterAccepted: since(['at'], 36, `${USE}: whoever stays accepts the next version before that`),
  pupilCharterRead: BASE,
  signedOut: since(['at'], 1, `${USE}: every computer has heard of it, or asks who is there`),
  idleSettings: THING,
  ownSettings: BASE,
  dayCodeKey: TRUST,
  pupilFile: LEAVER,
  guardian: LEAVER,
  staffFile: { kept: 'What a feed calls an adult of the school; ends with the adult, by hand' },
  authority: LEAVER,
  contacts: BASE,
  portalFact: LEAVER,
  portalAccess: BASE,
  portalUsed: BASE,
  portalSettings: { kept: 'The portal’s address: no personal data' },
  yearDraft: { kept: 'Ends when its year is closed for good: the next one confirmed, or it is over' },
  registerArchive: ofYear(['lastDay'], 120, REGISTER),

  // The fleet: no personal data
  school: THING,
  device: THING,
  accessory: THING,
  cart: THING,
  hub: THING,
  wifiPoint: THING,
  communeLink: THING,
  syncSettings: THING,
  internetSettings: THING,
  remoteSettings: THING,
  inventoryFact: { kept: 'The life of a thing is the sum of its facts, the first one included' },
  cartFact: since(['at'], 12, `${USE}: one cart is compared with itself a year ago`),
  cartObservation: since(['at'], 12, `${USE}: as cartFact`),
  wifiPointFact: since(['at'], 12, `${USE}: as cartFact`),
  chargeHistory: { kept: 'Of a device, its last forty charges; ended with the device, by hand' },
  cartEvent: since(['until', 'at'], 12, `${USE}: as cartFact`),
  cartMoved: { kept: 'Where a cart stands is what was last said of it' },
  cartRemoved: since(['removedAt'], 12, `${USE}: what stood in it may be asked for a year`),

  // Who is trusted
  grant: TRUST,
  grantRequest: TRUST,
  consolidation: TRUST,
  headKey: TRUST,
  recovery: TRUST,
  schoolRoot: TRUST,
  traceBox: TRUST,
  posteCertificateRequest: TRUST,
  posteCertificate: TRUST,
  posteBox: TRUST,
  keyWrap: TRUST,
  personWrap: TRUST,
  posteName: THING,
  deviceCredential: TRUST,
  connectorSecret: TRUST,
  deviceRevoked: TRUST,

  // The school's day and its years
  horizon: since(['day'], 24, `${USE}: only the latest counts`),
  yearOpened: TRUST,
  yearClosed: TRUST,
  yearReopened: TRUST,
  yearConfirmed: TRUST,
  yearReported: TRUST,
  yearEnded: TRUST,

  // School life to come: rows first, so that no kind is written before somebody has said how long it stays
  notice: ofYear(['at', 'sentAt'], 12, CORRESPONDENCE),
  acknowledgement: ofYear(['at'], 12, CORRESPONDENCE),
  message: since(['at', 'sentAt'], 12, CORRESPONDENCE),
  envelope: since(['at', 'sentAt'], 12, CORRESPONDENCE),
  announcement: ofYear(['until', 'at'], 3, `${USE}: read until the year is over`),
  absenceNote: ofYear(
    ['date'],
    12,
    'Absences: one year, that of the school year (SDET UTI-AVE-SIE-05, l. 10209)',
  ),
  assessment: ofYear(['date', 'at'], 12, NOTEBOOKS),
  booking: ofYear(['date', 'at'], 0, `${USE}: the school year`),
  bookingEnded: ofYear(['date', 'at'], 0, `${USE}: as its booking, never sooner`),
  loan: since(['endedAt'], 12, `${USE}: a note may be contested for a year after the thing came back`),
  incident: since(['endedAt'], 12, `${USE}: as a loan`),
  traceSheet: since(['at'], 12, LOGS),

  // What the school answers for (src/domain/privacy)
  authorisation: LEAVER,
  photoConsent: BASE,
  privacySettings: { kept: 'Whom families write to: no personal data of theirs' },
  privacyRequest: since(['receivedOn'], 60, PRESCRIPTION),
  breach: since(['knownAt'], 60, PRESCRIPTION),
  privacyStep: since(['at'], 60, PRESCRIPTION),
};
