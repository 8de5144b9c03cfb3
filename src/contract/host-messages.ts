import * as v from 'valibot';
import { eventMessageSchema, failureSchema, replySchema } from './bridge';

/** Between the desktop shell (parent) and the host (child process). One window is one connection. */
export const startOptionsSchema = v.object({
  dataFolder: v.string(),
  /** 32 bytes in base64, unwrapped by the operating system's keychain; absent where there is none worth trusting. */
  machineSecret: v.optional(v.string()),
  keychain: v.picklist(['os', 'weak', 'absent']),
  /** Serve the staff interface on the loopback door as well (no window). */
  loopback: v.boolean(),
  /** Opens the demonstration school where the data folder holds no school yet. */
  demonstration: v.boolean(),
  locale: v.picklist(['fr', 'en']),
  /** Origins of the desktop window: they may fetch files and media at the loopback door. */
  windowOrigins: v.optional(v.array(v.string())),
});
export type StartOptions = v.InferOutput<typeof startOptionsSchema>;

export const toHostSchema = v.variant('t', [
  v.object({ t: v.literal('start'), options: startOptionsSchema }),
  v.object({
    t: v.literal('request'),
    id: v.number(),
    connection: v.string(),
    method: v.string(),
    input: v.unknown(),
  }),
  v.object({ t: v.literal('connectionClosed'), connection: v.string() }),
  /** What the computer is about to do, or how it is fed; answered by `powerDone` when what can be done in seconds is done. */
  v.object({
    t: v.literal('power'),
    id: v.number(),
    event: v.picklist(['suspend', 'resume', 'shutdown', 'mains', 'battery']),
  }),
  v.object({ t: v.literal('stop') }),
]);
export type ToHost = v.InferOutput<typeof toHostSchema>;

export const fromHostSchema = v.variant('t', [
  v.object({ t: v.literal('ready'), loopbackUrl: v.optional(v.string()) }),
  v.object({ t: v.literal('reply'), id: v.number(), reply: replySchema }),
  v.object({ t: v.literal('event'), connection: v.string(), ...eventMessageSchema.entries }),
  v.object({ t: v.literal('powerDone'), id: v.number() }),
  v.object({ t: v.literal('fatal'), ...failureSchema.entries }),
]);
export type PowerEvent = Extract<ToHost, { t: 'power' }>['event'];
export type FromHost = v.InferOutput<typeof fromHostSchema>;
