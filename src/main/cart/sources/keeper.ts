/** What every driver keeps: its snapshot, and whether a change of it is one that a glance at the screen shows. */
import type { ChargeReading, ChargeSource as SourceWord, ChargeValue } from '../../../domain/cart/evidence';
import type { Timers } from '../timers';
import type { AttachedDevice, HearSnapshot, News, SourcePort, SourceSnapshot, SourceStatus } from './port';

export interface PortValue {
  readonly port: number;
  readonly value: ChargeValue;
  readonly device?: AttachedDevice | undefined;
}

type Kept = Partial<Pick<SourceSnapshot, 'hardware' | 'alerts' | 'switching'>>;

export class SnapshotKeeper {
  #snapshot: SourceSnapshot;

  constructor(
    private readonly source: SourceWord,
    private readonly timers: Timers,
    private readonly hear: HearSnapshot,
    switching: SourceSnapshot['switching'],
  ) {
    this.#snapshot = { status: 'stopped', since: this.now(), alerts: [], switching, ports: [] };
  }

  get snapshot(): SourceSnapshot {
    return this.#snapshot;
  }

  get status(): SourceStatus {
    return this.#snapshot.status;
  }

  /** UTC ISO instant of this computer's clock. */
  now(): string {
    return new Date(this.timers.now()).toISOString();
  }

  /** A status, said once: entering it again for the same reason is no news. */
  enter(status: SourceStatus, why?: string, kept: Kept = {}): void {
    this.#put(status, why, kept, this.#snapshot.ports, 'none');
  }

  /** The box answered. A port that is not named keeps its old instant, and so goes stale by itself. */
  heard(values: readonly PortValue[], kept: Kept = {}): void {
    const at = this.now();
    const { ports, news } = merge(this.#snapshot.ports, values, this.source, at);
    this.#put('answering', undefined, kept, ports, news);
  }

  /** Another box hangs there now: nothing that was said before is about it. */
  forget(): void {
    if (this.#snapshot.ports.length > 0) this.#snapshot = { ...this.#snapshot, ports: [] };
  }

  #put(
    status: SourceStatus,
    why: string | undefined,
    kept: Kept,
    ports: readonly SourcePort[],
    heard: News | 'none',
  ): void {
    const { why: previousWhy, ...before } = this.#snapshot;
    const same = before.status === status && previousWhy === why;
    const told =
      same &&
      (kept.alerts === undefined || sameWords(kept.alerts, before.alerts)) &&
      (kept.switching ?? before.switching) === before.switching &&
      (kept.hardware?.name ?? before.hardware?.name) === before.hardware?.name;
    const news = told ? heard : 'seen';
    this.#snapshot = {
      ...before,
      ...kept,
      ports,
      status,
      since: same ? before.since : this.now(),
      ...(why === undefined ? {} : { why }),
    };
    if (news !== 'none') this.hear(this.#snapshot, news);
  }
}

const sameWords = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index]);

/** Whether two readings look the same at a glance; milliamperes, watt-hours and seconds do not show there. */
const looksSame = (a: ChargeValue, b: ChargeValue): boolean =>
  a.power === b.power && a.portOff === b.portOff && a.percent === b.percent;

const isSameDevice = (a: AttachedDevice | undefined, b: AttachedDevice | undefined): boolean =>
  a?.vendorId === b?.vendorId && a?.productId === b?.productId && a?.serial === b?.serial;

function merge(
  before: readonly SourcePort[],
  values: readonly PortValue[],
  source: SourceWord,
  at: string,
): { ports: readonly SourcePort[]; news: News } {
  const byPort = new Map(before.map((one) => [one.port, one]));
  let news: News = 'measured';
  for (const { port, value, device } of values) {
    const old = byPort.get(port);
    if (!old || !looksSame(old.reading.value, value) || !isSameDevice(old.device, device)) news = 'seen';
    const reading: ChargeReading = { source, at, value };
    byPort.set(port, { port, reading, ...(device === undefined ? {} : { device }) });
  }
  const ports = [...byPort.values()];
  // Polls name the ports in the same order each time: only a new one has to be put in its place.
  if (ports.length !== before.length) ports.sort((a, b) => a.port - b.port);
  return { ports, news };
}
