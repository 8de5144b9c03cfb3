import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { openSchool, TEACHER } from '../lan/school';
import { connectorContract, Told, type ContractBench, type ContractDevice } from './contract';
import { createSeatConnector, seated } from './seats';

const HOOKS = join(import.meta.dirname, '../../faults/resolve-ts.mjs');
const INLINE = join(import.meta.dirname, 'inline.mjs');
const PROGRAM = join(import.meta.dirname, 'pupil.program.ts');

async function make(): Promise<ContractBench> {
  const school = await openSchool();
  const folder = mkdtempSync(join(tmpdir(), 'simulated-'));
  const told = new Told();
  await school.classroom.open(TEACHER, { mode: 'numbered', title: 'Simulés' });
  const children = new Set<ChildProcess>();
  const devices: ContractDevice[] = [];
  for (const index of [0, 1]) {
    const { client, key, keyId, device } = await school.enrolled(`Ordinateur ${index + 1}`);
    await client.close();
    const file = join(folder, `${index}.json`);
    writeFileSync(
      file,
      JSON.stringify({ origin: school.origin, root: school.root, pem: key.pem, keyId, index }),
    );
    let child: ChildProcess;
    const begin = (): void => {
      child = spawn(
        process.execPath,
        [
          '--experimental-transform-types',
          '--no-warnings',
          '--import',
          HOOKS,
          '--import',
          INLINE,
          PROGRAM,
          file,
        ],
        { stdio: 'ignore' },
      );
      children.add(child);
    };
    begin();
    devices.push({
      id: device,
      async die() {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      },
      revive: begin,
      freeze: () => void child.kill('SIGSTOP'),
      thaw: () => void child.kill('SIGCONT'),
    });
  }
  const [device, other] = devices;
  if (!device || !other) throw new Error('two devices are needed');
  await seated(school, [device.id, other.id]);
  const connector = createSeatConnector(school, told);
  let stopped: Promise<void> | undefined;
  return {
    connector,
    device,
    other,
    told,
    stop: () =>
      (stopped ??= (async () => {
        await connector.close();
        for (const child of children) child.kill('SIGKILL');
        rmSync(folder, { recursive: true, force: true });
      })()),
  };
}

const NO = ['impossible'] as const;
describe('the simulated device of the demonstration', () => {
  connectorContract(make, {
    screen: ['done'],
    lock: ['done'],
    message: NO,
    'open-page': ['done'],
    'open-file': NO,
    'start-app': NO,
    'stop-app': NO,
    demo: NO,
    power: NO,
    wake: NO,
    proxy: NO,
    clean: NO,
    help: NO,
  });
});
