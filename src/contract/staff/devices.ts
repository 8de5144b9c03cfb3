import * as v from 'valibot';
import { done, id, instantSchema, line, nothing, subject } from '../define';

export const deviceKindSchema = v.picklist(['tablet', 'computer']);

export const enrolledDeviceSchema = v.object({
  id: id('device'),
  label: v.string(),
  kind: deviceKindSchema,
  cart: v.optional(id('cart')),
  /** Has a good key at this poste, at another of the school, or none (new, revoked). */
  enrolled: v.picklist(['here', 'elsewhere', 'no']),
  since: v.optional(instantSchema),
  /** Reached without a browser of ours. */
  reach: v.optional(
    v.object({
      by: v.picklist(['veyon', 'rfb']),
      host: v.string(),
      port: v.number(),
      /** Its Ethernet address is known: it can be switched on from here. */
      wakes: v.boolean(),
    }),
  ),
});
export type EnrolledDevice = v.InferOutput<typeof enrolledDeviceSchema>;

/** Where a device goes and what an adult types there. */
export const enrolmentSchema = v.object({
  code: v.string(),
  expiresAt: instantSchema,
  /** Plain page with the steps to trust the school, per system. */
  trustUrl: v.string(),
  /** Pupil app with the code in its fragment: what the QR carries. */
  enrolUrl: v.string(),
  /** Short print of the school's root, for a computer in pupil mode to show beside it; absent while the door is closed. */
  print: v.optional(v.string()),
});
export type EnrolmentTicket = v.InferOutput<typeof enrolmentSchema>;

/** Devices of the school at the LAN door: enrolled once by an adult, recognised again elsewhere, revoked. */
export const devicesSubject = subject({
  requests: {
    list: { input: nothing, reply: v.object({ devices: v.array(enrolledDeviceSchema) }) },
    /** A one-time code: for a new device, or for a known one this poste does not recognise yet. */
    startEnrolment: {
      input: v.union([
        v.strictObject({ device: id('device') }),
        v.strictObject({ label: line(40), kind: deviceKindSchema, cart: v.optional(id('cart')) }),
      ]),
      reply: enrolmentSchema,
    },
    cancelEnrolment: { input: v.strictObject({ code: v.pipe(v.string(), v.maxLength(32)) }), reply: done },
    rename: { input: v.strictObject({ device: id('device'), label: line(40) }), reply: done },
    /** Lost or stolen: out at once, everywhere at the next exchange. */
    revoke: { input: v.strictObject({ device: id('device') }), reply: done },
  },
  events: { changed: v.object({}), enrolled: v.object({ code: v.string(), device: enrolledDeviceSchema }) },
});
