/**
 * The cart: what reading thirty bays costs, how soon a change is on the screen, what is foreseen and planned, and what fifteen
 * tablets at once gain. See docs/performance.md.
 *
 * Reading: the product's own window (its panel open) and host; two simulated hubs of fifteen ports in a process of their own, one
 * on a TCP socket, one on a pty made by socat. CPU is the host process's, in percent of a core, over what it takes at rest with
 * the same panel open. A change is a cable that goes in or out; from there until the place says so on the glass.
 * Options: --app=<folder> --only=poll|nights|adb --seconds=60 --changes=60
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readlinkSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { seeded } from '../../src/demo/hub/random';
import { idFrom } from '../../src/domain/id';
import { figuresTo, optionOf, quantile, type BenchContext, type Figure, type Say } from './bench';
import { adbInstall } from './cart/adb-install';
import { hubsRole, PORTS, type HubChange, type HubsAt } from './cart/hubs-role';
import { forecastFigures, planFigures } from './cart/night-figures';
import { openPanel } from './cart/panel';
import { roleArguments, roleOf } from './link/role';
import { prepareSchool } from './start/school';
import { staffWindow } from './start/windows';
import { busySeconds, processesOf, type Part } from './wall/costs';
import { teacherAt, type Teacher } from './wall/teacher';

export { hubsRole };

const HUBS = 2;
const BAYS = HUBS * PORTS;
/** Longer than any answer may take: what has not come by then never comes. ms */
const LATEST = 20_000;
const SETTLE = 20_000;

export default async function cart(context: BenchContext): Promise<Figure[]> {
  const { args, say } = context;
  const only = optionOf(args)('only');
  const figures: Figure[] = [];
  const figure = figuresTo(figures, say);
  figure('load_average', loadavg()[0] ?? NaN, '');
  if (only === undefined || only === 'poll') await poll(context, figure);
  if (only === undefined || only === 'nights') figures.push(...forecastFigures(say), ...planFigures(say));
  if (only === undefined || only === 'adb') await adb(context, figures, figure);
  figure('load_average_after', loadavg()[0] ?? NaN, '');
  return figures;
}

async function adb(context: BenchContext, figures: Figure[], figure: Say): Promise<void> {
  const measured = await adbInstall(context);
  figures.push(...measured);
  for (const { name, value, unit } of measured) context.say(`  ${name} ${value} ${unit}`);
  // Not measured is not reached.
  if (measured.length === 0) figure('adb_time_over_sequence', NaN, '', '<=0.4');
}

async function poll({ root, temporaryFolder, say, args }: BenchContext, figure: Say): Promise<void> {
  const option = optionOf(args);
  const app = option('app') ?? root;
  const seconds = Number(option('seconds') ?? 60);
  const changes = Number(option('changes') ?? 60);
  const school = await prepareSchool(
    join(temporaryFolder, 'data'),
    join(app, 'out', 'renderer', 'pupil'),
    2_000,
  );
  const hubs = roleOf(
    spawn(process.execPath, roleArguments(import.meta.url, 'hubsRole'), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    }),
  );
  const window = await staffWindow(app, school);
  const cables: ChildProcess[] = [];
  try {
    const teacher = await teacherAt(window.page);
    const id = await cartOf(teacher);
    const panel = await openPanel(window.page, id);
    const main = window.app.process().pid ?? 0;
    const cost = async (): Promise<{ host: number; pages: number }> => {
      const processes = processesOf(main);
      const busy = (part: Part): number => busySeconds(processes, [part]);
      const [host, pages, begun] = [busy('host'), busy('renderer'), performance.now()];
      await pause(seconds * 1_000);
      const share = (used: number): number => (used / ((performance.now() - begun) / 1_000)) * 100;
      return { host: share(busy('host') - host), pages: share(busy('renderer') - pages) };
    };
    // What a start leaves to do is done by then.
    await pause(SETTLE);
    const before = await cost();

    const { ports } = await hubs.ask<HubsAt>('open', { count: HUBS });
    const known: string[] = [];
    for (const [n, port] of ports.entries()) {
      const link = await linkTo(port, n === 1, join(temporaryFolder, 'hub'), cables, say);
      const { hub } = await teacher.ask<{ hub: string }>('cart.addHub', {
        cart: id,
        link,
        firstBay: n * PORTS + 1,
      });
      known.push(hub);
    }
    await panel.heard(BAYS);
    const polled = await cost();
    const random = seeded(7);
    const out = new Set<number>();
    const waits: Promise<number>[] = [];
    for (let n = 0; n < changes; n += 1) {
      // Each place changes once while the others are waited for, and at no moment of the hubs' own pace.
      const bay = 1 + ((n * 7) % BAYS);
      await pause(1_200 + random() * 1_600);
      if (n >= BAYS) await waits[n - BAYS];
      const order: HubChange = { bay, plugged: out.has(bay) };
      if (order.plugged) out.delete(bay);
      else out.add(bay);
      const at = await hubs.ask<number>('change', order);
      waits.push(
        panel.redrawn(bay, at, LATEST).then(
          (seen) => seen - at,
          () => NaN,
        ),
      );
    }
    const told = (await Promise.all(waits)).sort((a, b) => a - b);
    const missed = told.filter(Number.isNaN).length;
    say(`Changes on the glass: ${told.map(Math.round).join(' ')} ms`);
    figure('change_p95_ms', missed > 0 ? NaN : quantile(told, 0.95), 'ms', '<=2500');
    figure('change_median_ms', quantile(told, 0.5), 'ms');

    for (const hub of known) await teacher.ask('cart.removeHub', { hub });
    await pause(5_000);
    const after = await cost();
    // A rest that something else disturbed makes reading look cheaper than it is: the quieter one counts.
    const rest = Math.min(before.host, after.host);
    say(
      `Host: ${hundredth(before.host)} % at rest, ${hundredth(polled.host)} % with ${BAYS} bays, ${hundredth(after.host)} % at rest again`,
    );
    figure('poll_cpu_percent', Math.max(0, polled.host - rest), '%', '<=3');
    figure('host_rest_percent', rest, '%');
    figure('host_polled_percent', polled.host, '%');
    figure('pages_polled_percent', polled.pages - Math.min(before.pages, after.pages), '%');
  } finally {
    await window.app.close();
    await hubs.close();
    for (const cable of cables) cable.kill();
  }
}

const hundredth = (value: number): number => Math.round(value * 100) / 100;

/** A cart of thirty places, a tablet in each. */
async function cartOf(teacher: Teacher): Promise<string> {
  const id = idFrom('cart', randomBytes(9));
  await teacher.ask('cart.create', { cart: id, name: 'Chariot du banc', bays: BAYS });
  for (let bay = 1; bay <= BAYS; bay += 1)
    await teacher.ask('inventory.addDevice', {
      kind: 'tablet',
      label: `Tablette ${bay}`,
      serial: `BANC${bay}`,
      cart: id,
      bay,
    });
  return id;
}

/** The way to a hub: its socket, or a pty that stands for a serial port where socat is installed. */
async function linkTo(
  port: number,
  serial: boolean,
  folder: string,
  cables: ChildProcess[],
  say: BenchContext['say'],
): Promise<unknown> {
  const tcp = { kind: 'tcp', host: '127.0.0.1', port };
  if (!serial) return tcp;
  if (spawnSync('which', ['socat']).status !== 0) {
    say('socat is not installed: both hubs over TCP');
    return tcp;
  }
  const path = `${folder}-tty`;
  cables.push(spawn('socat', [`PTY,link=${path},raw,echo=0`, `TCP:127.0.0.1:${port}`], { stdio: 'ignore' }));
  while (!existsSync(path)) await pause(20);
  return { kind: 'serial', path: readlinkSync(path) };
}
