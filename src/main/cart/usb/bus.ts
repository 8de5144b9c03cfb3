/** The USB of this computer, as far as hubs need it. The driver sees this only; `node-usb.ts` is the real one. */
import type { AttachedDevice } from '../sources/port';
import type { HubRequest } from './requests';

export interface UsbPlace extends AttachedDevice {
  /** `1-1.3`: bus 1, port 1 of the root, port 3 of the hub there. */
  readonly path: string;
  /** bDeviceClass 9. */
  readonly hub: boolean;
  readonly superSpeed: boolean;
  /** What the device calls itself, where it can be read. */
  readonly name?: string;
}

/** An opened hub. */
export interface UsbHub {
  /** One control transfer; rejects with an Error whose `code` is libusb's (`LIBUSB_ERROR_NO_DEVICE`). */
  request(request: HubRequest): Promise<Uint8Array>;
  /**
   * Switches a port through the system, which then lets the device go as if it were pulled. False where the system offers no such way:
   * the hub is then asked itself.
   */
  power?(port: number, on: boolean): Promise<boolean>;
  close(): void;
}

export interface UsbBus {
  /** Everything plugged. @throws Error with `code`: `NO_USB` where the machine has none, else libusb's */
  list(): Promise<readonly UsbPlace[]>;
  /** @throws Error with `code`: `ENODEV`, `LIBUSB_ERROR_ACCESS` (Linux: a udev rule is missing), `LIBUSB_ERROR_NOT_SUPPORTED` (Windows) */
  open(path: string): Promise<UsbHub>;
  /** Called when something was plugged or unplugged, where the system tells. @returns a function that ends it */
  onPlug(listen: () => void): () => void;
}

/** What hangs on port `port` of the hub at `path`. */
export function onPort(places: readonly UsbPlace[], path: string, port: number): UsbPlace | undefined {
  const wanted = `${path}${/^\d+-0$/.test(path) ? '' : '.'}${String(port)}`;
  return places.find((one) => one.path === wanted);
}

export const usbError = (code: string): Error & { readonly code: string } =>
  Object.assign(new Error(code), { code });
