/**
 * What hangs on this computer's ports: descriptors by `usb` (libusb), names from the kernel where the system does not let
 * a program open the device, serial ports and input devices beside.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as Usb from 'usb';
import type { Nearby } from '../../../domain/accessories/recognise';
import {
  descriptorWords,
  isAccessory,
  nearbyOf,
  serialOf,
  type UsbInterface,
  type UsbThing,
} from './descriptor';
import { parseInputDevices } from './input-names';
import { mergeNearby } from './merge';

export interface UsbPresence {
  /** `none`: this computer has no USB that a program can read; `failed`: it has, and it could not be read. */
  list(): Promise<{ readonly state: 'looking' | 'none' | 'failed'; readonly things: readonly Nearby[] }>;
  /** Calls at each plug and unplug until the function returned is called. */
  watch(changed: () => void): Promise<() => void>;
}

const SYS_USB = '/sys/bus/usb/devices';

export function openUsbPresence(): UsbPresence {
  return {
    async list() {
      const beside = await Promise.all([serialThings(), inputThings()]);
      const usb = await load();
      if (!usb) {
        const things = mergeNearby(...beside);
        return { state: things.length > 0 ? 'looking' : 'none', things };
      }
      try {
        const things = await Promise.all(usb.getDeviceList().map(readThing));
        const listed = things.flatMap((thing) => (thing && isAccessory(thing) ? [nearbyOf(thing)] : []));
        return { state: 'looking', things: mergeNearby(listed, ...beside) };
      } catch {
        return { state: 'failed', things: mergeNearby(...beside) };
      }
    },
    async watch(changed) {
      const usb = await load();
      if (!usb) return () => undefined;
      usb.on('attach', changed);
      usb.on('detach', changed);
      // A computer that looks for accessories may still be switched off.
      usb.unrefHotplugEvents();
      return () => {
        usb.off('attach', changed);
        usb.off('detach', changed);
      };
    },
  };
}

/** @returns undefined on a computer without USB; libusb prints to the console where the kernel has none, so it is not asked */
async function load(): Promise<typeof Usb.usb | undefined> {
  if (process.platform === 'linux' && !existsSync(SYS_USB)) return undefined;
  const { usb } = await import('usb');
  return usb.INIT_ERROR ? undefined : usb;
}

async function readThing(device: Usb.Device): Promise<UsbThing | undefined> {
  try {
    const { idVendor, idProduct, bDeviceClass } = device.deviceDescriptor;
    const at = `${String(device.busNumber)}-${(device.portNumbers ?? []).join('.')}`;
    const thing = { at, vendor: idVendor, product: idProduct, deviceClass: bDeviceClass };
    return { ...thing, interfaces: interfacesOf(device), ...(await namesOf(device, at)) };
  } catch {
    // It was unplugged while it was read.
    return undefined;
  }
}

function interfacesOf(device: Usb.Device): UsbInterface[] {
  try {
    return (device.configDescriptor?.interfaces ?? []).flat().map((each) => ({
      class: each.bInterfaceClass,
      subclass: each.bInterfaceSubClass,
      protocol: each.bInterfaceProtocol,
    }));
  } catch {
    // Windows hides the configuration of what another driver holds.
    return [];
  }
}

async function namesOf(device: Usb.Device, at: string): Promise<Pick<UsbThing, 'name' | 'maker' | 'serial'>> {
  if (process.platform === 'linux') {
    const of = (file: string) => readFile(join(SYS_USB, at, file), 'utf8').catch(() => undefined);
    const [name, maker, serial] = await Promise.all([of('product'), of('manufacturer'), of('serial')]);
    return { name, maker, serial };
  }
  try {
    device.open();
  } catch {
    // Held by the system's own driver: vendor and product are all that can be read.
    return {};
  }
  const { iProduct, iManufacturer, iSerialNumber } = device.deviceDescriptor;
  const words = (index: number) =>
    new Promise<string | undefined>((resolve) => {
      if (index === 0) resolve(undefined);
      else device.getStringDescriptor(index, (error, text) => resolve(error ? undefined : text));
    });
  try {
    return {
      name: await words(iProduct),
      maker: await words(iManufacturer),
      serial: await words(iSerialNumber),
    };
  } finally {
    device.close();
  }
}

/** Robots, sensors and some readers are serial ports over USB. */
async function serialThings(): Promise<Nearby[]> {
  try {
    const { SerialPort } = await import('serialport');
    const ports = await SerialPort.list();
    return ports.flatMap(({ vendorId, productId, ...port }): Nearby[] => {
      const vendor = parseInt(vendorId ?? '', 16);
      const product = parseInt(productId ?? '', 16);
      // Ports soldered to the board have neither.
      if (Number.isNaN(vendor) || Number.isNaN(product)) return [];
      const maker = descriptorWords(port.manufacturer);
      const serial = serialOf(port.serialNumber);
      return [{ key: `serial ${port.path}`, by: 'serial', usb: { vendor, product }, maker, serial }];
    });
  } catch {
    return [];
  }
}

async function inputThings(): Promise<Nearby[]> {
  if (process.platform !== 'linux') return [];
  const text = await readFile('/proc/bus/input/devices', 'utf8').catch(() => '');
  return parseInputDevices(text);
}
