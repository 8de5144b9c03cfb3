/** What devices say of themselves (their browser, ADB): telemetry, in memory only, each with the instant at which it was heard here. */
import type { ChargeReading, ChargeValue } from '../../../domain/cart/evidence';

/** More than the devices of a school: a stranger that invents devices cannot fill the memory. */
export const MAX_HEARD = 2_000;

type Source = ChargeReading['source'];

export class DeviceWords {
  readonly #heard = new Map<string, Map<Source, ChargeReading>>();

  constructor(private readonly now: () => string) {}

  /** @returns whether it was kept: a level no battery can have is noise */
  hear(device: string, { source, value }: Omit<ChargeReading, 'at'>): boolean {
    if (!isPlausible(value)) return false;
    const bySource = this.#heard.get(device) ?? new Map<Source, ChargeReading>();
    bySource.set(source, { source, value, at: this.now() });
    // Re-inserted, so that the device heard longest ago is the first to be forgotten.
    this.#heard.delete(device);
    this.#heard.set(device, bySource);
    const oldest = this.#heard.size > MAX_HEARD ? this.#heard.keys().next().value : undefined;
    if (oldest !== undefined) this.#heard.delete(oldest);
    return true;
  }

  /** The youngest word of each source. */
  of(device: string): readonly ChargeReading[] {
    return [...(this.#heard.get(device)?.values() ?? [])];
  }
}

const isPlausible = ({ percent }: ChargeValue): boolean =>
  percent === undefined || (Number.isFinite(percent) && percent >= 0 && percent <= 100);
