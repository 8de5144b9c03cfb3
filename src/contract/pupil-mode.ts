import * as v from 'valibot';
import { APP_MODES } from '../domain/device/apps';
import { line } from './define';

/** Short name the technician gave an application of this computer (`applications.json`). */
export const applicationId = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,39}$/));

export const applicationSchema = v.object({ id: applicationId, name: line(60) });
export type Application = v.InferOutput<typeof applicationSchema>;

/** What a lesson wants of a computer in pupil mode; nothing of it outlives the lesson (CARMO #9.6, #9.10). */
export const computerLimitsSchema = v.object({
  apps: v.object({ mode: v.picklist(APP_MODES), apps: v.pipe(v.array(applicationId), v.maxLength(100)) }),
  copy: v.picklist(['free', 'blocked']),
});
export type ComputerLimits = v.InferOutput<typeof computerLimitsSchema>;

/** What became of it: `closed` are applications that were open and are no longer allowed. */
export const settledComputerSchema = v.object({
  apps: v.picklist(['done', 'still-open']),
  copy: v.picklist(['done']),
  closed: v.array(applicationId),
});
export type SettledComputer = v.InferOutput<typeof settledComputerSchema>;

/** What the pupil app may ask of the computer it runs on, over the bridge of `preload/pupil-mode.ts`. */
export const computerRequests = {
  /** Full screen above everything, or a window again. */
  full: { input: v.strictObject({ on: v.boolean() }), reply: v.object({ on: v.boolean() }) },
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
} as const;
export type ComputerRequest = keyof typeof computerRequests;

/** What crosses the bridge, as text of JSON: a request, and a `Reply` (`bridge.ts`) for it. */
export const computerAskSchema = v.strictObject({
  request: v.picklist(Object.keys(computerRequests) as [ComputerRequest, ...ComputerRequest[]]),
  input: v.unknown(),
});

/** All that the preload exposes to the door's origin, as `window.preauComputer`: text only crosses. */
export interface ComputerBridge {
  ask(text: string): Promise<string>;
  /** Told when an application ended, or a key was plugged or taken out. */
  onChange(listener: () => void): () => void;
}
