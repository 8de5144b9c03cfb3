/**
 * Accessories (CARMO-73, #3.9, #11.7): what goes with what, how it was made sure of, who has what and what is missing. The
 * records and facts are the inventory's; what a computer sees or hears of an accessory is telemetry and stays in memory.
 */
import type { BatteryReading } from '../../domain/accessories/battery';
import { seriesLabels } from '../../domain/accessories/catalogue';
import { counted, expectedIn } from '../../domain/accessories/expected';
import type { NearbyView } from '../../contract/staff/accessories';
import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { AccessoryStanding } from '../../domain/inventory/accessory';
import type { Binding } from '../../domain/inventory/life-cycle';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant } from '../../domain/time';
import type { PairingAsk } from './bluetooth';
import { PairingFailed } from './bluez/refusal';
import { Look } from './look';
import { readBonded } from './tablet-list';
import type { AccessoriesDeps, AccessoriesService, Input } from './types';
import { accessoryView, bluetoothNearby, nearbyView, type ViewContext } from './view';

export function createAccessoriesService(deps: AccessoriesDeps): AccessoriesService {
  const { platform, inventory } = deps;
  /** The last battery each accessory's radio told. */
  const heard = new Map<Id<'accessory'>, BatteryReading>();
  /** The pairing that goes on, and whose it is. */
  let pairing: { readonly by: Actor; readonly ended: Promise<unknown> } | undefined;
  const changed = (): void => platform.publish('accessories.changed', {});
  const nearbyChanged = (): void => platform.publish('accessories.nearby', {}, mayManage);
  // A discovery changes many times a second, by strength of signal alone: windows hear of what they show.
  const onNews = differs(() => [
    bluetooth.state(),
    ...bluetooth.things().map((each) => `${each.address} ${each.name ?? ''} ${String(each.paired)}`),
  ]);
  const onBatteries = differs(() =>
    bluetooth.things().map((each) => `${each.address} ${String(each.percent)} ${String(each.connected)}`),
  );
  const bluetooth = deps.bluetooth(() => {
    const [news, charge] = [onNews(), onBatteries()];
    if (news || charge) nearbyChanged();
    if (charge) changed();
  });
  const look = new Look({ timers: deps.timers, usb: deps.usb, bluetooth, changed: nearbyChanged });

  const known = (actor: Actor, wanted: Id<'accessory'>): AccessoryStanding => {
    const found = inventory.accessories(actor).find((each) => each.id === wanted);
    if (!found) throw new PreauError('NOT_FOUND', { kind: 'accessory' });
    return found;
  };
  const context = (actor: Actor): ViewContext => {
    const labels = new Map(inventory.list(actor).devices.map(({ id, label }) => [id, label]));
    return {
      now: platform.clock(),
      poste: deps.poste,
      labelOf: (device) => labels.get(device),
      heard: (accessory) => {
        const reading = heard.get(accessory);
        return reading ? [reading] : [];
      },
    };
  };
  /** What paired accessories tell of their battery, kept with the instant at which this computer heard it. */
  const hearBatteries = (accessories: readonly AccessoryStanding[]): void => {
    for (const { address, percent, connected } of bluetooth.things()) {
      const accessory = accessories.find((each) => each.address === address);
      if (!accessory || percent === undefined || !connected) continue;
      heard.set(accessory.id, { percent, source: 'bluetooth', at: instant(platform.clock()) });
    }
  };
  const bindingOf = (to: NonNullable<Input<'bind'>['to']>): Binding =>
    to.kind === 'here' ? { kind: 'poste', poste: deps.poste } : to;
  const ask = (actor: Actor, question: PairingAsk): void =>
    platform.publish('accessories.asks', { ask: question }, (other) => sameActor(actor, other));

  return {
    overview(actor, wanted) {
      demand(actor, 'cart.read');
      const cart = inventory.list(actor).carts.find((each) => each.id === wanted);
      if (!cart) throw new PreauError('NOT_FOUND', { kind: 'cart' });
      const accessories = inventory.accessories(actor);
      void bluetooth.know();
      hearBatteries(accessories);
      const seen = context(actor);
      const placed = inventory.inCart(wanted);
      const expected = expectedIn(wanted, placed, accessories);
      const places = Array.from({ length: cart.bays }, (_, at) => at + 1).map((bay) => {
        const device = placed.find((each) => each.bay === bay)?.device;
        const label = device && seen.labelOf(device);
        return {
          bay,
          ...(device && label !== undefined ? { device: { device, label } } : {}),
          accessories: expected
            .filter((each) => each.bay === bay)
            .map(({ accessory }) => accessoryView(accessory, seen)),
        };
      });
      const whole = inventory.list(actor);
      const others = accessories
        .filter(({ binding, state }) => state !== 'inRepair' && hasNoPlace(binding, whole))
        .map((each) => accessoryView(each, seen));
      return { cart, now: instant(seen.now), places, others };
    },

    read(actor, accessory) {
      demand(actor, 'cart.read');
      hearBatteries(inventory.accessories(actor));
      return accessoryView(known(actor, accessory), context(actor));
    },

    async addSeries(actor, { kind, label, count, link, model, with: cart }) {
      demand(actor, 'inventory.manage');
      const placed = cart ? [...inventory.inCart(cart)].sort((a, b) => a.bay - b.bay) : [];
      const added: Id<'accessory'>[] = [];
      const taken: string[] = [];
      for (const [at, one] of seriesLabels(label, count).entries()) {
        const device = placed[at]?.device;
        const made = await inventory.addAccessory(actor, {
          kind,
          label: one,
          ...(model === undefined ? {} : { model }),
          ...(device ? { device } : {}),
        });
        if (made.outcome !== 'done') {
          taken.push(one);
          continue;
        }
        added.push(made.accessory);
        if (link) await inventory.recognise(actor, made.accessory, { link });
      }
      changed();
      return { added, taken };
    },

    async nearby(actor, wanted) {
      demand(actor, 'cart.manage');
      await look.goOn(wanted.bluetooth);
      const accessories = inventory.accessories(actor);
      const { state, things } = await deps.usb.list();
      hearBatteries(accessories);
      // A Bluetooth keyboard that works here is an input device too: said once.
      const radio = bluetooth.things().map(bluetoothNearby);
      const addresses = new Set(radio.map((each) => each.address));
      const plugged = things.filter((each) => each.address === undefined || !addresses.has(each.address));
      return {
        usb: state,
        bluetooth: wanted.bluetooth ? bluetooth.state() : 'asleep',
        things: toldApart([...plugged, ...radio].map((seen) => nearbyView(seen, accessories))),
      };
    },

    async bluetoothPower(actor, on) {
      demand(actor, 'cart.manage');
      await told(() => bluetooth.power(on));
    },

    async pairHere(actor, address) {
      demand(actor, 'cart.manage');
      if (pairing && !sameActor(pairing.by, actor)) return { outcome: 'refused', why: 'busy' };
      for (let former = pairing; former; former = pairing) {
        // A window that was closed in the middle left its question unanswered: who begins again does not wait for it.
        await bluetooth.cancel();
        await former.ended;
      }
      const paired = bluetooth.pair(address, (question) => ask(actor, question));
      const mine = { by: actor, ended: paired.catch(() => undefined) };
      pairing = mine;
      const outcome = await paired.finally(() => {
        if (pairing === mine) pairing = undefined;
        ask(actor, { kind: 'nothing' });
      });
      platform.log.info('accessories.paired', {
        outcome: outcome.outcome,
        why: outcome.outcome === 'refused' ? outcome.why : undefined,
      });
      return outcome;
    },

    answer(actor, yes) {
      demand(actor, 'cart.manage');
      // The code stands on the screen of the one who pairs: nobody else can have compared it.
      if (pairing && sameActor(pairing.by, actor)) bluetooth.answer(yes);
    },

    async cancelPairing(actor) {
      demand(actor, 'cart.manage');
      if (pairing && sameActor(pairing.by, actor)) await bluetooth.cancel();
    },

    async forgetHere(actor, address) {
      demand(actor, 'cart.manage');
      await told(() => bluetooth.forget(address));
    },

    async bonded(actor, { device, accessory }) {
      demand(actor, 'cart.manage');
      const found = inventory.list(actor).devices.find((each) => each.id === device);
      if (!found) throw new PreauError('NOT_FOUND', { kind: 'device' });
      return readBonded(deps.tablets, found, accessory && known(actor, accessory));
    },

    async bind(actor, { accessory, to, check }) {
      demand(actor, 'cart.manage');
      const event = await inventory.bind(actor, accessory, to && bindingOf(to), check);
      changed();
      return event;
    },

    async remember(actor, { accessory, ...by }) {
      demand(actor, 'cart.manage');
      await inventory.recognise(actor, accessory, by);
      changed();
    },

    async count(actor, { cart, absent, class: of }) {
      demand(actor, 'cart.manage');
      const expected = expectedIn(cart, inventory.inCart(cart), inventory.accessories(actor));
      const { missing, back } = counted(expected, new Set(absent));
      for (const { accessory } of missing)
        await inventory.report(actor, accessory.id, { state: 'missing', class: of });
      for (const { accessory } of back) await inventory.report(actor, accessory.id, { state: 'inService' });
      if (missing.length + back.length > 0) changed();
      const ids = (each: typeof missing) => each.map(({ accessory }) => accessory.id);
      return { missing: ids(missing), back: ids(back) };
    },

    async say(actor, { accessory, ...said }) {
      demand(actor, 'cart.manage');
      await inventory.report(actor, accessory, said);
      changed();
    },

    async sayBattery(actor, { accessory, level }) {
      demand(actor, 'cart.manage');
      await inventory.sayBattery(actor, accessory, level);
      changed();
    },

    async close() {
      await look.end();
      await bluetooth.close();
    },
  };
}

/** What it goes with is nowhere any more: such an accessory is on no cart's list, and must be on one. */
function hasNoPlace(
  binding: Binding | null,
  { devices, carts }: ReturnType<AccessoriesDeps['inventory']['list']>,
): boolean {
  if (binding?.kind === 'device') return devices.find(({ id }) => id === binding.device)?.state === 'retired';
  if (binding?.kind === 'bay') {
    const cart = carts.find(({ id }) => id === binding.cart);
    return cart === undefined || binding.bay > cart.bays;
  }
  return true;
}

/** Two things in the air that bear one label are not both the one that has it: a person says which. */
function toldApart(things: readonly NearbyView[]): NearbyView[] {
  const inTheAir = things.filter(({ by }) => by === 'bluetooth').map(({ accessory }) => accessory);
  return things.map((each) => {
    const { by, accessory } = each;
    const several = inTheAir.filter((one) => one === accessory).length > 1;
    return by === 'bluetooth' && accessory && several
      ? { ...each, accessory: undefined, maybe: [accessory] }
      : each;
  });
}

/** Whether the words are other words than the last time, in whatever order. */
function differs(words: () => readonly string[]): () => boolean {
  let last = '';
  return () => {
    const now = [...words()].sort().join('\n');
    const changed = now !== last;
    last = now;
    return changed;
  };
}

const mayManage = (actor: Actor): boolean => actor.kind === 'staff';

const sameActor = (a: Actor, b: Actor): boolean =>
  'personId' in a && 'personId' in b ? a.personId === b.personId : a.kind === b.kind;

/** @throws PreauError `BLUETOOTH_FAILED`, with the gesture's code */
async function told(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof PairingFailed) throw new PreauError('BLUETOOTH_FAILED', { why: error.why });
    throw error;
  }
}
