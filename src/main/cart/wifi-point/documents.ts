/** The points of the school's carts and what was said of them, in the audience `parc`; another poste may have written them. */
import * as v from 'valibot';
import { id } from '../../../contract/define';
import { POINT_USES, RELEASES, USUAL_MINUTES, type PointFact } from '../../../domain/cart/wifi-point';
import type { Id } from '../../../domain/id';
import type { AudienceDatabase } from '../../../store/port';

const instant = v.pipe(v.string(), v.isoTimestamp());

/** What one person edits: one document a point. */
const point = v.looseObject({
  _id: id('point'),
  type: v.literal('wifiPoint'),
  v: v.literal(1),
  cart: id('cart'),
  name: v.string(),
  removable: v.boolean(),
  drive: v.variant('kind', [
    v.object({ kind: v.literal('button') }),
    v.object({ kind: v.literal('port'), hub: id('hub'), port: v.pipe(v.number(), v.integer()) }),
  ]),
  minutes: v.fallback(v.pipe(v.number(), v.minValue(1), v.maxValue(1_440)), USUAL_MINUTES),
});
export type PointDocument = v.InferOutput<typeof point>;

const said = { _id: id('event'), type: v.literal('wifiPointFact'), v: v.literal(1), point: id('point') };
/** An immutable fact: who, when, for what. */
const fact = v.variant('kind', [
  v.looseObject({
    ...said,
    at: instant,
    by: v.string(),
    kind: v.literal('asked'),
    poste: v.string(),
    use: v.picklist(POINT_USES),
    until: instant,
    lesson: v.optional(v.string()),
  }),
  v.looseObject({
    ...said,
    at: instant,
    by: v.string(),
    kind: v.literal('released'),
    asked: v.string(),
    why: v.picklist(RELEASES),
  }),
  v.looseObject({
    ...said,
    at: instant,
    by: v.string(),
    kind: v.literal('lit'),
    on: v.boolean(),
    how: v.picklist(['driver', 'person']),
    replaces: v.fallback(v.array(v.string()), []),
    knew: v.fallback(v.array(v.string()), []),
  }),
]);

const parsed = <T>(schema: v.GenericSchema<unknown, T>, body: unknown): T[] => {
  const read = v.safeParse(schema, body);
  return read.success ? [read.output] : [];
};

export const readPoints = (db: AudienceDatabase): PointDocument[] =>
  db.all('wifiPoint').flatMap((held) => parsed(point, held.body));

export const readPoint = (db: AudienceDatabase, wanted: Id<'point'>): PointDocument | undefined =>
  parsed(point, db.get(wanted)?.body)[0];

export function readPointFacts(db: AudienceDatabase, of: Id<'point'>): PointFact[] {
  return db
    .all('wifiPointFact')
    .flatMap((held) => parsed(fact, held.body))
    .filter((one) => one.point === of)
    .map(({ _id, ...rest }) => ({ ...rest, id: _id }));
}
