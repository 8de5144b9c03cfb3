import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { systemTimers } from '../main/cart/timers';
import { openAdbServer } from '../main/android/adb-server';
import { createHost, type Host, type HostOptions } from '../main/host';
import { inventBatteries, NEVER_CAME_BACK, type InventedBattery } from './batteries/invented';
import { writeAtomically } from '../store/atomic-file';
import { knownAddresses } from '../main/postes/discovery';
import { openDemoCommune } from './commune';
import { DEMO_SCHOOL } from './invented-school';
import { plugBoxes } from './plug';
import { openSimulatedClass, type SimulatedClass } from './pupils';
import { asker, DEMO_CONNECTION, seedSchool, trolleyLabel } from './seed';
import { GREEN_LABELS } from './seed-sets';
import { worksheet } from './worksheet';

export interface DemonstrationOptions extends Pick<
  HostOptions,
  'clock' | 'random' | 'binary' | 'dataFolder'
> {
  readonly pupilFolder: string;
}

/** Invented people only, so the key that opens them needs no keychain. */
const SECRET = Buffer.from('demonstration, nobody is real!!!');
/** Written when the invented school is complete; a start that was cut short begins it again. */
const COMPLETE = 'demonstration.json';

/**
 * The demonstration school with its simulators. They speak the product's own protocols, listen on loopback only and
 * announce nothing; the host they surround is the product's.
 */
export async function openDemonstration(options: DemonstrationOptions): Promise<Host> {
  const { dataFolder, clock, random, binary } = options;
  const complete = join(dataFolder, COMPLETE);
  if (!existsSync(complete)) await rm(dataFolder, { recursive: true, force: true });
  const host = await createHost({
    dataFolder,
    clock,
    random,
    binary,
    keys: { machineSecret: SECRET },
    keychain: 'os',
    demonstration: true,
    outside: {
      timers: systemTimers,
      pupilFolder: options.pupilFolder,
      // A server that somebody names is asked, as everywhere; this computer's own tablets are no part of an invented school.
      adb: async (asked) =>
        process.env['ANDROID_ADB_SERVER_PORT']
          ? openAdbServer(asked)
          : (await import('./tablets/invented')).openInventedTablets(),
      lan: { host: '127.0.0.1', securePort: 0, plainPort: 0, addresses: () => ['127.0.0.1'] },
      postes: { discovery: () => knownAddresses(() => []), listen: { host: '127.0.0.1', port: 0 } },
    },
  });
  if (!existsSync(complete)) {
    await seedSchool(host, options);
    await writeAtomically(complete, '{"version":1}');
  }
  await welcomeHead(host);
  const batteries = inventBatteries();
  const unplug = await plugBoxes(asker(host), batteries);
  const commune = await openDemoCommune(dataFolder);
  await asker(host)('sync.setCommune', { url: commune.url, code: commune.code(DEMO_SCHOOL.uai) });
  const pupils = await callPupilsIn(host, options, batteries);
  return {
    ...host,
    async close() {
      await pupils?.close();
      await host.close();
      await unplug();
      await commune.close();
    },
  };
}

/** A lesson that runs when one arrives, with fifteen invented children in it: the wall is what people come to see. */
async function callPupilsIn(
  host: Host,
  { dataFolder, binary }: DemonstrationOptions,
  batteries: readonly InventedBattery[],
): Promise<SimulatedClass | undefined> {
  const ask = asker(host);
  const rooms = host.rooms();
  const origin = rooms?.door()?.url();
  const root = rooms?.root();
  if (!origin || !root) return undefined;
  const resumed = (await ask('classroom.state', {})).lesson !== undefined;
  if (!resumed) {
    const { classes } = await ask('people.classes', {});
    const { carts } = await ask('cart.list', {});
    const mine = classes.find((entry) => entry.mine);
    if (mine)
      await ask('classroom.open', {
        class: mine.id,
        mode: 'personal',
        ...(carts[0] && { cart: carts[0].id }),
      });
  }
  const simulated = await openSimulatedClass({
    ask,
    origin,
    root,
    folder: dataFolder,
    timers: systemTimers,
    seed: 1,
    absent: [trolleyLabel(NEVER_CAME_BACK), ...GREEN_LABELS],
    battery: (label) => batteries.find(({ bay }) => trolleyLabel(bay) === label)?.percent(),
  });
  if (resumed) return simulated;
  // A sheet goes out to everybody: pages turn, strokes grow, some finish.
  const sheet = Readable.from([worksheet()]);
  const upload = await binary.area.put(DEMO_CONNECTION, 'La sortie à la ferme.pdf', 'application/pdf', sheet);
  await ask('classroom.sendFile', { title: 'La sortie à la ferme', upload, answer: true, to: 'all' });
  return simulated;
}

/** Whoever opens the demonstration is its head: nobody has a password to remember for invented people. */
async function welcomeHead(host: Host): Promise<void> {
  const reply = await host.request('demonstration', 'session.state', {});
  const people = reply.ok ? (reply.value as { people: { id: `staff_${string}` }[] }).people : [];
  const [head] = people;
  if (head) await host.welcome(head.id);
}
