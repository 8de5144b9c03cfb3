/** What speaks of charge in the demonstration: the trolley's charging hub and the cabinet's power strip, each over its real protocol. */
import { systemTimers } from '../main/cart/timers';
import type { InputOf } from '../contract/define';
import type { StaffContract } from '../contract/staff';
import type { InventedBattery } from './batteries/invented';
import { SimulatedHub } from './hub/hub';
import { serveHub } from './hub/server';
import type { Battery } from './hub/battery';
import type { Ask } from './seed';
import { CABINET, LAPTOPS } from './seed-cabinet';
import { serveStrip, STRIP_COMMUNITY } from './strip';

/** What a laptop of the cabinet holds, and draws from its brick as if at the hub's volts. */
const LAPTOP = { capacityWh: 42, fullCurrentMa: 8_700 } as const;
/** Most are full by the evening; one was put back a moment ago. */
const LAPTOP_LEVELS = [1, 0.97, 0.35, 1, 0.82, 1] as const;

/** @returns a function that takes them away again */
export async function plugBoxes(
  ask: Ask,
  batteries: readonly InventedBattery[],
): Promise<() => Promise<void>> {
  const hub = new SimulatedHub({ timers: systemTimers });
  for (const { bay, battery, pluggedFor } of batteries) {
    hub.port(bay).plug(battery);
    hub.port(bay).advance(pluggedFor * 60);
  }
  const laptops = new Map<number, Battery>(
    LAPTOP_LEVELS.slice(0, LAPTOPS).map((level, at) => [at + 1, { ...LAPTOP, level }]),
  );
  const [line, strip] = await Promise.all([serveHub(hub, systemTimers), serveStrip(laptops, systemTimers)]);
  const { carts } = await ask('cart.list', {});
  const trolley = carts[0];
  const cabinet = carts.find(({ name }) => name === CABINET);
  const { host } = line;
  if (trolley)
    await replace(ask, { cart: trolley.id, link: { kind: 'tcp', host, port: line.port }, firstBay: 1 });
  if (cabinet)
    await replace(ask, {
      cart: cabinet.id,
      link: { kind: 'snmp', host: strip.host, port: strip.port, version: '2c' },
      firstBay: 1,
      secret: { version: '2c', community: STRIP_COMMUNITY },
    });
  return async () => {
    await line.close();
    await strip.close();
  };
}

/** The box of the last start, whose port is gone, makes room for this one. */
async function replace(ask: Ask, box: InputOf<StaffContract, 'cart.addHub'>): Promise<void> {
  const { hubs } = await ask('cart.panel', { cart: box.cart });
  for (const old of hubs) await ask('cart.removeHub', { hub: old.id });
  await ask('cart.addHub', box);
}
