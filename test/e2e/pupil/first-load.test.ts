import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { enrolDevice } from './browser';
import { measureFirstLoad } from './figures';
import { useScene } from './scene';

const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };

/** Two cores shared with the rest of the tests: the bound that counts is measured by `npm run bench -- start`. */
const MOST_MS = 2_500;

describe('the first load', () => {
  const scene = useScene();

  it('fits a slow tablet: at most 150 kB, usable within a second', async () => {
    const measure = () =>
      measureFirstLoad(scene.browser, scene.door.origin, (page) => enrolDevice(page, scene.door.origin));
    let load = await measure();
    // The fastest of three: another test's browser starts beside one of them.
    for (let again = 0; again < 2 && load.interactiveMs > MOST_MS; again += 1) {
      const other = await measure();
      if (other.interactiveMs < load.interactiveMs) load = other;
    }
    console.log(
      `pupil_bundle_kb ${load.bundleKb}  pupil_interactive_ms ${load.interactiveMs}  ${JSON.stringify(load.files)}`,
    );
    expect(load.bundleKb).toBeLessThanOrEqual(150);
    expect(load.files.some((file) => /pdf/i.test(file.name))).toBe(false);
    expect(load.interactiveMs).toBeLessThanOrEqual(MOST_MS);
  });

  it('leaves the PDF reader for later, with its own figure', async () => {
    const assets = join(scene.folder, 'assets');
    let later = 0;
    for (const name of await readdir(assets))
      if (/pdf/i.test(name))
        later += brotliCompressSync(await readFile(join(assets, name)), { params }).length;
    console.log(`pdf_reader_kb ${Math.round(later / 100) / 10}`);
    expect(later).toBeGreaterThan(0);
  });
});
