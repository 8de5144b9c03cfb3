import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { bundledProgram } from '../bundled-program';

// The gateway as its image and `npm run commune` bundle it (Containerfile, build/commune.mjs): one file beside its packages.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const ROOT = join(import.meta.dirname, '../../..');
const { file, folder, running } = bundledProgram('sync-server/index.ts');

function program(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [file, ...args], {
    env: {
      ...process.env,
      HOST: undefined,
      PORT: undefined,
      PREAU_COMMUNE_TOKEN: undefined,
      PREAU_COMMUNE_DATA: folder,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, said: said.trim() }));
  return { child, ended, said: () => said };
}
const command = (args: readonly string[], env?: Readonly<Record<string, string>>) => program(args, env).ended;

it('needs no package that an installation without the developers’ would lack', () => {
  const asked = readFileSync(file, 'utf8').matchAll(/^import .*from "([^.][^"]*)";$/gm);
  const packages = [...asked].flatMap(([, name = '']) => (name.startsWith('node:') ? [] : [name]));
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  expect(packages).toContain('nano');
  expect(packages.filter((name) => !Object.hasOwn(dependencies, name))).toEqual([]);
});

it('gives codes and tells of schools while it runs, under whatever port, and when it does not', async () => {
  // As a service is started: by settings that the technician's shell does not have.
  const gateway = program([], { HOST: '127.0.0.1', PORT: '0' });
  await expect.poll(gateway.said, { timeout: 30_000 }).toMatch(/http:\/\/127\.0\.0\.1:\d+/);
  const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(gateway.said()) ?? [];
  expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ ok: true });

  const code = await command(['--code', '0951099D']);
  expect(code).toMatchObject({ code: 0, said: expect.stringMatching(/^\w{4}-\w{4}-\w{2}$/) as string });
  const wrong = await command(['--schools'], { PREAU_COMMUNE_TOKEN: 'un-tout-autre-jeton' });
  expect(wrong).toMatchObject({ code: 1, said: expect.stringContaining('PREAU_COMMUNE_TOKEN') as string });
  expect((await command(['--schools'])).said).toMatch(/0951099D.*pas encore inscrite/);

  gateway.child.kill('SIGTERM');
  await gateway.ended;
  expect((await command(['--code', '0951099D'])).said).toBe(code.said);
  expect((await command(['--schools'])).said).toContain('0951099D');
});

it('opens its folder again after a power cut, where nobody answers at the address it left', async () => {
  const gateway = program([], { HOST: '127.0.0.1', PORT: '0' });
  await expect.poll(gateway.said, { timeout: 30_000 }).toContain('http://');
  await command(['--code', '0951099D']);
  gateway.child.kill('SIGKILL');
  await gateway.ended;
  expect((await command(['--schools'])).said).toContain('0951099D');
});
