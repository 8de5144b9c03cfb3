import * as v from 'valibot';
import { ERROR_CODES } from '../../domain/errors';
import { done, id, instantSchema, nothing, subject } from '../define';
import { passwordSchema } from './school';

/** A folder a person chose: a key, or any other. The copy goes into a folder of its own there, and nowhere else. */
const folder = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(1000));
/** A copy as `look` named it. */
const copy = v.pipe(v.string(), v.maxLength(80), v.regex(/^[a-z0-9/-]+$/));
const bytes = v.pipe(v.number(), v.minValue(0));

export const placeSchema = v.object({
  folder: v.string(),
  /** What the system calls it: « CLE DE MARIE », `E:`. */
  name: v.string(),
  /** Bytes that may be written; absent where the system does not say. */
  free: v.optional(bytes),
});
export type Place = v.InferOutput<typeof placeSchema>;

export const foundCopySchema = v.object({
  copy: v.string(),
  made: v.optional(instantSchema),
  bytes: v.optional(bytes),
  problem: v.optional(v.picklist(['newer', 'damaged'])),
  /** Of this poste's school; absent on a poste without one. */
  ours: v.optional(v.boolean()),
});
export type FoundCopyView = v.InferOutput<typeof foundCopySchema>;

const progressSchema = v.object({
  step: v.picklist(['writing', 'reading-back']),
  done: bytes,
  total: bytes,
});

export const backupStateSchema = v.object({
  running: v.optional(progressSchema),
  last: v.optional(v.object({ at: instantSchema, bytes, seconds: v.number() })),
});
export type BackupState = v.InferOutput<typeof backupStateSchema>;

const look = {
  places: { input: nothing, reply: v.object({ places: v.array(placeSchema) }) },
  look: { input: v.strictObject({ folder }), reply: v.object({ copies: v.array(foundCopySchema) }) },
} as const;

/** « Copie sur clé USB ». */
export const backupSubject = subject({
  requests: {
    ...look,
    state: { input: nothing, reply: backupStateSchema },
    /** Answered when the copy was read again; progress comes by events. */
    write: { input: v.strictObject({ folder }), reply: backupStateSchema },
    stop: { input: nothing, reply: done },
    /** Reads a whole copy again. @throws `BACKUP_OTHER_SCHOOL`, `BACKUP_DAMAGED`, `BACKUP_NEWER` */
    check: { input: v.strictObject({ folder, copy }), reply: done },
  },
  events: { changed: backupStateSchema },
});

/** « À partir d’une clé USB », on a poste that has no school yet. */
export const restoreStateSchema = v.variant('state', [
  v.object({ state: v.literal('idle') }),
  v.object({ state: v.literal('reading'), done: bytes, total: bytes }),
  /** Everything is here: whose computer is it? */
  v.object({
    state: v.literal('choose'),
    made: instantSchema,
    granted: v.boolean(),
    people: v.array(v.object({ id: id('staff'), name: v.string() })),
  }),
  /** `joinSchool.enter` opens the school; the password typed opens that person's session. */
  v.object({ state: v.literal('restored'), person: id('staff'), granted: v.boolean() }),
  v.object({ state: v.literal('failed'), code: v.picklist(ERROR_CODES) }),
]);
export type RestoreState = v.InferOutput<typeof restoreStateSchema>;

export const restoreSubject = subject({
  requests: {
    ...look,
    state: { input: nothing, reply: restoreStateSchema },
    /** With the printed sheet's code, or the password of somebody who worked on the computer that made the copy. */
    begin: {
      input: v.strictObject({
        folder,
        copy,
        opener: v.variant('with', [
          v.strictObject({ with: v.literal('sheet'), code: v.pipe(v.string(), v.maxLength(200)) }),
          v.strictObject({ with: v.literal('password'), password: v.pipe(v.string(), v.maxLength(200)) }),
        ]),
      }),
      reply: done,
    },
    choose: { input: v.strictObject({ person: id('staff'), password: passwordSchema }), reply: done },
  },
  events: { changed: restoreStateSchema },
});
