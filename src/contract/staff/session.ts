import * as v from 'valibot';
import { done, id, nothing, subject } from '../define';

export const sessionStateSchema = v.object({
  /** No school on this poste yet, the demonstration school, or a real one. */
  school: v.picklist(['none', 'demonstration', 'provisional', 'real']),
  /** No keychain opened the school at start: names are unreadable until somebody signs in with their identifier. */
  locked: v.boolean(),
  schoolName: v.optional(v.string()),
  /** Who may sign in here: opens the list of the sign-in screen. */
  people: v.array(v.object({ id: id('staff'), name: v.string() })),
  signedIn: v.optional(
    v.object({
      id: id('staff'),
      name: v.string(),
      roles: v.array(v.picklist(['head', 'teacher'])),
      /** The first password came on paper: it is changed before anything else. */
      mustChangePassword: v.boolean(),
    }),
  ),
  /** The keychain of this computer, said and not hidden (DESIGN 3). */
  keychain: v.picklist(['os', 'weak', 'absent']),
});
export type SessionState = v.InferOutput<typeof sessionStateSchema>;

export const sessionSubject = subject({
  requests: {
    state: { input: nothing, reply: sessionStateSchema },
    signIn: {
      input: v.strictObject({
        /** A person of the list, or the identifier (« m.durand ») where the list cannot be read yet. */
        who: v.union([id('staff'), v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(120))]),
        password: v.pipe(v.string(), v.maxLength(200)),
      }),
      reply: sessionStateSchema,
    },
    signOut: { input: nothing, reply: done },
    /** Where the staff window fetches pictures, sound and files: a loopback address and a token of this connection. */
    media: { input: nothing, reply: v.object({ url: v.string(), token: v.string() }) },
  },
  events: { changed: sessionStateSchema },
});
