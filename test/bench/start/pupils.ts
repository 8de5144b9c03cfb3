import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type BrowserContext, type CDPSession, type Page } from 'playwright-core';
import type { Host } from '../../../src/main/host';
import { ask, openBenchHost, type BenchSchool } from './school';

const run = promisify(execFile);
/** 5 Mbit/s both ways in bytes a second, and the delay of a school's Wi-Fi in ms. */
const LINE = { downloadThroughput: 625_000, uploadThroughput: 625_000, latency: 20, offline: false };
const SLOWER = 4;
const LINE_FORGOTTEN_MS = 6_000;

export interface PupilFigures {
  /** Bodies as they came through the door, until the first screen was usable; 1 kB is 1,000 bytes. */
  readonly bundleKb: number;
  /** The same, for what a first PDF asks for besides. */
  readonly pdfKb: number;
  /** Medians over the rounds, ms. */
  readonly interactiveMs: number;
  readonly rounds: readonly number[];
  readonly files: readonly string[];
}

/**
 * A tablet that an adult enrolled, at a lesson that is open, with an empty cache: the class's first names must be there
 * and answer a finger. Served by the product's LAN door over TLS under the school's own authority.
 */
export async function measurePupils(
  school: BenchSchool,
  pupilFolder: string,
  temporary: string,
  rounds: number,
): Promise<PupilFigures> {
  const { machineSecret } = school;
  const host = await openBenchHost({ folder: join(school.dataFolder, 'school'), machineSecret, pupilFolder });
  try {
    await host.welcome(school.head);
    const door = host.rooms()?.door();
    const origin = door?.url();
    if (!door || !origin) throw new Error('the LAN door is not open');
    await ask(host, 'classroom.open', { class: school.classId, mode: 'personal', pictureCode: false });
    const context = await tablet(join(temporary, 'tablet'), door.root);
    const page = context.pages()[0] ?? (await context.newPage());
    await enrol(host, page, origin);
    const times: number[] = [];
    let seen: Seen | undefined;
    for (let round = 0; round < rounds; round += 1) {
      const measured = await firstLoad(context, page, origin);
      times.push(measured.ms);
      seen = measured;
    }
    const pdfBytes = await sizeOfPdfViewer(origin, pupilFolder, context);
    await context.close();
    const bytes = seen?.bytes ?? new Map<string, number>();
    return {
      bundleKb: [...bytes.values()].reduce((sum, size) => sum + size, 0) / 1_000,
      pdfKb: pdfBytes / 1_000,
      interactiveMs: median(times),
      rounds: times.map(Math.round),
      files: [...bytes].map(([path, size]) => `${path} ${size}`),
    };
  } finally {
    await host.close();
  }
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = NaN, high = NaN] = [sorted[sorted.length % 2 ? middle : middle - 1], sorted[middle]];
  return (low + high) / 2;
};

/** A touch tablet's Chromium that trusts the school as an enrolled one does; nothing gets past a certificate warning. */
async function tablet(home: string, authority: string): Promise<BrowserContext> {
  const store = join(home, '.pki', 'nssdb');
  await mkdir(store, { recursive: true });
  const pem = join(home, 'authority.pem');
  await writeFile(pem, authority);
  await run('certutil', ['-N', '--empty-password', '-d', `sql:${store}`]);
  await run('certutil', ['-A', '-d', `sql:${store}`, '-n', 'school', '-t', 'C,,', '-i', pem]);
  return chromium.launchPersistentContext(join(home, 'profile'), {
    executablePath: process.env['PREAU_CHROMIUM'] ?? '/usr/bin/chromium',
    chromiumSandbox: process.getuid?.() !== 0,
    env: { ...process.env, HOME: home },
    args: ['--disable-background-networking', '--disable-component-update', '--no-proxy-server'],
    viewport: { width: 1280, height: 800 },
    hasTouch: true,
    locale: 'fr-FR',
  });
}

async function enrol(host: Host, page: Page, origin: string): Promise<void> {
  const { code } = await ask<{ code: string }>(host, 'devices.startEnrolment', {
    label: 'Tablette 1',
    kind: 'tablet',
  });
  await page.goto(`${origin}/#enrol=${code}`);
  const confirm = page.locator('.p-card, button.p-button:visible');
  await confirm.first().waitFor();
  if ((await page.locator('.p-card').count()) === 0) await confirm.first().click();
  await page.locator('.p-card').first().waitFor();
}

interface Seen {
  readonly ms: number;
  readonly bytes: ReadonlyMap<string, number>;
}

async function firstLoad(context: BrowserContext, page: Page, origin: string): Promise<Seen> {
  await page.goto('about:blank');
  // The door lets go of a silent line after 5 s: each round greets it anew, TLS and all.
  await page.waitForTimeout(LINE_FORGOTTEN_MS);
  const devTools = await context.newCDPSession(page);
  await devTools.send('Network.enable');
  await devTools.send('Network.clearBrowserCache');
  // What the application keeps for itself makes the next load nothing: the first is what is measured.
  await devTools.send('Network.setBypassServiceWorker', { bypass: true });
  await devTools.send('Network.emulateNetworkConditions', LINE);
  await devTools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  const bytes = countBytes(devTools);
  await page.goto(origin, { waitUntil: 'commit' });
  // From the start of the navigation, as the browser itself dates it.
  const ms = await page.evaluate(async () => {
    const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
    while (!document.querySelector('.p-card:enabled')) await frame();
    await document.fonts.ready;
    await frame();
    await frame();
    return performance.now();
  });
  await devTools.detach();
  return { ms, bytes };
}

/** Bodies by path, as they travel (compressed). */
function countBytes(devTools: CDPSession): Map<string, number> {
  const paths = new Map<string, string>();
  const bytes = new Map<string, number>();
  devTools.on('Network.responseReceived', ({ requestId, response }) =>
    paths.set(requestId, new URL(response.url).pathname),
  );
  devTools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const path = paths.get(requestId);
    if (path) bytes.set(path, encodedDataLength);
  });
  return bytes;
}

/** What the viewer's own chunks weigh at the door. */
async function sizeOfPdfViewer(
  origin: string,
  pupilFolder: string,
  context: BrowserContext,
): Promise<number> {
  const { readdirSync } = await import('node:fs');
  const page = await context.newPage();
  const devTools = await context.newCDPSession(page);
  await devTools.send('Network.enable');
  await devTools.send('Network.setBypassServiceWorker', { bypass: true });
  const bytes = countBytes(devTools);
  await page.goto(origin);
  bytes.clear();
  const names = readdirSync(join(pupilFolder, 'assets')).filter((name) => /pdf/i.test(name));
  await page.evaluate(
    (paths) => Promise.all(paths.map((path) => fetch(path).then((answer) => answer.arrayBuffer()))),
    names.map((name) => `/assets/${name}`),
  );
  await page.waitForTimeout(500);
  await page.close();
  return names.reduce((sum, name) => sum + (bytes.get(`/assets/${name}`) ?? 0), 0);
}
