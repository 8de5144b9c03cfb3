import * as v from 'valibot';
import type { Convention, Delegation, DelegationEnded } from '../../domain/rights/delegation';
import { isEnded } from '../../domain/rights/delegation';
import { isStaffRole, type StaffRole } from '../../domain/rights/roles';
import { id, instantSchema, line } from '../../contract/define';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { StaffDocument } from '../directory/records';

/** What `ecole` says of dated rights. Another poste may have written it: read through schemas; what is not understood gives nothing. */
const of = <T extends string>(type: T) => ({ _id: id('event'), type: v.literal(type), v: v.literal(1) });

export const delegationSchema = v.looseObject({
  ...of('delegation'),
  person: id('staff'),
  /** A role of a later version is no right here. */
  role: v.custom<StaffRole>(isStaffRole),
  classIds: v.pipe(v.array(id('class')), v.maxLength(60)),
  groupIds: v.pipe(v.array(id('group')), v.maxLength(60)),
  from: instantSchema,
  until: v.optional(instantSchema),
  replaces: v.optional(id('staff')),
  reason: v.optional(line(200)),
  /** Computers on which the person signs in meanwhile. */
  postes: v.optional(v.pipe(v.array(id('poste')), v.maxLength(20))),
  by: id('staff'),
});
const endedSchema = v.looseObject({
  ...of('delegationEnded'),
  delegation: id('event'),
  at: instantSchema,
  by: id('staff'),
  asHead: v.boolean(),
});
/** A head's poste has taken the keys away: it is over, whatever any clock says. */
const settledSchema = v.looseObject({
  ...of('delegationSettled'),
  delegation: id('event'),
  at: instantSchema,
});
const conventionSchema = v.looseObject({
  ...of('convention'),
  from: instantSchema,
  until: v.optional(instantSchema),
  signedBy: line(120),
  by: id('staff'),
});
const conventionEndedSchema = v.looseObject({
  ...of('conventionEnded'),
  convention: id('event'),
  at: instantSchema,
  by: id('staff'),
});

export type Settled = v.InferOutput<typeof settledSchema>;
export type ConventionEnded = v.InferOutput<typeof conventionEndedSchema>;

function readAll<T>(
  db: Pick<AudienceDatabase, 'all'>,
  type: string,
  schema: v.GenericSchema<unknown, T>,
): T[] {
  return db.all<DocumentBody>(type).flatMap(({ body, conflicts }) =>
    [body, ...conflicts.map((other) => other.body)].flatMap((one) => {
      const parsed = v.safeParse(schema, one);
      return parsed.success ? [parsed.output] : [];
    }),
  );
}

/** Everything that was said about dated rights, as this poste knows it. */
export interface RightsFacts {
  /** Ended ones included. */
  readonly delegations: readonly Delegation[];
  readonly ended: readonly DelegationEnded[];
  readonly settled: readonly Settled[];
  /** Ended ones included. */
  readonly conventions: readonly Convention[];
  readonly conventionsEnded: readonly ConventionEnded[];
}

export function readFacts(ecole: Pick<AudienceDatabase, 'all' | 'get'>): RightsFacts {
  const said = readAll(ecole, 'delegation', delegationSchema).map(({ _id, ...rest }) => ({
    ...rest,
    id: _id,
  }));
  const isHeads = ({ by }: Delegation): boolean =>
    ecole.get<StaffDocument>(by)?.body.roles.includes('head') ?? false;
  const heads = new Set(said.filter(isHeads).map(({ id }) => id));
  return {
    // A fact is said once: a second one under the id of a head's is somebody's who would end it, or bend it.
    delegations: said.filter((one) => !heads.has(one.id) || isHeads(one)),
    ended: readAll(ecole, 'delegationEnded', endedSchema),
    settled: readAll(ecole, 'delegationSettled', settledSchema),
    conventions: readAll(ecole, 'convention', conventionSchema).map(({ _id, ...rest }) => ({
      ...rest,
      id: _id,
    })),
    conventionsEnded: readAll(ecole, 'conventionEnded', conventionEndedSchema),
  };
}

/** Those that nobody has ended; whether their time has come is `holdsAt`'s. */
export function standing(
  facts: RightsFacts,
  seenToEnd: (id: string) => boolean,
): { delegations: Delegation[]; conventions: Convention[] } {
  const over = new Set<string>([
    ...facts.settled.map(({ delegation }) => delegation),
    ...facts.conventionsEnded.map(({ convention }) => convention),
  ]);
  return {
    delegations: facts.delegations.filter(
      (one) => !over.has(one.id) && !seenToEnd(one.id) && !isEnded(one, facts.ended),
    ),
    conventions: facts.conventions.filter((one) => !over.has(one.id)),
  };
}
