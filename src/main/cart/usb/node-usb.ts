/**
 * The USB of this computer through libusb (`usb` 2.18; 3.x refuses requests to hubs). Loaded when a USB hub is looked for and not
 * before. A machine without USB (a container, a virtual machine) says so instead of pretending to an empty bus.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usbError } from './bus';
import type { Device, LibUSBException } from 'usb';
import type { UsbBus, UsbHub, UsbPlace } from './bus';
import type { HubRequest } from './requests';

const HUB_CLASS = 9;
/** bcdUSB of a SuperSpeed device begins here. */
const USB_3 = 0x0300;
/** A hub answers a class request in some milliseconds; a broken one has this long. */
export const USB_REQUEST_TIMEOUT_MS = 2_000;
const SYS_USB = '/sys/bus/usb/devices';

const load = () => import('usb');
type Library = Awaited<ReturnType<typeof load>>;

async function usb(): Promise<Library> {
  if (process.platform === 'linux' && !existsSync(SYS_USB)) throw usbError('NO_USB');
  try {
    return await load();
  } catch {
    // No prebuilt library for this system.
    throw usbError('NO_USB');
  }
}

const pathOf = (device: Device): string | undefined =>
  device.portNumbers && device.portNumbers.length > 0
    ? `${String(device.busNumber)}-${device.portNumbers.join('.')}`
    : undefined;

const failed = (error: LibUSBException | undefined): Error =>
  usbError(error?.message ?? 'LIBUSB_ERROR_OTHER');

/** Linux keeps what the kernel read at the plugging: no right to the device is needed. */
async function kernelSays(path: string, what: 'serial' | 'product'): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  const text = await readFile(join(SYS_USB, path, what), 'utf8').catch(() => '');
  return printable(text);
}

/** A descriptor's words, with what no label would print taken out. */
function printable(text: string): string | undefined {
  return (
    text
      .replace(/[^\x20-\x7e\u00a0-\u024f]/g, '')
      .trim()
      .slice(0, 80) || undefined
  );
}

/** Elsewhere the device is asked itself, which its driver may not allow. */
function deviceSays(device: Device, index: number): Promise<string | undefined> {
  if (process.platform === 'linux' || index === 0) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    try {
      device.open();
    } catch {
      resolve(undefined);
      return;
    }
    device.getStringDescriptor(index, (_error, value) => {
      device.close();
      resolve(value === undefined ? undefined : printable(value));
    });
  });
}

async function place(device: Device, path: string): Promise<UsbPlace> {
  const { idVendor, idProduct, iSerialNumber, iProduct, bDeviceClass, bcdUSB } = device.deviceDescriptor;
  const serial = (await kernelSays(path, 'serial')) ?? (await deviceSays(device, iSerialNumber));
  const name = (await kernelSays(path, 'product')) ?? (await deviceSays(device, iProduct));
  return {
    path,
    vendorId: idVendor,
    productId: idProduct,
    hub: bDeviceClass === HUB_CLASS,
    superSpeed: bcdUSB >= USB_3,
    ...(serial === undefined ? {} : { serial }),
    ...(name === undefined ? {} : { name }),
  };
}

/**
 * Linux from 6.0 on: asked this way the kernel knows that the port is off. Told to the hub behind its back, it goes on listing a device
 * that has no power (seen on Debian's 6.1).
 */
async function kernelPower(path: string, port: number, on: boolean): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const folder = join(SYS_USB, `${path}:1.0`, `${path}-port${String(port)}`);
  // An older kernel has no such file; a person without the right to it may have the right to the hub.
  const write = (file: string): Promise<boolean> =>
    writeFile(file, on ? '0' : '1', { flag: 'r+' }).then(
      () => true,
      () => false,
    );
  // The same socket of a USB 3 box belongs to two hubs, and keeps its power as long as one of them gives it.
  await write(join(folder, 'peer', 'disable'));
  return write(join(folder, 'disable'));
}

function opened(device: Device, path: string): UsbHub {
  device.timeout = USB_REQUEST_TIMEOUT_MS;
  let open = true;
  return {
    request: ({ type, request, value, index, length }: HubRequest) =>
      new Promise((resolve, reject) => {
        if (!open) {
          reject(usbError('closed'));
          return;
        }
        const data = (type & 0x80) === 0 ? Buffer.alloc(length) : length;
        try {
          device.controlTransfer(type, request, value, index, data, (error, answer) => {
            if (error) reject(failed(error));
            else resolve(typeof answer === 'object' ? answer : Buffer.alloc(0));
          });
        } catch (error) {
          reject(usbError(error instanceof Error ? error.message : 'LIBUSB_ERROR_OTHER'));
        }
      }),
    power: (port, on) => kernelPower(path, port, on),
    close: () => {
      if (!open) return;
      open = false;
      try {
        device.close();
      } catch {
        // It is unplugged, or a transfer is still under way: libusb closes it with the device.
      }
    },
  };
}

/** What a device said of itself stands as long as it hangs there: asked once a plugging. */
export function nodeUsb(): UsbBus {
  const known = new Map<string, { readonly address: number; readonly place: UsbPlace }>();
  return {
    async list() {
      const { getDeviceList } = await usb();
      const places: UsbPlace[] = [];
      const seen = new Set<string>();
      for (const device of getDeviceList()) {
        const path = pathOf(device);
        if (path === undefined) continue;
        seen.add(path);
        const held = known.get(path);
        // A device that is plugged again gets another address.
        const one =
          held?.address === device.deviceAddress
            ? held
            : { address: device.deviceAddress, place: await place(device, path) };
        known.set(path, one);
        places.push(one.place);
      }
      for (const path of known.keys()) if (!seen.has(path)) known.delete(path);
      return places;
    },
    async open(path) {
      const { getDeviceList } = await usb();
      const device = getDeviceList().find((one) => pathOf(one) === path);
      if (!device) throw usbError('ENODEV');
      try {
        device.open();
      } catch (error) {
        throw usbError(error instanceof Error ? error.message : 'LIBUSB_ERROR_OTHER');
      }
      return opened(device, path);
    },
    onPlug(listen) {
      let ended = false;
      let end = (): void => undefined;
      usb().then(
        ({ usb: events }) => {
          if (ended) return;
          events.on('attach', listen);
          events.on('detach', listen);
          // The watching of plugs alone must not keep a process alive that wants to end.
          events.unrefHotplugEvents();
          end = () => {
            events.off('attach', listen);
            events.off('detach', listen);
          };
        },
        // Where the system does not tell, the poll sees it two seconds later.
        () => undefined,
      );
      return () => {
        ended = true;
        end();
      };
    },
  };
}
