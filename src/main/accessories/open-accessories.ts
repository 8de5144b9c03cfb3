import { randomInt } from 'node:crypto';
import type { AndroidBridge } from '../android/bridge';
import type { AccessoriesDeps, AccessoriesService } from './types';
import { guidedBluetooth } from './bluetooth';
import { Bluez } from './bluez/bluez';
import { createAccessoriesService } from './service';
import { openUsbPresence } from './usb/presence';

const DIGITS = 6;

/** The room on a real computer: only Linux lets a program pair. */
export function openAccessories({
  adb,
  ...deps
}: Omit<AccessoriesDeps, 'usb' | 'bluetooth' | 'tablets'> & {
  readonly adb: Pick<AndroidBridge, 'tablets' | 'shell'>;
}): AccessoriesService {
  const digits = () => String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0');
  return createAccessoriesService({
    ...deps,
    tablets: {
      tablets: () => adb.tablets(),
      bluetoothText: async (link) => (await adb.shell(link)).run(['dumpsys', 'bluetooth_manager']),
    },
    usb: openUsbPresence(),
    bluetooth: (changed) => (process.platform === 'linux' ? new Bluez({ changed, digits }) : guidedBluetooth),
  });
}
