import type { Audience } from '../../../src/domain/audience';
import { pack, secretsOfKeys, signGrant, writeFrame, type Grant } from '../../../src/exchange';
import type { DocumentBody } from '../../../src/store/port';
import { quickCodec } from './codec';
import { CommuneDisk } from './commune-store';
import type { Death, WritePoint } from './disk';
import { enrol, Gateway } from './gateway';
import { Ledger } from './ledger';
import { isWeather, type Connection, type Weather } from './line';
import type { Plant } from './plant';
import { Poste, type PosteWorld } from './poste';
import { randomFrom, type Random } from './random';
import type { Site } from './remote';
import { Schedule } from './schedule';
import {
  GATEWAYS,
  grantOf,
  HEAD,
  HEAD_ROLES,
  idFor,
  PARC,
  SCHOOL,
  dataKeyOf,
  ENTITLED,
  signerOf,
  START,
  type PosteName,
} from './school';
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
  /** The school's day, once a head has said one. */
  day = '';
  #snapshots = 0;
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
      reorder: often(0.05),
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

  fate(
    poste: Poste,
    point: 'keep' | 'apply' | 'refusals' | 'write',
  ): 'before' | 'within' | 'after' | undefined {
    const { random, weather, trace } = this;
    if (weather.calm || !random.chance(this.#deadly)) return undefined;
    const fate = random.pick(['before', 'within', 'after'] as const);
    const kinds = {
      keep: 'crash-in-keep',
      cover: 'crash-in-cover',
      refusals: 'crash',
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
    this.every(9000, () => this.consolidate(random.pick(ENTITLED.a)));
    this.every(5000, () => void this.#forge().catch((error: unknown) => this.broke('forger', error)));
  }

  /** Somebody who has the key of an open audience, or a poste's parcels, writes in another's name. */
  async #forge(): Promise<void> {
    const { random, trace } = this;
    const victim = random.pick(['a', 'b', 'c'] as const);
    const site = random.pick(this.sites());
    const audience = random.pick(['ecole_2026', 'parc']);
    if (!site.life || !this.poste(victim).life) return;
    const head = this.poste(victim).disk.head(audience, this.poste(victim).poste);
    const [secrets] = secretsOfKeys([dataKeyOf(audience, 0)], audience);
    if (!secrets) return;
    const id = idFor('event', `forged ${this.now}`);
    const record = {
      id,
      rev: `1-${'0'.repeat(32)}`,
      ancestors: [],
      deleted: false,
      body: { _id: id, type: 'note', v: 1 },
    };
    const { parcels } = await pack(
      {
        school: SCHOOL,
        origin: this.poste(victim).poste,
        grant: idFor('grant', victim),
        signer: signerOf('stranger'),
        audience,
        secrets,
        created: new Date(START).toISOString(),
        codec: quickCodec,
      },
      head,
      [{ seq: (head?.to ?? 0) + 1, record: { ...record } }],
    );
    trace.fault('forged', this.now, victim, site.name);
    const answers = await site.answers();
    await answers.push(
      (async function* () {
        for (const parcel of parcels) yield await Promise.resolve(writeFrame('P', parcel.bytes));
      })(),
    );
  }

  /**
   * The head puts a poste out: what it has seen of it still counts, and what it could read gets new keys, sealed to those
   * who stay.
   */
  remove(name: PosteName): void {
    const head = this.poste('a');
    const { poste } = this.poste(name);
    const id = idFor('grant', `revocation ${name}`);
    const issued = new Date(START).toISOString();
    this.#decree(id, () => {
      const accepted: Record<Audience, number> = {};
      for (const audience of head.disk.chains.keys()) {
        const last = head.disk.head(audience, poste);
        if (last) accepted[audience] = last.to;
      }
      this.removed = { name, accepted };
      this.trace.fault('removed', this.now, name);
      const common = { _id: id, type: 'grant' as const, v: 1 as const, school: SCHOOL, issued };
      return signGrant({ ...common, kind: 'revocation' as const, target: poste, accepted }, HEAD);
    });
    for (const audience of ENTITLED[name].filter((one) => one !== PARC)) {
      for (const to of ['b', 'c', 'a'] as const) {
        if (to === name || !ENTITLED[to].includes(audience)) continue;
        const wrap = idFor('event', `wrap ${to} ${audience}`);
        // Everybody who holds a new key knows by then who was put out.
        const make = (): DocumentBody => {
          if (to === 'a') this.trace.fault('key-exchanged', this.now, audience);
          if (to === 'a') head.disk.keyring.add(audience, 1);
          return { _id: wrap, type: 'keyWrap', v: 1, poste: this.poste(to).poste, audience, generation: 1 };
        };
        this.#decree(wrap, make, () => this.removed !== undefined);
      }
    }
  }

  /** A teacher becomes a head as well: what was refused before may be taken now. */
  promote(name: PosteName): void {
    const id = `${name} promoted`;
    this.#decree(idFor('grant', id), () => {
      this.promoted = name;
      return grantOf(name, { id, roles: HEAD_ROLES });
    });
  }

  /** The school's day moves on: what is kept no longer ends everywhere. */
  moveDay(day: string): void {
    const id = idFor('year', `horizon ${day}`);
    this.#decree(id, () => {
      this.trace.fault('horizon', this.now, day);
      if (day > this.day) this.day = day;
      return { _id: id, type: 'horizon', v: 1, day };
    });
  }

  /** The head's poste makes a snapshot of an audience, and lets go of the parcels that it stands for. */
  consolidate(audience: Audience): void {
    const head = this.poste('a');
    if (!head.life) return;
    const id = idFor('grant', `snapshot ${++this.#snapshots}`);
    head
      .consolidate(audience, id)
      .then((made) => made && this.trace.fault('consolidated', this.now, audience))
      .catch((error: unknown) => this.broke('a', error));
  }

  /** Something that the head's poste writes into `parc` once it may, tried again until it has. */
  #decree(id: string, make: () => DocumentBody | Grant, may: () => boolean = () => true): void {
    const head = this.poste('a');
    let done = false;
    const attempt = (): void => {
      if (done) return;
      this.schedule.in(this.weather.calm ? 50 : 1500, attempt);
      if (!may()) return;
      head
        .write(PARC, id, (before) => {
          done = true;
          if (before) return undefined;
          const body = make();
          if (body.type === 'grant') head.replica.book.learn(body);
          return { body: body as DocumentBody };
        })
        .catch((error: unknown) => this.broke('a', error));
    };
    attempt();
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
