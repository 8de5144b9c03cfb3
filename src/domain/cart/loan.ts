/** Half a cart goes to the next class until an hour; at that hour it is awaited, by itself and in words. */
import type { Id } from '../id';
import { bySaid, notUndone, type CartEvent, type ForWhom, type Lent } from './container';
import { instantOf } from './evidence';
import type { CartFact } from './put-away';

export interface LoanState {
  readonly loan: Lent;
  /** `overdue`: its hour has passed and nobody has said that it is back. */
  readonly state: 'out' | 'overdue' | 'back';
  /** How we know that it is back. */
  readonly backBy?: 'said' | 'putAway';
  /** Other loans of the same places that stand: two postes lent them apart. */
  readonly clashes: readonly string[];
}

/** Put away after its hour, everything there: it is back, without anybody having to say so twice. */
function isPutAway(loan: Lent, putAways: readonly CartFact[], devices: ReadonlySet<string>): boolean {
  const undone = new Set(putAways.map((fact) => fact.voids));
  return putAways.some((fact) => {
    if (fact.kind !== 'putAway' || undone.has(fact.id)) return false;
    if (instantOf(fact.at) < instantOf(loan.until)) return false;
    const there = new Set(
      fact.entries.flatMap(({ device, state }) => (state === 'missing' ? [] : [device as string])),
    );
    // A fact speaks of its entries alone: who is in none of them was not put away.
    return devices.size > 0 && [...devices].every((device) => there.has(device));
  });
}

/**
 * Every loan of a cart, oldest first.
 * @param deviceAt the device whose place that is
 * @param now milliseconds since the epoch
 */
export function loansOf(
  events: readonly CartEvent[],
  putAways: readonly CartFact[],
  deviceAt: (bay: number) => string | undefined,
  now: number,
): LoanState[] {
  const living = notUndone(events);
  const returned = new Set(living.flatMap((event) => (event.kind === 'returned' ? [event.loan] : [])));
  const states = living
    .filter((event) => event.kind === 'lent')
    .sort(bySaid)
    .map((loan): Omit<LoanState, 'clashes'> => {
      if (returned.has(loan.id)) return { loan, state: 'back', backBy: 'said' };
      const devices = new Set(loan.bays.flatMap((bay) => deviceAt(bay) ?? []));
      if (isPutAway(loan, putAways, devices)) return { loan, state: 'back', backBy: 'putAway' };
      return { loan, state: now < instantOf(loan.until) ? 'out' : 'overdue' };
    });
  const away = states.filter(({ state }) => state !== 'back');
  return states.map((one) => ({
    ...one,
    clashes:
      one.state === 'back'
        ? []
        : away.flatMap(({ loan }) =>
            loan.id !== one.loan.id && loan.bays.some((bay) => one.loan.bays.includes(bay)) ? [loan.id] : [],
          ),
  }));
}

/** The places that are not the lender's now: lent, and their hour has not come. */
export function lentNow(loans: readonly LoanState[]): Map<number, Lent> {
  const places = new Map<number, Lent>();
  for (const { loan, state } of loans)
    if (state === 'out') for (const bay of loan.bays) places.set(bay, loan);
  return places;
}

const sameBorrower = (to: ForWhom, classId: Id<'class'> | undefined): boolean =>
  to.kind === 'class' ? to.class === classId : classId === undefined;

/** Devices that are another's for now: lent, and not to that lesson's class. */
export function devicesAway(
  lesson: { readonly classId?: Id<'class'> | undefined },
  carts: readonly CartForLesson[],
): Set<Id<'device'>> {
  return new Set(
    carts.flatMap(({ places, loans }) => {
      const lent = lentNow(loans);
      return places.flatMap(({ device, bay }) => {
        const to = lent.get(bay)?.to;
        return to && !sameBorrower(to, lesson.classId) ? [device] : [];
      });
    }),
  );
}

/** A cart with what stands in it, as far as a lesson cares. */
export interface CartForLesson {
  readonly cart: Id<'cart'>;
  readonly places: readonly { readonly device: Id<'device'>; readonly bay: number }[];
  readonly loans: readonly LoanState[];
}

/**
 * The devices a lesson has by its cart: of a cart of which a part was lent to its class, that part; of any other, all
 * that is not lent elsewhere; and what was lent to its class, whatever cart it chose.
 */
export function devicesForLesson(
  lesson: { readonly cartId?: Id<'cart'> | undefined; readonly classId?: Id<'class'> | undefined },
  carts: readonly CartForLesson[],
): Set<Id<'device'>> {
  const devices = new Set<Id<'device'>>();
  for (const { cart, places, loans } of carts) {
    const lent = lentNow(loans);
    const borrowed = new Set(
      [...lent].flatMap(([bay, { to }]) => (sameBorrower(to, lesson.classId) ? [bay] : [])),
    );
    for (const { device, bay } of places) {
      const isOwn = cart === lesson.cartId && borrowed.size === 0 && !lent.has(bay);
      // An activity has no class to be known by: it has what was lent to one where it chose that cart.
      const isBorrowed = borrowed.has(bay) && (lesson.classId !== undefined || cart === lesson.cartId);
      if (isOwn || isBorrowed) devices.add(device);
    }
  }
  return devices;
}
