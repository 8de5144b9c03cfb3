import * as v from 'valibot';
import { GRADES, PASSAGES, type Passage } from '../../domain/people/person';
import type { Arrival, Decisions, NextClass } from '../../domain/years/plan';
import { id, localDateSchema } from '../../contract/define';
import { nextClassSchema } from '../../contract/staff/years';
import type { AudienceDatabase, DocumentBody, Held } from '../../store/port';
import { factId } from './documents';

/**
 * What heads decided for next year, in `direction`: one small document a decision, so that two of them who prepare on two
 * computers come to one plan. Where both decided about the same thing, both are shown until one is chosen.
 */
const part = <P extends string>(name: P) => ({
  type: v.literal('yearDraft'),
  v: v.literal(1),
  from: v.number(),
  part: v.literal(name),
});
const place = v.nullable(id('class'));
const partSchema = v.variant('part', [
  v.object({
    ...part('pupil'),
    pupil: id('pupil'),
    /** Absent: as proposed. */
    passage: v.optional(v.picklist(PASSAGES)),
    to: v.optional(place),
  }),
  v.object({ ...part('class'), class: id('class'), group: v.nullable(nextClassSchema) }),
  v.object({ ...part('staff'), person: id('staff'), stays: v.boolean() }),
  v.object({
    ...part('arrival'),
    pupil: id('pupil'),
    /** Null: not coming after all. */
    child: v.nullable(
      v.object({
        first: v.string(),
        family: v.string(),
        birthDate: v.optional(localDateSchema),
        grade: v.optional(v.picklist(GRADES)),
        to: place,
      }),
    ),
  }),
]);
export type DraftPart = v.InferOutput<typeof partSchema>;
type PartName = DraftPart['part'];
type Of<P extends PartName> = Extract<DraftPart, { part: P }>;
/** What is decided, without what every part carries. */
export type NewPart = { [P in PartName]: Omit<Of<P>, 'type' | 'v' | 'from'> }[PartName];

const subjectOf = (one: NewPart): string =>
  one.part === 'class' ? one.class : one.part === 'staff' ? one.person : one.pupil;
export const partId = (from: number, one: NewPart): string =>
  factId('event', 'draft', from, one.part, subjectOf(one));

/** Two decisions about one thing, the one that counts first. */
export interface Disagreement {
  readonly part: 'pupil' | 'class' | 'staff' | 'arrival';
  readonly of: string;
  readonly other: DraftPart;
}
export interface DraftParts {
  readonly decisions: Decisions;
  readonly disagreements: readonly Disagreement[];
  readonly any: boolean;
}

const read = (body: DocumentBody): DraftPart | undefined => {
  const parsed = v.safeParse(partSchema, body);
  return parsed.success ? parsed.output : undefined;
};

export function readParts(direction: AudienceDatabase, from: number): DraftParts {
  const classes = new Map<string, NextClass | 'removed'>();
  const pupils = new Map<string, { passage?: Passage | undefined; to?: string | null | undefined }>();
  const staff = new Map<string, boolean>();
  const arrivals: Arrival[] = [];
  const disagreements: Disagreement[] = [];
  let any = false;
  for (const { body, conflicts } of direction.all('yearDraft')) {
    const known = read(body);
    if (known?.from !== from) continue;
    any = true;
    if (known.part === 'class') classes.set(known.class, known.group ?? 'removed');
    else if (known.part === 'staff') staff.set(known.person, known.stays);
    else if (known.part === 'pupil') pupils.set(known.pupil, { passage: known.passage, to: known.to });
    else if (known.child) arrivals.push({ id: known.pupil, ...known.child });
    for (const other of conflicts.flatMap((one) => read(one.body) ?? [])) {
      if (JSON.stringify(other) === JSON.stringify(known)) continue;
      disagreements.push({ part: known.part, of: subjectOf(known), other });
      break;
    }
  }
  return { decisions: { classes, pupils, arrivals, staff }, disagreements, any };
}

/** Writes decisions; one that was decided twice is settled by it. */
export async function writeParts(
  direction: AudienceDatabase,
  from: number,
  parts: readonly NewPart[],
): Promise<void> {
  const fresh: DocumentBody[] = [];
  const moved: { body: DocumentBody; held: Held }[] = [];
  for (const one of parts) {
    const plain = JSON.parse(JSON.stringify(one)) as Record<string, never>;
    const body: DocumentBody = { _id: partId(from, one), type: 'yearDraft', v: 1, from, ...plain };
    const held = direction.get(body._id);
    if (!held) fresh.push(body);
    else moved.push({ body, held });
  }
  await direction.putAll(fresh);
  // Asked for together, they are made durable together: a whole class is one wait.
  await Promise.all(
    moved.map(async ({ body, held }) => {
      if (held.conflicts.length > 0)
        await direction.resolve(body, [held.rev, ...held.conflicts.map(({ rev }) => rev)]);
      else if (JSON.stringify(read(held.body)) !== JSON.stringify(read(body)))
        await direction.put(body, held.rev);
    }),
  );
}

/** Lets go of the whole preparation of that year. */
export async function dropParts(direction: AudienceDatabase, from: number): Promise<void> {
  for (const { body, rev, conflicts } of direction.all('yearDraft')) {
    if (body['from'] !== from) continue;
    if (conflicts.length === 0) await direction.remove(body._id, rev);
    else {
      const one = await direction.resolve(body, [rev, ...conflicts.map((other) => other.rev)]);
      await direction.remove(body._id, one.rev);
    }
  }
}
