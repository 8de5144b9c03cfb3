import * as v from 'valibot';
import { adultCode } from './pupil-mode';

/** A teacher's computer as the local page shows it. */
const doorSchema = v.object({
  /** `192.168.1.20:8443` */
  address: v.string(),
  /** What it calls itself; a stranger's word before the school is trusted. */
  name: v.string(),
  /** Where this computer was last. */
  last: v.boolean(),
});
export type DoorView = v.InferOutput<typeof doorSchema>;

/** Where a computer in pupil mode stands before the classroom's page is there. */
export const meetingSchema = v.variant('at', [
  v.object({ at: v.literal('looking') }),
  /** Nobody answers; looked for again by itself. */
  v.object({ at: v.literal('none'), network: v.boolean(), known: v.boolean() }),
  v.object({ at: v.literal('choose'), doors: v.array(doorSchema) }),
  /** The first time: an adult compares the print with the teacher's screen. */
  v.object({ at: v.literal('meeting'), door: doorSchema, print: v.string() }),
  v.object({
    at: v.literal('problem'),
    why: v.picklist(['no-answer', 'not-preau', 'other-school', 'dates', 'address', 'crashed']),
    address: v.string(),
  }),
  v.object({ at: v.literal('opening'), door: doorSchema }),
]);
export type MeetingState = v.InferOutput<typeof meetingSchema>;

const address = v.pipe(v.string(), v.maxLength(80));

/** What the local page may ask. Each answers with where things stand then. */
export const meetingRequests = {
  state: v.strictObject({}),
  look: v.strictObject({}),
  /** One of those found, or typed by an adult. */
  go: v.strictObject({ address }),
  /** The adult says that both screens show `print`, and chooses the code that leaves full screen. */
  trust: v.strictObject({ print: v.pipe(v.string(), v.maxLength(40)), code: adultCode }),
} as const;
export type MeetingRequest = keyof typeof meetingRequests;
export const meetingAskSchema = v.strictObject({
  request: v.picklist(Object.keys(meetingRequests) as [MeetingRequest, ...MeetingRequest[]]),
  input: v.unknown(),
});
