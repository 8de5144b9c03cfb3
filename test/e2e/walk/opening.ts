import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ROOT } from '../harness';
import { foundSchool, sheetIsPrinted } from './1-school';

const ONDE = ['eleves', 'responsables', 'enseignants'].map((name) =>
  join(ROOT, 'test/fixtures/onde/actuelle', `CSVExtraction-${name}.csv`),
);

/** A school just made, at the page where its people are brought in. @returns the code of its recovery sheet */
export async function newSchool(page: Page): Promise<string> {
  const code = await foundSchool(page);
  await sheetIsPrinted(page);
  await page.getByTestId('onde-files').waitFor({ state: 'attached' });
  return code;
}

/** From the page of imports: the whole extraction, written. */
export async function importOnde(page: Page): Promise<void> {
  await page.getByTestId('onde-files').setInputFiles(ONDE);
  await page.getByTestId('onde-check').click();
  await page.getByTestId('import-summary').waitFor();
  await page.getByTestId('import-write').click();
  await page.getByTestId('import-done').waitFor();
}
