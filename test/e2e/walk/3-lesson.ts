import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import { expectAccessible } from './accessible';
import * as child from './child';
import { button, choose, goTo } from './staff';
import type { Step } from './steps';
import { CART } from './2-cart';
import { devicesOf, type World } from './world';

/** The school's root as the plain page hands it to whoever asks: what an adult installs on a device, as PEM. */
async function fetchAuthority(trustUrl: string): Promise<string> {
  const answer = await fetch(new URL('/ecole.crt', trustUrl));
  expect(answer.status).toBe(200);
  const lines =
    Buffer.from(await answer.arrayBuffer())
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** The three steps of the enrolment dialog. @returns what the last one shows: where to go and what to type there */
export async function readTicket(world: World): Promise<{ address: string; code: string }> {
  const dialog = world.page.getByRole('dialog', { name: 'Préparer un appareil' });
  await button(dialog, 'Suivant').click();
  const address = dialog.locator('.address');
  await address.waitFor();
  world.authority ||= await fetchAuthority(await address.innerText());
  await button(dialog, 'C’est fait').click();
  const code = await dialog
    .getByTestId('enrol-code')
    .or(dialog.locator('[data-test=enrol-code]'))
    .innerText();
  return { address: (await address.innerText()).trim(), code: code.replace(/\s/g, '') };
}
export async function endEnrolment(page: Page, label: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Préparer un appareil' });
  await dialog.getByText(`${label} est prête`).waitFor();
  await button(dialog, 'Terminer').click();
}

export const enrol: readonly Step[] = [
  {
    says: 'prepares two tablets and a computer: trust the school, then ten letters or the QR code',
    async does(world) {
      const { page } = world;
      await goTo(page, 'Appareils');
      await expectAccessible(page, 'appareils');
      for (const label of ['Tablette 1', 'Tablette 2']) {
        await button(page, `Actions sur ${label}`).click();
        await page.getByRole('menuitem', { name: 'Le reconnaître ici' }).click();
        const { address, code } = await readTicket(world);
        await expectAccessible(page, 'appareils, préparer');
        const device = await world.device({ kind: 'tablet', authority: world.authority });
        world.tablets.push(device);
        await device.page.goto(address);
        await device.page.getByRole('button', { name: 'Je suis un adulte' }).click();
        await expectAccessible(device.page, 'élève, reconnaître');
        await child.touchLetters(device.page, code);
        await child.button(device.page, 'Reconnaître').click();
        await device.page.getByText(/va (bientôt commencer|ouvrir la classe)/).waitFor();
        await endEnrolment(page, label);
      }
      await button(page, 'Préparer un appareil').click();
      await page.getByRole('dialog').getByRole('radio', { name: 'Ordinateur' }).click();
      const { address, code } = await readTicket(world);
      world.computer = await world.device({
        kind: 'desktop',
        authority: world.authority,
        args: ['--auto-accept-this-tab-capture'],
      });
      // The browser's dialog has no buttons for a test to press: this is somebody who takes « this tab » in it.
      await world.computer.context.addInitScript(() => {
        const ask = navigator.mediaDevices.getDisplayMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getDisplayMedia = (options) =>
          ask({ ...options, preferCurrentTab: true } as DisplayMediaStreamOptions);
      });
      // What the QR code carries: nothing is typed.
      await world.computer.page.goto(`${address}#enrol=${code}`);
      await world.computer.page.getByText(/va (bientôt commencer|ouvrir la classe)/).waitFor();
      await expectAccessible(world.computer.page, 'élève, attendre');
      await endEnrolment(page, 'Ordinateur 1');
      world.lessonUrl = address;
    },
  },
];

export const openLesson: readonly Step[] = [
  {
    says: 'opens a lesson for a class and a cart',
    async does({ page }) {
      await goTo(page, 'Classe mobile');
      await page.getByRole('button', { name: 'Ouvrir la séance' }).waitFor();
      await choose(page, page.getByLabel('Classe', { exact: true }), 'CP');
      await choose(page, page.getByLabel('Chariot'), CART);
      await page.getByLabel('Nom de la séance').fill('Lecture');
      await expectAccessible(page, 'classe, ouvrir');
      await button(page, 'Ouvrir la séance').click();
      await page.getByRole('heading', { name: 'Lecture', level: 1 }).waitFor();
    },
  },
  {
    says: 'lets pupils in by first name and picture code, alone or two on a device; a wrong code is said in words',
    async does(world) {
      const { page, codes } = world;
      const { one, two, computer } = devicesOf(world);
      const code = (name: string) => codes.get(name) ?? [];
      await one.page.getByRole('heading', { name: 'Qui es-tu ?' }).waitFor();
      await expectAccessible(one.page, 'élève, prénoms');
      await one.page.getByRole('button', { name: 'Alice', exact: true }).click();
      await expectAccessible(one.page, 'élève, code');
      await child.touchPictures(one.page, [...code('Alice')].reverse().concat('chat'));
      await one.page.getByRole('alert').getByText('Ce ne sont pas tes images').waitFor();
      await child.touchPictures(one.page, code('Alice'));
      await one.page.getByRole('heading', { name: 'Bonjour Alice !' }).waitFor();
      await expectAccessible(one.page, 'élève, accueil');

      await child.comeIn(two.page, 'Noé', code('Noé'));
      await child.button(two.page, 'Nous sommes deux').click();
      await child.comeIn(two.page, 'Zoé', code('Zoé'));
      await two.page.getByRole('heading', { name: 'Bonjour Noé et Zoé !' }).waitFor();

      await child.comeIn(computer.page, 'Jade', code('Jade'));
      for (const who of ['Alice', 'Noé, Zoé', 'Jade'])
        await page.getByRole('button', { name: new RegExp(`^${who},`) }).waitFor();
      await page.getByText('3 en classe').waitFor();
      await expectAccessible(page, 'mur');
    },
  },
  {
    says: 'knows a visitor by a number and stops a device that does not trust the school',
    async does(world) {
      const { page } = world;
      await button(page, 'Plus').click();
      await page.getByRole('menuitem', { name: 'Faire entrer' }).click();
      const panel = page.locator('[data-test=join-panel]');
      await panel.waitFor();
      await expectAccessible(page, 'classe, faire entrer');
      const code = (await panel.locator('[data-test=lesson-code]').innerText()).replace(/\s/g, '');
      const plain = (await panel.locator('.address').nth(1).innerText()).trim();
      await page.keyboard.press('Escape');

      const foreign = await world.device({ kind: 'tablet' });
      // Its browser refuses: the school is not trusted there. Nothing was said to it.
      await expect(foreign.page.goto(world.lessonUrl)).rejects.toThrow(/ERR_CERT_AUTHORITY_INVALID/);
      await foreign.page.waitForURL(/^chrome-error:/);
      await foreign.page.goto(plain);
      await expectAccessible(foreign.page, 'page simple');
      await foreign.page.getByRole('link', { name: 'J’entre avec le code du tableau' }).click();
      await foreign.page.getByRole('button', { name: 'J’ai le code' }).click();
      await child.touchLetters(foreign.page, code.startsWith('A') ? 'BBBBB' : 'AAAAA');
      await child.button(foreign.page, 'C’est bon').click();
      await foreign.page.getByRole('alert').getByText('Ce n’est pas le bon code').waitFor();
      await child.touchLetters(foreign.page, code);
      await child.button(foreign.page, 'C’est bon').click();
      await foreign.page.getByRole('heading', { name: /Tu es le numéro/ }).waitFor();
      await expectAccessible(foreign.page, 'visiteur');
      // No first name of the class reaches it.
      for (const name of world.codes.keys()) expect(await foreign.page.content()).not.toContain(name);
      await page.getByText('4 en classe').waitFor();
      await foreign.close();
    },
  },
];
