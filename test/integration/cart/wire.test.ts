/**
 * The driver on real wires: a TCP socket, and a pty made by socat that stands for the hub's serial port. Killing socat
 * is pulling the cable. Nothing here sleeps: each step waits for what the driver says.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { bayState } from '../../../src/domain/cart/bay';
import { SimulatedHub } from '../../../src/demo/hub/hub';
import { serveHub } from '../../../src/demo/hub/server';
import { CambrionixDriver } from '../../../src/main/cart/cambrionix/driver';
import { straight } from '../../../src/main/cart/sources/route';
import { openSerial } from '../../../src/main/cart/sources/open-serial';
import { openTcp } from '../../../src/main/cart/sources/open-tcp';
import { systemTimers } from '../../../src/main/cart/timers';
import type { ChildProcess } from 'node:child_process';
import type { OpenStream } from '../../../src/main/cart/sources/byte-stream';
import type { SourceSnapshot } from '../../../src/main/cart/sources/port';
import { needs } from '../../needs';

const endings: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** A driver whose news can be awaited. */
function watched(open: OpenStream) {
  const waiting = new Set<(snapshot: SourceSnapshot) => void>();
  const driver = new CambrionixDriver(straight(open), systemTimers, (snapshot) => {
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
  driver.start();
  return { driver, until };
}

async function hubServer(port = 0) {
  const hub = new SimulatedHub({ timers: systemTimers, seed: 5 }).fill([7]);
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

const socatMissing = spawnSync('socat', ['-V']).error !== undefined;

/** Plugs the "cable": a pty at `link`, joined to the simulated hub. Resolves once the link exists. */
function plug(link: string, port: number): Promise<ChildProcess> {
  // `-d -d` prints "PTY is …" once the pty stands, which is what is waited for.
  const child = spawn('socat', ['-d', '-d', `PTY,link=${link},raw,echo=0`, `TCP:127.0.0.1:${String(port)}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  endings.push(() => unplug(child));
  return new Promise((resolve, reject) => {
    let said = '';
    child.once('error', reject);
    child.stderr.on('data', (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-4_000);
      if (said.includes('starting data transfer loop')) resolve(child);
    });
  });
}

function unplug(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.kill('SIGKILL');
  });
}

describe('over a pty', needs(!socatMissing, 'socat is not installed (apt-get install socat)'), () => {
  it('reads the hub; unplugged, it goes stale and says so; plugged again, it recovers by itself', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'preau-pty-'));
    endings.push(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    const link = join(folder, 'ttyHUB');
    const { hub, server } = await hubServer();
    const cable = await plug(link, server.port);
    const { until } = watched(openSerial(link));
    const first = await until(answering);
    expect(first).toMatchObject({ hardware: { name: 'PP15S', serial: 'DEMO0001' } });
    expect(first.ports).toHaveLength(15);

    await unplug(cable);
    const lost = await until((one) => one.status === 'lost');
    expect(lost.ports).toHaveLength(15);
    expect(powerOf(lost, 1, Date.now() + 11_000)).toMatchObject({ stale: true });
    await until((one) => one.status === 'lost' && one.why === 'ENOENT');

    hub.port(7).plug({ capacityWh: 19, fullCurrentMa: 2000, level: 0.3 });
    await plug(link, server.port);
    const back = await until(answering);
    expect(powerOf(back, 1, Date.now())).toMatchObject({ stale: false });
    expect(powerOf(back, 7, Date.now())?.value).not.toBe('empty');
    expect(hub.hurried).toBe(0);
  });
});
