/** Sets of devices: what a cart is, who stands in it, to whom it is lent, when it is booked (docs/cart.md). */
import { isId } from '../../../domain/id';
import { localDate } from '../../../domain/time';
import { occurrences } from '../../../domain/cart/booking';
import { devicesAway, devicesForLesson, type CartForLesson } from '../../../domain/cart/loan';
import { createBookings } from './bookings';
import { createCarts } from './carts';
import { readBookings, readEnded, readSets } from './documents';
import { createLoans } from './loans';
import { devicesOf } from './places';
import { createPlacing } from './placing';
import { createShelf } from './shelf';
import type { CartSetsService, SetsDeps } from './types';
import { loanStates } from './views';

/** Documents whose change is one of a set; a device says its cart as `cartId`. */
const SHOWN = new Set([
  'cart',
  'cartRemoved',
  'cartEvent',
  'cartMoved',
  'cartFact',
  'booking',
  'bookingEnded',
  'device',
]);

/** The longest of them: the end of summer time. Milliseconds. */
const DAY_MS = 25 * 3_600_000;
/** More bookings of one cart in a day than anybody makes. */
const MANY = 60;
/** A loan that comes to its hour is noticed after this long. Milliseconds. */
const AWAY_HOLDS_MS = 10_000;

export function createCartSets(deps: SetsDeps): CartSetsService {
  const { parc, platform } = deps;
  const shelf = createShelf(deps);
  /** Asked for every picture of the wall: looked at again when something was written, or after a while. */
  let away: { readonly classId: string; readonly until: number; readonly devices: Set<string> } | undefined;
  const endOfChanges = parc.onChange((change) => {
    const body = parc.get(change.id)?.body;
    if (!body || !SHOWN.has(body.type)) return;
    away = undefined;
    const booking = typeof body['booking'] === 'string' ? parc.get(body['booking'])?.body : body;
    const cart = change.id.startsWith('cart_') ? change.id : (booking?.['cart'] ?? body['cartId']);
    if (isId(cart, 'cart')) platform.publish('sets.changed', { cart });
  });

  const forLessons = (): CartForLesson[] => {
    const devices = devicesOf(deps);
    return readSets(parc).map(({ _id }) => ({
      cart: _id,
      places: devices.flatMap(({ id, cart, bay }) =>
        // One that waits for a place is of the whole cart, and of no part that was lent.
        cart === _id ? [{ device: id, bay: bay ?? 0 }] : [],
      ),
      loans: loanStates(deps, _id),
    }));
  };
  return {
    ...createCarts(shelf),
    ...createPlacing(shelf),
    ...createLoans(shelf),
    ...createBookings(shelf),
    bookingsAhead(cart) {
      const [now, zone] = [platform.clock(), deps.timeZone()];
      const own = readBookings(parc).filter((one) => one.cart === cart);
      return occurrences(own, readEnded(parc), [localDate(now, zone), localDate(now + DAY_MS, zone)], zone)
        .filter(({ from }) => from > now && from <= now + DAY_MS)
        .slice(0, MANY);
    },
    ofLesson: (lesson) => devicesForLesson(lesson, forLessons()),
    awayFrom(lesson) {
      const now = platform.clock();
      const classId = lesson.classId ?? '';
      if (away?.classId !== classId || away.until <= now)
        away = { classId, until: now + AWAY_HOLDS_MS, devices: devicesAway(lesson, forLessons()) };
      return away.devices;
    },
    async close() {
      endOfChanges();
      await shelf.settled();
    },
  };
}
