/** A poste that stays with its cart: the product's pool, guard and conductor over one serial hub, with the night's clock. */
import { createInterface } from 'node:readline';
import { habitOf } from '../../../../src/domain/cart/history';
import { hearRow, portToPlan, type PortWatch } from '../../../../src/domain/cart/port-watch';
import { HubPool } from '../../../../src/main/cart/sources/pool';
import { openSource } from '../../../../src/main/cart/sources/open-source';
import { openLink } from '../../../../src/main/cart/sources/open-link';
import { nodeUsb } from '../../../../src/main/cart/usb/node-usb';
import { systemTimers } from '../../../../src/main/cart/timers';
import { createConductor } from '../../../../src/main/cart/charging/conductor';
import { openGuard } from '../../../../src/main/cart/charging/guard';
import { openOffNote } from '../../../../src/main/cart/charging/off-note';
import { takeBack } from '../../../../src/main/cart/charging/line-file';
import { memoryDatabase } from '../memory-database';
import { fastNow, readClock } from './fast-clock';
import { programOf } from './programs';

const say = (said: unknown): void => void process.stdout.write(`${JSON.stringify(said)}\n`);
/** The first line it is told, once it is up. */
const clockText = new Promise<string>((resolve) => {
  createInterface({ input: process.stdin }).once('line', resolve);
});
say({ up: true });

const [, , folder = '', path = '', ceilingText, readyText, stays] = process.argv;
const told = await clockText;
const clock = readClock(told);
const now = (): number => fastNow(clock);
const CART = 'cart_aaaaaaaaaaaaa';
const HUB = 'hub_aaaaaaaaaaaaa';
const BAYS = 15;
/** What a few nights have taught of these tablets. */
const HABIT = habitOf(
  {
    charges: [1, 2, 3, 4, 5].map((day) => ({
      at: new Date(clock.night - day * 86_400_000).toISOString(),
      from: 40,
      to: 100,
      wh: 13,
      minutes: 110,
      full: true,
      plateauW: 9.7,
    })),
    uses: [],
    fall: {
      minutes: [35, 31, 27, 23, 18, 13, 8, 3, 0, 0],
      wh: [3.4, 2.7, 2, 1.5, 1, 0.7, 0.4, 0.1, 0, 0],
    },
  },
  [],
);

const held = await takeBack(folder, systemTimers);
say({ lineIsOurs: held });

const parc = memoryDatabase();
await parc.put({
  _id: HUB,
  type: 'hub',
  v: 1,
  cart: CART,
  poste: 'poste_here',
  firstBay: 1,
  link: { kind: 'serial', path },
});
const quiet = {
  info: () => undefined,
  warn: () => undefined,
  error: (event: string, fields?: object) => say({ error: event, ...fields }),
};
const pool = new HubPool({
  parc,
  poste: 'poste_here',
  timers: systemTimers,
  log: quiet,
  open: openLink,
  listSerialPorts: () => Promise.resolve([]),
  usb: nodeUsb(),
  secrets: {
    of: () => Promise.resolve(undefined),
    keep: () => Promise.resolve(),
    forget: () => Promise.resolve(),
  },
  onSeen: () => undefined,
});
/** What the lesson's computer heard before they were put away. */
const PUT_AWAY: PortWatch = { level: { percent: 40, at: clock.night } };
const watches = new Map<number, PortWatch>();
pool.onSnapshot(({ snapshot }) => {
  if (snapshot.status !== 'answering') return;
  for (const { port, reading } of snapshot.ports)
    watches.set(port, hearRow(watches.get(port) ?? PUT_AWAY, reading, now(), HABIT).watch);
});
const program = programOf('watchman.program.ts');
const guard = openGuard(
  folder,
  { command: program.command, args: [...program.args, told] },
  systemTimers,
  () => {
    say({ watchmanGone: true });
    conductor.hurry();
  },
);
const conductor = createConductor({
  pool,
  guard,
  // The plan is made again every five minutes of the night.
  timers: { now, after: (_, run) => systemTimers.after(500, run) },
  log: quiet,
  secret: () => Promise.resolve(undefined),
  note: openOffNote(folder),
  sameBox: () => undefined,
  feedsPoint: () => false,
  openBox: ({ link }) => openSource(link, { timers: systemTimers, hear: () => undefined }),
  conducted: () => {
    if (stays !== 'stays') return [];
    // A box that is away is planned with as it was last seen (charging/service.ts).
    const snapshot = pool.snapshot(HUB);
    if (!snapshot || snapshot.ports.length < BAYS) return [];
    return [
      {
        cart: CART,
        boxes: [{ hub: HUB, link: { kind: 'serial', path } }],
        ceilingMa: Number(ceilingText),
        supply: 'hub',
        ask: { bookings: [], readyBy: Number(readyText), spare: true },
        ports: snapshot.ports.map(({ port, reading }) => {
          const watch = watches.get(port) ?? PUT_AWAY;
          return {
            hub: HUB,
            port,
            habit: HABIT,
            watch,
            ...portToPlan({ bay: port, habit: HABIT }, watch, reading, now()),
          };
        }),
      },
    ];
  },
  onPlan: (cart) => {
    const plan = conductor.plan(cart);
    const off = pool.snapshot(HUB)?.ports.filter(({ reading }) => reading.value.portOff).length;
    say({
      plan: { steps: plan?.steps.length, off, watchman: guard.pid, troubles: conductor.troubles(cart) },
    });
  },
});
