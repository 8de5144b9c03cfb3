import * as v from 'valibot';
import { POINT_USES, RELEASES } from '../../domain/cart/wifi-point';
import { done, id, instantSchema, line, subject } from '../define';

/** What a port of a box has. */
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64));
const minutes = v.pipe(v.number(), v.integer(), v.minValue(30), v.maxValue(600));

const driveSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('button') }),
  v.strictObject({ kind: v.literal('port'), hub: id('hub'), port }),
]);

const lightSchema = v.object({
  value: v.picklist(['on', 'off', 'unknown']),
  /** How it is known; `usual`: nobody said anything, and off is how it is left. */
  basis: v.picklist(['port', 'devices', 'person', 'driver', 'usual']),
  at: v.optional(instantSchema),
});

const holdSchema = v.object({
  use: v.picklist(POINT_USES),
  /** Empty where the asker may not know. */
  by: v.string(),
  /** Asked on this computer. */
  here: v.boolean(),
  since: instantSchema,
  until: instantSchema,
});

/** What became of an order. `byHand`: somebody has to press its button; `elsewhere`: another computer switches it. */
export const pointOutcomeSchema = v.variant('outcome', [
  v.object({ outcome: v.literal('done') }),
  v.object({ outcome: v.literal('byHand') }),
  v.object({ outcome: v.literal('elsewhere') }),
  /** Let go, and left on for those who still need it. */
  v.object({ outcome: v.literal('kept'), others: v.number() }),
  /** The box said no, or nothing; its own code, for a technician. */
  v.object({ outcome: v.picklist(['refused', 'silent']), code: v.string() }),
]);
export type PointOutcome = v.InferOutput<typeof pointOutcomeSchema>;

const pointSchema = v.object({
  id: id('point'),
  cart: id('cart'),
  name: v.string(),
  /** The second one, that is carried elsewhere (CARMO #11.10). */
  removable: v.boolean(),
  drive: driveSchema,
  /** Longest a lesson may hold it. */
  minutes: v.number(),
  /** This computer can switch it by itself. */
  here: v.boolean(),
  light: lightSchema,
  holds: v.array(holdSchema),
  /** On, or said to be, with nobody who needs it. */
  forgotten: v.boolean(),
  /** Devices of this cart that answer here. */
  answering: v.number(),
  /** The last order that its box did not carry out. */
  trouble: v.optional(v.object({ at: instantSchema, code: v.string() })),
});
export type PointView = v.InferOutput<typeof pointSchema>;

const journalLineSchema = v.object({
  at: instantSchema,
  what: v.picklist(['asked', 'on', 'off', 'released']),
  /** A person's name; empty: this is the computer's, or a name that the asker may not know. */
  by: v.string(),
  use: v.optional(v.picklist(POINT_USES)),
  why: v.optional(v.picklist(RELEASES)),
  how: v.optional(v.picklist(['driver', 'person'])),
});

const ofPoint = v.strictObject({ point: id('point') });
const outcome = v.object({ result: pointOutcomeSchema, state: pointSchema });

/** The Wi-Fi point of a cart (docs/wifi-point.md; CARMO #11.8–#11.10). Off is its normal state. */
export const wifiPointSubject = subject({
  requests: {
    state: {
      input: v.strictObject({ cart: id('cart') }),
      reply: v.object({ points: v.array(pointSchema) }),
    },
    /** The asker chooses the id, so that a request repeated after a cut writes one point. */
    set: {
      input: v.strictObject({
        point: id('point'),
        cart: id('cart'),
        name: line(40),
        removable: v.boolean(),
        drive: driveSchema,
        minutes: v.optional(minutes),
      }),
      reply: done,
    },
    remove: { input: ofPoint, reply: done },
    /** Switched on where this computer can; held until it is let go, or for `minutes`. */
    on: {
      input: v.strictObject({ point: id('point'), use: v.picklist(POINT_USES) }),
      reply: outcome,
    },
    /** This computer needs it no more; off with the last one. `anyway`: others who asked are let go too. */
    off: { input: v.strictObject({ point: id('point'), anyway: v.optional(v.boolean()) }), reply: outcome },
    /** What somebody sees: its light is on, or off. */
    said: { input: v.strictObject({ point: id('point'), on: v.boolean() }), reply: outcome },
    /** Who, when, for what; the newest first, fifty at most. */
    journal: { input: ofPoint, reply: v.object({ lines: v.array(journalLineSchema) }) },
  },
  events: { changed: v.object({ cart: id('cart') }) },
});
