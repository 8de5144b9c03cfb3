import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { openAdbRoom, skipReason, type AdbRoom } from '../integration/android/adb';
import { recordedScreen } from '../integration/android/screen-fixture';
import { needs } from '../needs';
import { AdbdPeer } from '../peers/adbd';
import { launchApp, type RunningApp } from './harness';
import { look } from './walk/look';
import { button, goTo } from './walk/staff';

/** The demonstration's class, three of whose tablets are on the cable of a real adb server; everything by the screens. */
describe('Android tablets by cable', needs(skipReason === '', skipReason), () => {
  let app: RunningApp;
  let page: Page;
  let room: AdbRoom;
  let folder: string;
  const peers: AdbdPeer[] = [];
  const first = (): AdbdPeer => {
    const [peer] = peers;
    if (!peer) throw new Error('no tablet');
    return peer;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tablets-'));
    room = await openAdbRoom();
    for (const n of [1, 2, 3]) {
      const peer = await AdbdPeer.listen({
        serial: `DEMO000${n}`,
        model: 'Onze pouces',
        sdk: 30,
        battery: { level: 40 + n * 15 },
        screen: recordedScreen,
      });
      peer.installed.set('fr.ecole.lecture', Buffer.alloc(1));
      peer.installed.set('org.geogebra.android', Buffer.alloc(1));
      peer.versions.set('org.geogebra.android', '5.2.829');
      peers.push(peer);
      await room.plug(peer);
    }
    const waiting = await AdbdPeer.listen({ serial: 'DEMO0009', model: 'Onze pouces', authorised: false });
    peers.push(waiting);
    await room
      .bridge()
      .connect(waiting.address)
      .catch(() => undefined);
    app = await launchApp({
      demonstration: true,
      env: { ANDROID_ADB_SERVER_PORT: String(room.port), PREAU_LAN: '{"secure":0,"plain":0}' },
    });
    page = app.page;
    await page.getByRole('navigation', { name: 'Menu' }).waitFor();
  }, 90_000);
  afterAll(async () => {
    await app.close();
    await Promise.all(peers.map((peer) => peer.close()));
    await room.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('are listed with their name, their battery, and the gesture of the one that waits', async () => {
    await goTo(page, 'Inventaire');
    await button(page, 'Tablettes par câble').click();
    const list = page.locator('[data-test=cable-tablets]');
    await list.getByText('Tablette 1', { exact: true }).waitFor();
    await list.getByText('touchez « Autoriser »').waitFor();
    await list.getByText('55').first().waitFor();
    await look(page, 'tablettes-cable');
  });

  it('say how they are, and let an application go from one of them', async () => {
    await button(page, 'Voir Tablette 1').click();
    const sheet = page.getByRole('dialog', { name: 'Tablette 1' });
    await sheet.getByText('Batterie : 55 %').waitFor();
    await sheet.getByText('GeoGebra', { exact: true }).waitFor();
    await look(page, 'tablettes-fiche');
    await sheet.getByRole('button', { name: 'fr.ecole.lecture' }).click();
    await page.getByRole('menuitem', { name: 'Désinstaller' }).click();
    await sheet.getByRole('button', { name: /Désinstaller, données comprises/ }).click();
    await sheet.getByText('fr.ecole.lecture').waitFor({ state: 'detached' });
    expect(first().installed.has('fr.ecole.lecture')).toBe(false);
    expect(peers[1]?.installed.has('fr.ecole.lecture')).toBe(true);
    await page.keyboard.press('Escape');
  });

  it('receive a file in « Téléchargements », with progress on each', async () => {
    const path = join(folder, 'Le renard.pdf');
    await writeFile(path, Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(300_000, 1)]));
    await page.locator('input[type=file]').setInputFiles(path);
    await page.getByText(/reçu par 3 tablettes sur 3/).waitFor();
    expect(first().files.get('/sdcard/Download/Le renard.pdf')?.size).toBe(300_009);
    await look(page, 'tablettes-envoi');
  });

  it('show their screens on the wall: H.264 of screenrecord, decoded in the window', async () => {
    await goTo(page, 'Classe mobile');
    await page.getByText('15 en classe').waitFor();
    await page.setViewportSize({ width: 1366, height: 768 });
    // The recording's title bar is blue; nothing else that is drawn on this wall begins so.
    const blueTops = () =>
      page.locator('canvas[data-live=true]').evaluateAll(
        (tiles) =>
          tiles.filter((tile) => {
            const brush = tile instanceof HTMLCanvasElement ? tile.getContext('2d') : null;
            if (!brush) return false;
            const [red = 255, , blue = 0] = brush.getImageData(
              Math.round(brush.canvas.width / 2),
              4,
              1,
              1,
            ).data;
            return blue - red > 40;
          }).length,
      );
    await expect.poll(blueTops, { timeout: 20_000 }).toBe(3);
  });

  it('let only one application stay while a lesson lasts, and the wall says so', async () => {
    await button(page, 'Plus').click();
    await page.getByRole('menuitem', { name: 'Applications et fichiers' }).click();
    const panel = page.getByRole('dialog', { name: 'Applications et fichiers' });
    await panel.getByRole('radio', { name: /Seulement celles-ci/ }).click();
    await panel.getByRole('checkbox', { name: /GeoGebra/ }).click();
    await look(page, 'seance-applications');
    await panel.locator('[data-test=apps-save]').click();
    await expect
      .poll(() => first().suspended.has('com.google.android.youtube'), { timeout: 20_000 })
      .toBe(true);
    expect(first().suspended.has('org.geogebra.android')).toBe(false);
    await panel.getByText('Android garde : Paramètres').first().waitFor();
    await look(page, 'seance-applications-dit');
    await page.keyboard.press('Escape');
    await page.locator('[data-test=apps-strip]').waitFor();
    await look(page, 'seance-applications-mur');
    await page.locator('[data-test=apps-all]').click();
    await expect.poll(() => first().suspended.size, { timeout: 20_000 }).toBe(0);
  });

  it('stand beside laptops in pupil mode: applications and copies held there, and of the others it is said why not', async () => {
    await button(page, 'Plus').click();
    await page.getByRole('menuitem', { name: 'Applications et fichiers' }).click();
    const panel = page.getByRole('dialog', { name: 'Applications et fichiers' });
    await panel.getByText('2 ordinateurs en mode élève, 3 tablettes par câble').waitFor();
    const open = async (name: string, said: string): Promise<void> => {
      await panel.getByLabel('Une application, sur tous les appareils qui l’ont').click();
      await page.getByRole('option', { name }).click();
      await panel.locator('[data-test=apps-start]').click();
      await panel.locator('[data-test=apps-ran]').getByText(said).first().waitFor();
    };
    await open('Dessin', 'Fait sur 2 appareils');
    await panel.getByRole('radio', { name: /Seulement celles-ci/ }).click();
    // One name for what tablets know by a package and laptops by a word.
    await panel.getByText('sur 3 tablettes, sur 2 ordinateurs').waitFor();
    await panel.getByRole('checkbox', { name: /GeoGebra/ }).click();
    await panel.getByRole('radio', { name: /Bloquée/ }).click();
    await panel.getByText('peut encore enregistrer par son propre menu').waitFor();
    await panel.locator('[data-test=apps-save]').click();
    const results = panel.locator('[data-test=apps-results]');
    const laptop = results.locator('li', { hasText: 'Ordinateur 1' });
    await laptop.getByText('3 ne s’ouvrent pas').waitFor();
    await laptop.getByText('fermé à l’instant : Dessin').waitFor();
    await laptop.getByText('copie bloquée').waitFor();
    await results
      .locator('li', { hasText: 'Tablette 1' })
      .getByText('copie : Son système ne le permet pas')
      .waitFor();
    await panel
      .locator('[data-test=apps-cannot]', { hasText: 'Ordinateur 3' })
      .getByText('Ouvrez-y Préau en mode élève.')
      .waitFor();
    await look(page, 'seance-mode-eleve');
    await open('Traitement de texte', 'Elle n’est pas permise dans cette séance');
    await look(page, 'seance-mode-eleve-ouvrir');
    await page.keyboard.press('Escape');
    const strip = page.locator('[data-test=apps-strip]');
    await strip.getByText('Applications limitées sur 5 appareils').waitFor();
    await strip.getByText('Copie bloquée sur 2 ordinateurs').waitFor();
    await page.keyboard.press('F9');
    await strip.getByText('Copie bloquée sur 2 ordinateurs').waitFor();
    await look(page, 'seance-mode-eleve-mur');
    await page.keyboard.press('F9');
    await page.locator('[data-test=apps-all]').click();
    await strip.waitFor({ state: 'detached' });
  });

  it('give their photographs as work, and are cleaned of what this lesson made', async () => {
    const made = Math.floor(Date.now() / 1000) + 5;
    const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(90_000, 7)]);
    const photo = { bytes: jpeg, mode: 0o660, mtime: made };
    for (const peer of peers.slice(0, 3)) peer.files.set('/sdcard/DCIM/Camera/IMG_1.jpg', photo);
    first().files.set('/sdcard/DCIM/Camera/vieille.jpg', { ...photo, mtime: made - 90_000_000 });
    await button(page, 'Plus').click();
    await page.getByRole('menuitem', { name: 'Applications et fichiers' }).click();
    const panel = page.getByRole('dialog', { name: 'Applications et fichiers' });
    await panel.getByRole('tab', { name: 'Ramasser des fichiers' }).click();
    await panel.locator('[data-test=apps-fetch]').click();
    await expect.poll(() => panel.getByText('un fichier ramassé').count(), { timeout: 20_000 }).toBe(3);
    await look(page, 'seance-ramasser');
    await panel.getByRole('tab', { name: 'Effacer' }).click();
    await panel.locator('[data-test=apps-look]').click();
    // Three photographs, and the document that was sent to three tablets meanwhile.
    await panel.getByText(/6 fichiers seront effacés/).waitFor();
    await look(page, 'seance-effacer');
    await panel.locator('[data-test=apps-clean]').click();
    await panel.locator('[data-test=apps-cleaned]').getByText('Fait').nth(2).waitFor();
    expect([...first().files.keys()]).toContain('/sdcard/DCIM/Camera/vieille.jpg');
    expect([...first().files.keys()]).not.toContain('/sdcard/DCIM/Camera/IMG_1.jpg');
    await page.keyboard.press('Escape');
  });

  it('are cleaned at the end of the lesson too: what each keeps of it is counted, and goes at one press', async () => {
    const photo = { bytes: Buffer.alloc(120_000, 9), mode: 0o660, mtime: Math.floor(Date.now() / 1000) + 5 };
    for (const peer of peers.slice(0, 2)) peer.files.set('/sdcard/DCIM/Camera/IMG_2.jpg', photo);
    await button(page, 'Plus').click();
    await page.getByRole('menuitem', { name: 'Fermer la séance' }).click();
    const dialog = page.getByRole('dialog', { name: 'Fin de la séance' });
    await dialog.locator('[data-test=clean-run]').click();
    const tablets = dialog.locator('[data-test=end-tablets]');
    await tablets.getByText('Tablette 1 un fichier (0,1 Mo)').waitFor({ timeout: 60_000 });
    await look(page, 'seance-fin-tablettes');
    await tablets.getByRole('button', { name: 'Effacer ces 2 fichiers des tablettes' }).click();
    await tablets.getByText('nettoyée').nth(2).waitFor();
    expect(peers.some((peer) => peer.files.has('/sdcard/DCIM/Camera/IMG_2.jpg'))).toBe(false);
    expect([...first().files.keys()]).toContain('/sdcard/DCIM/Camera/vieille.jpg');
  });
});
