import * as v from 'valibot';
import { audienceSchema, refusalReasonSchema } from '../../domain/exchange/words';
import { done, id, instantSchema, line, nothing, subject } from '../define';

/** One exchange, as a person may read it: when, how it ended, how much went over the line. */
export const runRecordSchema = v.object({
  at: instantSchema,
  outcome: v.picklist(['done', 'no-line', 'refused', 'stalled', 'failed']),
  reason: v.optional(v.string()),
  /** Bytes that left and came, HTTP heads not counted. */
  up: v.number(),
  down: v.number(),
  /** Parcels that left and came. */
  sent: v.number(),
  received: v.number(),
});

export const refusedSchema = v.object({
  audience: audienceSchema,
  document: v.optional(v.string()),
  reason: refusalReasonSchema,
  /** `here`: we do not take it; `there`: it is ours and another does not take it. */
  where: v.picklist(['here', 'there']),
});

export const syncStatusSchema = v.object({
  running: v.boolean(),
  /** Documents changed here that stand on no other machine yet. */
  waiting: v.number(),
  commune: v.object({
    set: v.boolean(),
    last: v.optional(runRecordSchema),
    lastDone: v.optional(runRecordSchema),
  }),
  postes: v.array(
    v.object({
      id: id('poste'),
      /** Whose poste, where it is somebody's. */
      person: v.optional(id('staff')),
      here: v.boolean(),
      revoked: v.boolean(),
      last: v.optional(runRecordSchema),
    }),
  ),
  refused: v.array(refusedSchema),
  conflicts: v.number(),
});
export type SyncStatus = v.InferOutput<typeof syncStatusSchema>;

const revision = v.pipe(v.string(), v.maxLength(60));
export const conflictSchema = v.object({
  audience: audienceSchema,
  classId: id('class'),
  document: v.string(),
  type: v.string(),
  versions: v.array(
    v.object({ rev: revision, fields: v.array(v.object({ name: v.string(), text: v.string() })) }),
  ),
});
export type Conflict = v.InferOutput<typeof conflictSchema>;

export const resolveConflictSchema = v.strictObject({
  audience: audienceSchema,
  document: v.pipe(v.string(), v.maxLength(60)),
  /** Every version that was on the screen: one that was not seen is not ended. */
  seen: v.pipe(v.array(revision), v.minLength(2), v.maxLength(20)),
  /** The version that stays, or both texts one after the other. */
  choice: v.union([v.literal('both'), revision]),
});
export type ResolveConflict = v.InferOutput<typeof resolveConflictSchema>;

/** Who can read one kind of data: the true line of DESIGN 3. */
export const readersSchema = v.object({
  kind: v.picklist(['ecole', 'classe', 'suivi', 'direction', 'courrier', 'parc', 'traces', 'perso']),
  sealed: v.boolean(),
  /** Databases of that kind on this poste. */
  count: v.number(),
});

/** The six digits both screens show while a poste is introduced. */
const digits = v.pipe(v.string(), v.regex(/^[0-9]{6}$/));
export const introductionSchema = v.variant('state', [
  v.object({ state: v.literal('closed') }),
  /** Waiting for another computer of the network. */
  v.object({ state: v.literal('open'), address: v.string() }),
  /** Somebody is there: type the digits its screen shows. */
  v.object({ state: v.literal('asked') }),
  v.object({ state: v.literal('welcomed'), poste: id('poste') }),
  v.object({ state: v.literal('refused') }),
]);
export type IntroductionState = v.InferOutput<typeof introductionSchema>;

export const syncSubject = subject({
  requests: {
    status: { input: nothing, reply: syncStatusSchema },
    /** « Synchroniser maintenant »; one run at a time, a second call joins the first. */
    run: { input: nothing, reply: syncStatusSchema },
    conflicts: { input: nothing, reply: v.object({ conflicts: v.array(conflictSchema) }) },
    resolve: { input: resolveConflictSchema, reply: done },
    readers: { input: nothing, reply: v.object({ readers: v.array(readersSchema) }) },
    /** The town hall's address and the code it gave on paper. */
    setCommune: {
      input: v.strictObject({
        url: v.pipe(line(200), v.url()),
        code: v.pipe(v.string(), v.maxLength(40)),
      }),
      reply: syncStatusSchema,
    },
    /** Welcomes another poste, for a person of the school. */
    openIntroduction: { input: v.strictObject({ person: id('staff') }), reply: introductionSchema },
    /** Welcomes a computer that will open the school with the printed sheet; it is given no key. */
    openRestore: { input: nothing, reply: introductionSchema },
    introduction: { input: nothing, reply: introductionSchema },
    confirmIntroduction: { input: v.strictObject({ digits }), reply: introductionSchema },
    closeIntroduction: { input: nothing, reply: introductionSchema },
  },
  events: { changed: syncStatusSchema, introduction: introductionSchema },
});
