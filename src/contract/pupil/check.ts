import * as v from 'valibot';
import { done, nothing, subject } from '../define';

/** Characters of one piece of the download that measures the way: four of them are sent. */
export const PIECE = 40_000;

export const checkSubject = subject({
  requests: {
    ping: { input: nothing, reply: v.object({ now: v.number() }) },
    piece: { input: nothing, reply: v.object({ text: v.string() }) },
    report: {
      input: v.strictObject({
        /** ms there and back, the middle one of five. */
        roundTrip: v.pipe(v.number(), v.minValue(0), v.maxValue(600_000)),
        kbit: v.pipe(v.number(), v.minValue(0), v.maxValue(10_000_000)),
        /** The device's clock, ms since 1970. */
        clock: v.number(),
        /** The page is a secure one. */
        secure: v.boolean(),
      }),
      reply: done,
    },
  },
  events: { run: v.object({}) },
});
