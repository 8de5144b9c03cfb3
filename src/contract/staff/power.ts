import * as v from 'valibot';
import { POWER_ORDERS } from '../../domain/cart/power';
import { id, instantSchema, done, subject } from '../define';
import { outcomeSchema } from './connectors';

const orderSchema = v.picklist(POWER_ORDERS);
const devices = v.pipe(v.array(id('device')), v.minLength(1), v.maxLength(60));

const deviceSchema = v.object({
  device: id('device'),
  /** « Tablette 7 ». */
  label: v.string(),
  bay: v.number(),
  /** By what it is reached; absent: nothing of it can be switched from here. */
  by: v.optional(v.picklist(['veyon', 'rfb', 'adb'])),
  orders: v.array(orderSchema),
  /** `working`: a child takes part in the lesson that runs here, on this device, now. */
  state: v.picklist(['working', 'unknown']),
  /** First names of who works on it, for who conducts that lesson. */
  names: v.array(v.string()),
  /** In somebody else's lesson: left alone. */
  blocked: v.boolean(),
});
export type PowerDevice = v.InferOutput<typeof deviceSchema>;

const runSchema = v.object({
  run: v.string(),
  order: orderSchema,
  /** `waiting`: it begins at `due`, and can be taken back until then. */
  state: v.picklist(['waiting', 'running', 'over', 'cancelled']),
  due: instantSchema,
  outcomes: v.array(
    v.object({
      device: id('device'),
      /** Absent while it is awaited. */
      outcome: v.optional(
        v.union([
          outcomeSchema,
          v.object({ state: v.literal('blocked') }),
          v.object({ state: v.literal('out-of-reach') }),
        ]),
      ),
    }),
  ),
});
export type PowerRun = v.InferOutput<typeof runSchema>;

/** Waking, sleeping, switching off the devices of a cart (docs/wifi-point.md). */
export const powerSubject = subject({
  requests: {
    look: {
      input: v.strictObject({ cart: id('cart') }),
      reply: v.object({ devices: v.array(deviceSchema), run: v.optional(runSchema) }),
    },
    /**
     * Nothing is done, and `working` names them, while somebody works on one of them and `despite` is not said. Off and a restart
     * wait ten seconds, to be taken back.
     */
    run: {
      input: v.strictObject({
        cart: id('cart'),
        devices,
        order: orderSchema,
        despite: v.optional(v.boolean()),
      }),
      reply: v.object({ working: v.array(id('device')), run: v.optional(runSchema) }),
    },
    cancel: { input: v.strictObject({ cart: id('cart') }), reply: done },
  },
  events: { changed: v.object({ cart: id('cart') }) },
});
