/**
 * The driver on real wires: a TCP socket, and a pty made by socat that stands for the hub's serial port. Killing socat
 * is pulling the cable. Nothing here sleeps: each step waits for what the driver says.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { bayState } from '../../../src/domain/cart/bay';
import { SimulatedHub } from '../../../src/demo/hub/hub';
import { serveHub } from '../../../src/demo/hub/server';
import { CambrionixDriver } from '../../../src/main/cart/cambrionix/driver';
import { Whereabouts, straight } from '../../../src/main/cart/sources/route';
import { openSerial } from '../../../src/main/cart/sources/open-serial';
import { openTcp } from '../../../src/main/cart/sources/open-tcp';
import { systemTimers } from '../../../src/main/cart/timers';
import type { OpenStream } from '../../../src/main/cart/sources/byte-stream';
import type { SourceSnapshot } from '../../../src/main/cart/sources/port';
import { plug, socatMissing, type Pty } from '../../peers/cambrionix/pty';
import { needs } from '../../needs';

const endings: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** A driver whose news can be awaited. */
function watched(open: OpenStream, route = straight(open)) {
  const waiting = new Set<(snapshot: SourceSnapshot) => void>();
  const driver = new CambrionixDriver(route, systemTimers, (snapshot) => {
    for (const hear of waiting) hear(snapshot);
  });
  endings.push(() => {
    driver.stop();
  });
  const until = (wanted: (snapshot: SourceSnapshot) => boolean): Promise<SourceSnapshot> =>
    new Promise((resolve) => {
      const hear = (snapshot: SourceSnapshot): void => {
        if (!wanted(snapshot)) return;
        waiting.delete(hear);
        resolve(snapshot);
      };
      waiting.add(hear);
      hear(driver.snapshot);
    });
  /** So many answers more. */
  const polls = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left -= 1) {
      const before = driver.snapshot;
      await until((now) => now !== before && now.status === 'answering');
    }
  };
  driver.start();
  return { driver, until, polls };
}

async function hubServer(port = 0, serial = 'DEMO0001') {
  const hub = new SimulatedHub({ timers: systemTimers, seed: 5, serial }).fill([7]);
  const server = await serveHub(hub, systemTimers, port);
  endings.push(() => server.close());
  return { hub, server };
}

const answering = (snapshot: SourceSnapshot): boolean => snapshot.status === 'answering';
const powerOf = (snapshot: SourceSnapshot, port: number, now: number) => {
  const reading = snapshot.ports.find((one) => one.port === port)?.reading;
  return bayState(port, reading ? [reading] : [], now).power;
};

describe('over TCP', () => {
  it('reads the hub, loses it, and finds it again', async () => {
    const { server } = await hubServer();
    const { until } = watched(openTcp(server.host, server.port));
    const first = await until(answering);
    expect(first.ports).toHaveLength(15);
    expect(powerOf(first, 7, Date.now())?.value).toBe('empty');

    await server.close();
    const lost = await until((one) => one.status === 'lost');
    // Eleven seconds later, had nothing come back, it would be shown as stale.
    expect(powerOf(lost, 1, Date.now() + 11_000)).toMatchObject({ stale: true });

    await hubServer(server.port);
    const back = await until(answering);
    expect(powerOf(back, 1, Date.now())).toMatchObject({ stale: false });
  });

  it('names an address where nobody answers', async () => {
    const { server } = await hubServer();
    await server.close();
    const { until } = watched(openTcp(server.host, server.port));
    expect(await until((one) => one.status === 'lost')).toMatchObject({ why: 'ECONNREFUSED', ports: [] });
  });
});

async function plugIn(link: string, port: number): Promise<Pty> {
  const pty = await plug(link, port);
  endings.push(() => pty.unplug());
  return pty;
}

function ptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'preau-pty-'));
  endings.push(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

describe('over a pty', needs(!socatMissing, 'socat is not installed (apt-get install socat)'), () => {
  it('reads the hub; unplugged, it goes stale and says so; plugged again, it recovers by itself', async () => {
    const link = join(ptyFolder(), 'ttyHUB');
    const { hub, server } = await hubServer();
    const cable = await plugIn(link, server.port);
    const { until } = watched(openSerial(link));
    const first = await until(answering);
    expect(first).toMatchObject({ hardware: { name: 'PP15S', serial: 'DEMO0001' } });
    expect(first.ports).toHaveLength(15);

    await cable.unplug();
    const lost = await until((one) => one.status === 'lost');
    expect(lost.ports).toHaveLength(15);
    expect(powerOf(lost, 1, Date.now() + 11_000)).toMatchObject({ stale: true });
    await until((one) => one.status === 'lost' && one.why === 'ENOENT');

    hub.port(7).plug({ capacityWh: 19, fullCurrentMa: 2000, level: 0.3 });
    await plugIn(link, server.port);
    const back = await until(answering);
    expect(powerOf(back, 1, Date.now())).toMatchObject({ stale: false });
    expect(powerOf(back, 7, Date.now())?.value).not.toBe('empty');
    expect(hub.hurried).toBe(0);
  });

  it('waits for a hub that answers late, and makes nothing of noise on the line', async () => {
    const link = join(ptyFolder(), 'ttyHUB');
    const { hub, server } = await hubServer();
    await plugIn(link, server.port);
    const { until, polls } = watched(openSerial(link));
    await until(answering);
    hub.delayNext(1_500);
    await polls(2);
    hub.garbleNext(3_000);
    await polls(2);
    hub.port(7).plug({ capacityWh: 19, fullCurrentMa: 2000, level: 0.3 });
    const after = await until((one) => answering(one) && powerOf(one, 7, Date.now())?.value !== 'empty');
    expect(after.ports).toHaveLength(15);
    expect(hub.hurried).toBe(0);
  });

  it('two hubs of one cart whose cables were swapped are each read as themselves', async () => {
    const folder = ptyFolder();
    const [a, b] = [join(folder, 'ttyUSB0'), join(folder, 'ttyUSB1')];
    const left = await hubServer(0, 'LEFT0001');
    const right = await hubServer(0, 'RIGHT002');
    left.hub.port(1).unplug();
    const whereabouts = new Whereabouts(() =>
      Promise.resolve([a, b].map((path) => ({ path, label: path, hubLike: true }))),
    );
    const cables = [await plugIn(a, left.server.port), await plugIn(b, right.server.port)];
    const first = watched(openSerial(a), whereabouts.route(a, 'LEFT0001'));
    const second = watched(openSerial(b), whereabouts.route(b, 'RIGHT002'));
    await Promise.all([first.until(answering), second.until(answering)]);

    for (const cable of cables) await cable.unplug();
    const lost = (one: SourceSnapshot): boolean => one.status === 'lost';
    await Promise.all([first.until(lost), second.until(lost)]);
    await plugIn(a, right.server.port);
    await plugIn(b, left.server.port);
    const [one, two] = await Promise.all([first.until(answering), second.until(answering)]);
    expect([one.hardware?.serial, two.hardware?.serial]).toEqual(['LEFT0001', 'RIGHT002']);
    expect(powerOf(one, 1, Date.now())).toMatchObject({ value: 'empty', stale: false });
    expect(powerOf(two, 1, Date.now())?.value).not.toBe('empty');
    expect(left.hub.hurried + right.hub.hurried).toBe(0);
  });
});
