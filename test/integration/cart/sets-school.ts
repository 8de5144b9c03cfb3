import { idFrom, type Id } from '../../../src/domain/id';
import { randomBytes } from 'node:crypto';
import { rightsSchool, type Ask } from '../rights/school';

/** 23 November 2026, the Monday on which the rights' school stands; 7:00 in Paris. */
export const TODAY = '2026-11-23';
export const freshId = <P extends 'cart' | 'booking'>(prefix: P): Id<P> => idFrom(prefix, randomBytes(9));

/** A school with a cart of six whose tablets have their places, and a second one, empty. */
export async function setsSchool() {
  const school = await rightsSchool();
  const { head } = school;
  const cart = freshId('cart');
  await head('sets.create', { cart, name: 'Valise bleue', bays: 6, container: 'suitcase', room: 'Salle 1' });
  const other = freshId('cart');
  await head('sets.create', { cart: other, name: 'Armoire', bays: 2, container: 'cabinet' });
  const devices: Id<'device'>[] = [];
  for (let n = 1; n <= 6; n += 1) {
    const { device } = await head('inventory.addDevice', {
      label: `Tablette ${n}`,
      kind: n === 6 ? 'computer' : 'tablet',
      serial: `SETS000${n}`,
      cart,
      bay: n,
    });
    devices.push(device);
  }
  const teacher = async (person: Id<'staff'>, name: string): Promise<Ask> =>
    school.enter(name, person, await school.account(person));
  /** Labels by place; « · » where nobody has it. */
  const standing = async (of: Id<'cart'> = cart, ask: Ask = head): Promise<string> => {
    const { places, waiting } = await ask('sets.read', { cart: of });
    const short = (label: string): string => label.replace('Tablette ', '');
    const row = places.map((one) => one.devices.map(({ label }) => short(label)).join('+') || '·').join(' ');
    return waiting.length > 0 ? `${row} (${waiting.map(({ label }) => short(label)).join(' ')})` : row;
  };
  const booked = (change: object = {}) => ({
    booking: freshId('booking'),
    cart,
    date: TODAY,
    from: 10 * 60,
    to: 11 * 60,
    for: { kind: 'class' as const, class: school.classes.cm1 },
    ...change,
  });
  /** Time passes: the head's screen has hidden itself meanwhile, and is opened again. */
  const later = async (ms: number): Promise<void> => {
    school.clock.now += ms;
    await school.unlock();
  };
  return { ...school, later, cart, other, devices, teacher, standing, booked };
}
