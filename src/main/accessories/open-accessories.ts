import { randomInt } from 'node:crypto';
import type { AndroidBridge } from '../android/bridge';
import type { AccessoriesDeps, AccessoriesService } from './types';
import { guidedBluetooth } from './bluetooth';
import { Bluez } from './bluez/bluez';
import { createAccessoriesService } from './service';
import { openUsbPresence } from './usb/presence';

const DIGITS = 6;
/** The list stands at the beginning; what follows is a log of hours. */
const BLUETOOTH_STATE = 'dumpsys bluetooth_manager | head -c 131072';

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
      bluetoothText: async (link) => (await adb.shell(link)).pipe(BLUETOOTH_STATE),
    },
    usb: openUsbPresence(),
    bluetooth: (changed) => (process.platform === 'linux' ? new Bluez({ changed, digits }) : guidedBluetooth),
  });
}
