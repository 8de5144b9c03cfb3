/** `/proc/bus/input/devices`: what the kernel made keyboards, mice and readers of (Linux, Documentation/input). */
import { readAddress, type Nearby } from '../../../domain/accessories/recognise';
import { descriptorWords } from './descriptor';

const BUS_USB = 0x0003;
const BUS_BLUETOOTH = 0x0005;
/** A computer with a hundred input devices is a text of something else. */
const MAX_DEVICES = 100;

/** Those on USB and Bluetooth; the computer's own keys and lids are not. A text of something else gives an empty list. */
export function parseInputDevices(text: string): Nearby[] {
  const found = new Map<string, Nearby>();
  for (const block of text.slice(0, 256_000).split(/\n\s*\n/)) {
    const ids = /^I: Bus=([0-9a-f]{4}) Vendor=([0-9a-f]{4}) Product=([0-9a-f]{4})/m.exec(block);
    if (!ids) continue;
    const [bus, vendor, product] = ids.slice(1).map((hex) => parseInt(hex, 16));
    if (vendor === undefined || product === undefined) continue;
    const name = descriptorWords(/^N: Name="(.*)"$/m.exec(block)?.[1]);
    const handlers = /^H: Handlers=(.*)$/m.exec(block)?.[1] ?? '';
    const kind = /\bmouse\d/.test(handlers)
      ? ('mouse' as const)
      : /\bkbd\b/.test(handlers)
        ? ('keyboard' as const)
        : undefined;
    if (bus === BUS_USB) {
      const key = `input ${String(vendor)}:${String(product)}`;
      // One keyboard is often three input devices: the first is the one with keys.
      if (!found.has(key)) found.set(key, { key, by: 'input', usb: { vendor, product }, name, kind });
    } else if (bus === BUS_BLUETOOTH) {
      const address = readAddress(/^U: Uniq=(.*)$/m.exec(block)?.[1] ?? '');
      if (address !== undefined && !found.has(address))
        found.set(address, { key: `input ${address}`, by: 'input', address, name, kind });
    }
    if (found.size >= MAX_DEVICES) break;
  }
  return [...found.values()];
}
