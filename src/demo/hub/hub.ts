/**
 * A simulated charging hub: 15 ports, batteries that charge with time, faults that can be asked for. It knows the
 * commands of peers-classroom-fleet C.2 and nothing of the driver that reads it. Never used by the product itself.
 */
import { PORT_VOLTS } from './battery';
import { SimulatedPort } from './port';
import { seeded } from './random';
import type { PortMode } from './port';
import type { Random } from './random';

export interface HubTimers {
  now(): number;
  after(ms: number, run: () => void): () => void;
}

export interface SimulatedHubOptions {
  readonly timers: HubTimers;
  readonly seed?: number;
  readonly ports?: number;
  readonly format?: 'un' | 'ps' | 'sm';
  readonly serial?: string;
  /** Units as firmware 1.83 prints them, or thousandths as one manual does. */
  readonly health?: 'units' | 'thousandths';
  /** How many times faster than the wall clock the batteries charge. */
  readonly speed?: number;
}

/** How long a hub says nothing after `reboot`. */
export const REBOOT_MS = 6_000;

const MODES: readonly string[] = ['c', 's', 'b', 'o'] satisfies PortMode[];

export class SimulatedHub {
  readonly ports: readonly SimulatedPort[];
  readonly random: Random;
  /** Commands that came before the prompt of the one before: a real hub may hang for that. */
  hurried = 0;
  /** Every command line received, newest last; the last hundred. */
  readonly heard: string[] = [];
  readonly #format: 'un' | 'ps' | 'sm';
  readonly #serial: string;
  readonly #thousandths: boolean;
  readonly #timers: HubTimers;
  readonly #speed: number;
  #advancedTo: number;
  #bootedAt: number;
  #underVoltage = false;
  #rebooted = true;
  #silentUntil = 0;
  #nextDelayMs = 0;
  #nextGarbage = 0;
  #fatal = false;
  readonly #onReboot = new Set<() => void>();

  constructor(options: SimulatedHubOptions) {
    this.#timers = options.timers;
    this.random = seeded(options.seed ?? 1);
    this.ports = Array.from({ length: options.ports ?? 15 }, (_, index) => new SimulatedPort(index + 1));
    this.#format = options.format ?? 'un';
    this.#serial = options.serial ?? 'DEMO0001';
    this.#thousandths = options.health === 'thousandths';
    this.#speed = options.speed ?? 1;
    this.#advancedTo = options.timers.now();
    this.#bootedAt = this.#advancedTo;
  }

  /** A cart as it is found in the morning: most at the end of their charge, a few behind, invented by the seed. */
  fill(except: readonly number[] = []): this {
    for (const port of this.ports) {
      if (except.includes(port.number)) continue;
      const behind = this.random() < 0.25;
      port.plug({
        capacityWh: 18 + this.random() * 3,
        fullCurrentMa: 1_700 + this.random() * 500,
        level: behind ? 0.15 + this.random() * 0.4 : 0.8 + this.random() * 0.19,
      });
    }
    return this;
  }

  /** Lets so much charging time go by at once: the cart spent the night plugged in before the demonstration began. */
  elapse(seconds: number): this {
    for (const port of this.ports) port.advance(seconds);
    return this;
  }

  port(number: number): SimulatedPort {
    const port = this.ports[number - 1];
    if (!port) throw new RangeError(`no port ${String(number)}`);
    this.advance();
    return port;
  }

  // Faults, asked for by a test or by the person who shows the demonstration.

  /** The dip that `cef` does not clear: mode changes answer `*E422` until `reboot`. */
  dipVoltage(): void {
    this.#underVoltage = true;
  }

  /** The next answer comes this late. */
  delayNext(ms: number): void {
    this.#nextDelayMs = ms;
  }

  /** The next answer is preceded by so many random bytes. */
  garbleNext(bytes: number): void {
    this.#nextGarbage = bytes;
  }

  /** The next answer is `*FATAL ERROR`. */
  failNext(): void {
    this.#fatal = true;
  }

  get silentUntil(): number {
    return this.#silentUntil;
  }

  /** Its own tool is updating it: it knows `id` only, and prompts otherwise. */
  booting = false;

  get prompt(): string {
    return this.booting ? 'boot>> ' : '>> ';
  }

  /** Called when a restarted hub is back, to print its prompt. @returns a function that ends it */
  onBack(run: () => void): () => void {
    this.#onReboot.add(run);
    return () => this.#onReboot.delete(run);
  }

  takeDelay(): number {
    const delay = this.#nextDelayMs;
    this.#nextDelayMs = 0;
    return delay;
  }

  takeGarbage(): Uint8Array {
    const bytes = Uint8Array.from({ length: this.#nextGarbage }, () => Math.floor(this.random() * 256));
    this.#nextGarbage = 0;
    return bytes;
  }

  /** Brings the batteries to the present. */
  advance(): void {
    const now = this.#timers.now();
    const seconds = ((now - this.#advancedTo) / 1000) * this.#speed;
    if (seconds <= 0) return;
    this.#advancedTo = now;
    for (const port of this.ports) port.advance(seconds);
  }

  /** The lines that answer a command, without echo and prompt. */
  answer(command: string): readonly string[] {
    this.advance();
    this.heard.push(command);
    if (this.heard.length > 100) this.heard.shift();
    if (this.#fatal) {
      this.#fatal = false;
      return ['*FATAL ERROR E203: Unknown port'];
    }
    const [name = '', ...parameters] = command.trim().split(/\s+/);
    if (this.booting && name !== '' && name.toLowerCase() !== 'id') return ['*E400: Command not recognised'];
    switch (name.toLowerCase()) {
      case '':
      case 'host':
      case 'beep':
        return [];
      case 'id':
        return [
          `mfr:cambrionix,mode:${this.booting ? 'boot' : 'main'},hw:PP15S,hwid:0x13,fw:1.83,bl:0.12,sn:${this.#serial},group:-,fc:${this.#format}`,
        ];
      case 'system':
        return this.#system();
      case 'state':
        return this.#state(parameters);
      case 'health':
        return this.#health();
      case 'limits':
        return ['5V Min: 4.50', '5V Max: 5.58', '12V Min: 9.59', '12V Max: 14.50', 'Temperature (C): 75.0'];
      case 'mode':
        return this.#mode(parameters);
      case 'crf':
        this.#rebooted = false;
        return [];
      case 'cef':
        return [];
      case 'reboot':
        this.#reboot();
        return [];
      default:
        return ['*E400: Command not recognised'];
    }
  }

  #system(): string[] {
    return [
      `cambrionix PP15S ${String(this.ports.length)} Port USB Charge+Sync`,
      'Hardware: PP15S',
      'Firmware: 1.83',
      'Compiled: Mon 04 2023 10:12:00',
      'Group: -',
      'Panel ID: Absent',
    ];
  }

  #state(parameters: readonly string[]): string[] {
    const system = [...(this.#rebooted ? ['R'] : []), ...(this.#underVoltage ? ['E'] : [])];
    const [wanted] = parameters;
    if (wanted === undefined) return this.ports.map((port) => port.row(this.#format, system));
    const port = this.ports[Number(wanted) - 1];
    return port ? [port.row(this.#format, system)] : ['*E410: Invalid port'];
  }

  #health(): string[] {
    const volts = (PORT_VOLTS + (this.random() - 0.5) * 0.04).toFixed(2);
    if (this.#thousandths)
      return [
        `5V_V1: ${String(Math.round(Number(volts) * 1_000))}`,
        '12V: 12030',
        `Temp: ${String(Math.round(31_000 + this.random() * 4_000))}`,
        `Flags: ${[this.#underVoltage ? 'UV' : '', this.#rebooted ? 'R' : ''].join(' ').trim()}`,
      ];
    const up = Math.floor((this.#timers.now() - this.#bootedAt) / 1000);
    return [
      `System up for: ${String(up)} seconds`,
      `5V Now: ${volts}`,
      `5V Min: ${this.#underVoltage ? '4.31' : '5.08'}`,
      '5V Max: 5.22',
      `5V Flags: ${this.#underVoltage ? 'UV' : ''}`,
      `Temperature Now (C): ${(31 + this.random() * 4).toFixed(1)}`,
      'Temperature Flags: ',
      `Rebooted flag: ${this.#rebooted ? 'R' : ''}`,
    ];
  }

  #mode(parameters: readonly string[]): string[] {
    const [mode, wanted, , extra] = parameters;
    if (mode === undefined) return ['*E404: Missing parameter'];
    if (extra !== undefined) return ['*E401: Too many parameters'];
    if (!isMode(mode)) return ['*E421: Invalid mode'];
    const chosen = wanted === undefined ? this.ports : [this.ports[Number(wanted) - 1]];
    if (chosen.some((port) => port === undefined)) return ['*E410: Invalid port'];
    if (this.#underVoltage) return ['*E422: Mode change refused'];
    for (const port of chosen) if (port) port.mode = mode;
    return [];
  }

  #reboot(): void {
    this.#silentUntil = this.#timers.now() + REBOOT_MS;
    this.#timers.after(REBOOT_MS, () => {
      this.#underVoltage = false;
      this.#rebooted = true;
      this.#bootedAt = this.#timers.now();
      for (const port of this.ports) {
        port.mode = 'c';
        port.restart();
      }
      for (const run of this.#onReboot) run();
    });
  }
}

function isMode(text: string): text is PortMode {
  return MODES.includes(text);
}
