import * as v from 'valibot';
import { audienceSchema, refusalReasonSchema } from '../../domain/exchange/words';
import { WAITING_KINDS } from '../../domain/sync/kinds';
import { FILE_STOPS, LINE_STATES, MOMENTS, PAUSES } from '../../domain/sync/moments';
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

const bytes = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const minutes = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1439));
const ceiling = v.nullable(v.pipe(bytes, v.minValue(100_000)));

/** What the head decides for the school (src/domain/sync/settings.ts). */
export const syncSettingsSchema = v.strictObject({
  night: v.strictObject({ from: minutes, to: minutes }),
  nightBytes: ceiling,
  monthBytes: ceiling,
  metered: v.boolean(),
  carrier: v.nullable(id('poste')),
});
export type SyncSettingsInput = v.InferOutput<typeof syncSettingsSchema>;

const carriedSchema = v.object({ up: bytes, down: bytes, runs: bytes, sent: bytes, received: bytes });

/** What is next, and why nothing happens now: codes of src/domain/sync. */
const planSchema = v.object({
  pause: v.optional(v.picklist(PAUSES)),
  next: v.optional(v.object({ at: instantSchema, moment: v.picklist(MOMENTS) })),
  states: v.array(v.picklist(LINE_STATES)),
  place: v.picklist(['school', 'elsewhere']),
  /** False where this programme opens no run by itself (a rehearsal on one computer). */
  byItself: v.boolean(),
});

/** A computer of the school that was met on this network and does not answer now, with the likely cause. */
const silentPosteSchema = v.object({
  id: id('poste'),
  address: v.string(),
  cause: v.picklist(['public-network', 'isolation', 'other-network', 'off', 'unknown']),
});
export type SilentPoste = v.InferOutput<typeof silentPosteSchema>;

export const syncStatusSchema = v.object({
  running: v.boolean(),
  /** Documents changed here that stand on no other machine yet. */
  waiting: v.number(),
  /** The same, by kind; what is not there is not listed. */
  waitingKinds: v.array(v.object({ kind: v.picklist(WAITING_KINDS), count: v.number() })),
  /** Files that documents name and that are not here, as the last run left them; how many were given wrong and refused. */
  files: v.object({
    waiting: v.number(),
    bytes: v.number(),
    stopped: v.optional(v.picklist(FILE_STOPS)),
    wrong: v.number(),
  }),
  /** Others hold more of this computer's own writing than it does: its folder was put back, and it exchanges no more. */
  restored: v.boolean(),
  plan: planSchema,
  settings: syncSettingsSchema,
  /** This month, by way: the line, the school's own network, the line of elsewhere. */
  month: v.object({ line: carriedSchema, lan: carriedSchema, away: carriedSchema }),
  /** The youngest copy of everything outside this computer. */
  copy: v.object({ last: v.optional(instantSchema), days: v.number(), due: v.boolean() }),
  silent: v.array(silentPosteSchema),
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
      /** The head named it to carry the night. */
      carrier: v.boolean(),
      revoked: v.boolean(),
      last: v.optional(runRecordSchema),
    }),
  ),
  refused: v.array(refusedSchema),
  conflicts: v.number(),
});
export type SyncStatus = v.InferOutput<typeof syncStatusSchema>;

/** What « Fin de journée » did. */
export const endOfDaySchema = v.object({
  status: syncStatusSchema,
  /** Documents that stand elsewhere now and did not before. */
  carried: v.number(),
  /** Which of the two took them. */
  commune: v.boolean(),
  peers: v.number(),
});
export type EndOfDay = v.InferOutput<typeof endOfDaySchema>;

const revision = v.pipe(v.string(), v.maxLength(60));
export const conflictSchema = v.object({
  audience: audienceSchema,
  classId: id('class'),
  document: v.string(),
  type: v.string(),
  versions: v.array(
    v.object({
      rev: revision,
      /** When it was written, as the writer's computer said, where the document tells. */
      at: v.optional(instantSchema),
      by: v.optional(id('staff')),
      fields: v.array(v.object({ name: v.string(), text: v.string() })),
    }),
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
  /** The bases themselves: of which class, of which year; more than fifty are not listed. */
  bases: v.array(
    v.object({ classId: v.optional(id('class')), year: v.optional(v.number()), open: v.boolean() }),
  ),
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
    /** One gesture before going home: everything but files, within two minutes. */
    endOfDay: { input: nothing, reply: endOfDaySchema },
    settings: { input: syncSettingsSchema, reply: syncStatusSchema },
    /** What a technician runs once so that this computer wakes for the night. */
    wake: {
      input: nothing,
      reply: v.object({ system: v.picklist(['win32', 'linux', 'darwin']), command: v.string() }),
    },
    /** Takes a decision of `resolve` back: the two versions stand side by side again. */
    undoResolve: {
      input: v.strictObject({ audience: audienceSchema, document: v.pipe(v.string(), v.maxLength(60)) }),
      reply: done,
    },
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
