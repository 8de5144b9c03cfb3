import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { Id } from '../../domain/id';
import { BASES, HOLDS, type AuthorityFact } from '../../domain/people/authority';
import {
  ownersOf,
  peopleOf,
  type GuardianPerson,
  type GuardianRecord,
} from '../../domain/people/guardian-people';
import { id, instantSchema, localDateSchema } from '../../contract/define';
import type { AudienceDatabase, DocumentBody, Held } from '../../store/port';
import type { GuardianDocument } from './records';

/** What `direction` says of guardians. Another head's poste wrote it, or another version of Préau: read through schemas. */
const text = v.optional(v.string());
const guardianSchema = v.object({
  _id: id('guardian'),
  civility: v.optional(v.picklist(['mme', 'm'])),
  names: v.object({ family: v.string(), usage: text, first: v.string() }),
  email: text,
  phones: v.optional(v.object({ home: text, work: text, mobile: text }), {}),
  address: v.optional(v.object({ street: text, postcode: text, city: text, country: text }), {}),
  children: v.optional(v.array(v.string()), []),
  mergedInto: text,
  notSame: v.optional(v.array(v.string())),
});
const authoritySchema = v.object({
  _id: id('event'),
  type: v.literal('authority'),
  v: v.literal(1),
  pupil: id('pupil'),
  guardian: id('guardian'),
  holds: v.picklist([...HOLDS, 'undone']),
  from: localDateSchema,
  until: v.optional(localDateSchema),
  receives: v.optional(v.boolean()),
  mayCall: v.optional(v.boolean()),
  basis: v.object({ kind: v.picklist(BASES), seenOn: v.optional(localDateSchema) }),
  by: v.string(),
  at: instantSchema,
  replaces: v.array(v.string()),
  undoes: v.optional(v.string()),
});

/** Guardians as people, and what was said of them, with the facts about a merged record under its owner's id. */
export interface Families {
  readonly people: readonly GuardianPerson[];
  readonly facts: readonly AuthorityFact[];
  /** The person a record belongs to. */
  readonly ownerOf: (record: string) => Id<'guardian'>;
}

/** Every record that can be read, those of one person apart. */
function recordsOf(direction: AudienceDatabase): GuardianRecord[] {
  return direction.all<GuardianDocument>('guardian').flatMap(({ body }) => {
    const parsed = v.safeParse(guardianSchema, body);
    if (!parsed.success) return [];
    const { _id, ...fields } = parsed.output;
    return [{ id: _id, ...fields }];
  });
}

export function readFamilies(direction: AudienceDatabase): Families {
  const records = recordsOf(direction);
  const owners = ownersOf(records);
  const ownerOf = (record: string): Id<'guardian'> => (owners.get(record) ?? record) as Id<'guardian'>;
  const facts = direction.all('authority').flatMap(({ body }): AuthorityFact[] => {
    const parsed = v.safeParse(authoritySchema, body);
    if (!parsed.success) return [];
    return [factFrom(parsed.output, ownerOf)];
  });
  return { people: peopleOf(records), facts, ownerOf };
}

const factFrom = (
  { _id, type: _type, v: _v, ...fact }: v.InferOutput<typeof authoritySchema>,
  ownerOf: Families['ownerOf'],
): AuthorityFact => ({ id: _id, ...fact, guardian: ownerOf(fact.guardian) });

/** As JSON holds it: what is undefined is not there. */
export const withoutGaps = <T extends object>(body: T): T => JSON.parse(JSON.stringify(body)) as T;

/** Writes the body in the place of what is held, other leaves included; nothing where it is the same. */
export async function settle(db: AudienceDatabase, body: DocumentBody): Promise<boolean> {
  const next = withoutGaps(body);
  const held: Held | undefined = db.get(body._id);
  // Another poste knows more of this kind than we do, and keeps it.
  if (held && held.body.v > body.v) return false;
  if (held && held.conflicts.length > 0) {
    await db.resolve(next, [held.rev, ...held.conflicts.map(({ rev }) => rev)]);
    return true;
  }
  if (held && isDeepStrictEqual(held.body, next)) return false;
  await db.put(next, held?.rev);
  return true;
}
