// A class opened at once: « Ma classe, tout de suite ».
import { walkGuide } from './open.mjs';

await walkGuide(async ({ page, shoot, press, closeDialog }) => {
  await press('Ma classe, tout de suite');
  // Another folder opens first: its welcome, with the same door.
  const door = page.getByRole('link', { name: 'Ma classe, tout de suite' });
  await door.or(page.locator('textarea')).first().waitFor();
  if (await door.isVisible()) await door.click();
  await page.locator('textarea').fill('Aïcha, Alice, Camille, Elif, Éliott, Fatou, Gabriel, Gaspard');
  await shoot('prenoms');
  await press('Ouvrir ma classe');
  await page.getByRole('dialog').waitFor();
  await shoot('faire-entrer');
  await closeDialog();
});
