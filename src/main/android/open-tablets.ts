import { access, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Id } from '../../domain/id';
import { writeAtomically } from '../../store/atomic-file';
import type { Timers } from '../cart/timers';
import type { Disposable, Platform } from '../capability';
import type { AndroidBridge } from './bridge';
import { createHolds } from './holds';
import { openLedger } from './ledger';
import { createSchoolTablets, type SchoolTablets } from './school-tablets';
import { createTablets, type Tablets } from './tablets';
import { openWifiBook, USUAL_PORT, type WifiBook } from './wifi';

export interface AndroidReach extends Disposable {
  readonly tablets: Tablets;
  readonly school: SchoolTablets;
  /** Whether tablets on the cable are told to listen through the air too: this computer's choice. */
  readonly wifi: Pick<WifiBook, 'wanted' | 'want' | 'all'>;
}

/** How long a poste that owes tablets something looks for them at its start, ms: the valise is on the cable before the first lesson, or at the next. */
const OWED_FOR = 12 * 3_600_000;

/** Whether this computer ever met a tablet: one that did not starts no adb for a lesson. */
async function openMet(path: string): Promise<{ readonly ever: boolean; now(): void }> {
  let ever = await access(path).then(
    () => true,
    () => false,
  );
  return {
    get ever() {
      return ever;
    },
    now() {
      if (ever) return;
      ever = true;
      void mkdir(dirname(path), { recursive: true })
        .then(() => writeAtomically(path, ''))
        // It is met again the next time.
        .catch(() => undefined);
    },
  };
}

/**
 * Tablets by adb, and what is owed to them: whatever an earlier run of this poste set and did not take off comes off at the first
 * contact. Starts no adb server unless something is owed.
 */
export async function openAndroidReach(deps: {
  readonly platform: Pick<Platform, 'dataFolder' | 'clock' | 'log'>;
  readonly bridge: AndroidBridge;
  readonly timers: Timers;
  readonly poste: string;
  readonly serialOf: (device: Id<'device'>) => string | undefined;
  readonly deviceOf: (serial: string) => Id<'device'> | undefined;
  readonly wifiPort?: number;
  /** Evidence for the cart (DESIGN 6). */
  readonly heardBattery?: (device: Id<'device'>, percent: number, powered: boolean, celsius?: number) => void;
}): Promise<AndroidReach> {
  const { platform, bridge, timers, poste, serialOf, deviceOf } = deps;
  const folder = join(platform.dataFolder, 'adb');
  const ledger = await openLedger(join(folder, 'held.json'));
  const holds = createHolds({ ledger, poste, clock: platform.clock });
  const wifi = await openWifiBook({
    path: join(folder, 'wifi.json'),
    clock: platform.clock,
    port: deps.wifiPort ?? USUAL_PORT,
  });
  const met = await openMet(join(folder, 'met'));
  const tablets = createTablets({
    bridge,
    timers,
    log: platform.log,
    holds,
    wifi,
    met,
    heardBattery(serial, { percent, powered, celsius }) {
      const device = deviceOf(serial);
      if (device) deps.heardBattery?.(device, percent, powered, celsius);
    },
  });
  const school = createSchoolTablets({ tablets, holds, timers, serialOf, deviceOf, limits: bridge.limits });
  let enough: (() => void) | undefined;
  if (holds.owed().length > 0) {
    const end = tablets.attend();
    const cancel = timers.after(OWED_FOR, end);
    enough = () => {
      cancel();
      end();
    };
  }
  return {
    tablets,
    school,
    wifi,
    close() {
      enough?.();
      tablets.close();
      return Promise.resolve();
    },
  };
}
