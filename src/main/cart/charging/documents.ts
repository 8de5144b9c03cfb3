/** Documents of charging in `parc`: the history of a device as one poste heard it, and the part of a cart that says how it is charged. */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { id } from '../../../contract/define';
import { chargingSettingsSchema } from '../../../contract/staff/charging';
import { FALL_PARTS } from '../../../domain/cart/charger';
import { KEPT_LINES, type DeviceHistory } from '../../../domain/cart/history';
import { idFrom, type Id } from '../../../domain/id';
import type { AudienceDatabase } from '../../../store/port';

const percent = v.pipe(v.number(), v.minValue(0), v.maxValue(100));
const amount = v.pipe(v.number(), v.minValue(0), v.maxValue(10_000));
const parts = v.pipe(v.array(v.nullable(amount)), v.length(FALL_PARTS.length));

const charge = v.object({
  at: v.string(),
  from: v.optional(percent),
  to: v.optional(percent),
  wh: v.optional(amount),
  used: v.optional(amount),
  minutes: amount,
  full: v.boolean(),
  plateauW: v.optional(amount),
  trouble: v.optional(v.picklist(['fault', 'overTemperature'])),
});
const use = v.object({ at: v.string(), from: percent, to: percent, minutes: amount });

const chargeHistory = v.looseObject({
  _id: id('event'),
  type: v.literal('chargeHistory'),
  v: v.literal(1),
  poste: v.string(),
  device: id('device'),
  charges: v.pipe(v.array(charge), v.maxLength(KEPT_LINES)),
  uses: v.pipe(v.array(use), v.maxLength(KEPT_LINES)),
  fall: v.optional(v.object({ minutes: parts, wh: parts })),
});
export type ChargeHistoryDocument = v.InferOutput<typeof chargeHistory>;

/** The one document in which a poste writes of a device. */
export const historyId = (device: Id<'device'>, poste: string): Id<'event'> =>
  idFrom('event', createHash('sha256').update(`charge history ${device} ${poste}`).digest());

export function readHistories(parc: AudienceDatabase): ChargeHistoryDocument[] {
  return parc.all('chargeHistory').flatMap(({ body }) => {
    const parsed = v.safeParse(chargeHistory, body);
    return parsed.success ? [parsed.output] : [];
  });
}

/** What a poste has written of a device, to be rewritten; nothing where there is none it understands. */
export function readOwn(parc: AudienceDatabase, device: Id<'device'>, poste: string) {
  const held = parc.get(historyId(device, poste));
  const parsed = v.safeParse(chargeHistory, held?.body);
  return { rev: held?.rev, history: parsed.success ? historyOf(parsed.output) : undefined };
}

export function historyOf({ charges, uses, fall }: ChargeHistoryDocument): DeviceHistory {
  return {
    charges: charges.map((line) => definedOnly(line)),
    uses,
    ...(fall === undefined ? {} : { fall }),
  };
}

const definedOnly = <T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

const cartCharging = v.looseObject({
  _id: id('cart'),
  type: v.literal('cart'),
  name: v.string(),
  bays: v.number(),
  charging: v.fallback(
    v.optional(
      v.looseObject({
        ...v.partial(chargingSettingsSchema).entries,
        stays: v.optional(v.string()),
        /** Wanted then, that once only. UTC ISO instant. */
        once: v.fallback(v.optional(v.pipe(v.string(), v.isoTimestamp())), undefined),
      }),
    ),
    undefined,
  ),
});
export type CartCharging = v.InferOutput<typeof cartCharging>;

export function readCartCharging(parc: AudienceDatabase, cart: Id<'cart'>) {
  const held = parc.get(cart);
  const parsed = v.safeParse(cartCharging, held?.body);
  return held && parsed.success ? { rev: held.rev, body: held.body, cart: parsed.output } : undefined;
}

/** 8:00: the first pupils of a French primary school come at 8:20. */
const READY_BY = 480;

export const settingsOf = ({ charging }: CartCharging): v.InferOutput<typeof chargingSettingsSchema> => ({
  readyBy: charging?.readyBy ?? READY_BY,
  spare: charging?.spare ?? true,
  ...(charging?.ceilingMa === undefined ? {} : { ceilingMa: charging.ceilingMa }),
  ...(charging?.window === undefined ? {} : { window: charging.window }),
});
