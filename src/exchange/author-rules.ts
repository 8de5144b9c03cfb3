import * as v from 'valibot';
import { parseAudience, type Audience } from '../domain/audience';
import { opaqueOf, type Id } from '../domain/id';
import type { Actor, RoleGrant } from '../domain/rights/actor';
import { authorize, type Action, type Resource } from '../domain/rights/authorize';
import { mayTeacherGive, mayTeacherLast } from '../domain/rights/delegation';
import { isStaffRole, type StaffRole } from '../domain/rights/roles';
import type { RevisionRecord } from '../store/port';
import { instantOnly, isOwnDispatch } from './dispatch-rules';
import type { PosteGrant } from './grant';
import type { GrantBook } from './grant-book';
import { idSchema } from './header';

/** Why one document of a parcel is not taken. Part of the protocol: shown to its author, in words of the locale. */
export type DocumentRefusal = 'AUTHOR_FORBIDDEN' | 'GRANT_FORGED' | 'REVISION_WRONG' | 'RULE' | 'NEWER_DATA';

/**
 * What a document's kind asks of its author, beyond being of the audience. The same `authorize` as everywhere; a kind
 * that is not named may be written by whoever holds the audience.
 */
export const ACTION_OF_PREFIX: Readonly<Record<string, Action>> = {
  school: 'school.manage',
  year: 'school.manage',
  // Roles and classes of staff stand in these; a teacher may complete a pupil or a class (src/main/directory).
  staff: 'people.import',
  import: 'people.import',
  plan: 'plan.write',
  homework: 'homework.write',
  roll: 'roll.write',
};

/**
 * The same by the kind of document: a base is read by type, so a head's document is one under any id. Nobody but a head
 * may say who works in the school, whose certificates its tablets trust, or which of them are put out.
 */
export const ACTION_OF_TYPE: Readonly<Record<string, Action>> = {
  school: 'school.manage',
  schoolRoot: 'school.manage',
  communeLink: 'school.manage',
  syncSettings: 'school.manage',
  internetSettings: 'school.manage',
  remoteSettings: 'school.manage',
  // A day ends documents everywhere, and a year's end destroys its bases and keys.
  horizon: 'school.manage',
  yearOpened: 'school.manage',
  yearClosed: 'school.manage',
  yearReopened: 'school.manage',
  yearConfirmed: 'school.manage',
  yearEnded: 'school.manage',
  posteCertificate: 'school.manage',
  traceBox: 'school.manage',
  idleSettings: 'school.manage',
  dayCodeKey: 'school.manage',
  authorisation: 'privacy.manage',
  photoConsent: 'privacy.manage',
  privacyRequest: 'privacy.manage',
  breach: 'privacy.manage',
  privacyStep: 'privacy.manage',
  privacySettings: 'privacy.manage',
  recovery: 'school.manage',
  headKey: 'school.manage',
  keyWrap: 'school.manage',
  posteName: 'school.manage',
  staff: 'people.import',
  guardian: 'guardian.manage',
  authority: 'authority.confirm',
  contacts: 'guardian.manage',
  portalFact: 'portal.manage',
  portalAccess: 'portal.manage',
  deviceRevoked: 'device.revoke',
  connectorSecret: 'device.enrol',
  handOver: 'school.manage',
  handOverNote: 'plan.write',
  // A teacher's is looked into as well (`isOwnRight`).
  delegation: 'rights.delegate',
  delegationEnded: 'rights.delegate',
  delegationSettled: 'school.manage',
  convention: 'school.manage',
  conventionEnded: 'school.manage',
  plan: 'plan.write',
  homework: 'homework.write',
  // A comment under a child's work is a teacher's.
  workNote: 'plan.write',
  rollEntry: 'roll.write',
  rollDone: 'roll.write',
  // Looked into as well (`isOwnDispatch`).
  dispatch: 'dispatch.manage',
  dispatchEnded: 'dispatch.manage',
  group: 'group.manage',
  dispatchSettings: 'school.manage',
  cartEvent: 'cart.manage',
  cartMoved: 'cart.manage',
  booking: 'cart.book',
  bookingEnded: 'cart.book',
};

/** Kinds that say something for the poste they name. */
export const OF_POSTE: readonly string[] = [
  'yearReported',
  'posteCertificateRequest',
  'traceSheet',
  'chargeHistory',
];

/**
 * Kinds that speak for one person: a request, what opens to their password, that they accepted the charter, that they left
 * every window, that they give a booking back.
 */
export const OF_PERSON: readonly string[] = [
  'grantRequest',
  'personWrap',
  'charterAccepted',
  'signedOut',
  'bookingEnded',
];

/** What speaks for one poste or one person is written by that one, or by a head: its box, its account, a request for another poste. */
function isOwn({ id, body }: RevisionRecord, author: PosteGrant): boolean {
  const isBox = id.startsWith('poste_') || body.type === 'posteBox';
  const isOfPoste = OF_POSTE.includes(body.type);
  const isAccount = id.startsWith('account_') || body.type === 'account';
  const isOfPerson = OF_PERSON.includes(body.type);
  if (!isBox && !isOfPoste && !isAccount && !isOfPerson) return true;
  if (authorize(actorOf(author), 'school.manage')) return true;
  if (isAccount && (author.person === null || id !== `account_${opaqueOf(author.person)}`)) return false;
  if (isBox && id !== author.poste) return false;
  if (isOfPoste && body['poste'] !== author.poste) return false;
  return !isOfPerson || (author.person !== null && body['person'] === author.person);
}

/**
 * A right that is given, or ended, by somebody who is no head: in their own name, of their own class, to somebody else and
 * for a month at most, or it would outlast their own right. Who ends a delegation « as a head » is one.
 */
function isOwnRight({ body }: RevisionRecord, author: PosteGrant): boolean {
  if (body.type !== 'delegation' && body.type !== 'delegationEnded') return true;
  const actor = actorOf(author);
  if (authorize(actor, 'school.manage')) return true;
  if (author.person === null || body['by'] !== author.person) return false;
  if (body.type === 'delegationEnded') return body['asHead'] === false;
  const order = v.safeParse(givenSchema, body);
  if (!order.success || order.output.person === author.person) return false;
  return mayTeacherGive(actor, order.output) && mayTeacherLast(order.output);
}
const givenSchema = v.object({
  person: idSchema('staff'),
  from: instantOnly,
  until: instantOnly,
  role: v.custom<StaffRole>(isStaffRole),
  classIds: v.array(idSchema('class')),
  groupIds: v.array(idSchema('group')),
});

/** Facts: written once, ended by the law's term alone (docs/architecture.md; SNALC's rules of a register: indelible). */
export const APPEND_ONLY: readonly string[] = [
  'grant',
  'rollEntry',
  'rollDone',
  'acknowledgement',
  'inventoryFact',
  'cartFact',
  'wifiPointFact',
  'cartEvent',
  'cartMoved',
  'booking',
  'bookingEnded',
  'deviceRevoked',
  'guestRoll',
  'dispatch',
  'dispatchEnded',
  'delegation',
  'delegationEnded',
  'delegationSettled',
  'convention',
  'conventionEnded',
  'traceSheet',
  'charterAccepted',
  'pupilCharterRead',
  'signedOut',
  'privacyRequest',
  'breach',
  'privacyStep',
];

/** Facts too, but personal: written once, and ended by a head's poste when their child has left the school. */
const WRITTEN_ONCE: readonly string[] = ['authority', 'portalFact'];

const demandedBy = (table: Readonly<Record<string, Action>>, name: string): readonly Action[] =>
  Object.hasOwn(table, name) && table[name] ? [table[name]] : [];

/** The roles of a grant that this version knows; one of a later version is no right. */
export const rolesOf = ({ roles, until }: Pick<PosteGrant, 'roles' | 'until'>): RoleGrant[] =>
  roles.flatMap(({ role, classIds, groupIds }) =>
    isStaffRole(role)
      ? [{ role, classIds, ...(groupIds ? { groupIds } : {}), ...(until === undefined ? {} : { until }) }]
      : [],
  );

export const actorOf = (grant: PosteGrant): Actor =>
  grant.person === null
    ? { kind: 'poste' }
    : { kind: 'staff', personId: grant.person, grants: rolesOf(grant) };

/** The class a class's audience belongs to. */
export function resourceOf(audience: Audience): Resource {
  const parts = parseAudience(audience);
  const ofClass = parts?.kind === 'classe' || parts?.kind === 'suivi';
  return ofClass && parts.opaque
    ? { kind: 'class', classId: `class_${parts.opaque}` as Id<'class'> }
    : { kind: 'school' };
}

/**
 * Judges one record on the author its parcel's signature proves.
 * @param authors the grants of that poste, the cited one first
 * @returns undefined when it may be taken
 */
export function refusalOf(
  record: RevisionRecord,
  audience: Audience,
  authors: readonly PosteGrant[],
  book: GrantBook,
): DocumentRefusal | undefined {
  const prefix = record.id.slice(0, record.id.indexOf('_'));
  if (prefix === 'grant') {
    // A grant is carried by anybody and changed by nobody.
    const untouched = !record.deleted && record.ancestors.length === 0 && audience === 'parc';
    return untouched && book.learn(record.body) ? undefined : 'GRANT_FORGED';
  }
  const actions = [...demandedBy(ACTION_OF_PREFIX, prefix), ...demandedBy(ACTION_OF_TYPE, record.body.type)];
  const may = (author: PosteGrant): boolean =>
    isOwn(record, author) &&
    isOwnRight(record, author) &&
    isOwnDispatch(record.body, actorOf(author)) &&
    actions.every((action) => authorize(actorOf(author), action, resourceOf(audience)));
  if (!authors.some(may)) return 'AUTHOR_FORBIDDEN';
  // Judged on the record alone, never on what is held here: every replica must come to the same answer.
  if (record.ancestors.length === 0) return undefined;
  const isRewritten = WRITTEN_ONCE.includes(record.body.type) && !record.deleted;
  return APPEND_ONLY.includes(record.body.type) || isRewritten ? 'RULE' : undefined;
}
