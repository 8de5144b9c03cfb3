// The demonstration school as it opens: « Ma première séance », the cart, synchronisation.
import { walkGuide } from './open.mjs';

await walkGuide(async ({ page, shoot, press, goTo, closeDialog }) => {
  await goTo('Classe mobile');
  await page.locator('[data-test=wall] button').nth(14).waitFor();
  await page.waitForTimeout(6_000);
  await shoot('seance');
  await press('Attention !');
  await shoot('attention');
  await press('Libérer les écrans');
  await press('Envoyer', { exact: true });
  await shoot('envoyer');
  await closeDialog();
  await page.locator('[data-test=last-item]').click();
  await shoot('recu');
  await closeDialog();
  await page.locator('[data-test=work]').click();
  await page.getByRole('row').nth(1).waitFor();
  await shoot('travaux');
  await goTo('Appareils');
  await press('Préparer un appareil');
  await press('Suivant');
  await shoot('preparer');
  await closeDialog();
  await goTo('Chariots');
  await page.locator('article button.open').first().click();
  await page.locator('[data-bay="15"]').waitFor();
  await shoot('chariot');
  await press('Ranger', { exact: true });
  await shoot('ranger');
  await closeDialog();
  await goTo('Synchronisation');
  await press('Synchroniser maintenant');
  await page.getByText('Rien n’attend').waitFor();
  await shoot('synchroniser');
});
