import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { workshop, type TestHost } from '../integration/host/hosts';
import { launchApp } from './harness';
import { REHEARSAL } from './walk/network';
import { look } from './walk/look';
import { button, signIn } from './walk/staff';

const PASSWORD = 'le chat dort sous le préau';
const HEAD = { name: 'Hélène Aubry', login: 'h.aubry' };
const TILLEULS = 'École des Tilleuls';
const VAL = 'École primaire intercommunale Jean-Baptiste-Poquelin du Val-de-la-Haute-Vallée';

/** A teacher of two schools on one laptop, without a keychain: each opens with its own password. */
describe('« Changer d’école »', () => {
  const shop = workshop();
  afterAll(() => shop.end());

  async function make(folder: string, name: string, uai: string): Promise<TestHost> {
    const host = await shop.open(folder, { keychain: false });
    await host.ask('school.create', {
      name,
      uai,
      timeZone: 'Europe/Paris',
      head: { first: 'Hélène', family: 'Aubry', password: PASSWORD },
    });
    await host.close();
    return host;
  }

  it('goes from one to the other, and to the door of a third', async () => {
    const first = await make('school', TILLEULS, '0951099D');
    await make(join('schools', 'aaaaaaaaaaaaa'), VAL, '0951100E');
    const app = await launchApp({
      dataFolder: join(first.folder, '..'),
      env: { PREAU_LAN: REHEARSAL },
    });
    try {
      const { page } = app;
      const school = (name: string) => page.getByRole('navigation', { name: 'Menu' }).getByText(name);
      await signIn(page, HEAD, PASSWORD);
      await school(TILLEULS).waitFor();
      await button(page, HEAD.name).click();
      await page.getByRole('menuitem', { name: 'Changer d’école' }).click();
      await page.getByRole('heading', { name: 'Mes écoles' }).waitFor();
      await look(page, 'ecoles');

      await button(page, 'Ouvrir').click();
      // Nobody is signed in there: the password of this school is asked.
      await signIn(page, HEAD, PASSWORD);
      await school(VAL).waitFor();
      await button(page, HEAD.name).click();
      await page.getByRole('menuitem', { name: 'Changer d’école' }).click();
      await button(page, `Ouvrir ${TILLEULS}`).waitFor();
      await look(page, 'ecoles-nommees');

      // One more, given up: the way back, and no trace of it.
      await button(page, 'Rejoindre une autre école').click();
      await page.getByRole('heading', { name: 'Rejoindre mon école' }).waitFor();
      await page.getByRole('link', { name: 'Préau' }).click();
      await page.getByRole('link', { name: 'Revenir à mes autres écoles' }).waitFor();
      await look(page, 'ecole-de-plus');
      await page.getByRole('link', { name: 'Revenir à mes autres écoles' }).click();
      await button(page, `Ouvrir ${TILLEULS}`).click();
      await page.getByLabel('Votre mot de passe').waitFor();
      await page.getByRole('heading', { name: TILLEULS }).waitFor();
      await look(page, 'connexion');
      await page.getByRole('link', { name: 'Changer d’école' }).click();
      await page.getByRole('listitem').filter({ hasText: TILLEULS }).getByText('Ouverte').waitFor();
      await page.getByRole('listitem').filter({ hasText: VAL }).waitFor();
      await page.getByText('Nouvelle école').waitFor({ state: 'detached' });
    } finally {
      await app.close();
    }
  });
});
