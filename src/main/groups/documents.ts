import * as v from 'valibot';
import { id, instantSchema, line, localDateSchema } from '../../contract/define';
import { ATTENDANCE, type RollEntry } from '../../domain/ent/roll-call';
import { DISPATCH_KINDS, SPOKEN_AS, type Dispatch, type DispatchEnded } from '../../domain/groups/dispatch';
import { GROUP_KINDS, GROUP_MAX } from '../../domain/groups/group';
import type { Id } from '../../domain/id';
import type { AudienceDatabase, DocumentBody } from '../../store/port';

/** What `ecole` says of groups and of hosted children. Another poste may have written it: read through schemas. */
const envelope = <T extends string>(type: T) => ({
  _id: id('event'),
  type: v.literal(type),
  v: v.literal(1),
});
const localTime = v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/));
const pupils = v.pipe(v.array(id('pupil')), v.maxLength(GROUP_MAX));

const dispatchSchema = v.looseObject({
  ...envelope('dispatch'),
  kind: v.picklist(DISPATCH_KINDS),
  classId: id('class'),
  hosts: v.pipe(v.array(v.object({ classId: id('class'), pupils })), v.maxLength(60)),
  from: instantSchema,
  until: instantSchema,
  weekly: v.optional(
    v.object({
      days: v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(7))), v.maxLength(7)),
      from: localTime,
      to: localTime,
    }),
  ),
  title: v.optional(line(80)),
  by: id('staff'),
  at: instantSchema,
  as: v.picklist(SPOKEN_AS),
  replaces: v.pipe(v.array(id('event')), v.maxLength(20)),
});
const endedSchema = v.looseObject({
  ...envelope('dispatchEnded'),
  dispatch: id('event'),
  classId: id('class'),
  at: instantSchema,
  by: id('staff'),
  as: v.picklist(SPOKEN_AS),
});
/** A host's word on a guest at the roll call. Never a reason: that is the family's and the own class's. */
const guestRollSchema = v.looseObject({
  ...envelope('guestRoll'),
  host: id('class'),
  home: id('class'),
  pupil: id('pupil'),
  date: localDateSchema,
  half: v.picklist(['AM', 'PM']),
  state: v.picklist(ATTENDANCE),
  arrivedAt: v.optional(localTime),
  by: id('staff'),
  at: instantSchema,
  replaces: v.pipe(v.array(id('event')), v.maxLength(20)),
});
export const groupSchema = v.looseObject({
  _id: id('group'),
  type: v.literal('group'),
  v: v.literal(1),
  name: line(80),
  kind: v.picklist(GROUP_KINDS),
  pupils,
  staff: v.pipe(v.array(id('staff')), v.maxLength(GROUP_MAX)),
  /** Classes of the pupils: what the right to make it is judged on. */
  classIds: v.array(id('class')),
  owner: id('staff'),
  lastDay: v.optional(localDateSchema),
  archived: v.boolean(),
});
export type GroupDocument = v.InferOutput<typeof groupSchema>;
const settingsSchema = v.looseObject({
  type: v.literal('dispatchSettings'),
  v: v.literal(1),
  endsAt: localTime,
});
const apartSchema = v.looseObject({
  ...envelope('keepApart'),
  pupils: v.tuple([id('pupil'), id('pupil')]),
});

export function readAll<T>(db: AudienceDatabase, type: string, schema: v.GenericSchema<unknown, T>): T[] {
  return db.all<DocumentBody>(type).flatMap(({ body, conflicts }) =>
    [body, ...conflicts.map((other) => other.body)].flatMap((one) => {
      const parsed = v.safeParse(schema, one);
      return parsed.success ? [parsed.output] : [];
    }),
  );
}

export const readDispatches = (ecole: AudienceDatabase): Dispatch[] =>
  readAll(ecole, 'dispatch', dispatchSchema).map(({ _id, ...rest }) => ({ ...rest, id: _id }));
export const readEnds = (ecole: AudienceDatabase): DispatchEnded[] =>
  readAll(ecole, 'dispatchEnded', endedSchema);

/** What a host said, as an entry of the register of the child's own class: the same id, wherever it stands. */
export interface GuestEntry extends RollEntry {
  readonly host: Id<'class'>;
  readonly home: Id<'class'>;
}
export const readGuestRolls = (ecole: AudienceDatabase): GuestEntry[] =>
  readAll(ecole, 'guestRoll', guestRollSchema).map(
    ({ _id, host, home, pupil, date, half, state, arrivedAt, by, at, replaces }) => ({
      id: _id,
      host,
      home,
      pupil,
      half: { date, half },
      state,
      ...(arrivedAt === undefined ? {} : { arrivedAt }),
      by,
      at,
      replaces,
    }),
  );

/** When hosted children go home where nobody said otherwise: the end of the afternoon. */
export const USUAL_END = '16:30';
/** One document, whoever writes it first. */
export const SETTINGS_ID: Id<'event'> = 'event_dispatchends2';
export function readEnd(ecole: AudienceDatabase): string {
  const parsed = v.safeParse(settingsSchema, ecole.get(SETTINGS_ID)?.body);
  return parsed.success ? parsed.output.endsAt : USUAL_END;
}

export const readApart = (suivi: AudienceDatabase): v.InferOutput<typeof apartSchema>[] =>
  readAll(suivi, 'keepApart', apartSchema);
