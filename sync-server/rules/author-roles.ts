import { databaseName, type Audience } from '../../src/domain/audience';
import { opaqueOf } from '../../src/domain/id';
import type { RevisionRecord } from '../../src/store/port';
import {
  refusalOf,
  rolesOf as heldRoles,
  type Author,
  type GrantBook,
  type PosteGrant,
} from '../../src/exchange';
import type { UserContext } from './rule';

/** Roles as the commune's databases know them; `_security` and the rule (judge.js) speak of nothing else. */
export const GATEWAY_ROLE = 'preau:gateway';
/** Whoever keeps the commune's catalogue and fleet: reads every `parc`, writes `commune_catalogue`. */
export const COMMUNE_ROLE = 'preau:commune';
const school = (uai: string): string => `preau:${uai.toLowerCase()}:`;
/** Who may open a database at all. */
export const memberRole = (uai: string, audience: Audience): string => `${school(uai)}in:${audience}`;

/** What one grant gives, as roles of a writer in one audience. */
function rolesOf(uai: string, audience: Audience, grant: PosteGrant): readonly string[] {
  const before = school(uai);
  const held = heldRoles(grant).flatMap(({ role, classIds, until }) => [
    `${before}${role}`,
    ...classIds.map((id) => `${before}${role}:${opaqueOf(id)}`),
    // What was lent is not lent on.
    ...(role === 'teacher' && until === undefined
      ? classIds.map((id) => `${before}own:${opaqueOf(id)}`)
      : []),
  ]);
  return [
    // The grant that the parcel cites names the audience: the engine saw to that before anything was opened.
    memberRole(uai, audience),
    `${before}${grant.person === null ? 'poste' : 'staff'}`,
    ...(grant.person === null ? [] : [`${before}person:${grant.person}`, ...new Set(held)]),
  ];
}

/** A writer in an audience of a school. Several grants are several writers: rights of one do not complete another's. */
export const writerOf = (uai: string, audience: Audience, poste: string, grant: PosteGrant): UserContext => ({
  db: databaseName(uai, audience),
  name: poste,
  roles: rolesOf(uai, audience, grant),
});

/** Whose name the commune itself writes in: tombstones of what expired, records that a head's signature stands for. */
export const serviceWriter = (
  uai: string,
  audience: Audience,
  service: 'retention' | 'consolidation',
  name: string,
): UserContext => ({
  db: databaseName(uai, audience),
  name,
  roles: [memberRole(uai, audience), `${school(uai)}${service}`],
});

/** Records by the grant that allows each: usually one group, under the grant that the parcel cites. */
export function byGrant(
  records: readonly RevisionRecord[],
  audience: Audience,
  author: Author,
  book: GrantBook,
): ReadonlyMap<PosteGrant, readonly RevisionRecord[]> {
  const groups = new Map<PosteGrant, RevisionRecord[]>();
  const [cited] = author.grants;
  if (!cited) return groups;
  for (const record of records) {
    const grant =
      author.grants.find((one) => refusalOf(record, audience, [one], book) === undefined) ?? cited;
    const group = groups.get(grant);
    if (group) group.push(record);
    else groups.set(grant, [record]);
  }
  return groups;
}
