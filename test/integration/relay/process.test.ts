import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { bundledProgram } from '../bundled-program';
import { actor, CE1, founding, HEAD, idOf, suivi, write } from '../sync/poste';

// The program as `npm run relay` bundles it, with what it needs to bind, meet, be killed and come back.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const { file, folder, running } = bundledProgram('src/relay/index.ts');

function relay(
  args: readonly string[],
  neighbours = '',
): { child: ChildProcess; says(pattern: RegExp): Promise<RegExpMatchArray> } {
  const child = spawn(process.execPath, [file, ...args], {
    env: {
      ...process.env,
      PREAU_RELAY_DATA: join(folder, 'data'),
      HOST: '127.0.0.1',
      PORT: '0',
      PREAU_RELAY_NEIGHBOURS: neighbours,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  let said = '';
  const heard = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      for (const check of heard) check();
    });
  return {
    child,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const match = pattern.exec(said);
          if (match) resolve(match);
        };
        heard.add(check);
        child.once('close', () => reject(new Error(`ended: ${said}`)));
        check();
      }),
  };
}

it('is introduced by six digits on its terminal, survives SIGKILL, and says what it carries without a name', async () => {
  const head = await founding();
  await write(head, suivi(CE1), idOf('event', 'k'), { text: 'avant la coupure' });
  const { port } = head.postes.address;
  head.postes.introductions.openRelay(actor(HEAD));
  const first = relay(['--introduce', `127.0.0.1:${port}`], `127.0.0.1:${port}`);
  const [, left, right] = await first.says(/: (\d{3}) (\d{3})/);
  await head.postes.introductions.confirm(actor(HEAD), `${left}${right}`);
  await first.says(/Relais ouvert : 127\.0\.0\.1:(\d+)/);

  await first.says(/Première synchronisation faite/);
  const killed = once(first.child, 'close');
  first.child.kill('SIGKILL');
  expect(await killed).toEqual([null, 'SIGKILL']);

  const again = relay([], `127.0.0.1:${port}`);
  const [, next] = await again.says(/Relais ouvert : 127\.0\.0\.1:(\d+)/);
  await again.says(/Première synchronisation faite/);
  const status = relay(['--status']);
  const [lines] = await status.says(/État du [\s\S]*Refusés : \d+/);
  expect(lines).toContain('suivi');
  expect(lines).not.toMatch(/École|coupure|staff_|class_/);
  const ended = once(again.child, 'close');
  expect(Number(next)).toBeGreaterThan(0);
  again.child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  await head.close();
});
