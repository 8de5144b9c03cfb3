/**
 * A new laptop joins the school: 20,000 documents over 27 encrypted databases come from a poste of the LAN, with the real
 * application on both sides. Seconds run from the six digits being confirmed on the welcoming poste until the newcomer's
 * first screen (« Ma journée ») is painted and its host answers. Memory is the newcomer's host at its highest.
 * The welcoming poste has exchanged with its town hall before, as it does each night: its parcels are made.
 *
 * Beside it, stock PouchDB 9 pulls the same documents from a CouchDB on this machine, unencrypted and without a screen.
 * Options: --documents=20000
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { startGateway } from '../../sync-server/gateway';
import { embeddedStore } from '../../sync-server/store/embedded-adapter';
import type { SyncStatus } from '../../src/contract/staff/sync';
import { optionOf, tenth, type BenchContext, type Figure } from './bench';
import { hostBelow } from './start/processes';
import { ask, openBenchHost, prepareSchool, REHEARSAL } from './start/school';
import { launch, twoFrames } from './start/windows';
import { stockPull } from './sync-first/stock-pull';

export { stockPuller } from './sync-first/stock-pull';
export { stockServer } from './sync-night/stock';

const UAI = '0951099D';
const PASSWORD = 'un mot de passe neuf, et long';

export default async function syncFirst({
  root,
  temporaryFolder,
  say,
  args,
}: BenchContext): Promise<Figure[]> {
  const documents = Number(optionOf(args)('documents') ?? 20_000);
  const pupilFolder = join(root, 'out', 'renderer', 'pupil');
  say(`A school of ${documents} documents…`);
  const school = await prepareSchool(join(temporaryFolder, 'first'), pupilFolder, documents);
  const folder = join(school.dataFolder, 'school');
  const host = await openBenchHost({ folder, machineSecret: school.machineSecret, pupilFolder });
  const gateway = await startGateway({ store: embeddedStore(join(temporaryFolder, 'commune')), port: 0 });
  try {
    await host.welcome(school.head);
    await ask(host, 'sync.setCommune', { url: gateway.url, code: gateway.enrolmentCode(UAI) });
    const night = await ask<SyncStatus>(host, 'sync.run', {});
    if (night.commune.last?.outcome !== 'done')
      throw new Error(`the welcoming poste’s night ended ${night.commune.last?.outcome ?? 'nowhere'}`);

    const { address } = await ask<{ address: string }>(host, 'sync.openIntroduction', {
      person: school.head,
    });
    const neighbours = [`127.0.0.1:${address.split(':').at(-1) ?? ''}`];
    const { app, page } = await launch([root, '--no-demonstration'], join(temporaryFolder, 'second'), {
      ...REHEARSAL,
      neighbours,
    });
    try {
      await page.getByRole('link', { name: /Rejoindre mon école/ }).click();
      await page.getByRole('radio', { name: /Ajouter cet ordinateur/ }).click();
      await page.getByText(neighbours[0] ?? '').waitFor();
      await page.getByLabel('Nouveau mot de passe').fill(PASSWORD);
      await page.getByLabel('Le nouveau, encore une fois').fill(PASSWORD);
      await page.getByRole('button', { name: 'Continuer' }).click();
      const digits = (await page.getByTestId('join-digits').innerText()).replace(/\s/g, '');
      const load = loadavg()[0] ?? NaN;
      const peak = watchMemory(app.process().pid ?? 0);
      const begun = performance.now();
      await ask(host, 'sync.confirmIntroduction', { digits });
      await page.locator('[data-testid=gesture]:enabled').waitFor({ timeout: 120_000 });
      await twoFrames(page);
      const seconds = (performance.now() - begun) / 1000;
      const memory = peak();
      const held = await countHeld(join(temporaryFolder, 'second', 'school', 'databases'));
      say(`The newcomer holds ${held} databases; first screen after ${seconds.toFixed(1)} s`);
      if (held < 27) throw new Error(`only ${held} databases came`);
      const stock = await stockPull(import.meta.url, documents, temporaryFolder);
      say(
        `Stock PouchDB 9 pulls the same documents in ${stock.seconds.toFixed(1)} s, ${stock.requests} requests`,
      );
      return [
        { name: 'load_average', value: tenth(load), unit: '' },
        { name: 'seconds', value: tenth(seconds), unit: 's', reach: '<=15' },
        { name: 'rss_mb', value: tenth(memory), unit: 'MB', reach: '<=300' },
        { name: 'stock_seconds', value: tenth(stock.seconds), unit: 's' },
        { name: 'stock_requests', value: stock.requests, unit: '' },
      ];
    } finally {
      await app.close();
    }
  } finally {
    await host.close();
    await gateway.close();
  }
}

async function countHeld(folder: string): Promise<number> {
  const { readdir } = await import('node:fs/promises');
  mkdirSync(folder, { recursive: true });
  return (await readdir(folder)).length;
}

/** The highest resident memory of any host process below that one (VmHWM), in MB of 10^6 bytes. */
function watchMemory(main: number): () => number {
  let highest = 0;
  const look = (): void => {
    const host = hostBelow(main);
    if (host === undefined) return;
    try {
      const kb = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${host}/status`, 'utf8'))?.[1];
      highest = Math.max(highest, (Number(kb ?? 0) * 1024) / 1e6);
    } catch {
      // A host that is opened anew ends in between.
    }
  };
  const timer = setInterval(look, 50);
  return () => {
    clearInterval(timer);
    look();
    return highest;
  };
}
