/** Placing: scan after scan, plug after plug, two taps. Each gesture answers what was before it. */
import { emptied, placeAt, putBack, settled, swap, type PlaceChange } from '../../../domain/cart/placing';
import { PreauError } from '../../../domain/errors';
import type { Id } from '../../../domain/id';
import { sameSerial } from '../../../domain/inventory/record';
import { POSTE } from '../../../domain/rights/actor';
import { demand } from '../../../domain/rights/authorize';
import { plainPlaces } from './carts';
import { readSets } from './documents';
import { namedIn } from './named';
import { devicesOf, placesOf, writePlaces } from './places';
import type { Shelf } from './shelf';
import type { CartSetsService } from './types';

type PlacingPart = Pick<
  CartSetsService,
  'place' | 'swap' | 'empty' | 'leave' | 'settle' | 'putBack' | 'plugged'
>;

/** Sources that tell whether something is plugged at a place. */
const SEES_A_PLUG = ['hub', 'usbPort', 'strip'];

export function createPlacing(shelf: Shelf): PlacingPart {
  const { deps, inTurn, known } = shelf;
  const all = () => deps.inventory.list(POSTE);

  function checkBay(cart: Id<'cart'>, bay: number): void {
    if (bay > known(cart).cart.bays) throw new PreauError('NOT_FOUND', { kind: 'bay' });
  }
  async function write(change: PlaceChange) {
    await writePlaces(deps, change);
    return { before: plainPlaces(change.before) };
  }
  const describe = (device: Id<'device'>) => {
    const found = all().devices.find(({ id }) => id === device);
    if (!found) throw new PreauError('NOT_FOUND', { kind: 'device' });
    return { device, label: found.label, kind: found.kind };
  };

  return {
    place: (actor, { cart, bay, what, run, evenFromElsewhere }) =>
      inTurn(async () => {
        demand(actor, 'cart.manage');
        checkBay(cart, bay);
        const meant =
          what.by === 'device'
            ? { kind: 'device' as const, device: what.device }
            : namedIn(deps.inventory, what.text);
        if (meant.kind === 'several') return { outcome: 'several', devices: meant.devices.map(describe) };
        if (meant.kind === 'notADevice') return { outcome: 'notADevice', label: meant.label };
        if (meant.kind !== 'device') return { outcome: meant.kind };
        const { device } = meant;
        const one = describe(device);
        if (all().devices.find(({ id }) => id === device)?.state === 'retired')
          return { outcome: 'retired', ...one };
        const answer = placeAt(placesOf(deps), { cart, bay, device, run, evenFromElsewhere });
        if (answer.outcome === 'already') return { outcome: 'already', ...one };
        if (answer.outcome === 'duplicate') return { outcome: 'duplicate', ...one, bay: answer.bay };
        if (answer.outcome === 'elsewhere') {
          const other = readSets(deps.parc).find(({ _id }) => _id === answer.cart);
          // A cart that was removed elsewhere holds nobody.
          if (other)
            return {
              outcome: 'elsewhere',
              ...one,
              cartName: other.name,
              ...(answer.bay === undefined ? {} : { bay: answer.bay }),
            };
        }
        const change =
          answer.outcome === 'placed'
            ? answer
            : placeAt(placesOf(deps), { cart, bay, device, run, evenFromElsewhere: true });
        if (change.outcome !== 'placed') return { outcome: 'already', ...one };
        const { before } = await write(change);
        const displaced = change.before.slice(1).map((place) => describe(place.device).label);
        return { outcome: 'placed', ...one, before, displaced };
      }),

    swap: (actor, { cart, a, b }) =>
      inTurn(() => {
        demand(actor, 'cart.manage');
        checkBay(cart, a);
        checkBay(cart, b);
        return write(swap(placesOf(deps), cart, a, b));
      }),

    empty: (actor, { cart, bay, keep }) =>
      inTurn(() => {
        demand(actor, 'cart.manage');
        checkBay(cart, bay);
        const there = placesOf(deps).filter((one) => one.cart === cart && one.bay === bay);
        return write(
          emptied(
            placesOf(deps),
            there.map(({ device }) => device),
            keep,
          ),
        );
      }),

    leave: (actor, { cart, device }) =>
      inTurn(() => {
        demand(actor, 'cart.manage');
        known(cart);
        const own = placesOf(deps).some((one) => one.device === device && one.cart === cart);
        if (!own) throw new PreauError('NOT_FOUND', { kind: 'device' });
        return write(emptied(placesOf(deps), [device], false));
      }),

    settle: (actor, { cart, bay, device }) =>
      inTurn(() => {
        demand(actor, 'cart.manage');
        checkBay(cart, bay);
        return write(settled(placesOf(deps), cart, bay, device));
      }),

    putBack: (actor, { before }) =>
      inTurn(async () => {
        demand(actor, 'cart.manage');
        await write(putBack(placesOf(deps), before));
        return {};
      }),

    async plugged(actor, { cart }) {
      demand(actor, 'cart.manage');
      known(cart);
      const bays = deps
        .panel(actor, cart)
        .bays.filter(
          ({ power }) =>
            power &&
            !power.stale &&
            power.value !== 'empty' &&
            power.value !== 'off' &&
            SEES_A_PLUG.includes(power.source),
        );
      const devices = devicesOf(deps);
      const attached = [...deps.attached(cart)];
      const tablets = await deps.tablets();
      return {
        bays: bays.map(({ bay }) => bay),
        tablets: tablets.map(({ link, serial }) => {
          const device = devices.find((one) => sameSerial(one.serial, serial))?.id;
          const bay = attached.find(([, seen]) => sameSerial(seen.serial, serial))?.[0];
          return {
            link,
            ...(serial === undefined ? {} : { serial }),
            ...(device === undefined ? {} : { device }),
            ...(bay === undefined ? {} : { bay }),
          };
        }),
      };
    },
  };
}
