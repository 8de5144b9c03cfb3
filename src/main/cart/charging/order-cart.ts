/** What the plan of a cart was made of, for the watchman to plan on from what it reads itself. A part of the line on its pipe. */
import * as v from 'valibot';
import { KEPT_LINES, type Habit } from '../../../domain/cart/history';

const number = v.number();
const numbers = v.pipe(v.array(number), v.maxLength(64), v.readonly());
const optional = v.optional(number);
const estimate = v.strictObject({ value: number, spread: number });

const habitSchema = v.strictObject({
  source: v.picklist(['device', 'model', 'default']),
  capacityWh: estimate,
  taken: v.pipe(
    v.array(v.strictObject({ points: number, wh: number })),
    v.maxLength(KEPT_LINES),
    v.readonly(),
  ),
  byUse: v.pipe(v.array(v.strictObject({ used: number, wh: number })), v.maxLength(KEPT_LINES), v.readonly()),
  plateauW: estimate,
  plateauSeen: v.boolean(),
  fall: v.strictObject({ minutes: numbers, wh: numbers }),
  fallSpread: number,
  usualWh: estimate,
  usePerHour: estimate,
});

const trackSchema = v.strictObject({
  since: number,
  from: optional,
  used: optional,
  wh: number,
  minutes: number,
  lastAt: number,
  lastEnergyWh: number,
  lastSeconds: number,
  recent: v.pipe(v.array(v.strictObject({ at: number, watts: number })), v.maxLength(200), v.readonly()),
  plateauW: number,
  referenceW: number,
  usual: v.boolean(),
  /** JSON knows no `undefined`. */
  marks: v.pipe(
    v.array(
      v.pipe(
        v.nullable(v.strictObject({ wh: number, minutes: number })),
        v.transform((mark) => mark ?? undefined),
      ),
    ),
    v.maxLength(64),
    v.readonly(),
  ),
  trouble: v.optional(v.picklist(['fault', 'overTemperature'])),
  settledAt: optional,
});

/** A stranger's habit is that of every device of its model: the last lines say nearly all of it, and the line stays short. */
export const briefly = (habit: Habit): Habit => ({
  ...habit,
  taken: habit.taken.slice(-KEPT_LINES),
  byUse: habit.byUse.slice(-KEPT_LINES),
});

export const orderCartSchema = v.strictObject({
  ceilingW: optional,
  bookings: v.pipe(
    v.array(v.strictObject({ at: number, bays: v.optional(numbers) })),
    v.maxLength(200),
    v.readonly(),
  ),
  readyBy: number,
  window: v.optional(v.strictObject({ from: number, to: number })),
  spare: v.boolean(),
  places: v.pipe(
    v.array(
      v.strictObject({
        hub: v.string(),
        port: number,
        bay: number,
        habit: habitSchema,
        /** Its battery was too hot when the plan was made. */
        celsius: optional,
        watch: v.strictObject({
          track: v.optional(trackSchema),
          fullSince: optional,
          offSince: optional,
          used: optional,
          level: v.optional(v.strictObject({ percent: number, at: number, wh: optional })),
          counted: v.optional(v.strictObject({ at: number, watts: number, wh: number, seconds: number })),
        }),
      }),
    ),
    v.maxLength(64),
  ),
});
export type OrderCart = v.InferOutput<typeof orderCartSchema>;
