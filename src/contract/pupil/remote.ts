import * as v from 'valibot';
import { ATTENDANCE } from '../../domain/ent/roll-call';
import { done, halfDaySchema, id, instantSchema, line, nothing, subject } from '../define';
import { attentionSchema } from './lesson';

/** Four to eight digits, chosen on the telephone. */
export const remotePinSchema = v.pipe(v.string(), v.regex(/^\d{4,8}$/));

const remoteSeatSchema = v.object({
  key: v.string(),
  number: v.number(),
  /** First names, or the device's label in a lesson without names. */
  name: v.string(),
  presence: v.picklist(['here', 'left', 'silent']),
  handUpAt: v.optional(instantSchema),
  attention: v.string(),
});
export const remoteViewSchema = v.object({
  /** How its owner is greeted. */
  person: v.string(),
  now: instantSchema,
  lesson: v.optional(
    v.object({
      title: v.string(),
      attention: attentionSchema,
      recess: v.boolean(),
      seats: v.array(remoteSeatSchema),
      /** Who is on no device. */
      missing: v.number(),
    }),
  ),
  classes: v.array(v.object({ id: id('class'), label: v.string() })),
});
export type RemoteView = v.InferOutput<typeof remoteViewSchema>;

export const remoteRollSchema = v.object({
  class: id('class'),
  half: halfDaySchema,
  done: v.boolean(),
  lines: v.array(
    v.object({
      pupil: id('pupil'),
      name: v.string(),
      state: v.optional(v.picklist(ATTENDANCE)),
      standing: v.array(id('event')),
    }),
  ),
});
export type RemoteRoll = v.InferOutput<typeof remoteRollSchema>;

/**
 * The teacher's own telephone or tablet at the pupils' door, where the head allows it (DESIGN 5): a few gestures of the
 * lesson and the roll call. It is no device of the school and takes no seat; everything but `pair`, `enter` and `unlock`
 * asks for the code typed on it.
 */
export const remoteSubject = subject({
  requests: {
    /** With the six digits on the teacher's screen. The code is for this telephone alone. */
    pair: {
      input: v.strictObject({
        code: v.pipe(v.string(), v.regex(/^\d{6}$/)),
        pin: remotePinSchema,
        label: line(40),
        publicKey: v.record(v.string(), v.union([v.string(), v.boolean(), v.array(v.string())])),
      }),
      reply: v.object({ keyId: v.string(), person: v.string() }),
    },
    /** Signature as `door.prove`, with the key made when it was paired. */
    enter: {
      input: v.strictObject({
        keyId: v.pipe(v.string(), v.maxLength(64)),
        signature: v.pipe(v.string(), v.maxLength(200)),
      }),
      reply: v.object({ person: v.string() }),
    },
    unlock: { input: v.strictObject({ pin: remotePinSchema }), reply: done },
    lock: { input: nothing, reply: done },
    view: { input: nothing, reply: remoteViewSchema },
    attention: { input: v.strictObject({ on: v.boolean() }), reply: done },
    recess: { input: v.strictObject({ on: v.boolean() }), reply: done },
    lowerHand: { input: v.strictObject({ seat: v.pipe(v.string(), v.maxLength(40)) }), reply: done },
    roll: { input: v.strictObject({ class: id('class') }), reply: remoteRollSchema },
    /** Also of an earlier half-day: what was called on the sports field is delivered when the school answers again. */
    writeRoll: {
      input: v.strictObject({
        class: id('class'),
        half: halfDaySchema,
        entries: v.pipe(
          v.array(
            v.strictObject({
              pupil: id('pupil'),
              state: v.picklist(ATTENDANCE),
              replaces: v.pipe(v.array(id('event')), v.maxLength(20)),
            }),
          ),
          v.maxLength(60),
        ),
        complete: v.boolean(),
      }),
      reply: done,
    },
    /** This telephone gives its key up. */
    unpair: { input: nothing, reply: done },
  },
  events: {
    /** Something of `view` moved. */
    changed: v.object({}),
  },
});
