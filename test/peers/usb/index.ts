/** A USB bus with one hub, down to the bytes of its requests; what is plugged on it, cut and lied about is the test's. */
import { usbError } from '../../../src/main/cart/usb/bus';
import type { UsbBus, UsbHub, UsbPlace } from '../../../src/main/cart/usb/bus';
import type { HubRequest } from '../../../src/main/cart/usb/requests';

/** QEMU's hub, as `lsusb -v` prints it in the guest. */
export const HUB_IDS = { vendorId: 0x0409, productId: 0x55aa } as const;

interface Port {
  powered: boolean;
  /** It refuses every request. */
  broken?: boolean;
  overCurrent: boolean;
  device: Pick<UsbPlace, 'vendorId' | 'productId' | 'serial'> | undefined;
}

export class SimulatedBus implements UsbBus {
  readonly ports: Port[];
  path = '1-1';
  plugged = true;
  switching: 'perPort' | 'ganged' | 'none' = 'perPort';
  serial: string | undefined;
  /** Bytes instead of every answer. */
  lie: Uint8Array | undefined;
  /** An order is accepted and nothing happens, as on hubs that leave the power on. */
  deaf = false;
  /** The code with which opening fails. */
  closedTo: string | undefined;
  /** Handles that are open at this moment. */
  openHandles = 0;
  readonly superSpeed: boolean;
  readonly #listeners = new Set<() => void>();
  #held = new Map<string, UsbPlace>();
  #wait: (() => Promise<void>) | undefined;

  constructor(ports = 8, superSpeed = false) {
    this.superSpeed = superSpeed;
    this.ports = Array.from({ length: ports }, () => ({
      powered: true,
      overCurrent: false,
      device: undefined,
    }));
  }

  port(number: number): Port {
    const port = this.ports[number - 1];
    if (!port) throw new RangeError(`no port ${String(number)}`);
    return port;
  }

  attach(number: number, device: Port['device'], told = true): void {
    this.port(number).device = device;
    if (told) this.#tell();
  }

  /** The hub's own cable. */
  pull(): void {
    this.plugged = false;
    this.#tell();
  }

  putBack(path = this.path): void {
    this.path = path;
    this.plugged = true;
    this.#tell();
  }

  /** Every answer waits for that from now on. */
  hold(wait: (() => Promise<void>) | undefined): void {
    this.#wait = wait;
  }

  list(): Promise<readonly UsbPlace[]> {
    const places: UsbPlace[] = [];
    if (this.plugged)
      places.push({
        ...HUB_IDS,
        path: this.path,
        hub: true,
        superSpeed: this.superSpeed,
        name: 'Concentrateur du chariot',
        ...(this.serial === undefined ? {} : { serial: this.serial }),
      });
    this.ports.forEach(({ device, powered }, index) => {
      if (this.plugged && powered && device)
        places.push({ ...device, path: `${this.path}.${String(index + 1)}`, hub: false, superSpeed: false });
    });
    // As libusb does, the same device is the same object as long as it hangs there.
    const before = this.#held;
    this.#held = new Map(
      places.map((one) => {
        const old = before.get(one.path);
        return [one.path, old && JSON.stringify(old) === JSON.stringify(one) ? old : one];
      }),
    );
    return Promise.resolve([...this.#held.values()]);
  }

  open(path: string): Promise<UsbHub> {
    if (this.closedTo !== undefined) return Promise.reject(usbError(this.closedTo));
    if (!this.plugged || path !== this.path) return Promise.reject(usbError('ENODEV'));
    this.openHandles += 1;
    let open = true;
    return Promise.resolve({
      request: async (request) => {
        await this.#wait?.();
        if (!open || !this.plugged || path !== this.path) throw usbError('LIBUSB_TRANSFER_NO_DEVICE');
        return this.lie ?? this.#answer(request);
      },
      close: () => {
        if (open) this.openHandles -= 1;
        open = false;
      },
    });
  }

  onPlug(listen: () => void): () => void {
    this.#listeners.add(listen);
    return () => this.#listeners.delete(listen);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  #tell(): void {
    for (const listen of this.#listeners) listen();
  }

  #answer({ type, request, value, index }: HubRequest): Uint8Array {
    if (type === 0xa0 && request === 6) return this.#descriptor(value);
    const port = this.ports[index - 1];
    if (!port || port.broken) throw usbError('LIBUSB_TRANSFER_STALL');
    if (type === 0xa3 && request === 0) {
      const power = port.powered ? (this.superSpeed ? 0x0200 : 0x0100) : 0;
      const connected = port.powered && port.device ? 0x0003 : 0;
      const status = power | connected | (port.overCurrent ? 0x0008 : 0);
      return Uint8Array.from([status & 0xff, status >> 8, 0, 0]);
    }
    if (type === 0x23 && value === 8 && (request === 1 || request === 3)) {
      if (!this.deaf) port.powered = request === 3;
      return new Uint8Array();
    }
    throw usbError('LIBUSB_TRANSFER_STALL');
  }

  #descriptor(value: number): Uint8Array {
    if (value !== (this.superSpeed ? 0x2a00 : 0x2900)) throw usbError('LIBUSB_TRANSFER_STALL');
    const characteristics = { ganged: 0, perPort: 1, none: 2 }[this.switching] | 0b1000;
    const type = this.superSpeed ? 0x2a : 0x29;
    return Uint8Array.from([12, type, this.ports.length, characteristics, 0, 1, 0, 0, 0, 0xff, 0xff, 0]);
  }
}
