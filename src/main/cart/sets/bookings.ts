/** Bookings: refused here when the place is taken, kept side by side when two postes wrote apart. */
import {
  inTheWay,
  nextBooking,
  occurrences,
  refusedBooking,
  type Booking,
  type Occurrence,
} from '../../../domain/cart/booking';
import { boxesOf, partsOf } from '../../../domain/cart/container';
import { PreauError } from '../../../domain/errors';
import { hasRole, teaches, type Actor } from '../../../domain/rights/actor';
import { authorize, demand } from '../../../domain/rights/authorize';
import { addDays, localDate, localMinutes, mondayOf } from '../../../domain/time';
import type { DocumentBody } from '../../../store/port';
import { readBookings, readEnded, readSets } from './documents';
import type { Shelf } from './shelf';
import type { CartSetsService } from './types';
import { bookingViews, loanStates, loanView, wordsFor } from './views';

type Bookings = Pick<CartSetsService, 'week' | 'book' | 'cancel' | 'today' | 'nextBooking'>;

const DAYS_OF_WEEK = 7;
const SHOWN_IN_THE_WAY = 10;

/** Whoever may use a cart sees when it is booked; an after-school leader books one and handles none. */
function demandReading(actor: Actor): void {
  if (!authorize(actor, 'cart.book')) demand(actor, 'cart.read');
}

export function createBookings(shelf: Shelf): Bookings {
  const { deps, inTurn, known } = shelf;
  const { parc, platform } = deps;
  const between = (first: string, last: string): Occurrence[] =>
    occurrences(readBookings(parc), readEnded(parc), [first, last], deps.timeZone());

  return {
    async week(actor, { day, cart }) {
      demandReading(actor);
      const names = new Intl.Collator('fr', { numeric: true, sensitivity: 'base' });
      const carts = readSets(parc).sort((a, b) => names.compare(a.name, b.name));
      const monday = mondayOf(day);
      const all = between(monday, addDays(monday, DAYS_OF_WEEK - 1));
      const shown = all.filter(({ booking }) => cart === undefined || booking.cart === cart);
      const views = await bookingViews(deps, actor, shown, all);
      const now = platform.clock();
      return {
        now: shelf.now(),
        today: localDate(now, deps.timeZone()),
        minute: localMinutes(now, deps.timeZone()),
        carts: carts.map((one) => ({
          id: one._id,
          name: one.name,
          ...(one.container ? { container: one.container } : {}),
          boxes: boxesOf(one).map((box) => box.length),
          parts: partsOf(one),
        })),
        days: Array.from({ length: DAYS_OF_WEEK }, (_, index) => {
          const date = addDays(monday, index);
          return { date, bookings: views.filter((one) => one.date === date) };
        }),
      };
    },

    book: (actor, { booking: id, ...order }) =>
      inTurn(async () => {
        demand(actor, 'cart.book');
        if (actor.kind !== 'staff') throw new PreauError('FORBIDDEN', { action: 'cart.book' });
        const { cart } = known(order.cart);
        // Asked again after a cut: it is booked.
        if (parc.get(id)) return { outcome: 'done' };
        const outsideOnly = !hasRole(actor, 'head', 'teacher', 'substitute');
        const zone = deps.timeZone();
        const wanted: Booking = { id, ...order, by: actor.personId, at: shelf.now() };
        const why = refusedBooking(wanted, { bays: cart.bays, outsideOnly }, platform.clock(), zone);
        if (why) return { outcome: 'refused', why };
        const taken = inTheWay(wanted, readBookings(parc), readEnded(parc), zone);
        if (taken.length > 0) {
          const shown = taken.slice(0, SHOWN_IN_THE_WAY);
          return { outcome: 'taken', by: await bookingViews(deps, actor, shown, []), count: taken.length };
        }
        const { id: _id, ...fields } = wanted;
        const body = { _id, type: 'booking', v: 1, ...fields, for: { ...order.for } };
        await parc.put(tidy(body));
        return { outcome: 'done' };
      }),

    cancel: (actor, { booking: id, day }) =>
      inTurn(async () => {
        demand(actor, 'cart.book');
        const booking = readBookings(parc).find((one) => one.id === id);
        if (!booking) throw new PreauError('NOT_FOUND', { kind: 'booking' });
        const isOwn = actor.kind === 'staff' && actor.personId === booking.by;
        if (!isOwn) demand(actor, 'school.manage');
        await parc.put(
          tidy({
            _id: shelf.newEvent(),
            type: 'bookingEnded',
            v: 1,
            booking: id,
            day,
            // A head ends it in the name of who booked.
            person: booking.by,
            by: shelf.who(actor),
            date: booking.weeklyUntil ?? booking.date,
            at: shelf.now(),
          }),
        );
        return {};
      }),

    async today(actor) {
      demandReading(actor);
      const day = localDate(platform.clock(), deps.timeZone());
      const isHead = authorize(actor, 'school.manage');
      const all = between(day, day);
      const mine = all.filter(
        ({ booking, until }) =>
          until > platform.clock() &&
          (isHead ||
            (actor.kind === 'staff' && booking.by === actor.personId) ||
            (booking.for.kind === 'class' && teaches(actor, booking.for.class))),
      );
      const words = await wordsFor(deps, actor);
      const loans = readSets(parc).flatMap((cart) =>
        loanStates(deps, cart._id).flatMap((one) => loanView(cart, one, words, actor)),
      );
      return {
        now: shelf.now(),
        bookings: await bookingViews(deps, actor, mine, all),
        loans: loans.filter((one) => isHead || one.mine || one.to.mine),
      };
    },

    nextBooking: (cart) =>
      nextBooking(cart, readBookings(parc), readEnded(parc), platform.clock(), deps.timeZone()),
  };
}

/** JSON has no `undefined`. */
function tidy(body: Record<string, unknown>): DocumentBody {
  return Object.fromEntries(
    Object.entries(body).filter(([, value]) => value !== undefined),
  ) as unknown as DocumentBody;
}
