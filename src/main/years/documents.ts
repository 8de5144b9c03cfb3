import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { audienceSchema } from '../../domain/exchange/words';
import { idFrom, type Id } from '../../domain/id';
import { isLocalDay, type LocalDay } from '../../domain/retention';
import { id } from '../../contract/define';
import type { AudienceDatabase, DocumentBody } from '../../store/port';

/** What `parc` and the school's bases say of days and years. Anybody's poste may have written them: read through schemas. */
const day = v.custom<LocalDay>(isLocalDay);
const yearNumber = v.pipe(v.number(), v.integer(), v.minValue(2000), v.maxValue(2999));
/** Openings are counted: one that was undone is not the one that follows it (src/domain/years/turns.ts). */
const turn = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)), 1);
const of = <T extends string>(type: T) => ({ type: v.literal(type), v: v.literal(1) });

const SCHEMAS = {
  /** The school's day: nothing ends by a date that is behind the latest of these. */
  horizon: v.looseObject({ ...of('horizon'), day }),
  /** Written last into a year's `ecole`: everything that was carried over stands in front of it. */
  yearOpened: v.looseObject({
    ...of('yearOpened'),
    year: yearNumber,
    after: yearNumber,
    closedOn: day,
    turn,
  }),
  yearClosed: v.looseObject({ ...of('yearClosed'), year: yearNumber, closedOn: day, turn }),
  /** The year that was opened is put aside, and the one before goes on; nothing of it is lost. */
  yearReopened: v.looseObject({ ...of('yearReopened'), year: yearNumber, after: yearNumber, turn }),
  /** « Confirmer la rentrée »: from here on nobody goes back. */
  yearConfirmed: v.looseObject({ ...of('yearConfirmed'), year: yearNumber, after: yearNumber }),
  /** A poste says that all it wrote in that year stands elsewhere, and how far that is. */
  yearReported: v.looseObject({
    ...of('yearReported'),
    year: yearNumber,
    poste: id('poste'),
    turn,
    wrote: v.optional(v.record(audienceSchema, v.number()), {}),
  }),
  /** `held`: the last sequence of each poste that was taken. What a poste wrote behind it came too late. */
  yearEnded: v.looseObject({
    ...of('yearEnded'),
    year: yearNumber,
    held: v.record(audienceSchema, v.record(v.string(), v.number())),
  }),
};
type Kind = keyof typeof SCHEMAS;
export type YearDocument<K extends Kind> = v.InferOutput<(typeof SCHEMAS)[K]>;

/** Every document of that kind that is understood, the versions two heads wrote apart included. */
export function readAll<K extends Kind>(db: AudienceDatabase, kind: K): YearDocument<K>[] {
  const schema: v.GenericSchema<unknown, YearDocument<K>> = SCHEMAS[kind] as never;
  return db.all(kind).flatMap(({ body, conflicts }) =>
    [body, ...conflicts.map((other) => other.body)].flatMap((one) => {
      const parsed = v.safeParse(schema, one);
      return parsed.success ? [parsed.output] : [];
    }),
  );
}

/** The same fact has the same id on every poste: said twice, it is one document. */
export const factId = <P extends 'year' | 'event'>(
  prefix: P,
  ...parts: readonly (string | number)[]
): Id<P> => idFrom(prefix, createHash('sha256').update(parts.join('\n')).digest());

/** Writes what is not there yet; what stands under that id stays. */
export async function writeOnce(db: AudienceDatabase, body: DocumentBody): Promise<void> {
  if (!db.get(body._id)) await db.put(body);
}

/** Follows the revision held; an equal body is left as it is. @returns true where something was written */
export async function save(db: AudienceDatabase, body: DocumentBody): Promise<boolean> {
  const held = db.get(body._id);
  const next = { ...held?.body, ...body };
  if (held && JSON.stringify(next) === JSON.stringify(held.body)) return false;
  await db.put(next, held?.rev);
  return true;
}
