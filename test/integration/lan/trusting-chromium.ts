import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/**
 * A real Chromium whose user trusts the school's root, as an enrolled device does: the root goes into an NSS database
 * under a HOME of its own. No certificate error is ever ignored, so service workers and secure contexts are real.
 */
export async function trustingChromium(
  rootPem: string,
  options: { readonly args?: readonly string[] } = {},
): Promise<{ readonly browser: Browser; close(): Promise<void> }> {
  const home = mkdtempSync(join(tmpdir(), 'preau-chromium-'));
  trust(home, rootPem);
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', ...(options.args ?? [])],
    env: { ...process.env, HOME: home, XDG_DATA_HOME: join(home, '.local', 'share') },
  });
  return {
    browser,
    async close() {
      await browser.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Chromium reads `~/.pki/nssdb`, newer ones `$XDG_DATA_HOME/pki/nssdb`; both are filled. */
export function trust(home: string, rootPem: string): void {
  const pem = join(home, 'root.pem');
  writeFileSync(pem, rootPem);
  for (const folder of [join(home, '.pki', 'nssdb'), join(home, '.local', 'share', 'pki', 'nssdb')]) {
    mkdirSync(folder, { recursive: true });
    execFileSync('certutil', ['-d', `sql:${folder}`, '-N', '--empty-password']);
    execFileSync('certutil', ['-d', `sql:${folder}`, '-A', '-t', 'C,,', '-n', 'preau-school', '-i', pem]);
  }
}
