import * as v from 'valibot';
import { ATTENDANCE } from '../../domain/ent/roll-call';
import { MOST_PROJECTED } from '../../domain/lesson/board';
import { done, halfDaySchema, id, instantSchema, line, nothing, subject } from '../define';
import { activitySchema, attentionSchema } from './lesson';

/** Four to eight digits, chosen on the telephone. */
export const remotePinSchema = v.pipe(v.string(), v.regex(/^\d{4,8}$/));

const remoteSeatSchema = v.object({
  key: v.string(),
  number: v.number(),
  /** First names, or the device's label in a lesson without names; absent while the poste's own wall hides names. */
  name: v.optional(v.string()),
  presence: v.picklist(['here', 'left', 'silent']),
  /** Since it is so. */
  since: instantSchema,
  /** What the device says of itself: how far, never what. */
  doing: v.optional(
    v.object({
      screen: activitySchema.entries.screen,
      page: v.optional(v.number()),
      pages: v.optional(v.number()),
      begun: v.boolean(),
      done: v.boolean(),
    }),
  ),
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
      /** The poste's own wall hides names. */
      masked: v.boolean(),
      /** What its second window shows. */
      board: v.optional(v.object({ seats: v.array(v.string()), work: v.boolean(), black: v.boolean() })),
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
    /** Those screens side by side on the board, by the poste's own window, without names; its end where there are none. */
    project: {
      input: v.strictObject({
        seats: v.pipe(v.array(v.pipe(v.string(), v.maxLength(40))), v.maxLength(MOST_PROJECTED)),
      }),
      reply: done,
    },
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
