import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { processTree, ROOT } from './harness';
import { REHEARSAL } from './walk/network';

/** A second start finds everything in place; the bench measures it, this only tells seconds from minutes. */
const QUICK_MS = 30_000;

describe('npm start on a machine without a display', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'preau-start-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

  it('prints a link that shows the shell again and again, and lets one person in', async () => {
    const started = await start(folder);
    try {
      for (let time = 0; time < 2; time += 1) {
        const shell = await fetch(`${started.link.origin}/`);
        expect(shell.status).toBe(200);
        expect(await shell.text()).toContain('<title>Préau</title>');
      }
      const code = new URLSearchParams(started.link.hash.slice(1)).get('code');
      const redeem = () =>
        fetch(`${started.link.origin}/session`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: started.link.origin },
          body: JSON.stringify({ code }),
        });
      const first = await redeem();
      expect(first.status).toBe(200);
      expect(await first.json()).toMatchObject({ token: expect.stringMatching(/.{20}/) as string });
      expect((await redeem()).ok).toBe(false);
      expect(started.said.join('\n')).toContain('No display');
    } finally {
      await started.stop();
    }
  });

  it('starts again in seconds, and leaves nothing running behind ctrl-C', async () => {
    const begun = Date.now();
    const started = await start(folder);
    const took = Date.now() - begun;
    console.log(`second start: ${(took / 1000).toFixed(1)} s`);
    expect(took).toBeLessThan(QUICK_MS);
    expect(started.said.join('\n')).not.toMatch(/Installing|Building/);
    const tree = await processTree(started.main.pid ?? 0);
    expect(tree.length).toBeGreaterThan(2);
    await started.stop();
    await Promise.all(tree.map((process) => process.gone()));
    await expect(fetch(started.link.origin)).rejects.toThrow();
  });
});

interface Started {
  readonly main: ChildProcess;
  readonly link: URL;
  /** What was printed before the link. */
  readonly said: readonly string[];
  stop(): Promise<void>;
}

async function start(dataFolder: string): Promise<Started> {
  const env: NodeJS.ProcessEnv = { ...process.env, PREAU_DATA: dataFolder, PREAU_LAN: REHEARSAL };
  delete env['DISPLAY'];
  delete env['WAYLAND_DISPLAY'];
  const main = spawn(process.execPath, [join(ROOT, 'build/start.mjs')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  for await (const line of createInterface({ input: main.stdout })) {
    const at = line.indexOf('http://127.0.0.1:');
    if (at < 0) {
      said.push(line);
      continue;
    }
    return {
      main,
      link: new URL(line.slice(at).trim()),
      said,
      async stop() {
        if (main.exitCode !== null || main.signalCode !== null) return;
        const ended = once(main, 'exit');
        main.kill('SIGINT');
        await ended;
      },
    };
  }
  throw new Error(`it ended without a link:\n${said.join('\n')}`);
}
