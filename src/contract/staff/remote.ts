import * as v from 'valibot';
import { done, id, instantSchema, nothing, subject } from '../define';

export const remoteStateSchema = v.object({
  /** The head lets teachers use their own telephone. */
  allowed: v.boolean(),
  mayAllow: v.boolean(),
  /** No notes of one's own on this computer (« Ma classe, tout de suite »): nothing could keep a telephone's key. */
  needsAccount: v.boolean(),
  pairs: v.array(v.object({ id: id('event'), label: v.string(), at: instantSchema })),
  /** Where a telephone goes; absent while the pupils' door is closed. */
  url: v.optional(v.string()),
  /** Steps by which it trusts the school. */
  plainUrl: v.optional(v.string()),
});
export type RemoteState = v.InferOutput<typeof remoteStateSchema>;

/** « Ma télécommande »: the teacher's own telephone or tablet. */
export const remoteStaffSubject = subject({
  requests: {
    state: { input: nothing, reply: remoteStateSchema },
    allow: { input: v.strictObject({ allowed: v.boolean() }), reply: remoteStateSchema },
    /** Six digits to be typed on the telephone, for five minutes. */
    startPairing: { input: nothing, reply: v.object({ code: v.string(), expiresAt: instantSchema }) },
    stopPairing: { input: nothing, reply: done },
    unpair: { input: v.strictObject({ id: id('event') }), reply: remoteStateSchema },
  },
  events: { changed: v.object({}) },
});
