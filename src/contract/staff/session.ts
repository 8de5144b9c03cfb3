import * as v from 'valibot';
import { IDLE_MINUTES, PERSONAL_IDLE_MAX } from '../../domain/accounts/idle';
import { STAFF_ROLES } from '../../domain/rights/roles';
import { done, id, line, nothing, subject } from '../define';

const password = v.pipe(v.string(), v.maxLength(200));
/** Judged by `pinWeakness`, which says what is wrong with it. */
const pin = v.pipe(v.string(), v.maxLength(12));
/** With the password: whoever passes an open window gives themselves no way back. */
const newPin = v.strictObject({ pin, password });
const minutes = v.pipe(v.number(), v.integer(), v.minValue(IDLE_MINUTES.min), v.maxValue(IDLE_MINUTES.max));
/** A person of the list, or the identifier (« m.durand ») where the list cannot be read yet. */
const who = v.union([id('staff'), v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(120))]);

export const sessionStateSchema = v.object({
  /** No school on this poste yet, the demonstration school, or a real one. */
  school: v.picklist(['none', 'demonstration', 'provisional', 'real']),
  /** No keychain opened the school at start: names are unreadable until somebody signs in with their identifier. */
  locked: v.boolean(),
  schoolName: v.optional(v.string()),
  /** The school's, as its days are counted, e.g. `Indian/Reunion`; absent where none can be read. */
  timeZone: v.optional(v.string()),
  /** Who may sign in here: opens the list of the sign-in screen. */
  people: v.array(v.object({ id: id('staff'), name: v.string() })),
  signedIn: v.optional(
    v.object({
      id: id('staff'),
      name: v.string(),
      /** Those that hold now. */
      roles: v.array(v.picklist(STAFF_ROLES)),
      /** The first password came on paper: it is changed before anything else. */
      mustChangePassword: v.boolean(),
      /** The charter in force has not been accepted: the version to show. */
      charter: v.optional(v.string()),
      /** An account with an end (a guest): the instant from which it opens nothing. */
      until: v.optional(v.string()),
    }),
  ),
  /** Absent where nobody is signed in, or somebody without a password, whom nothing could let back in. */
  screen: v.optional(
    v.object({
      /** Why it is hidden; absent: it is open. The host answers a hidden screen nothing but this file's requests. */
      locked: v.optional(v.picklist(['idle', 'asked', 'asleep'])),
      /** A code of the day reopens it; without one, the password does. */
      pin: v.boolean(),
      /** Without a gesture until it hides. */
      minutes: v.number(),
      /** A lesson of this person goes on meanwhile. */
      lesson: v.boolean(),
    }),
  ),
  /** Used by several people who do not sit together: nobody is listed, screens hide sooner. */
  shared: v.boolean(),
  /** The keychain of this computer, said and not hidden (DESIGN 3). */
  keychain: v.picklist(['os', 'weak', 'absent']),
});
export type SessionState = v.InferOutput<typeof sessionStateSchema>;

export const idleSettingsSchema = v.strictObject({
  head: minutes,
  teacher: minutes,
  others: minutes,
  shared: minutes,
});

export const sessionSubject = subject({
  requests: {
    state: { input: nothing, reply: sessionStateSchema },
    signIn: { input: v.strictObject({ who, password }), reply: sessionStateSchema },
    signOut: { input: nothing, reply: done },
    /** Every window of this person here, and on the school's other postes as they hear of it. */
    signOutEverywhere: { input: nothing, reply: done },
    /** Somebody touched the mouse or the keyboard; sent a few times a minute at the most. */
    active: { input: nothing, reply: done },
    /** Hides the screens of this person here. `choose`: a code of the day, as `choosePin`. */
    lock: { input: v.strictObject({ choose: v.optional(newPin) }), reply: sessionStateSchema },
    /** By the code of the day, or by the password, which may choose a new code. */
    unlock: {
      input: v.variant('by', [
        v.strictObject({ by: v.literal('pin'), pin }),
        v.strictObject({ by: v.literal('password'), password, pin: v.optional(pin) }),
      ]),
      reply: sessionStateSchema,
    },
    /** The code of the day, where none was chosen yet. @throws `PIN_SET`, `PIN_WEAK`, `SIGN_IN_WRONG`, `SIGN_IN_DELAYED` */
    choosePin: { input: newPin, reply: sessionStateSchema },
    /** After how long screens hide: the school's by role, and one's own. */
    idle: {
      input: nothing,
      reply: v.object({ school: idleSettingsSchema, own: v.optional(v.number()), ownMax: v.number() }),
    },
    setIdle: { input: idleSettingsSchema, reply: done },
    /** One's own, kept in one's private notes; absent: the school's again. */
    setOwnIdle: {
      input: v.strictObject({
        minutes: v.optional(
          v.pipe(v.number(), v.integer(), v.minValue(IDLE_MINUTES.min), v.maxValue(PERSONAL_IDLE_MAX)),
        ),
      }),
      reply: done,
    },
    /** Whether this computer is used by several people. Anybody of the staff may say so; a head alone takes it back. */
    setShared: { input: v.strictObject({ shared: v.boolean() }), reply: sessionStateSchema },
    /** Whether a head's code of the day can be used on this computer, and for which day. */
    dayCode: {
      input: nothing,
      reply: v.object({
        /** `locked`: no keychain opens the school's bases here; `undelivered`: no head's computer has been met yet. */
        hindrance: v.optional(v.picklist(['locked', 'undelivered'])),
        date: v.string(),
      }),
    },
    /** A forgotten password: the head's code of the day, and the new password (docs/accounts.md). */
    useDayCode: {
      input: v.strictObject({ who, code: line(40), next: password }),
      reply: sessionStateSchema,
    },
    /** Where the staff window fetches pictures, sound and files: a loopback address and a token of this connection. */
    media: { input: nothing, reply: v.object({ url: v.string(), token: v.string() }) },
  },
  events: {
    changed: sessionStateSchema,
    /** The screen is open again and too much happened meanwhile: what is shown is read anew. */
    readAnew: v.object({}),
  },
});
