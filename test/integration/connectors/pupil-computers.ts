import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Id } from '../../../src/domain/id';
import { DESKTOP, type TestSchool } from '../lan/school';
import { chromiumProcesses, type ChromiumProcesses } from './chromium-processes';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** What a computer remembers of a first meeting that an adult went through: the school, its door, its own key as a device. */
export async function remember(folder: string, school: TestSchool, label: string): Promise<Id<'device'>> {
  const { client, key, keyId, device } = await school.enrolled(label, DESKTOP);
  await client.close();
  await mkdir(folder, { recursive: true });
  const kept = {
    v: 1,
    root: school.root,
    doors: [`127.0.0.1:${school.door.securePort}`],
    key: { privateKey: key.pem, keyId },
  };
  await writeFile(join(folder, 'pupil-mode.json'), JSON.stringify(kept));
  return device;
}

/** A computer in pupil mode on the Electron stand-in, with nobody at it. */
export interface PupilComputer extends Omit<ChromiumProcesses, 'killAll'> {
  readonly folder: string;
  start(): void;
  /** It loses its current: every program of it ends. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export function pupilComputer(): PupilComputer {
  const folder = mkdtempSync(join(tmpdir(), 'preau-pupil-computer-'));
  let main: ChildProcess | undefined;
  const processes = chromiumProcesses(folder);
  async function kill(): Promise<void> {
    const ending = main;
    main = undefined;
    processes.killAll();
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, 'exit');
    ending.kill('SIGKILL');
    await ended;
    processes.killAll();
  }
  return {
    folder,
    start() {
      main = spawn(join(ROOT, 'build/stand-in/electron'), [ROOT, '--pupil-mode'], {
        stdio: 'ignore',
        env: {
          ...process.env,
          PREAU_DATA: folder,
          PREAU_DOORS: '[]',
          PREAU_NODE: process.execPath,
          DISPLAY: '',
        },
      });
    },
    kill,
    freeze: processes.freeze,
    thaw: processes.thaw,
    running: processes.running,
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
