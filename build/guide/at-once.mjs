// A class opened at once: « Ma classe, tout de suite ».
import { walkGuide } from './open.mjs';

await walkGuide(async ({ page, shoot, press, closeDialog }) => {
  await press('Ma classe, tout de suite');
  await page.locator('textarea').fill('Aïcha, Alice, Camille, Elif, Éliott, Fatou, Gabriel, Gaspard');
  await shoot('prenoms');
  await press('Ouvrir ma classe');
  await page.getByRole('dialog').waitFor();
  await shoot('faire-entrer');
  await closeDialog();
});
