import { expect } from 'vitest';
import { openAdbServer } from '../../../src/main/android/adb-server';
import { adb, ownAdbHome, skipReason } from '../../integration/android/adb';
import { writeInventedApk } from '../../integration/android/apk-fixture';
import { AdbdPeer } from '../../peers/adbd';
import { expectAccessible } from './accessible';
import { button, goTo } from './staff';
import type { Step } from './steps';
import { serialOf } from './2-cart';

const PACKAGE = 'fr.ecole.lecture';

export interface Cable {
  /** For the poste: which adb server it finds. Empty where adb is not installed. */
  readonly env: Record<string, string>;
  readonly tablets: readonly AdbdPeer[];
  readonly apk: string;
  close(): Promise<void>;
}

/** The real adb server with three tablets at its end: two of the cart, and one that waits for a finger on its screen. */
export async function plugTablets(): Promise<Cable> {
  if (skipReason) return { env: {}, tablets: [], apk: '', close: () => Promise.resolve() };
  const home = await ownAdbHome();
  const server = await openAdbServer({ env: home.env });
  const tablets = await Promise.all([
    AdbdPeer.listen({ serial: serialOf(1), model: 'Onze pouces', battery: { level: 84 } }),
    AdbdPeer.listen({ serial: serialOf(2), model: 'Onze pouces', battery: { level: 61 } }),
    AdbdPeer.listen({ serial: serialOf(3), model: 'Onze pouces', authorised: false }),
  ]);
  for (const tablet of tablets) await adb(server.port, 'connect', tablet.address);
  return {
    env: { ANDROID_ADB_SERVER_PORT: String(server.port) },
    tablets,
    apk: await writeInventedApk(home.env['HOME'] ?? '', PACKAGE, 3_000_000),
    async close() {
      await Promise.all(tablets.map((tablet) => tablet.close()));
      await server.dispose();
      await home.remove();
    },
  };
}

export const android: readonly Step[] = [
  {
    says: 'pushes an Android package to two tablets through the real adb, with an outcome for each',
    skipped: skipReason,
    async does({ page, cable }) {
      await goTo(page, 'Inventaire');
      await button(page, 'Installer une application').click();
      const cart = page.getByRole('listitem');
      // Nobody has pressed « Autoriser » on the third: not even its serial number is known yet.
      await cart.filter({ hasText: 'Tablette sans nom' }).getByText('Attend votre accord').waitFor();
      await cart.filter({ hasText: 'Tablette 1' }).getByText('84 %').waitFor();
      await page.getByLabel('Choisir le fichier .apk').last().setInputFiles(cable.apk);
      await page.getByText(`${PACKAGE}.apk`).first().waitFor();
      for (const name of ['Tablette 1', 'Tablette 2']) {
        const box = page.getByRole('checkbox', { name });
        if ((await box.getAttribute('aria-checked')) !== 'true') await box.click();
      }
      await expectAccessible(page, 'installer une application');
      await button(page, 'Installer sur 2 tablettes').click();
      await page.getByText('Terminé : installée sur 2 tablettes sur 2').waitFor({ timeout: 60_000 });
      await expectAccessible(page, 'application installée');
      for (const tablet of cable.tablets.slice(0, 2)) expect([...tablet.installed.keys()]).toContain(PACKAGE);
      expect(cable.tablets[2]?.installed.size).toBe(0);
    },
  },
];
