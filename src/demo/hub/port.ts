/** One port of the simulated hub and the row it prints. */
import { charge, currentMa } from './battery';
import type { Battery } from './battery';

export type PortMode = 'c' | 's' | 'b' | 'o';

/** After a device is plugged the hub tries profiles this long. Seconds. */
const PROFILING_SECONDS = 4;

export class SimulatedPort {
  mode: PortMode = 'c';
  /** The undocumented `e`: this port will not charge. */
  fault = false;
  #battery: Battery | undefined;
  #pluggedSeconds = 0;
  #chargingSeconds = 0;
  #chargedSeconds: number | undefined;
  #energyWh = 0;

  constructor(readonly number: number) {}

  get battery(): Battery | undefined {
    return this.#battery;
  }

  plug(battery: Battery): void {
    this.#battery = battery;
    this.restart();
  }

  unplug(): Battery | undefined {
    const battery = this.#battery;
    this.#battery = undefined;
    this.restart();
    return battery;
  }

  /** The counters of a charge begin again: new device, or hub restarted. */
  restart(): void {
    this.#pluggedSeconds = 0;
    this.#chargingSeconds = 0;
    this.#chargedSeconds = undefined;
    this.#energyWh = 0;
  }

  advance(seconds: number): void {
    if (!this.#battery || this.mode !== 'c' || this.fault) return;
    const before = this.#pluggedSeconds;
    this.#pluggedSeconds += seconds;
    const profiling = Math.max(0, Math.min(PROFILING_SECONDS - before, seconds));
    const rest = seconds - profiling;
    if (rest <= 0 || this.#chargedSeconds !== undefined) return;
    const given = charge(this.#battery, rest);
    this.#energyWh += given.energyWh;
    this.#chargingSeconds += given.finishedAfter ?? rest;
    if (given.finishedAfter !== undefined) this.#chargedSeconds = this.#chargingSeconds;
  }

  /** The universal mode letter, or the PD status letter (they are the same for what is simulated). */
  get #letter(): string {
    if (this.mode === 'o') return 'O';
    if (this.mode === 's') return 'S';
    if (this.mode === 'b') return 'B';
    if (!this.#battery || this.fault) return 'I';
    if (this.#chargedSeconds !== undefined) return 'F';
    return this.#pluggedSeconds < PROFILING_SECONDS ? 'P' : 'C';
  }

  /** @param system hub-wide letters, such as `R` and `E` */
  row(format: 'un' | 'ps' | 'sm', system: readonly string[]): string {
    const letter = this.#letter;
    const attach = this.#battery ? 'A' : 'D';
    const drawn = this.#battery && 'CF'.includes(letter) ? Math.round(currentMa(this.#battery)) : 0;
    const tail = `${whole(this.#chargingSeconds)}, ${whole(this.#chargedSeconds)}, ${this.#energyWh.toFixed(2)}`;
    if (format !== 'un') {
      const status = letter === 'P' || letter === 'B' ? 'I' : letter;
      const centivolts = letter === 'O' ? 0 : 515;
      return `${String(this.number)}, ${String(centivolts).padStart(4, '0')}, ${milliamperes(drawn)}, ${attach} ${status} -, ${tail}`;
    }
    const flags = [...system, ...(this.fault ? ['e'] : []), attach, letter].join(' ');
    const profile = letter === 'C' || letter === 'F' ? 1 : 0;
    return `${String(this.number)}, ${milliamperes(drawn)}, ${flags}, ${String(profile)}, ${tail}`;
  }
}

const milliamperes = (value: number): string => String(value).padStart(4, '0');
const whole = (seconds: number | undefined): string =>
  seconds === undefined ? 'x' : String(Math.floor(seconds));
