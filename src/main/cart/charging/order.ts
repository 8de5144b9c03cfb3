/**
 * The plan as the watchman holds it: which boxes, which ports, when, to be carried out blindly; and what it was made of. A line of JSON on its pipe; credentials of a
 * strip travel there and nowhere else. What is not exactly this is no plan.
 */
import * as v from 'valibot';
import { hubLinkSchema, stripSecretSchema } from '../../../contract/staff/cart-hubs';
import { orderCartSchema } from './order-cart';

const instantMs = v.pipe(v.number(), v.integer(), v.minValue(0));
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64));

export const orderSchema = v.strictObject({
  v: v.literal(1),
  /** Grows with each plan of one poste. */
  seq: v.pipe(v.number(), v.integer(), v.minValue(1)),
  madeAt: instantMs,
  /** From then on everything is on. */
  end: instantMs,
  boxes: v.pipe(
    v.array(
      v.strictObject({
        hub: v.string(),
        link: hubLinkSchema,
        serial: v.optional(v.string()),
        secret: v.optional(stripSecretSchema),
        /** As they are when the plan is made. */
        ports: v.array(v.strictObject({ port, on: v.boolean() })),
      }),
    ),
    // A store room: more boxes than any computer has wires to.
    v.maxLength(64),
  ),
  steps: v.pipe(
    v.array(v.strictObject({ at: instantMs, hub: v.string(), port, on: v.boolean() })),
    v.maxLength(20_000),
  ),
  /** With it the watchman plans on by what it reads. Where it is not understood, the steps hold: never nothing. */
  carts: v.fallback(v.pipe(v.array(orderCartSchema), v.maxLength(64)), []),
});
export type Order = v.InferOutput<typeof orderSchema>;

/** A plan holds for so long at most, and none is believed that was made in the future. Milliseconds. */
const LONGEST = 48 * 3_600_000;
const CLOCK_TOLERANCE = 5 * 60_000;

/** Undefined for what is no plan. */
export function readOrder(line: string): Order | undefined {
  try {
    const parsed = v.safeParse(orderSchema, JSON.parse(line));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a plan still says anything: one that is over, or that a clock put back has made impossible, means « everything on ». */
export function holds({ madeAt, end }: Order, now: number): boolean {
  return now >= madeAt - CLOCK_TOLERANCE && now < end && end - madeAt <= LONGEST;
}

/** What a port should be at that moment. */
export function isOn(order: Order, hub: string, port: number, now: number): boolean {
  if (!holds(order, now)) return true;
  let on = order.boxes.find((box) => box.hub === hub)?.ports.find((one) => one.port === port)?.on ?? true;
  let last = -1;
  for (const step of order.steps)
    if (step.hub === hub && step.port === port && step.at <= now && step.at >= last) {
      on = step.on;
      last = step.at;
    }
  return on;
}
