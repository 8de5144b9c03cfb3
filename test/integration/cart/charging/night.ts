/** A night on a real pty: the simulated hub behind socat, a poste process, its watchman, a clock that runs. */
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { currentMa, isFinished, PORT_VOLTS } from '../../../../src/demo/hub/battery';
import { SimulatedHub } from '../../../../src/demo/hub/hub';
import { serveHub, type HubServer } from '../../../../src/demo/hub/server';
import { portWatts } from '../../../../src/domain/cart/plan';
import { systemTimers } from '../../../../src/main/cart/timers';
import { plug as plugPty, type Pty } from '../../../peers/cambrionix/pty';
import { fastNow, type FastClock } from './fast-clock';
import { Program } from './programs';

/** Ten minutes of the night a second. */
const SPEED = 600;
const HOUR = 3_600_000;
export const CEILING_MA = 450;
const WATCHED_EVERY_MS = 40;

export interface Night {
  readonly folder: string;
  /** `unticked`: it no longer stays with the cart. Night falls when the first one is up: what a busy machine takes to start a program is no part of it. */
  poste(stays?: 'stays' | 'unticked'): Program;
  /** Resolves at that hour of the night. @param hours from its beginning */
  at(hours: number): Promise<void>;
  /** Levels of all batteries, 0 to 1. */
  levels(): number[];
  off(): number;
  /** From now on the most that is drawn counts: before the first plan everything is on. */
  watch(): void;
  /** The most that was drawn at once, as a part of what the circuit bears. */
  most(): number;
  /** The most lines that were open at once. */
  mostLines(): number;
  plug(): Promise<void>;
  unplug(): Promise<void>;
  end(): Promise<void>;
}

function hasOpen(pid: number, link: string): boolean {
  try {
    const device = realpathSync(link);
    return readdirSync(`/proc/${String(pid)}/fd`).some((fd) => {
      try {
        return readlinkSync(`/proc/${String(pid)}/fd/${fd}`) === device;
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}

/** Everything is wanted at that hour of the night. */
export const READY_BY = 8;

export async function openNight(): Promise<Night> {
  const folder = mkdtempSync(join(tmpdir(), 'preau-night-'));
  /**
   * What a hub's document may name is under /dev. Not the number of the pty: another program's has it as soon as the cable is out.
   */
  const desk = mkdtempSync('/dev/shm/preau-night-');
  const path = join(desk, 'ttyHUB');
  const opened = Date.now();
  let clock: FastClock | undefined;
  const timers = { ...systemTimers, now: () => (clock ? opened + Date.now() - clock.began : opened) };
  const hub = new SimulatedHub({ timers, seed: 11, speed: SPEED });
  for (const port of hub.ports)
    port.plug({
      capacityWh: 18 + (port.number % 4) * 0.7,
      fullCurrentMa: 1_700 + (port.number % 5) * 90,
      level: 0.35 + (port.number % 3) * 0.05,
    });
  const server: HubServer = await serveHub(hub, timers);
  const night = Date.parse('2026-11-23T23:00:00.000Z');
  const begun = (): FastClock => (clock ??= { night, began: Date.now(), speed: SPEED });
  const programs: Program[] = [];
  let pty: Pty | undefined;
  let most = 0;
  let mostLines = 0;
  const watch = setInterval(() => {
    hub.advance();
    const watts = hub.ports.reduce(
      (sum, { battery, mode, fault }) =>
        battery && mode === 'c' && !fault && !isFinished(battery)
          ? sum + (currentMa(battery) / 1000) * PORT_VOLTS
          : sum,
      0,
    );
    most = Math.max(most, watts / portWatts(CEILING_MA, 'hub'));
    mostLines = Math.max(mostLines, holders());
  }, WATCHED_EVERY_MS);
  /** Processes of ours that have the serial port open. */
  const holders = (): number => {
    const pids = programs.map(({ child }) => child.pid);
    try {
      const { pid } = JSON.parse(readFileSync(join(folder, 'watchman.json'), 'utf8')) as { pid: number };
      pids.push(pid);
    } catch {
      // No watchman now.
    }
    return pids.filter((pid) => pid !== undefined && hasOpen(pid, path)).length;
  };
  const plug = async (): Promise<void> => {
    pty = await plugPty(path, server.port);
  };
  const unplug = async (): Promise<void> => pty?.unplug();
  await plug();
  return {
    folder,
    poste(stays = 'stays') {
      const poste = new Program('poste.program.ts', [
        folder,
        path,
        String(CEILING_MA),
        String(night + READY_BY * HOUR),
        stays,
      ]);
      programs.push(poste);
      void poste
        .until((said) => (said as { up?: true }).up)
        .then(() => {
          poste.tell(JSON.stringify(begun()));
        })
        // It ended before: who waits for what it says hears so.
        .catch(() => undefined);
      return poste;
    },
    at: (hour) =>
      new Promise((resolve) => {
        setTimeout(resolve, Math.max(0, (night + hour * HOUR - fastNow(begun())) / SPEED));
      }),
    levels() {
      hub.advance();
      return hub.ports.map((port) => port.battery?.level ?? 0);
    },
    off: () => hub.ports.filter((port) => port.mode === 'o').length,
    watch() {
      most = 0;
    },
    most: () => most,
    mostLines: () => mostLines,
    plug,
    unplug,
    async end() {
      clearInterval(watch);
      for (const one of programs) await one.kill();
      await unplug();
      await server.close();
      for (const one of [folder, desk]) rmSync(one, { recursive: true, force: true });
    },
  };
}
