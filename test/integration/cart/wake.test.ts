/** Wake-on-LAN as the network sees it: two namespaces, a cable between them, tcpdump at the sleeping end. */
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { needs } from '../../needs';

const run = promisify(execFile);
const has = (program: string, flag: string): boolean => spawnSync(program, [flag]).error === undefined;
const able =
  process.platform === 'linux' && process.getuid?.() === 0 && has('ip', '-V') && has('tcpdump', '--version');
const MAC = '02005e105007';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function cable(): Promise<{ awake: string; asleep: string }> {
  const awake = `preau-w${process.pid}a`;
  const asleep = `preau-w${process.pid}b`;
  for (const name of [awake, asleep]) {
    await run('ip', ['netns', 'add', name]);
    endings.push(() => run('ip', ['netns', 'del', name]));
  }
  const link = [
    'link',
    'add',
    'name',
    'e0',
    'netns',
    awake,
    'type',
    'veth',
    'peer',
    'name',
    'e0',
    'netns',
    asleep,
  ];
  await run('ip', link);
  for (const [name, address] of [
    [awake, '10.99.0.1/24'],
    [asleep, '10.99.0.7/24'],
  ] as const) {
    await run('ip', ['-n', name, 'addr', 'add', address, 'brd', '+', 'dev', 'e0']);
    await run('ip', ['-n', name, 'link', 'set', 'e0', 'up']);
  }
  // A veth carries once both of its ends are up; the kernel says so a moment later.
  await expect
    .poll(async () => (await run('ip', ['-n', awake, '-br', 'link', 'show', 'e0'])).stdout)
    .toContain('UP');
  return { awake, asleep };
}

/** What arrives at port 9 there, in hexadecimal, once tcpdump listens. */
function listen(namespace: string): Promise<{ seen: () => string }> {
  const child: ChildProcess = spawn(
    'ip',
    ['netns', 'exec', namespace, 'tcpdump', '-i', 'e0', '-n', '-U', '-l', '-x', 'udp', 'port', '9'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  endings.push(() => void child.kill('SIGKILL'));
  let heard = '';
  child.stdout?.on('data', (bytes: Buffer) => (heard += bytes.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.stderr?.on('data', (bytes: Buffer) => {
      if (bytes.toString().includes('listening on')) resolve({ seen: () => heard });
    });
  });
}

describe('waking', needs(able, 'needs root, ip (iproute2) and tcpdump'), () => {
  it('sends a magic packet to every device of the network: six FF, then the address sixteen times', async () => {
    const { awake, asleep } = await cable();
    const { seen } = await listen(asleep);
    const hooks = join(import.meta.dirname, '../../faults/resolve-ts.mjs');
    const program = join(import.meta.dirname, 'wake.program.ts');
    const node = [
      process.execPath,
      '--experimental-transform-types',
      '--no-warnings',
      '--import',
      hooks,
      program,
    ];
    const { stdout } = await run('ip', ['netns', 'exec', awake, ...node, MAC]);
    expect(JSON.parse(stdout)).toEqual({ state: 'done' });
    const bytes = (): string =>
      seen()
        .replace(/^\s+0x[0-9a-f]+:/gm, '')
        .replace(/\s/g, '');
    await expect.poll(bytes).toContain('ff'.repeat(6) + MAC.repeat(16));
    expect(seen()).toMatch(/10\.99\.0\.1\.\d+ > (10\.99\.0\.255|255\.255\.255\.255)\.9: UDP, length 102/);
  });

  it('says that nothing could be sent where there is no network, and that no such address exists', async () => {
    const name = `preau-w${process.pid}c`;
    await run('ip', ['netns', 'add', name]);
    endings.push(() => run('ip', ['netns', 'del', name]));
    const hooks = join(import.meta.dirname, '../../faults/resolve-ts.mjs');
    const program = join(import.meta.dirname, 'wake.program.ts');
    const node = [
      process.execPath,
      '--experimental-transform-types',
      '--no-warnings',
      '--import',
      hooks,
      program,
    ];
    const alone = await run('ip', ['netns', 'exec', name, ...node, MAC]);
    expect(JSON.parse(alone.stdout)).toEqual({ state: 'impossible', why: 'unreachable' });
    const wrong = await run('ip', ['netns', 'exec', name, ...node, '0200']);
    expect(JSON.parse(wrong.stdout)).toEqual({ state: 'impossible', why: 'broken' });
  });
});
