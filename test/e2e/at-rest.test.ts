import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { StaffBridge } from '../../src/contract/bridge';
import { search } from '../integration/at-rest/search';
import { launchApp, ON_STAND_IN, ROOT, type RunningApp } from './harness';
import { button } from './walk/staff';

// What a page finds; typed here because these functions run in the window.
declare const window: { preau: StaffBridge };
declare const localStorage: { setItem(name: string, value: string): void };

/** Invented, and distinctive: none stands in the product. */
const NAMES = ['Maïwenn-Éloïse', 'Théophanie-Ségolène', 'Gwénaël-Aristide'];
const TITLE = 'Les Écureuils-Volants de Zéphyrine';
const HOMEWORK = 'Réviser la poésie « L’Île-aux-Moines » avec Maïwenn-Éloïse';
const PLANTED = 'Brûlé-Saint-Ägidius';
const PERSONAL = [...NAMES, TITLE, HOMEWORK];

const WEAKEN = pathToFileURL(join(ROOT, 'test/integration/at-rest/weaken.mjs')).href;

/** The stand-in's Node with that module in it, and in the host that it starts. Playwright takes NODE_OPTIONS away. */
async function weakeningNode(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'preau-node-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'node');
  const script = `#!/bin/sh\nNODE_OPTIONS='--import ${WEAKEN}' exec '${process.execPath}' "$@"\n`;
  await writeFile(path, script, { mode: 0o755 });
  return path;
}

/**
 * What lies on the disk of a laptop whose battery died while its teacher was at work: the data folder, and the profile of the
 * browser that the window is (the stand-in's lies in the same folder).
 */
describe('a staff window, killed', () => {
  let app: RunningApp | undefined;
  let killed = false;
  const kill = async (): Promise<void> => {
    if (!killed) await app?.kill();
    killed = true;
  };
  afterEach(async () => {
    await kill();
    if (app) await rm(app.dataFolder, { recursive: true, force: true, maxRetries: 3 });
    app = undefined;
  });

  async function teach(weakened: string): Promise<RunningApp> {
    const running = await launchApp({
      env: {
        PREAU_LAN: JSON.stringify({ secure: 0, plain: 0 }),
        PREAU_TEST_WEAKEN: weakened,
        PREAU_NODE: await weakeningNode(),
      },
    });
    app = running;
    killed = false;
    const { page } = running;
    await page.getByRole('link', { name: /Ma classe, tout de suite/ }).click();
    await page.getByLabel('Les prénoms de la classe').fill(NAMES.join('\n'));
    await button(page, 'Ouvrir ma classe').click();
    await page.locator('[data-test=join-panel]').waitFor();
    await page.evaluate(
      async ({ title, text }) => {
        const { preau } = window;
        const ask = async (method: string, input: unknown): Promise<unknown> => {
          const reply = await preau.request(method, input);
          if (!reply.ok) throw new Error(`${method}: ${reply.error.code}`);
          return reply.value;
        };
        const { classes } = (await ask('people.classes', {})) as { classes: { id: string }[] };
        const [mine] = classes;
        await ask('homework.save', { class: mine?.id, subject: 'Poésie', text, dueOn: '2026-12-01' });
        await ask('plan.save', { class: mine?.id, date: '2026-12-01', title, text });
      },
      { title: TITLE, text: HOMEWORK },
    );
    await page.keyboard.press('Escape');
    // Shown on a page of its own: what is on the screen goes through every cache there is.
    await page.getByRole('link', { name: 'Pour demain' }).first().click();
    await page.getByText(HOMEWORK).first().waitFor();
    return running;
  }

  it('shows nothing that was typed or read, in the data folder or in the profile', async () => {
    const { dataFolder, page } = await teach('compression');
    // What a page would keep is found in the profile, which by then has written the rest of what it writes.
    await page.evaluate((kept) => localStorage.setItem('kept', kept), PLANTED);
    const found = () => search([dataFolder], [PLANTED]).then((all) => all.length);
    await expect.poll(found, { timeout: 60_000, interval: 1000 }).toBeGreaterThan(0);
    await kill();
    expect(await readdir(dataFolder)).toContain('school');
    expect(await search([dataFolder], PERSONAL)).toEqual([]);
  });

  it('shows everything with encryption switched off from outside', async (context) => {
    if (!ON_STAND_IN)
      context.skip('runs on the Electron stand-in only: Electron loads no module that is not its own');
    const { dataFolder } = await teach('cipher,compression');
    await kill();
    const found = new Set((await search([dataFolder], PERSONAL)).map(({ text }) => text));
    expect(PERSONAL.filter((text) => !found.has(text))).toEqual([]);
  });
});
