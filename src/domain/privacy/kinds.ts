import type { AudienceKind } from '../audience';

/**
 * What each kind of document says about people: the one table behind the register of processing (RGPD art. 30), the notices
 * (art. 13–14), what one person is handed (art. 15, 20) and what may be erased (art. 17). A test holds it against the table of
 * retention, which is held against what the product writes: a new kind without a row fails.
 */
export const ACTIVITIES = [
  'directory',
  'families',
  'attendance',
  'notebook',
  'lessons',
  'assessment',
  'correspondence',
  'afterSchool',
  'images',
  'accounts',
  'traces',
  'equipment',
  'requests',
] as const;
export type Activity = (typeof ACTIVITIES)[number];

/** Categories of data, in the words of the convention's article 5. */
export const CATEGORIES = [
  'identity',
  'contact',
  'family',
  'schooling',
  'work',
  'absence',
  'image',
  'connection',
  'device',
] as const;
export type Category = (typeof CATEGORIES)[number];

export const CONCERNED = ['pupils', 'guardians', 'staff', 'guests'] as const;
export type Concerned = (typeof CONCERNED)[number];

/**
 * What becomes of it where somebody asks to be erased (art. 17). `erase`: removed now. `register`: kept ten years. `mission`: needed
 * as long as the child is here, erased once gone. `law`: written down because the law asks. `shared`: says something of several
 * people or of a class; goes on its date. `trust`: who may read; ended by taking the right away.
 */
export const FATES = ['erase', 'register', 'mission', 'law', 'shared', 'trust'] as const;
export type Fate = (typeof FATES)[number];

export interface Personal {
  readonly activity: Activity;
  readonly categories: readonly Category[];
  readonly people: readonly Concerned[];
  /** Bases where it stands. */
  readonly in: readonly AudienceKind[];
  /** Fields that name whom it is about; `_id` where it is the person. Others who are named did something to it. */
  readonly about: readonly string[];
  readonly fate: Fate;
  /** Says something of both parents side by side: nobody is handed it as it is. */
  readonly bothParents?: true;
}
/** Describes things, keys or days. Whoever put an entry there is an id in it, and nothing more. */
export interface Impersonal {
  readonly none: 'thing' | 'key' | 'day';
}

const kind = (
  activity: Activity,
  categories: readonly Category[],
  people: readonly Concerned[],
  bases: readonly AudienceKind[],
  about: readonly string[],
  fate: Fate,
): Personal => ({ activity, categories, people, in: bases, about, fate });
const THING: Impersonal = { none: 'thing' };
const KEY: Impersonal = { none: 'key' };
const DAY: Impersonal = { none: 'day' };

const P = ['pupils'] as const;
const G = ['guardians'] as const;
const S = ['staff'] as const;

export const KINDS: Readonly<Record<string, Personal | Impersonal>> = {
  // Directory
  // The register of the year needs the name: it goes with it.
  pupil: kind('directory', ['identity', 'schooling'], P, ['ecole'], ['_id'], 'register'),
  pupilFile: kind('directory', ['identity', 'image', 'schooling'], P, ['direction'], ['_id'], 'mission'),
  class: kind('directory', ['schooling'], S, ['ecole'], [], 'shared'),
  staff: kind('directory', ['identity', 'schooling'], S, ['ecole'], ['_id'], 'mission'),
  staffFile: kind('directory', ['identity'], S, ['direction'], ['_id'], 'mission'),
  // A decision of June about one child, a child who will come; a class, and who teaches it.
  yearDraft: kind(
    'directory',
    ['identity', 'schooling'],
    ['pupils', 'staff'],
    ['direction'],
    ['pupil', 'person'],
    'mission',
  ),
  group: kind(
    'directory',
    ['schooling'],
    ['pupils', 'staff'],
    ['ecole'],
    ['pupils', 'staff', 'owner'],
    'shared',
  ),
  dispatch: kind('directory', ['schooling'], P, ['ecole'], [], 'shared'),
  dispatchEnded: kind('directory', ['schooling'], S, ['ecole'], [], 'shared'),
  keepApart: kind('directory', ['schooling'], P, ['suivi'], ['pupils'], 'mission'),
  dispatchSettings: THING,
  // Families
  guardian: kind('families', ['identity', 'contact', 'family'], G, ['direction'], ['_id'], 'mission'),
  authority: kind(
    'families',
    ['family'],
    ['guardians', 'pupils'],
    ['direction'],
    ['pupil', 'guardian'],
    'mission',
  ),
  contacts: {
    ...kind('families', ['identity', 'contact'], G, ['suivi'], ['_id'], 'mission'),
    bothParents: true,
  },
  portalFact: kind('accounts', ['connection'], G, ['direction'], ['guardian'], 'mission'),
  portalAccess: {
    ...kind('accounts', ['connection'], G, ['ecole'], ['children'], 'mission'),
    bothParents: true,
  },
  portalUsed: kind('accounts', ['connection'], G, ['ecole'], [], 'mission'),
  portalSettings: THING,
  privacySettings: THING,
  // Attendance
  rollEntry: kind('attendance', ['absence'], P, ['classe'], ['pupil'], 'register'),
  guestRoll: kind('attendance', ['absence'], P, ['ecole'], ['pupil'], 'register'),
  rollDone: kind('attendance', ['absence'], S, ['classe'], [], 'register'),
  registerArchive: kind('attendance', ['absence', 'identity'], P, ['direction'], [], 'register'),
  absenceNote: kind('attendance', ['absence'], ['pupils', 'guardians'], ['classe'], ['pupil'], 'mission'),
  // Notebook
  homework: kind('notebook', ['schooling'], S, ['classe'], [], 'shared'),
  plan: kind('notebook', ['schooling'], S, ['classe'], [], 'shared'),
  handOver: kind('notebook', ['schooling', 'absence'], P, ['classe'], ['pupil'], 'mission'),
  handOverNote: kind('notebook', ['schooling'], P, ['classe'], ['pupil'], 'mission'),
  // Lessons; those without a class lie in `parc` and know numbers, no pupil
  lesson: kind('lessons', ['work'], ['pupils', 'staff'], ['classe'], [], 'shared'),
  lessonItem: kind('lessons', ['work'], S, ['classe'], [], 'shared'),
  lessonOutcome: kind('lessons', ['work'], P, ['classe'], [], 'shared'),
  lessonPoll: kind('lessons', ['work'], P, ['classe'], ['pupils'], 'erase'),
  talkMessage: kind('lessons', ['work'], P, ['classe'], ['pupils'], 'erase'),
  quiz: kind('lessons', ['work'], S, ['perso'], [], 'erase'),
  remotePair: kind('accounts', ['connection'], S, ['perso'], [], 'erase'),
  lessonSeat: kind('lessons', ['device'], P, ['classe'], [], 'shared'),
  lessonPlan: kind('lessons', ['schooling'], P, ['suivi'], [], 'shared'),
  handIn: kind('lessons', ['work'], P, ['classe'], ['pupils', 'pupil'], 'erase'),
  workNote: kind('lessons', ['work'], P, ['classe'], ['pupils'], 'erase'),
  pictureCode: kind('lessons', ['connection'], P, ['classe'], ['pupil', '_id'], 'mission'),
  // Assessment
  assessment: kind('assessment', ['schooling'], P, ['suivi'], ['pupil'], 'mission'),
  // Correspondence
  notice: kind('correspondence', ['schooling'], ['pupils', 'guardians'], ['classe'], [], 'shared'),
  acknowledgement: kind('correspondence', ['family'], G, ['courrier'], ['guardian'], 'law'),
  message: kind('correspondence', ['contact'], ['guardians', 'staff'], ['courrier'], [], 'shared'),
  envelope: kind('correspondence', ['contact'], ['guardians', 'staff'], ['courrier'], [], 'shared'),
  announcement: kind('correspondence', ['schooling'], S, ['ecole'], [], 'shared'),
  // Images
  authorisation: kind(
    'images',
    ['image', 'family'],
    ['pupils', 'guardians'],
    ['direction'],
    ['pupil', 'guardian'],
    'mission',
  ),
  photoConsent: kind('images', ['image'], P, ['suivi'], [], 'shared'),
  // Accounts and rights
  account: kind('accounts', ['connection'], S, ['ecole'], [], 'trust'),
  charterAccepted: kind('accounts', ['connection'], S, ['parc'], ['person'], 'trust'),
  pupilCharterRead: kind('accounts', ['connection'], S, ['classe'], [], 'shared'),
  signedOut: kind('accounts', ['connection'], S, ['parc'], ['person'], 'trust'),
  ownSettings: kind('accounts', ['connection'], S, ['perso'], [], 'erase'),
  grant: kind('accounts', ['connection'], S, ['parc'], ['person'], 'trust'),
  personWrap: kind('accounts', ['connection'], S, ['parc'], ['person'], 'trust'),
  posteName: kind('equipment', ['device'], S, ['ecole'], [], 'shared'),
  grantRequest: kind('accounts', ['connection'], S, ['parc'], ['person'], 'trust'),
  delegation: kind('accounts', ['connection'], ['staff', 'guests'], ['ecole'], ['person'], 'trust'),
  delegationEnded: kind('accounts', ['connection'], ['staff', 'guests'], ['ecole'], [], 'trust'),
  delegationSettled: kind('accounts', ['connection'], ['staff', 'guests'], ['ecole'], [], 'trust'),
  convention: kind('accounts', ['identity'], S, ['ecole'], [], 'trust'),
  conventionEnded: kind('accounts', ['connection'], S, ['ecole'], [], 'trust'),
  // Traces
  traceSheet: kind('traces', ['connection'], ['staff', 'pupils', 'guardians'], ['parc'], [], 'law'),
  // Requests and breaches
  privacyRequest: kind(
    'requests',
    ['identity'],
    ['pupils', 'guardians', 'staff'],
    ['direction'],
    ['person'],
    'law',
  ),
  breach: kind('requests', ['identity'], ['staff'], ['direction'], [], 'law'),
  privacyStep: kind('requests', ['identity'], ['staff'], ['direction'], [], 'law'),
  // Equipment
  loan: kind('equipment', ['device', 'identity'], ['pupils', 'staff'], ['parc'], ['person', 'pupil'], 'law'),
  incident: kind('equipment', ['device'], ['pupils', 'staff'], ['parc'], [], 'shared'),
  inventoryFact: THING,
  booking: kind('equipment', ['device'], S, ['parc'], ['by'], 'shared'),
  bookingEnded: kind('equipment', ['device'], S, ['parc'], ['person'], 'shared'),

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
  idleSettings: THING,
  cartFact: THING,
  cartObservation: THING,
  wifiPointFact: THING,
  cartEvent: THING,
  chargeHistory: THING,
  cartMoved: THING,
  cartRemoved: THING,
  deviceCredential: KEY,
  connectorSecret: KEY,
  deviceRevoked: KEY,
  consolidation: KEY,
  headKey: KEY,
  recovery: KEY,
  schoolRoot: KEY,
  traceBox: KEY,
  posteCertificateRequest: KEY,
  posteCertificate: KEY,
  posteBox: KEY,
  keyWrap: KEY,
  dayCodeKey: KEY,
  horizon: DAY,
  yearOpened: DAY,
  yearClosed: DAY,
  yearReopened: DAY,
  yearConfirmed: DAY,
  yearReported: DAY,
  yearEnded: DAY,
};

export const isPersonal = (row: Personal | Impersonal | undefined): row is Personal =>
  row !== undefined && 'activity' in row;

/** The row of a kind; a kind that nobody described says nothing about people as far as we know, and is shown as such. */
export const kindOf = (type: string): Personal | Impersonal | undefined =>
  Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;

/** Controller of each processing: convention between academy and commune, article 4 (reference texts, seed `004_…`). */
export type Controller = 'dasen' | 'mayor' | 'joint';
export const CONTROLLER: Readonly<Record<Activity, Controller>> = {
  // « Les deux parties étant parallèlement responsables de traitement des données d’état civil »
  directory: 'joint',
  families: 'joint',
  // « données de scolarité des élèves liées au périscolaire et à l’absentéisme » are the mayor's, schooling is the DASEN's
  attendance: 'joint',
  // « les données personnelles à caractère pédagogique restent sous la responsabilité exclusive du DASEN »
  notebook: 'dasen',
  lessons: 'dasen',
  assessment: 'dasen',
  correspondence: 'joint',
  // « à l’exception de celles concourant à la gestion des activités périscolaires et financières »
  afterSchool: 'mayor',
  // Images stand in both lists of article 4
  images: 'joint',
  accounts: 'joint',
  traces: 'joint',
  equipment: 'mayor',
  // Article 7: requests are treated centrally by the academy
  requests: 'dasen',
};

/** Legal basis (RGPD art. 6.1): the convention's article 4 for the ENT; others say why. */
export type Basis = 'publicTask' | 'legalDuty' | 'consent';
export const BASIS: Readonly<Record<Activity, Basis>> = {
  directory: 'publicTask',
  families: 'publicTask',
  attendance: 'legalDuty',
  notebook: 'publicTask',
  lessons: 'publicTask',
  assessment: 'publicTask',
  correspondence: 'publicTask',
  afterSchool: 'publicTask',
  images: 'consent',
  accounts: 'publicTask',
  traces: 'legalDuty',
  equipment: 'publicTask',
  requests: 'legalDuty',
};
