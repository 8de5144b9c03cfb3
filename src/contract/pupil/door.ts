import * as v from 'valibot';
import { done, id, line, nothing, subject } from '../define';

/** What this device can do; what it lacks is « not possible on this device », never an error (DESIGN 5). */
export const capabilitiesSchema = v.object({
  /** The browser offers screen capture. */
  capture: v.boolean(),
  battery: v.boolean(),
  touch: v.boolean(),
  camera: v.boolean(),
  /** Secure context with a key store: only such a device can be enrolled. */
  keys: v.boolean(),
  /** A computer in pupil mode: its screen is captured without a question, and a child cannot leave the page during a lesson. */
  pupilMode: v.optional(v.boolean()),
});
export type Capabilities = v.InferOutput<typeof capabilitiesSchema>;

const deviceSchema = v.object({ id: id('device'), label: v.string() });

/**
 * First words at the door. A device proves itself by signing the door's challenge with the key made at its enrolment
 * (ECDSA P-256, not extractable), so that nothing worth stealing crosses the air.
 */
export const doorSubject = subject({
  requests: {
    hello: {
      input: v.strictObject({
        protocol: v.pipe(v.number(), v.integer()),
        app: v.pipe(v.string(), v.maxLength(40)),
        capabilities: capabilitiesSchema,
        /** Key id at this origin: base64url SHA-256 of the public key. Absent on a device unknown here. */
        keyId: v.optional(v.pipe(v.string(), v.maxLength(64))),
        /** The device's clock, milliseconds since 1970: a clock years off is told in words. */
        clock: v.number(),
      }),
      reply: v.object({
        protocol: v.number(),
        /** What the teacher's computer calls itself on screen. */
        poste: v.string(),
        /** To be signed with the device's key; base64url, 32 bytes. */
        challenge: v.string(),
        known: v.boolean(),
        /** Difference of clocks in ms, server minus device, when above five minutes. */
        clockOff: v.optional(v.number()),
        /** The door's clock, ms since 1970: the end of a lock is counted from it, even on a tablet minutes off. */
        now: v.optional(v.number()),
      }),
    },
    /** Signature over `preau-door-0|<challenge>|<origin>`, base64url. */
    prove: {
      input: v.strictObject({ signature: v.pipe(v.string(), v.maxLength(200)) }),
      reply: v.object({ device: deviceSchema }),
    },
    /** With the adult's one-time code (printed, shown as QR): registers this browser's public key (JWK) for a device. */
    enrol: {
      input: v.strictObject({
        code: v.pipe(v.string(), v.maxLength(32)),
        publicKey: v.record(v.string(), v.union([v.string(), v.boolean(), v.array(v.string())])),
        /** Label of a known device when it is recognised again at another origin. */
        label: v.optional(line(40)),
      }),
      reply: v.object({ device: deviceSchema, keyId: v.string() }),
    },
    /** A device that is not enrolled, on the plain page, with the lesson's rotating code: a number, no names. */
    visit: {
      input: v.strictObject({ code: v.pipe(v.string(), v.maxLength(16)) }),
      reply: v.object({ number: v.number() }),
    },
    bye: { input: nothing, reply: done },
  },
  events: {
    /** The door ends this connection: lesson closed, device revoked, poste stopping. */
    closing: v.object({ reason: v.picklist(['revoked', 'stopping', 'replaced', 'abuse']) }),
  },
});
