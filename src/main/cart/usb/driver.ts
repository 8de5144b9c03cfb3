/**
 * A USB hub as a source of evidence: what is plugged on which port and who it is, ports switched one by one where the hub can. It measures
 * no charge. Polled every 2 s, and at once when something is plugged.
 */
import { tellsApart } from '../../../domain/cart/hub-link';
import { codeOf } from '../sources/code-of';
import { SnapshotKeeper } from '../sources/keeper';
import { onPort } from './bus';
import { parseDescriptor, parsePort, powerPort, readDescriptor, readPort } from './requests';
import type { ChargeValue } from '../../../domain/cart/evidence';
import type { HubLink } from '../../../domain/cart/hub-link';
import type { PortValue } from '../sources/keeper';
import type { ChargeSource, HearSnapshot, SourceSnapshot, SwitchOutcome } from '../sources/port';
import type { Timers } from '../timers';
import type { UsbBus, UsbHub, UsbPlace } from './bus';
import type { HubDescriptor, PortStatus } from './requests';

export const USB_POLL_MS = 2_000;
export const USB_RETRY_MS = 3_000;
/** A cart's hub has no more; a descriptor that says 255 is a lie that would cost 255 requests a poll. */
const MAX_PORTS = 30;

type UsbLink = Extract<HubLink, { kind: 'usb' }>;
interface Opened {
  readonly hub: UsbHub;
  readonly place: UsbPlace;
  readonly descriptor: HubDescriptor;
}

export class UsbHubDriver implements ChargeSource {
  readonly #keeper: SnapshotKeeper;
  #opened: Opened | undefined;
  #cancelTimer: () => void = () => undefined;
  #endOfPlugs: () => void = () => undefined;
  #generation = 0;
  #polling = false;
  #again = false;

  constructor(
    private readonly link: UsbLink,
    private readonly bus: UsbBus,
    private readonly timers: Timers,
    hear: HearSnapshot,
  ) {
    this.#keeper = new SnapshotKeeper('usbPort', timers, hear, 'none');
  }

  get snapshot(): SourceSnapshot {
    return this.#keeper.snapshot;
  }

  start(): void {
    if (this.#keeper.status !== 'stopped') return;
    this.#generation += 1;
    this.#keeper.enter('connecting');
    this.#endOfPlugs = this.bus.onPlug(() => {
      void this.#poll();
    });
    void this.#poll();
  }

  stop(): void {
    if (this.#keeper.status === 'stopped') return;
    this.#generation += 1;
    this.#cancelTimer();
    this.#endOfPlugs();
    this.#close();
    this.#keeper.enter('stopped');
  }

  async switchPort(port: number, on: boolean): Promise<SwitchOutcome> {
    const opened = this.#opened;
    if (!opened) return { outcome: 'silent', why: this.#keeper.snapshot.why ?? 'closed' };
    const { descriptor, hub } = opened;
    if (port < 1 || port > descriptor.ports || port > MAX_PORTS)
      return { outcome: 'impossible', why: 'noSuchPort' };
    if (descriptor.switching === 'ganged') return { outcome: 'impossible', why: 'ganged' };
    if (descriptor.switching === 'none') return { outcome: 'impossible', why: 'readOnly' };
    try {
      if (!(await hub.power?.(port, on))) await hub.request(powerPort(port, on));
      const status = parsePort(await hub.request(readPort(port)), descriptor.superSpeed);
      void this.#poll();
      if (!status) return { outcome: 'silent', why: 'garbage' };
      // Some hubs accept the order and keep the power on; what they say of it afterwards is all that can be known.
      return status.powered === on ? { outcome: 'done' } : { outcome: 'refused', code: 'unchanged' };
    } catch (error) {
      const why = codeOf(error);
      return why === 'LIBUSB_TRANSFER_STALL' || why === 'LIBUSB_ERROR_PIPE'
        ? { outcome: 'refused', code: why }
        : { outcome: 'silent', why };
    }
  }

  restart(): Promise<SwitchOutcome> {
    return Promise.resolve({ outcome: 'impossible', why: 'readOnly' });
  }

  /** One at a time: a plug in the middle of a poll asks for one more. */
  async #poll(): Promise<void> {
    if (this.#polling) {
      this.#again = true;
      return;
    }
    this.#polling = true;
    const generation = this.#generation;
    this.#cancelTimer();
    let next = USB_POLL_MS;
    try {
      const places = await this.bus.list();
      const opened = await this.#open(places, generation);
      const values = await this.#read(opened, places);
      if (generation === this.#generation) this.#tell(opened, values);
    } catch (error) {
      next = USB_RETRY_MS;
      if (generation === this.#generation) {
        this.#close();
        this.#keeper.enter('lost', codeOf(error));
      }
    }
    this.#polling = false;
    const again = this.#again;
    this.#again = false;
    if (this.#keeper.status === 'stopped') return;
    if (again || generation !== this.#generation) await this.#poll();
    else this.#cancelTimer = this.timers.after(next, () => void this.#poll());
  }

  /** The hub where it was left, or the one that carries its number elsewhere. */
  #find(places: readonly UsbPlace[]): UsbPlace | undefined {
    const { path, vendorId, productId, serial } = this.link;
    const alike = places.filter((one) => one.hub && one.vendorId === vendorId && one.productId === productId);
    if (tellsApart(serial)) return alike.find((one) => one.serial === serial);
    return alike.find((one) => one.path === path);
  }

  async #open(places: readonly UsbPlace[], generation: number): Promise<Opened> {
    const place = this.#find(places);
    if (!place) throw Object.assign(new Error('not plugged'), { code: 'ENODEV' });
    if (this.#opened?.place === place) return this.#opened;
    this.#close();
    const hub = await this.bus.open(place.path);
    try {
      const descriptor = parseDescriptor(await hub.request(readDescriptor(place.superSpeed)));
      if (!descriptor) throw Object.assign(new Error('no hub descriptor'), { code: 'garbage' });
      if (generation !== this.#generation) throw Object.assign(new Error('stopped'), { code: 'closed' });
      this.#opened = { hub, place, descriptor };
      return this.#opened;
    } catch (error) {
      hub.close();
      throw error;
    }
  }

  async #read({ hub, place, descriptor }: Opened, places: readonly UsbPlace[]): Promise<PortValue[]> {
    const values: PortValue[] = [];
    for (let port = 1; port <= Math.min(descriptor.ports, MAX_PORTS); port += 1) {
      const status = parsePort(await answerOf(hub, port), descriptor.superSpeed);
      if (!status) continue;
      // What the system still lists on a port without power is not there.
      const device = status.powered ? onPort(places, place.path, port) : undefined;
      values.push({
        port,
        value: valueOf(status),
        ...(device
          ? {
              device: {
                vendorId: device.vendorId,
                productId: device.productId,
                ...(device.serial === undefined ? {} : { serial: device.serial }),
              },
            }
          : {}),
      });
    }
    if (values.length === 0) throw Object.assign(new Error('no port answers'), { code: 'garbage' });
    return values;
  }

  #tell({ place, descriptor }: Opened, values: readonly PortValue[]): void {
    const faulty = values.some(({ value }) => value.power === 'fault');
    this.#keeper.heard(values, {
      hardware: {
        name: place.name ?? `${hex(place.vendorId)}:${hex(place.productId)}`,
        ...(place.serial === undefined ? {} : { serial: place.serial }),
      },
      switching: descriptor.switching,
      alerts: faulty ? ['overCurrent'] : [],
    });
  }

  #close(): void {
    this.#opened?.hub.close();
    this.#opened = undefined;
  }
}

/** A port knows whether something answers on it and whether it gives power; how much flows it does not know. */
function valueOf(status: PortStatus): ChargeValue {
  const power = status.overCurrent
    ? 'fault'
    : !status.powered
      ? 'off'
      : status.connected
        ? 'attached'
        : 'empty';
  return { power, portOff: !status.powered };
}

/** One port that refuses to answer does not hide the others; its place goes stale by itself. */
async function answerOf(hub: UsbHub, port: number): Promise<Uint8Array> {
  try {
    return await hub.request(readPort(port));
  } catch (error) {
    if (codeOf(error) === 'LIBUSB_TRANSFER_STALL') return new Uint8Array();
    throw error;
  }
}

const hex = (id: number): string => id.toString(16).padStart(4, '0');
