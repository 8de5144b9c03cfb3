import type { Audience } from '../../../src/domain/audience';
import { CommuneDisk } from './commune-store';
import { consolidate } from './decrees';
import type { Death, WritePoint } from './disk';
import { forge } from './forger';
import { enrol, Gateway } from './gateway';
import { Ledger, type Written } from './ledger';
import { isWeather, type Connection, type Weather } from './line';
import type { Plant } from './plant';
import { Poste, type PosteWorld } from './poste';
import { randomFrom, type Random } from './random';
import type { Site } from './remote';
import { Schedule } from './schedule';
import { ENTITLED, GATEWAYS, grantOf, type PosteName } from './school';
import { Trace } from './trace';

const YEAR_MS = 365 * 24 * 3600 * 1000;
const NONCE_GONE_MS = 3 * 3600 * 1000;

export interface Options {
  readonly seed: number;
  readonly plant?: Plant | undefined;
  readonly keepsLines?: boolean | undefined;
}

/** Machines, lines, weather and what goes wrong with them; what people write is the workload's business. */
export class World implements PosteWorld {
  readonly schedule = new Schedule();
  readonly random: Random;
  readonly trace: Trace;
  readonly ledger = new Ledger();
  readonly weather: Weather;
  readonly plant: Plant | undefined;
  readonly open = new Set<Connection>();
  readonly commune = new CommuneDisk();
  readonly postes: readonly Poste[];
  readonly gateways: readonly Gateway[];
  /** Failures that no weather explains. */
  readonly broken: string[] = [];
  /** What of a poste that was put out still counts; undefined until then. */
  removed: { readonly name: PosteName; readonly accepted: Readonly<Record<Audience, number>> } | undefined;
  /** Who became a head meanwhile. */
  promoted: PosteName | undefined;
  /** What the end of the year before says was taken, and whether it was waited for everybody; undefined until then. */
  ended:
    | {
        readonly held: Readonly<Record<Audience, Readonly<Record<string, number>>>>;
        readonly reported: boolean;
        /** What was said to be taken, and did not stand at the head's poste. */
        readonly missing: readonly Written[];
        /** What stood there, its author's parcel taken or not: somebody may have written on from it. */
        readonly here: ReadonlySet<Written>;
      }
    | undefined;
  /** The school's day, once a head has said one. */
  day = '';
  readonly #apart = new Map<string, number>();
  /** How often machines die, in this run, at one write. */
  readonly #deadly: number;

  constructor({ seed, plant, keepsLines }: Options) {
    this.random = randomFrom(seed);
    this.trace = new Trace(keepsLines);
    this.plant = plant;
    const { random } = this;
    const often = (most: number): number => random.next() * most;
    this.weather = {
      calm: false,
      requestLost: often(0.04),
      replyLost: often(0.04),
      cut: often(0.3),
      duplicate: often(0.1),
      reorder: often(0.15),
      tamper: often(0.02),
    };
    this.#deadly = often(0.01);
    const grants = (['a', 'b', 'c', 'r'] as const).map((name) => firstGrant(name));
    this.postes = (['a', 'b', 'c', 'r'] as const).map((name) => new Poste(this, name, grants));
    this.gateways = GATEWAYS.map(
      (name) => new Gateway(this, name, this.commune, (gateway) => this.#gatewayDies(gateway)),
    );
    enrol(this.commune);
    for (const machine of [...this.postes, ...this.gateways]) machine.start();
  }

  get now(): number {
    return this.schedule.now;
  }

  poste(name: PosteName): Poste {
    const found = this.postes.find((poste) => poste.name === name);
    if (!found) throw new Error(name);
    return found;
  }

  readonly sites = (): readonly (Poste | Gateway)[] => [...this.postes, ...this.gateways];

  /** A time to wait, in milliseconds: nobody knows when the next one comes. */
  soon(mean: number): number {
    return Math.ceil(-Math.log(1 - this.random.next()) * mean);
  }

  /** Does something again and again, until the weather is calm. */
  every(mean: number, work: () => void): void {
    this.schedule.in(this.soon(mean), () => {
      if (this.weather.calm) return;
      work();
      this.every(mean, work);
    });
  }

  isApart(a: string, b: string): boolean {
    return (this.#apart.get([a, b].sort().join(' ')) ?? 0) > this.now;
  }

  answering(site: Site): void {
    if (this.weather.calm || !this.random.chance(0.02)) return;
    const machine = this.sites().find((one) => one.name === site.name);
    if (machine) machine.clockError += NONCE_GONE_MS;
  }

  broke(who: string, error: unknown): void {
    if (isWeather(error)) return;
    this.broken.push(`${who}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }

  fate(poste: Poste, point: WritePoint): Death | undefined {
    const { random, weather, trace } = this;
    // Parcels are let go seldom: where it happens, machines die more often.
    const deadly = this.#deadly * (point === 'cover' ? 8 : 1);
    if (weather.calm || !random.chance(deadly)) return undefined;
    const fate = random.pick(['before', 'within', 'after'] as const);
    const kinds = {
      keep: 'crash-in-keep',
      cover: 'crash-in-cover',
      refusals: 'crash',
      grant: 'crash',
      write: 'crash',
    } as const;
    const kind = point !== 'apply' ? kinds[point] : fate === 'after' ? 'crash-between' : 'crash-in-apply';
    trace.fault(kind, this.now, poste.name, point, fate);
    this.#restartLater(poste);
    return fate;
  }

  #gatewayDies(gateway: Gateway): boolean {
    if (this.weather.calm || !this.random.chance(this.#deadly / 3)) return false;
    this.trace.fault('gateway-crash', this.now, gateway.name);
    this.#restartLater(gateway);
    return true;
  }

  #restartLater(machine: Poste | Gateway): void {
    this.schedule.in(this.soon(1200), () => machine.start());
  }

  /** Starts everything that goes wrong by itself. */
  begin(): void {
    const { random, schedule, trace } = this;
    this.every(3000, () => {
      const a = random.pick(this.sites()).name;
      const b = random.pick(this.sites()).name;
      if (a === b) return;
      trace.fault('partition', this.now, a, b);
      this.#apart.set([a, b].sort().join(' '), this.now + this.soon(3000));
      for (const line of [...this.open]) if (this.isApart(line.from.name, line.to.name)) line.break();
    });
    this.every(5000, () => {
      const machine = random.pick(this.sites());
      if (!machine.life) return;
      trace.fault(machine instanceof Gateway ? 'gateway-crash' : 'crash', this.now, machine.name);
      machine.crash();
      this.#restartLater(machine);
    });
    this.every(6000, () => {
      const disk = random.pick([...this.postes.map((poste) => poste.disk), this.commune]);
      trace.fault('disk-full', this.now);
      disk.full = true;
      schedule.in(this.soon(1000), () => (disk.full = false));
    });
    this.every(6000, () => {
      const machine = random.pick(this.sites());
      machine.clockError = Math.round((random.next() - 0.5) * 20 * YEAR_MS);
      trace.fault('clock-jump', this.now, machine.name);
    });
    this.every(9000, () => consolidate(this, random.pick(ENTITLED.a)));
    this.every(5000, () => void forge(this).catch((error: unknown) => this.broke('forger', error)));
  }

  /** The weather clears: lines hold, disks have room, machines are on. */
  clear(): void {
    this.weather.calm = true;
    this.#apart.clear();
    for (const poste of this.postes) poste.disk.full = false;
    this.commune.full = false;
    for (const machine of this.sites()) machine.start();
  }
}

const firstGrants = new Map<PosteName, ReturnType<typeof grantOf>>();
function firstGrant(name: PosteName): ReturnType<typeof grantOf> {
  const grant = firstGrants.get(name) ?? grantOf(name);
  firstGrants.set(name, grant);
  return grant;
}
