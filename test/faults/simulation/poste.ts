import type { Audience } from '../../../src/domain/audience';
import {
  canonicalBytes,
  createAnswers,
  createNonces,
  exchange,
  GrantBook,
  grantHash,
  makeCredential,
  noCounters,
  Replica,
  sha256,
  signGrant,
  toText,
  type Answers,
  type PosteGrant,
  type Refusal,
  type RunCounters,
} from '../../../src/exchange';
import type { DocumentBody, Revision } from '../../../src/store/port';
import { revisionOf } from '../../../src/store/revision';
import { quickCodec } from './codec';
import { Disk, durably, portsOf, type Death, type Machine, type WritePoint } from './disk';
import { LineDown } from './line';
import type { Wrap } from './keyring';
import type { Plant } from './plant';
import { remoteTo, type Network, type Site } from './remote';
import { Life } from './schedule';
import { endYear, isOpen, isOver, reportFrom } from './years';
import {
  ENTITLED,
  HEAD,
  idFor,
  isGatewayName,
  NEXT_HEAD,
  OPEN,
  PARC,
  posteOf,
  SCHOOL,
  signerOf,
  START,
  type PosteName,
} from './school';
import type { Ledger } from './ledger';

export interface PosteWorld extends Network {
  readonly ledger: Ledger;
  readonly plant: Plant | undefined;
  /** A write of a poste: whether its machine dies at it. */
  fate(poste: Poste, point: WritePoint): Death | undefined;
}

export interface RunResult {
  readonly counters: RunCounters;
  readonly theirs: readonly Refusal[];
  readonly ours: readonly Refusal[];
}

/** What a person writes: a body, an end, or a choice between two versions. */
export interface Made {
  readonly body: DocumentBody;
  readonly deleted?: boolean;
  readonly merges?: boolean;
}

interface Running {
  readonly life: Life;
  readonly replica: Replica;
  readonly answers: Answers;
}

/** A computer of the school: a disk that stays, and an engine that lives from a start to a crash. */
export class Poste implements Site {
  readonly disk: Disk;
  readonly channel: string;
  readonly poste: ReturnType<typeof posteOf>;
  /** What this computer's clock is wrong by, in milliseconds. */
  clockError = 0;
  /** One run at a time, as the product does. */
  busy = false;
  /** What each other side refused at the last run that went through. */
  readonly theirs = new Map<string, readonly Refusal[]>();
  /** What was not taken from each other side, likewise. */
  readonly ours = new Map<string, readonly Refusal[]>();
  #running: Running | undefined;
  #starts = 0;

  constructor(
    private readonly world: PosteWorld,
    readonly name: PosteName,
    grants: readonly PosteGrant[],
  ) {
    this.poste = posteOf(name);
    this.disk = new Disk(ENTITLED[name]);
    this.channel = `poste ${name}`;
    this.disk.grants.push(...grants);
  }

  get life(): Life | undefined {
    return this.#running?.life;
  }

  get replica(): Replica {
    if (!this.#running) throw new Error(`${this.name} is off`);
    return this.#running.replica;
  }

  readonly clock = (): number => START + this.world.schedule.now + this.clockError;

  readonly now = (): number => this.world.schedule.now;

  /** Something this computer does by itself after so long, whatever has happened to it meanwhile. */
  later(ms: number, work: () => void): void {
    this.world.schedule.in(ms, work);
  }

  start(): void {
    if (this.#running) return;
    const { world, disk, poste } = this;
    const life = new Life();
    const machine = this.#machine(life);
    const book = new GrantBook(SCHOOL, [HEAD.publicKey]);
    for (const grant of disk.grants) book.learn(grant);
    for (const body of disk.database('parc').all('grant')) book.learn(body);
    const ports = portsOf(disk, machine);
    const replica = new Replica({
      book,
      ...(world.plant?.ports?.(ports, this) ?? ports),
      secretsOf: disk.keyring.secretsOf,
      codec: quickCodec,
      author: { poste, signer: signerOf(this.name), now: () => new Date(this.clock()).toISOString() },
    });
    world.plant?.replica?.(replica, this);
    const answers = createAnswers({
      replica,
      // A start makes a new secret: what was given out before is asked for again.
      nonces: createNonces(sha256(Buffer.from(`${this.name} ${++this.#starts}`)), this.clock),
      channel: this.channel,
      holds: () => this.holds(),
    });
    this.#running = { life, replica, answers };
    this.busy = false;
  }

  #machine(life: Life): Machine {
    const { world } = this;
    return {
      life,
      schedule: world.schedule,
      latency: () => world.random.below(4),
      dies: (point) => {
        const fate = world.fate(this, point);
        if (fate) this.crash();
        return fate;
      },
    };
  }

  /** The power goes: nothing more happens, on either end of a line. */
  crash(): void {
    const { life } = this.#running ?? {};
    this.#running = undefined;
    life?.end();
    this.world.plant?.crashed?.(this);
  }

  answers(): Promise<Answers> {
    return this.#running ? Promise.resolve(this.#running.answers) : Promise.reject(new LineDown('off'));
  }

  /** What this poste may hold, as far as it knows; the relay all that anybody was granted. */
  holds(): ReadonlySet<Audience> {
    const { book } = this.replica;
    const { audiences, carries } = book.readable(this.poste);
    const all = carries
      ? book.all().flatMap((grant) => (grant.kind === 'poste' ? grant.audiences : []))
      : [...audiences];
    return new Set(all.filter((name) => !isOver(this.disk, name)));
  }

  /** What both sides may speak about, as this poste sees it. */
  #shared(site: Site): ReadonlySet<Audience> {
    const mine = this.holds();
    if (!(site instanceof Poste)) return mine;
    const { audiences, carries } = this.replica.book.readable(site.poste);
    return carries ? mine : new Set([...mine].filter((audience) => audiences.has(audience)));
  }

  /** One run, as the product makes it. @throws what the line or the disk says */
  async run(site: Site): Promise<RunResult> {
    const { world, disk, poste } = this;
    const running = this.#running;
    if (!running) throw new Error('off');
    const { replica, life } = running;
    const signer = signerOf(this.name);
    const remote = remoteTo(world, { name: this.name, life }, site);
    const counters = noCounters();
    const audiences = this.#shared(site);
    await this.#tidy(running);
    const nonce = disk.nonces.get(site.channel);
    const other = site instanceof Poste ? site.poste : undefined;
    const holds = (): ReadonlySet<Audience> => this.holds();
    const end = await exchange({ replica, remote, poste, signer, audiences, holds, other, nonce, counters });
    if (end.nonce !== undefined) disk.nonces.set(site.channel, end.nonce);
    for (const [name, to] of Object.entries(end.confirmed)) disk.confirmed.set(name, to);
    this.theirs.set(site.channel, end.theirs);
    this.ours.set(site.channel, end.ours);
    if (this.name === 'a' && isGatewayName(site.name) && end.nonce !== undefined && remote.keys) {
      const missing = OPEN.flatMap((audience) =>
        disk.keyring
          .all(audience)
          .filter(({ keyId }) => !disk.keysSent.has(keyId))
          .map(({ keyId, revisionKey }) => ({ audience, key: keyId, revisionKey: toText(revisionKey) })),
      );
      if (missing.length > 0) {
        const body = canonicalBytes({ keys: missing });
        const request = { action: 'keys' as const, channel: site.channel, nonce: end.nonce, body };
        counters.requests += 1;
        await remote.keys(body, makeCredential(signer, poste, request));
        for (const { key } of missing) disk.keysSent.add(key);
      }
    }
    return { counters, theirs: end.theirs, ours: end.ours };
  }

  /** A snapshot in this head's poste's name. @returns false where it cannot speak for that audience now */
  async consolidate(audience: Audience, id: `grant_${string}`): Promise<boolean> {
    const running = this.#running;
    if (!running) return false;
    const made = await running.replica.consolidate(audience, {
      id,
      issued: new Date(START).toISOString(),
      head: running.replica.book.isHeadKey(HEAD.publicKey) ? HEAD : NEXT_HEAD,
      publish: async (statement) => {
        await this.write(PARC, id, () => {
          // Known with its document: what ends the key that signed it keeps it.
          running.replica.book.learn(statement);
          return { body: statement as unknown as DocumentBody };
        });
      },
    });
    return made !== undefined;
  }

  /** What the head's poste signed while its key was being ended counts by the next one (src/main/postes/head-key-exchange.ts). */
  async #keepSigned(book: GrantBook): Promise<void> {
    const written = this.disk.database(PARC);
    const own = book.outdated().filter(({ _id }) => written.get(_id) !== undefined);
    if (own.length === 0) return;
    const statement = signGrant(
      {
        _id: idFor('grant', `kept ${own.map(({ _id }) => _id).join(' ')}`),
        type: 'grant' as const,
        v: 1 as const,
        school: SCHOOL,
        issued: new Date(START).toISOString(),
        kind: 'headKeyEnd' as const,
        ended: [HEAD.publicKey],
        keeps: own.map(grantHash),
      },
      NEXT_HEAD,
    );
    await this.write(PARC, statement._id, (before) => {
      book.learnAll([statement, ...own]);
      return before ? undefined : { body: statement as unknown as DocumentBody };
    });
  }

  /** What a poste does by itself before a run: new keys open what waited, new days end what is old. */
  async #tidy({ replica, life }: Running): Promise<void> {
    const { disk } = this;
    for (const wrap of disk.database(PARC).all('keyWrap') as readonly Wrap[])
      if (wrap.poste === this.poste && !isOver(disk, wrap.audience))
        disk.keyring.add(wrap.audience, wrap.generation);
    await this.#years(life);
    if (this.name === 'a') await this.#keepSigned(replica.book);
    for (const audience of this.holds()) await replica.applyBacklog(audience);
    await replica.retryRefused();
    const day = disk.horizon();
    if (day === undefined) return;
    for (const audience of ENTITLED[this.name]) {
      if (disk.swept.get(audience) === day || isOver(disk, audience)) continue;
      await durably(disk, this.#machine(life), 'apply', (whole) => {
        const database = disk.database(audience);
        const ids = whole ? database.ids() : database.ids().slice(1);
        for (const { record } of ids.flatMap((id) => database.leaves(id))) {
          const ended = disk.fitting(audience, record);
          if (ended !== record) database.add(ended, true);
        }
        if (whole) disk.swept.set(audience, day);
      });
    }
  }

  async #years(life: Life): Promise<void> {
    const { disk, poste, world } = this;
    const report = this.name === 'r' ? undefined : reportFrom(disk, poste);
    if (report) await this.write(PARC, report._id, (before) => (before ? undefined : { body: report }));
    await endYear(disk, poste, this.#machine(life), (audience) =>
      world.trace.fault('year-late', world.schedule.now, this.name, audience),
    );
  }

  /**
   * Writes a revision after the winner, or nothing where `make` wants none. Acknowledged when it resolves.
   * @returns the revision
   */
  async write(
    audience: Audience,
    id: string,
    make: (
      before: DocumentBody | undefined,
    ) => { body: DocumentBody; deleted?: boolean; merges?: boolean } | undefined,
    forbidden = false,
  ): Promise<Revision | undefined> {
    const running = this.#running;
    if (!running) return undefined;
    const machine = this.#machine(running.life);
    const entries = await durably(this.disk, machine, 'write', (whole) => {
      if (!whole || !isOpen(this.disk, audience)) return [];
      const database = this.disk.database(audience);
      const leaves = database.leaves(id);
      const made = make(database.get(id));
      if (!made) return [];
      const revisionKey = this.disk.keyring.all(audience)[0]?.revisionKey;
      if (!revisionKey) return [];
      const follow = (parent: Revision | undefined, body: DocumentBody, deleted: boolean) => {
        const rev = revisionOf(revisionKey, { parent, deleted, body });
        const ancestors = parent ? [parent, ...database.ancestors(id, parent)] : [];
        database.add({ id, rev, ancestors, deleted, body }, false);
        const seq = database.leaves(id).find((leaf) => leaf.record.rev === rev)?.seq ?? 0;
        return this.world.ledger.begin({ audience, id, rev, by: this.name, seq, body, forbidden });
      };
      const { body, deleted = false, merges = false } = made;
      const tombstone = (): DocumentBody => ({ _id: id, type: body.type, v: 1 });
      const losers = merges ? leaves.slice(1).filter((leaf) => !leaf.record.deleted) : [];
      return [
        follow(leaves[0]?.record.rev, deleted ? tombstone() : body, deleted),
        ...losers.map((leaf) => follow(leaf.record.rev, tombstone(), true)),
      ];
    });
    for (const entry of entries) entry.acknowledged = true;
    return entries[0]?.rev;
  }
}

export const documentId = (
  audience: Audience,
  n: number,
  prefix: 'event' | 'roll' | 'homework' | 'staff',
): string => idFor(prefix, `${audience} ${n}`);
