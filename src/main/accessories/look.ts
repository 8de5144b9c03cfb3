import type { Timers } from '../cart/timers';
import type { Bluetooth } from './bluetooth';
import type { UsbPresence } from './usb/presence';

/** A window that closed, or was left open at the end of the day, asks no more: neither radio nor events go on for it. */
export const LOOK_MS = 30_000;

/** Looking around while somebody asks, and for `LOOK_MS` after. */
export class Look {
  #unwatch: Promise<() => void> | undefined;
  #cancel: (() => void) | undefined;

  constructor(
    private readonly deps: {
      readonly timers: Timers;
      readonly usb: UsbPresence;
      readonly bluetooth: Bluetooth;
      readonly changed: () => void;
    },
  ) {}

  async goOn(bluetooth: boolean): Promise<void> {
    this.#cancel?.();
    this.#cancel = this.deps.timers.after(LOOK_MS, () => void this.end());
    this.#unwatch ??= this.deps.usb.watch(this.deps.changed);
    if (bluetooth) await this.deps.bluetooth.look();
  }

  async end(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    const unwatch = this.#unwatch;
    this.#unwatch = undefined;
    (await unwatch)?.();
    await this.deps.bluetooth.rest();
  }
}
