import { systemTimers } from '../../../src/main/cart/timers';
import { SimulatedHub } from '../../../src/demo/hub/hub';
import { serveHub } from '../../../src/demo/hub/server';
import { expectAccessible } from './accessible';
import { button, goTo } from './staff';
import type { Step } from './steps';

/** Before any device has said its own charge. */
export const silentCart: readonly Step[] = [
  {
    says: 'has a cart that says nothing, and what a person said of it',
    async does({ page }) {
      await goTo(page, 'Chariots');
      await page.getByText('On ne sait encore rien des 15 tablettes').waitFor();
      await button(page, 'Tout est rangé et branché').click();
      await page.getByText('C’est noté : le chariot est rangé.').first().waitFor();
      await expectAccessible(page, 'chariot muet');
    },
  },
];

export const hub: readonly Step[] = [
  {
    says: 'hears a charging hub place by place, says when it is unplugged, and finds it again by itself',
    async does(world) {
      const { page } = world;
      await goTo(page, 'Chariots');
      const simulated = new SimulatedHub({ timers: systemTimers, speed: 20 });
      // Tablet 7 never came back.
      simulated.fill([7]).elapse(4_000);
      let server = await serveHub(simulated, systemTimers);
      const { port } = server;
      world.later(() => server.close());
      await page.locator('main header').getByRole('button').last().click();
      await page.getByRole('menuitem', { name: /^Relier une borne de charge/ }).click();
      const dialog = page.getByRole('dialog', { name: 'Relier ce qui parle de la charge' });
      await dialog.getByRole('radio', { name: /Une borne par le réseau/ }).click();
      await dialog.getByLabel('Adresse').fill('127.0.0.1');
      await dialog.getByLabel('Numéro de port').fill(String(port));
      await page.keyboard.press('Enter');
      await dialog.getByText('15 places répondent').waitFor();
      await expectAccessible(page, 'chariot, relier une borne');
      await page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'hidden' });
      const bay = (n: number) => page.locator(`[data-bay="${n}"]`);
      await bay(7).and(page.locator('[data-word=missing]')).waitFor();
      await bay(3).and(page.locator('[data-word=charging], [data-word=ready]')).waitFor();
      await expectAccessible(page, 'chariot');

      await bay(3).click();
      const details = page.getByRole('dialog', { name: 'Tablette 3' });
      await details.getByText(/\d mA/).waitFor();
      await details.getByText(/\d Wh/).waitFor();
      await details
        .getByText(/d’après .*borne de charge/)
        .first()
        .waitFor();
      await expectAccessible(page, 'chariot, une place');
      await page.keyboard.press('Escape');

      await server.close();
      await page.getByText(/La borne de charge ne répond plus/).waitFor({ timeout: 60_000 });
      await bay(3).and(page.locator('[data-stale=true]')).waitFor({ timeout: 60_000 });
      await expectAccessible(page, 'chariot, borne perdue');
      server = await serveHub(simulated, systemTimers, port);
      await page
        .getByText(/La borne de charge ne répond plus/)
        .waitFor({ state: 'detached', timeout: 60_000 });
      await bay(3).and(page.locator(':not([data-stale])')).waitFor({ timeout: 60_000 });
    },
  },
];
