import type { Id } from '../domain/id';
import type { Ask } from './seed';

/** Invented headsets, keyboards and the like: one is missing, one keyboard is to be charged, one was never tried. */
export async function seedAccessories(ask: Ask, cart: Id<'cart'>, lastClass: Id<'class'>): Promise<void> {
  const series = { link: 'jack', with: cart } as const;
  const headsets = await ask('accessories.addSeries', {
    ...series,
    kind: 'headset',
    label: 'Casque 01',
    count: 15,
  });
  const splitters = await ask('accessories.addSeries', {
    kind: 'splitter',
    label: 'Doubleur 1',
    count: 2,
    link: 'jack',
  });
  const keyboards = await ask('accessories.addSeries', {
    kind: 'keyboard',
    label: 'Clavier 1',
    count: 3,
    link: 'bluetooth',
    with: cart,
  });
  const visualiser = await ask('accessories.addSeries', {
    kind: 'visualiser',
    label: 'Visualiseur',
    count: 1,
    link: 'usb',
  });

  for (const [at, accessory] of splitters.added.entries())
    await ask('accessories.bind', {
      accessory,
      to: { kind: 'bay', cart, bay: at + 4 },
      check: { how: 'sound', works: true },
    });
  for (const accessory of visualiser.added)
    await ask('accessories.bind', {
      accessory,
      to: { kind: 'here' },
      check: { how: 'picture', works: true },
    });
  const { places } = await ask('accessories.overview', { cart });
  for (const accessory of keyboards.added.slice(0, 2)) {
    const device = places.find((each) => each.accessories.some(({ id }) => id === accessory))?.device;
    if (device)
      await ask('accessories.bind', {
        accessory,
        to: { kind: 'device', device: device.device },
        check: { how: 'keys', works: true },
      });
  }
  const [, lowKeyboard] = keyboards.added;
  if (lowKeyboard) await ask('accessories.sayBattery', { accessory: lowKeyboard, level: 'low' });
  const missing = headsets.added[6];
  if (missing) await ask('accessories.say', { accessory: missing, state: 'missing', class: lastClass });
}
