import * as v from 'valibot';
import { applicationId, applicationSchema, computerLimitsSchema } from './computer-limits';

/** What became of it: `closed` are applications that were open and are no longer allowed. */
export const settledComputerSchema = v.object({
  apps: v.picklist(['done', 'still-open']),
  copy: v.picklist(['done']),
  closed: v.array(applicationId),
});
export type SettledComputer = v.InferOutput<typeof settledComputerSchema>;

/** Digits an adult chose at the first meeting. */
export const adultCode = v.pipe(v.string(), v.regex(/^\d{4,8}$/));
const keyId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));

/** What the pupil app may ask of the computer it runs on, over the bridge of `preload/pupil-mode.ts`. */
export const computerRequests = {
  /** Full screen, or a window again. `over`: above the lesson's applications too (attention, break). `on` in the reply is what became of it. */
  full: {
    input: v.strictObject({ on: v.boolean(), over: v.optional(v.boolean(), false) }),
    reply: v.object({ on: v.boolean() }),
  },
  /** An adult's code takes full screen away until the lesson ends. `wait`: too many wrong tries, for so many seconds. */
  leave: {
    input: v.strictObject({ code: adultCode }),
    reply: v.object({
      outcome: v.picklist(['left', 'wrong', 'wait', 'no-code']),
      seconds: v.optional(v.number()),
    }),
  },
  /** The page's line to the door: without it for a while, the computer looks for the door elsewhere. */
  line: { input: v.strictObject({ up: v.boolean() }), reply: v.object({}) },
  applications: {
    input: v.strictObject({}),
    reply: v.object({
      applications: v.pipe(v.array(applicationSchema), v.maxLength(100)),
      open: v.array(applicationId),
    }),
  },
  start: {
    input: v.strictObject({ id: applicationId }),
    reply: v.object({ outcome: v.picklist(['started', 'not-allowed', 'missing', 'failed']) }),
  },
  /** Only what Préau itself opened; asked to close, then closed. */
  stop: {
    input: v.strictObject({ id: applicationId }),
    reply: v.object({ outcome: v.picklist(['stopped', 'not-open', 'still-open']) }),
  },
  settle: { input: computerLimitsSchema, reply: settledComputerSchema },
  /** Said every 20 s while the lesson runs; 90 s without it and everything comes off. */
  alive: { input: v.strictObject({}), reply: v.object({}) },
  /** The device's key is the computer's, the same at every address of the school; its private half never enters the page. */
  key: { input: v.strictObject({}), reply: v.object({ keyId: v.optional(keyId) }) },
  makeKey: { input: v.strictObject({}), reply: v.object({ publicKey: v.record(v.string(), v.string()) }) },
  /** The key made last is known to the door under that id. */
  keepKey: { input: v.strictObject({ keyId }), reply: v.object({}) },
  forgetKey: { input: v.strictObject({}), reply: v.object({}) },
  /** Signs the door's challenge for the origin the page was loaded from (contract `door.prove`). */
  sign: {
    input: v.strictObject({ challenge: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{20,100}$/)) }),
    reply: v.object({ signature: v.string() }),
  },
} as const;
export type ComputerRequest = keyof typeof computerRequests;

/** What crosses the bridge, as text of JSON: a request, and a `Reply` (`bridge.ts`) for it. */
export const computerAskSchema = v.strictObject({
  request: v.picklist(Object.keys(computerRequests) as [ComputerRequest, ...ComputerRequest[]]),
  input: v.unknown(),
});

/** What the computer says by itself: an application ended; what became of a file that was to leave. */
export const computerEventSchema = v.variant('what', [
  v.object({ what: v.literal('changed') }),
  v.object({
    what: v.literal('copy'),
    outcome: v.picklist(['saved', 'blocked', 'failed']),
    name: v.string(),
    /** Where it lies: a key, by its name, or the documents of this computer. */
    key: v.optional(v.string()),
  }),
]);
export type ComputerEvent = v.InferOutput<typeof computerEventSchema>;

/** All that the preload exposes, as `window.preauComputer` to the door's page and `window.preauMeeting` to the local one: text only crosses. */
export interface TextBridge {
  ask(text: string): Promise<string>;
  /** @returns a function that ends it */
  subscribe(listener: (text: string) => void): () => void;
}
