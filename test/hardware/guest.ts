/**
 * The side of a hardware test that runs in the virtual machine. A guest program is a list of tests:
 *
 *   await hardwareTests({ 'a port that is switched off loses its device': async (host) => { … } });
 *
 * Each test is one result line. `host` plugs and unplugs; what it says comes over a serial line, as JSON lines.
 */
import { spawnSync } from 'node:child_process';
import { openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { ReadStream } from 'node:tty';
import { LINE, TEST_LIMIT_MS, type FromHost, type ToHost } from './protocol';

export interface Host {
  /** A command of QEMU's monitor: `device_add usb-tablet,bus=xhci.0,port=1.3,id=t1`, `device_del t1`. */
  monitor(command: string): Promise<string>;
  /** The simulated charging hub at the far end of the FTDI adapter: `plug 7`, `unplug 7`, `heard`. */
  hub(command: string): Promise<string>;
}

export type HardwareTests = Readonly<Record<string, (host: Host) => Promise<void>>>;

/** Runs them one after the other and ends the program. One that fails or hangs does not keep the others from running. */
export async function hardwareTests(tests: HardwareTests): Promise<never> {
  const { host, tell } = openLine();
  for (const [title, run] of Object.entries(tests)) {
    const begun = Date.now();
    const why = await outcome(run(host));
    tell({ test: title, ms: Date.now() - begun, ...(why === undefined ? {} : { why }) });
  }
  process.exit(0);
}

/** Undefined when it went well. */
async function outcome(running: Promise<void>): Promise<string | undefined> {
  const late = new AbortController();
  try {
    await Promise.race([
      running,
      delay(TEST_LIMIT_MS, undefined, { signal: late.signal }).then(() => {
        throw new Error(`not over after ${String(TEST_LIMIT_MS / 1000)} s`);
      }),
    ]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    late.abort();
  }
}

function openLine(): { host: Host; tell: (line: ToHost) => void } {
  const fd = openSync(LINE, 'r+');
  const input = new ReadStream(fd);
  const waiting = new Map<number, (answer: FromHost) => void>();
  createInterface({ input }).on('line', (text) => {
    const answer = JSON.parse(text) as FromHost;
    waiting.get(answer.answer)?.(answer);
    waiting.delete(answer.answer);
  });
  const out = openSync(LINE, 'w');
  const tell = (line: ToHost): void => {
    writeSync(out, `${JSON.stringify(line)}\n`);
  };
  let last = 0;
  const ask = (to: 'monitor' | 'hub', words: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const ask = ++last;
      waiting.set(ask, ({ said, failed }) => {
        if (failed === undefined) resolve(said ?? '');
        else reject(new Error(failed));
      });
      tell({ ask, to, words });
    });
  return { host: { monitor: (words) => ask('monitor', words), hub: (words) => ask('hub', words) }, tell };
}

/** Loads modules of the guest's kernel. @throws Error with what modprobe says */
export function loadModules(...names: string[]): void {
  for (const name of names) {
    const { status, stderr } = spawnSync('/sbin/modprobe', [name], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`modprobe ${name}: ${stderr}`);
  }
}

/** Waits for something to become true; for what the system announces to nobody. @throws Error after the limit */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  limitMs = 20_000,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > end) throw new Error(`in vain for ${String(limitMs / 1000)} s: ${what}`);
    await delay(50);
  }
}
