import * as v from 'valibot';
import { done, id, nothing, subject } from '../define';

export const sessionStateSchema = v.object({
  /** No school on this poste yet, the demonstration school, or a real one. */
  school: v.picklist(['none', 'demonstration', 'real']),
  schoolName: v.optional(v.string()),
  /** Who may sign in here: opens the list of the sign-in screen. */
  people: v.array(v.object({ id: id('staff'), name: v.string() })),
  signedIn: v.optional(
    v.object({ id: id('staff'), name: v.string(), roles: v.array(v.picklist(['head', 'teacher'])) }),
  ),
  /** The keychain of this computer, said and not hidden (DESIGN 3). */
  keychain: v.picklist(['os', 'weak', 'absent']),
});
export type SessionState = v.InferOutput<typeof sessionStateSchema>;

export const sessionSubject = subject({
  requests: {
    state: { input: nothing, reply: sessionStateSchema },
    signIn: {
      input: v.strictObject({ person: id('staff'), password: v.pipe(v.string(), v.maxLength(200)) }),
      reply: sessionStateSchema,
    },
    /** One-time ticket handed to a window by the program that opened it (demonstration, loopback link). */
    redeem: {
      input: v.strictObject({ ticket: v.pipe(v.string(), v.maxLength(64)) }),
      reply: sessionStateSchema,
    },
    signOut: { input: nothing, reply: done },
    /** Where the staff window fetches pictures, sound and files: a loopback address and a token of this connection. */
    media: { input: nothing, reply: v.object({ url: v.string(), token: v.string() }) },
  },
  events: { changed: sessionStateSchema },
});
