import { Readable } from 'node:stream';
import { idFrom, type Id } from '../domain/id';
import { localDate } from '../domain/time';
import type { InputOf, MethodOf, ReplyOf } from '../contract/define';
import type { StaffContract } from '../contract/staff';
import type { Host, HostOptions } from '../main/host';
import { inventedGuardians } from './invented-people';
import { DEMO_CLASS, DEMO_HEAD, DEMO_HOMEWORK, DEMO_SCHOOL, inventedExtraction } from './invented-school';
import { seedAccessories } from './seed-accessories';
import { seedCabinet } from './seed-cabinet';
import { seedPast } from './seed-past';
import { seedPeople } from './seed-people';
import { seedPoints } from './seed-points';
import { seedSets } from './seed-sets';

/** The window the demonstration fills its school through: the same contract as a person's. */
export const DEMO_CONNECTION = 'demonstration';

export type Ask = <M extends MethodOf<StaffContract>>(
  method: M,
  input: InputOf<StaffContract, M>,
) => Promise<ReplyOf<StaffContract, M>>;

/** Requests that must succeed; a refusal here is a mistake of ours. */
export function asker(host: Pick<Host, 'request'>): Ask {
  return async (method, input) => {
    const reply = await host.request(DEMO_CONNECTION, method, input);
    if (!reply.ok) throw new Error(`${method}: ${reply.error.code} ${JSON.stringify(reply.error.params)}`);
    return reply.value as never;
  };
}

const DAY_MS = 86_400_000;
/** Places of the cart: twelve tablets, then computers. */
const BAYS = 15;
const TABLETS = 12;
export const trolleyLabel = (bay: number): string =>
  bay <= TABLETS ? `Tablette ${bay}` : `Ordinateur ${bay - TABLETS}`;

/** Makes the invented school: a head who teaches, a colleague, two classes and their families, a cart of 15, some homework. */
export async function seedSchool(
  host: Host,
  options: Pick<HostOptions, 'binary' | 'clock' | 'random'>,
): Promise<void> {
  const ask = asker(host);
  // The class comes first so that the head, who creates the school, also teaches it.
  await ask('school.quickStart', { firstNames: '', title: DEMO_CLASS });
  const { state } = await ask('school.create', { ...DEMO_SCHOOL, head: DEMO_HEAD });
  await importPupils(ask, options);
  const { classes } = await ask('people.classes', {});
  const mine = classes.find((entry) => entry.label === DEMO_CLASS);
  if (!mine || !state.signedIn) throw new Error('the demonstration class is missing');
  await ask('people.setPictureCode', { class: mine.id, on: false });
  for (const { subject, text, days } of DEMO_HOMEWORK) {
    const dueOn = localDate(options.clock() + days * DAY_MS, DEMO_SCHOOL.timeZone);
    await ask('homework.save', { class: mine.id, subject, text, dueOn });
  }
  await seedPeople(ask, options.clock);
  await seedCart(ask, options.random, mine.id);
  await seedSets(ask, options);
  await seedCabinet(ask, options);
  await seedPoints(ask, options.random);
  const { devices } = await ask('inventory.list', {});
  await seedPast(host, devices, trolleyLabel, options.clock());
}

async function importPupils(ask: Ask, { binary }: Pick<HostOptions, 'binary'>): Promise<void> {
  const { year } = await ask('school.read', {});
  const put = (name: string, text: string) =>
    binary.area.put(DEMO_CONNECTION, name, 'text/csv', Readable.from([Buffer.from(text, 'utf8')]));
  const uploads = [
    await put('CSVExtraction-eleves.csv', inventedExtraction(year)),
    await put('CSVExtraction-responsables.csv', inventedGuardians()),
  ];
  const { plan, result } = await ask('people.dryRun', { uploads });
  // Two children of the same first name are in the list on purpose; the invented data leaves nothing to decide.
  await ask('people.applyImport', {
    plan,
    decisions: Object.fromEntries(result.doubtful.map(({ id }) => [id, { action: 'keep' as const }])),
  });
}

async function seedCart(ask: Ask, random: HostOptions['random'], lastClass: Id<'class'>): Promise<void> {
  const cart: Id<'cart'> = idFrom('cart', random(9));
  await ask('cart.create', { cart, name: 'Chariot bleu', bays: BAYS });
  for (let bay = 1; bay <= BAYS; bay += 1) {
    const kind = bay <= TABLETS ? ('tablet' as const) : ('computer' as const);
    await ask('inventory.addDevice', {
      label: trolleyLabel(bay),
      kind,
      serial: `DEMO${String(bay).padStart(4, '0')}`,
      maker: 'Modèle',
      model: kind === 'tablet' ? 'Onze pouces' : 'Treize pouces',
      cart,
      bay,
    });
  }
  await seedAccessories(ask, cart, lastClass);
}
