import { idFrom, type Id } from '../domain/id';
import { addDays, instant, localDate, mondayOf, type Clock } from '../domain/time';
import { DEMO_CLASS, DEMO_SCHOOL } from './invented-school';
import type { Ask } from './seed';

const HOUR_MS = 3_600_000;
const GREEN = 'Valise verte';
/** A pack of 15 in two valises, numbered after the tablets of the trolley. */
const GREEN_BAYS = 15;
const FIRST_NUMBER = 21;
/** Labels of the pack that says nothing: nobody's lesson uses them when the demonstration opens. */
export const GREEN_LABELS: readonly string[] = Array.from(
  { length: GREEN_BAYS },
  (_, at) => `Tablette ${FIRST_NUMBER + at}`,
);

export const greenSerial = (bay: number): string => `VERTE${String(bay).padStart(4, '0')}`;

/** Beside the trolley with its hub, two valises that say nothing; rooms, a week of bookings, half of it lent next door. */
export async function seedSets(
  ask: Ask,
  { clock, random }: { readonly clock: Clock; readonly random: (bytes: number) => Uint8Array },
): Promise<void> {
  const { sets } = await ask('sets.list', {});
  const blue = sets[0];
  if (!blue) throw new Error('the demonstration has no cart');
  const { id, rev, name, bays } = blue;
  await ask('sets.edit', { cart: id, rev, name, bays, container: 'trolley' });
  await ask('sets.move', { cart: id, room: 'Salle 2' });

  const green: Id<'cart'> = idFrom('cart', random(9));
  const shape = { name: GREEN, bays: GREEN_BAYS, container: 'suitcase' as const, boxes: [8, 7] };
  await ask('sets.create', { cart: green, ...shape, room: 'Réserve' });
  for (const [at, label] of GREEN_LABELS.entries())
    await ask('inventory.addDevice', {
      label,
      kind: 'tablet',
      serial: greenSerial(at + 1),
      maker: 'Modèle',
      model: 'Huit pouces',
      cart: green,
      bay: at + 1,
    });
  await ask('cart.putAway', { cart: green, unplugged: [], missing: [4] });

  const { classes } = await ask('people.classes', {});
  const classOf = (label: string): Id<'class'> => {
    const found = classes.find((entry) => entry.label === label);
    if (!found) throw new Error(`the demonstration has no class ${label}`);
    return found.id;
  };
  const [own, cp] = [classOf(DEMO_CLASS), classOf('CP')];
  const today = localDate(clock(), DEMO_SCHOOL.timeZone);
  /** The next such day from tomorrow on: nothing is booked in the past. */
  const next = (weekday: number): string => {
    const day = addDays(mondayOf(today), weekday - 1);
    return day > today ? day : addDays(day, 7);
  };
  const book = (cart: Id<'cart'>, weekday: number, from: number, to: number, more: object) =>
    ask('sets.book', {
      booking: idFrom('booking', random(9)),
      cart,
      date: next(weekday),
      from: from * 60,
      to: to * 60,
      for: { kind: 'class', class: own },
      ...more,
    });
  const places = (first: number, last: number): number[] =>
    Array.from({ length: last - first + 1 }, (_, at) => first + at);
  await book(id, 1, 9, 10.5, { note: 'Géométrie' });
  await book(id, 2, 10, 11.5, { for: { kind: 'class', class: cp }, bays: places(1, 8) });
  await book(id, 2, 10, 11, { bays: places(9, 15) });
  await book(green, 4, 13.5, 15, { note: 'Exposés', weeklyUntil: addDays(next(4), 21) });
  await book(green, 1, 16.5, 18, { for: { kind: 'activity', name: 'Étude' } });
  await ask('sets.lend', {
    cart: green,
    bays: places(9, 15),
    to: { kind: 'class', class: cp },
    until: instant(clock() + 2 * HOUR_MS),
  });
}
