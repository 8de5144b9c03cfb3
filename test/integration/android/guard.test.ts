import { execFile, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { guardLine } from '../../../src/main/android/guard';
import { needs } from '../../needs';
import { temporaryFolder } from './reach';

const HELD = {
  proxy: { set: '10.0.0.5:3128', before: '' },
  asleep: ['com.google.android.youtube', 'fr.ecole.jeu'],
  brightness: { before: '180', mode: '1' },
};
const SHELL = process.platform === 'linux' ? '/bin/sh' : '';

/** The loop that a tablet is left with, run by a real POSIX shell over stand-ins of Android's `settings` and `pm`. */
describe(
  'a tablet whose computer is gone for good',
  needs(SHELL !== '', 'no POSIX shell with setsid'),
  () => {
    async function tablet(until: number) {
      const folder = await temporaryFolder();
      const [bin, settings, log] = [join(folder, 'bin'), join(folder, 'settings'), join(folder, 'log')];
      await mkdir(bin);
      await mkdir(settings);
      const program = (name: string, body: string) =>
        writeFile(join(bin, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
      await program(
        'settings',
        `echo "settings $*" >> ${log}
f=${settings}/$2.$3
case "$1" in
  get) if [ -e "$f" ]; then cat "$f"; else echo null; fi;;
  put) echo "$4" > "$f";;
  delete) rm -f "$f";;
esac`,
      );
      await program('pm', `echo "pm $*" >> ${log}`);
      await program('sleep', `echo "sleep $*" >> ${log}\n/bin/sleep 0.1`);
      await writeFile(join(settings, 'global.preau_until'), String(until));
      await writeFile(join(settings, 'global.http_proxy'), HELD.proxy.set);
      const env = { PATH: `${bin}:/usr/bin:/bin` };
      return {
        set: (name: string, value: string) => writeFile(join(settings, name), value),
        get: (name: string) =>
          readFile(join(settings, name), 'utf8').then(
            (text) => text.trim(),
            () => '',
          ),
        log: () => readFile(log, 'utf8').catch(() => ''),
        stand: () => promisify(execFile)(SHELL, ['-c', guardLine(HELD)], { env }),
        env,
      };
    }
    const now = () => Math.floor(Date.now() / 1000);

    it('takes off by itself what was set, and ends', async () => {
      const one = await tablet(now() - 1);
      await one.stand();
      await expect.poll(() => one.get('global.http_proxy'), { timeout: 10_000 }).toBe(':0');
      await expect.poll(() => one.get('global.preau_guard'), { timeout: 10_000 }).toBe('');
      expect(await one.log()).toContain('pm unsuspend --user 0 com.google.android.youtube');
      expect(await one.log()).toContain('pm unsuspend --user 0 fr.ecole.jeu');
      expect(await one.get('system.screen_brightness')).toBe('180');
      expect(await one.get('global.preau_until')).toBe('');
    });

    it('leaves a proxy that somebody else has set meanwhile', async () => {
      const one = await tablet(now() - 1);
      await one.set('global.http_proxy', 'mairie.example:8080');
      await one.stand();
      await expect.poll(() => one.get('global.preau_guard'), { timeout: 10_000 }).toBe('');
      await expect.poll(one.log, { timeout: 10_000 }).toContain('delete global preau_guard');
      expect(await one.get('global.http_proxy')).toBe('mairie.example:8080');
      expect(await one.log()).toContain('pm unsuspend');
    });

    it('leaves everything while the computer says that it is there, and goes with what it guards', async () => {
      const one = await tablet(now() + 1_000);
      await one.stand();
      const looks = async () =>
        (await one.log()).split('\n').filter((line) => line.startsWith('sleep')).length;
      await expect.poll(looks, { timeout: 10_000 }).toBeGreaterThan(4);
      expect(await one.get('global.http_proxy')).toBe(HELD.proxy.set);
      // A newer one stands: the first ends, whatever it thinks.
      await one.set('global.preau_guard', '1');
      await one.set('global.preau_until', '0');
      // Four of its looks fit in that time.
      const more = async (): Promise<number> => {
        const before = await looks();
        await pause(400);
        return (await looks()) - before;
      };
      await expect.poll(more, { timeout: 5_000 }).toBe(0);
      expect(await one.get('global.http_proxy')).toBe(HELD.proxy.set);
    });

    it('outlives the shell that started it', async () => {
      const one = await tablet(now() + 2);
      const shell = spawn(SHELL, ['-c', guardLine(HELD)], { env: one.env, stdio: 'ignore', detached: true });
      await new Promise((resolve) => shell.once('exit', resolve));
      await expect.poll(() => one.get('global.preau_guard'), { timeout: 5_000 }).not.toBe('');
      try {
        process.kill(-(shell.pid ?? 0), 'SIGHUP');
      } catch {
        // Nothing is left in its group.
      }
      await expect.poll(() => one.get('global.http_proxy'), { timeout: 10_000 }).toBe(':0');
    });
  },
);
