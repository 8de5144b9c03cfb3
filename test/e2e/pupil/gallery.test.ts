import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildForProduction, LAPTOP, launchChromium, ROOT } from './browser';

const require = createRequire(import.meta.url);
const AXE = require.resolve('axe-core/axe.min.js');
const SHOTS = process.env['PREAU_SHOTS'];
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

describe('the kit', () => {
  it('reads in both themes: every component, a dialog, a drawer and a message', async () => {
    const outDir = await mkdtemp(join(tmpdir(), 'preau-kit-'));
    const gallery = join(ROOT, 'src/renderer/kit/gallery');
    await buildForProduction(join(gallery, 'vite.config.ts'), outDir, gallery);
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://kit').pathname;
      readFile(join(outDir, path === '/' ? 'index.html' : path)).then(
        (body) =>
          response
            .writeHead(200, {
              'content-type': TYPES[extname(path)] ?? (path === '/' ? 'text/html' : 'font/woff2'),
            })
            .end(body),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const browser = await launchChromium();
    try {
      for (const theme of ['light', 'dark']) {
        const page = await browser.newPage({ ...LAPTOP, reducedMotion: 'reduce' });
        const errors: string[] = [];
        page.on('pageerror', (error) => errors.push(error.message));
        await page.goto(`http://127.0.0.1:${port}/?theme=${theme}`);
        const check = async (name: string): Promise<void> => {
          if (SHOTS) {
            await mkdir(SHOTS, { recursive: true });
            await page.screenshot({
              path: join(SHOTS, `kit-${theme}-${name}.png`),
              fullPage: name === 'all',
            });
          }
          const found = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
          const said = found.violations.map(
            ({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)} ${nodes[0]?.failureSummary}`,
          );
          expect.soft(said, `${theme}, ${name}`).toEqual([]);
        };
        await page.evaluate(await readFile(AXE, 'utf8'));
        await check('all');
        await page.locator('[data-test=toast]').click();
        await page.locator('.k-toast').waitFor();
        await page.locator('[data-test=dialog]').click();
        await page.getByRole('dialog', { name: 'Créer une classe' }).waitFor();
        await check('dialog');
        await page.keyboard.press('Escape');
        await page.locator('[data-test=drawer]').click();
        await page.getByRole('dialog', { name: 'Tablette 7' }).waitFor();
        await check('drawer');
        expect(errors).toEqual([]);
        await page.close();
      }
    } finally {
      await browser.close();
      server.close();
      await rm(outDir, { recursive: true, force: true });
    }
  });
});
