import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { writeAtomically } from '../../store/atomic-file';
import type { AndroidBridge, Tablet } from './bridge';
import { SERIAL, serialKey } from './facts';
import { wifiAddress } from './orders';
import type { TabletShell } from './tablet-shell';

/**
 * The way through the air: at each contact by cable the tablet is told to listen on its Wi-Fi too, and is found there when the cable
 * is gone. A tablet that restarts forgets it (no plain adb can make it last), so nothing counts on it: it is armed again the next
 * time it is on the cable.
 */
export interface WifiBook {
  /** Whether it is to be so: the choice of who looks after this computer, off until made. */
  readonly wanted: boolean;
  want(on: boolean): Promise<void>;
  /** It was reached through the air once. */
  knows(serial: string): boolean;
  /** Those that are, by serial number (`serialKey`), with where they listened. */
  all(): readonly { readonly serial: string; readonly address: string }[];
  /** Told to listen, and where it will be is kept. Once a connection: the cable's own link starts anew by it. */
  arm(serial: string, shell: TabletShell): Promise<void>;
  /** Those that are not in the list are knocked at, now and then. */
  reach(bridge: AndroidBridge, listed: readonly Tablet[]): void;
}

const fileSchema = v.strictObject({
  version: v.literal(1),
  wanted: v.boolean(),
  at: v.record(v.pipe(v.string(), v.regex(SERIAL)), v.pipe(v.string(), v.regex(/^[\d.]{7,15}:\d{1,5}$/))),
});
/** What adb's own « tcpip » uses by habit. */
export const USUAL_PORT = 5_555;
/** Between two knocks at a tablet that is not there, ms. */
const KNOCK_EVERY = 15_000;

export async function openWifiBook(deps: {
  readonly path: string;
  readonly clock: () => number;
  readonly port?: number;
}): Promise<WifiBook> {
  const { path, clock, port = USUAL_PORT } = deps;
  const before = parse(await readFile(path, 'utf8').catch(() => ''));
  const at = new Map<string, string>(Object.entries(before.at));
  let { wanted } = before;
  const knocked = new Map<string, number>();
  async function write(): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    await writeAtomically(path, `${JSON.stringify({ version: 1, wanted, at: Object.fromEntries(at) })}\n`);
  }
  return {
    get wanted() {
      return wanted;
    },
    async want(on) {
      wanted = on;
      if (!on) at.clear();
      await write();
    },
    knows: (serial) => at.has(serial),
    all: () => [...at].map(([serial, address]) => ({ serial, address })),
    async arm(serial, shell) {
      if (!wanted) return;
      const host = await wifiAddress(shell);
      if (host === undefined) return;
      const listens = (await shell.run(['getprop', 'service.adb.tcp.port'])).trim();
      // Asked only where it is not so: adbd starts anew, and with it the cable's own link.
      if (listens !== String(port)) {
        const socket = await shell.open(`tcpip:${String(port)}`);
        await socket.close();
      }
      const address = `${host}:${String(port)}`;
      if (at.get(serial) !== address) {
        at.set(serial, address);
        await write();
      }
      knocked.delete(serial);
    },
    reach(bridge, listed) {
      if (!wanted) return;
      for (const [serial, address] of at) {
        const there = listed.some(
          (one) => one.link === address || (serialKey(one.serial ?? '') === serial && one.state === 'ready'),
        );
        if (there || clock() - (knocked.get(serial) ?? 0) < KNOCK_EVERY) continue;
        knocked.set(serial, clock());
        // Not there: asleep, elsewhere, or started anew.
        bridge.connect(address).catch(() => undefined);
      }
    },
  };
}

function parse(text: string): Pick<v.InferOutput<typeof fileSchema>, 'wanted' | 'at'> {
  try {
    return v.parse(fileSchema, JSON.parse(text));
  } catch {
    return { wanted: false, at: {} };
  }
}
