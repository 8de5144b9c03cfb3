import { isSealed } from '../../domain/audience';
import { isPreauError } from '../../domain/errors';
import type { Clock } from '../../domain/time';
import {
  afterAsking,
  FileRefused,
  nextStep,
  positionsIn,
  rangesOf,
  type Claim,
  type ChunkList,
  type FilePriority,
  type PlanSource,
  type Step,
} from '../../exchange/files';
import type { Containers } from './containers';
import type { FileRemote } from './file-remote';
import type { UnderWay } from './poste-shelf';
import { namesOf, type FileKeysOf } from './share-keys';
import type { Shares } from './shares';
import { Transfer, type Wanted } from './transfer';

export interface Want extends Wanted {
  /** A document of the audience that names the file. */
  readonly document: string;
  readonly priority: FilePriority;
}

export interface FetcherDeps {
  readonly containers: Containers;
  readonly shares: Shares;
  readonly underWay: UnderWay;
  readonly keysOf: FileKeysOf;
  /** This poste's id. */
  readonly self: string;
  readonly clock: Clock;
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** What a run may cost and did cost, in bytes of bodies and lists. */
export interface Spending {
  /** Left for the line. */
  line: number;
  fromLine: number;
  fromLan: number;
  toLine: number;
  toLan: number;
}

/** Something wrong that another side gave: refused, and asked elsewhere. */
export interface WrongGiven {
  readonly source: string;
  readonly reason: 'CHUNK_WRONG' | 'LIST_WRONG';
}

export interface Fetched {
  readonly state: 'whole' | 'budget' | 'nobody' | 'cut' | 'stopped';
  readonly wrong: readonly WrongGiven[];
}

/** A neighbour's claim without progress is believed for so long, in milliseconds. */
const LEASE_MS = 90_000;
/** Between two looks at a neighbour who brings what is lacking here, in milliseconds. */
const LOOK_MS = 1_000;
/** While a neighbour is making up its mind, in milliseconds. */
const ASK_AGAIN_MS = 100;
const ASK_AGAIN_TRIES = 20;
/** After a cut, in milliseconds; so often without anything new. */
const CUT_WAIT_MS = 2_000;
const CUTS_MAX = 5;
/** A source that gives nothing of what it said it had, so often, is left alone for this run. */
const STRIKES_MAX = 4;

interface Look {
  readonly remote: FileRemote;
  readonly hash: string;
  readonly held: ReadonlySet<number>;
  readonly claim: Claim | undefined;
  readonly list: ChunkList | undefined;
}

/**
 * Brings one file: from neighbours what they have, over the line what nobody on the LAN has nor is bringing. Goes on where an
 * earlier run stopped. What a source gives wrong is refused, and that source not asked again in this run.
 */
export class Fetcher {
  readonly #blamed = new Set<string>();
  readonly #silent = new Set<string>();
  readonly #strikes = new Map<string, number>();
  readonly #badLists = new Set<string>();
  readonly #progress = new Map<string, { said: string; at: number }>();
  readonly #wrong: WrongGiven[] = [];
  readonly #giver = new Map<string, string>();
  #transfer: Transfer | undefined;
  #onLine: Look | undefined;
  #cuts = 0;

  constructor(
    private readonly deps: FetcherDeps,
    private readonly want: Want,
    private readonly remotes: readonly FileRemote[],
    private readonly spending: Spending,
    private readonly signal?: AbortSignal,
  ) {}

  async run(): Promise<Fetched> {
    try {
      for (;;) {
        if (this.signal?.aborted) return this.#end('stopped');
        const outcome = await this.#once();
        if (outcome) return this.#end(outcome);
      }
    } finally {
      await this.#leave();
    }
  }

  #end(state: Fetched['state']): Fetched {
    return { state, wrong: this.#wrong };
  }

  async #leave(): Promise<void> {
    if (!this.#transfer) return;
    const transfer = this.#transfer;
    this.#transfer = undefined;
    this.deps.underWay.remove(this.want.audience, transfer.list.file);
    await transfer.pause().finally(() => transfer.close());
  }

  /** One step; an outcome where it was the last. */
  async #once(): Promise<Fetched['state'] | undefined> {
    let near = await this.#lookNear();
    if (!this.#transfer) {
      const known = await Transfer.listOf(this.deps.containers, this.want);
      const list =
        (known && this.#usable(known) ? known : undefined) ??
        near.find((look) => look.list && this.#usable(look.list))?.list ??
        (await this.#lookOnLine())?.list;
      if (!list || !this.#usable(list)) return this.#cutOr('nobody');
      await this.#open(list);
      near = await this.#lookNear();
    }
    const transfer = this.#transfer;
    if (!transfer) return undefined;
    const step = await this.#plan(transfer, near);
    if (step.do === 'wait') {
      await this.deps.wait(LOOK_MS, this.signal);
      return undefined;
    }
    if (step.do === 'fetch') return this.#fetch(transfer, step.source, step.positions);
    if (step.why === 'whole') return this.#finish(transfer);
    return step.why === 'budget' ? 'budget' : this.#cutOr('nobody');
  }

  /** A line that was cut is tried again for a while: after each the transfer goes on at the byte where it stood. */
  async #cutOr(state: 'nobody'): Promise<Fetched['state'] | undefined> {
    const lines = this.remotes.filter(({ kind, id }) => kind === 'line' && !this.#isLeft(id));
    if (lines.length > 0 && this.spending.line <= 0) return 'budget';
    if (lines.length === 0 || this.#onLine || this.#cuts === 0) return state;
    if (this.#cuts > CUTS_MAX) return 'cut';
    await this.deps.wait(CUT_WAIT_MS, this.signal);
    return undefined;
  }

  #isLeft(id: string): boolean {
    return this.#blamed.has(id) || this.#silent.has(id);
  }

  #usable(list: ChunkList): boolean {
    const keyed = this.#keysFor(list).length > 0;
    return list.size === this.want.size && keyed && !this.#badLists.has(list.hash);
  }

  #keysFor(list: ChunkList) {
    return this.deps.keysOf(this.want.audience).filter((keys) => (keys?.keyId ?? null) === list.keyId);
  }

  async #open(list: ChunkList): Promise<void> {
    const [keys] = this.#keysFor(list);
    const { containers, shares, underWay } = this.deps;
    this.#transfer = await Transfer.open(containers, shares, this.want, list, keys);
    underWay.add(this.want.audience, this.#transfer);
  }

  async #plan(transfer: Transfer, near: readonly Look[]): Promise<Step> {
    const missing = transfer.lacking();
    const started = transfer.startedAt(missing);
    const planned = (looks: readonly Look[]): Step =>
      nextStep({
        missing,
        bodyLength: (at) => transfer.list.bodyLength(at),
        started,
        sources: looks
          .filter(({ hash, remote }) => hash === transfer.list.hash && !this.#isLeft(remote.id))
          .map((look) => this.#source(look)),
        start: fraction(this.deps.self),
        budget: this.spending.line,
      });
    const step = planned(near);
    if (step.do !== 'stop' || step.why !== 'nobody') return step;
    const line = await this.#lookOnLine();
    if (!line) return step;
    if (line.hash === transfer.list.hash) return planned([...near, line]);
    // The other end cut the file otherwise, and nobody has the rest of ours: begin again by its list.
    if (line.list && this.#usable(line.list)) {
      this.#badLists.add(transfer.list.hash);
      await this.#drop(transfer);
      return { do: 'wait' };
    }
    return step;
  }

  #source({ remote, held, claim }: Look): PlanSource {
    return { id: remote.id, kind: remote.kind, has: (at) => held.has(at), claim };
  }

  async #fetch(
    transfer: Transfer,
    source: string,
    planned: readonly number[],
  ): Promise<Fetched['state'] | undefined> {
    const remote = this.remotes.find(({ id }) => id === source);
    if (!remote) return 'nobody';
    const { underWay } = this.deps;
    const { audience } = this.want;
    if (remote.kind === 'line' && !(await this.#mayGo(transfer, planned))) return undefined;
    const bytes = this.spending.fromLine;
    try {
      const before = transfer.lacking().length;
      await this.#take(transfer, remote, planned);
      if (this.#transfer === transfer && transfer.lacking().length === before) await this.#strike(remote);
      else this.#cuts = 0;
    } catch (error) {
      if (!isPreauError(error) || !['NO_LINE', 'GATEWAY_REFUSED'].includes(error.code)) throw error;
      if (error.code === 'GATEWAY_REFUSED') await this.#strike(remote);
      else if (remote.kind === 'lan') this.#silent.add(remote.id);
      else {
        this.#onLine = undefined;
        this.#cuts = this.spending.fromLine > bytes ? 1 : this.#cuts + 1;
      }
    } finally {
      underWay.claim(audience, transfer.list.file);
      if (this.#transfer === transfer) await transfer.pause();
    }
    return undefined;
  }

  /** Gave nothing of what it said it had: perhaps it was just finishing, so it is asked again, but not for ever. */
  async #strike(remote: FileRemote): Promise<void> {
    const strikes = (this.#strikes.get(remote.id) ?? 0) + 1;
    this.#strikes.set(remote.id, strikes);
    if (strikes >= STRIKES_MAX) this.#silent.add(remote.id);
    else await this.deps.wait(LOOK_MS, this.signal);
  }

  /** Shows the claim, asks the neighbours, and goes where nobody else does: two that start at once bring nothing twice. */
  async #mayGo(transfer: Transfer, positions: readonly number[]): Promise<boolean> {
    const { underWay, self, wait } = this.deps;
    const { audience } = this.want;
    const { file } = transfer.list;
    // Also where no neighbour has begun yet: it may be beginning now.
    if (!this.remotes.some(({ kind, id }) => kind === 'lan' && !this.#isLeft(id))) return true;
    const ranges = rangesOf([...positions].sort((a, b) => a - b));
    underWay.claim(audience, file, { state: 'asking', ranges });
    for (let tries = 0; tries < ASK_AGAIN_TRIES; tries++) {
      const near = await this.#lookNear();
      const rivals = near.map(({ remote, claim }) => ({ id: remote.id, claim }));
      const brought = near.some(({ held }) => positions.some((at) => held.has(at)));
      const verdict = brought ? 'yield' : afterAsking(self, positions, rivals);
      if (verdict === 'go') {
        underWay.claim(audience, file, { state: 'going', ranges });
        return true;
      }
      if (verdict === 'yield') {
        underWay.claim(audience, file);
        return false;
      }
      await wait(ASK_AGAIN_MS, this.signal);
    }
    underWay.claim(audience, file, { state: 'going', ranges });
    return true;
  }

  async #take(transfer: Transfer, remote: FileRemote, positions: readonly number[]): Promise<void> {
    const [first = 0] = positions;
    const asked = new Set(positions);
    const { file, hash } = transfer.list;
    const skip = await transfer.started(first);
    const request = { ...this.#named(remote), file, list: hash, want: rangesOf(positions), skip };
    try {
      for await (const { position, offset, bytes } of remote.chunks(request)) {
        this.#spent(remote, bytes.length);
        if (!asked.has(position)) throw new FileRefused('CHUNK_WRONG');
        await transfer.take(position, offset, bytes);
        if (this.signal?.aborted) return;
      }
    } catch (error) {
      if (!(error instanceof FileRefused)) throw error;
      if (error.code === 'CHUNK_WRONG') this.#blame(remote.id, 'CHUNK_WRONG');
      else if (error.code === 'LIST_WRONG') await this.#wrongList(transfer);
      else throw error;
    }
  }

  async #finish(transfer: Transfer): Promise<Fetched['state'] | undefined> {
    try {
      await transfer.finish(this.deps.shares);
      this.deps.underWay.remove(this.want.audience, transfer.list.file);
      this.#transfer = undefined;
      return 'whole';
    } catch (error) {
      if (!(error instanceof FileRefused)) throw error;
      if (error.code === 'LIST_WRONG') await this.#wrongList(transfer);
      return undefined;
    }
  }

  /** Its chunks were the ones it names, and it is not that file. */
  async #wrongList(transfer: Transfer): Promise<void> {
    this.#badLists.add(transfer.list.hash);
    this.#blame(this.#giver.get(transfer.list.hash) ?? 'unknown', 'LIST_WRONG');
    await this.#drop(transfer);
  }

  async #drop(transfer: Transfer): Promise<void> {
    this.deps.underWay.remove(this.want.audience, transfer.list.file);
    this.#transfer = undefined;
    await transfer.drop();
  }

  #blame(source: string, reason: WrongGiven['reason']): void {
    this.#blamed.add(source);
    this.#wrong.push({ source, reason });
  }

  #spent(remote: FileRemote, bytes: number): void {
    if (remote.kind === 'lan') this.spending.fromLan += bytes;
    else {
      this.spending.fromLine += bytes;
      this.spending.line -= bytes;
    }
  }

  #named(remote: FileRemote) {
    const { audience, document } = this.want;
    return { audience, ...(isSealed(audience) && !remote.reads(audience) ? {} : { document }) };
  }

  async #look(remote: FileRemote): Promise<Look | undefined> {
    if (this.#isLeft(remote.id)) return undefined;
    const files = namesOf(this.deps.keysOf, this.want.audience, this.want.sha256).slice(0, 32);
    const known = this.#transfer?.list.hash;
    try {
      const request = { ...this.#named(remote), files, ...(known ? { known } : {}) };
      const { answer, list } = await remote.list(request);
      this.#spent(remote, list?.bytes.length ?? 0);
      if (list && !this.#giver.has(list.hash)) this.#giver.set(list.hash, remote.id);
      const held = new Set(positionsIn(answer.held));
      return { remote, hash: answer.hash, held, claim: this.#believed(remote, held, answer.claim), list };
    } catch (error) {
      if (!isPreauError(error)) throw error;
      if (error.code === 'NO_LINE' && remote.kind === 'lan') this.#silent.add(remote.id);
      if (error.code === 'NO_LINE' && remote.kind === 'line') this.#cuts += 1;
      // A neighbour may hear of the document a moment later; the commune is asked again in another run.
      if (error.code === 'GATEWAY_REFUSED' && remote.kind === 'line') this.#silent.add(remote.id);
      return undefined;
    }
  }

  async #lookNear(): Promise<Look[]> {
    const near = this.remotes.filter(({ kind }) => kind === 'lan');
    return (await Promise.all(near.map((remote) => this.#look(remote)))).filter((look) => look !== undefined);
  }

  /** Once a run, and again after a cut: what the other end of the line has does not change from minute to minute. */
  async #lookOnLine(): Promise<Look | undefined> {
    for (const remote of this.remotes) {
      if (this.#onLine) break;
      if (remote.kind === 'line' && this.spending.line > 0) this.#onLine = await this.#look(remote);
    }
    return this.#onLine;
  }

  #believed(remote: FileRemote, held: ReadonlySet<number>, claim: Claim | undefined): Claim | undefined {
    if (!claim) return undefined;
    const said = `${held.size} ${JSON.stringify(claim)}`;
    const before = this.#progress.get(remote.id);
    if (before?.said !== said) this.#progress.set(remote.id, { said, at: this.deps.clock() });
    else if (this.deps.clock() - before.at > LEASE_MS) return undefined;
    return claim;
  }
}

/** A poste's place between 0 and 1, always the same. */
function fraction(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return sum / 9973;
}

/** Waits, or returns early when the signal ends the run. */
export const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
