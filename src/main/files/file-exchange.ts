import type { Audience } from '../../domain/audience';
import { isPreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { FileStop } from '../../domain/sync/moments';
import { inUrgency, PRIORITIES, type FileShelf } from '../../exchange/files';
import type { Store } from '../../store/port';
import type { Keyring } from '../../store/port-keys';
import type { Platform } from '../capability';
import { Fetcher, sleep, type Spending, type Want, type WrongGiven } from './fetcher';
import type { FileRemote } from './file-remote';
import type { EncryptedFileStore } from './file-store';
import { httpFiles } from './http-files';
import { NamedFiles, type Naming, type PriorityOf } from './named-files';
import { offerFile, Offers } from './offers';
import { PosteShelf, UnderWay } from './poste-shelf';
import { fileKeysOf, namesOf } from './share-keys';
import { Shares, type Share } from './shares';

export interface FileExchangeDeps {
  readonly platform: Pick<Platform, 'clock' | 'log'>;
  readonly store: EncryptedFileStore;
  readonly documents: Store;
  readonly keyring: Pick<Keyring, 'has' | 'dataKeys'>;
  readonly poste: Id<'poste'>;
  /** What this poste may hold. */
  readonly audiences: () => Iterable<Audience>;
  /** How urgent what a document names is; `rest` where absent. */
  readonly priorityOf?: PriorityOf;
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** What a run may use. */
export interface FileBudget {
  /** Bytes over the line, both ways; Infinity where it is not metered. */
  readonly lineBytes: number;
  readonly remotes: readonly FileRemote[];
  readonly signal?: AbortSignal;
}

export interface FileRun {
  /** Files that came whole. */
  readonly fetched: number;
  /** Files that whoever keeps copies was found to have, or was given. */
  readonly offered: number;
  /** Why the first file that did not come did not; `disk-full` ends the run. */
  readonly stopped?: FileStop;
  readonly lineBytes: { readonly up: number; readonly down: number };
  /** Between computers of the school: what came, and what was left with a relay. */
  readonly lanBytes: number;
  readonly lanSent: number;
  /** What was given wrong, by whom: for the screen, and for whoever looks after the computers. */
  readonly wrong: readonly (WrongGiven & { readonly file: string })[];
}

export interface FileExchange {
  /** What the LAN server answers from: `createFileAnswers({ …, shelf })`. */
  readonly shelf: FileShelf;
  /** Another side, as a run speaks to it: httpFiles. */
  readonly remote: typeof httpFiles;
  /** Fetches what documents name and is not here, then brings what was made here to who keeps copies. One at a time. */
  run(budget: FileBudget): Promise<FileRun>;
  /** What is named and not here yet. */
  waiting(): Promise<{ readonly files: number; readonly bytes: number }>;
  /** This file first, from now on: somebody waits for it. */
  pin(sha256: string): void;
  /**
   * Lets go of what nobody names since `before` (ms since 1970). @param also bases that are held here and not granted any more
   * @returns bytes given back
   */
  collect(before: number, also?: Iterable<Audience>): Promise<number>;
  /**
   * Lets go of one file at once, for who has no more use for it.
   * @param also as for `collect`
   * @returns false where a document names it, or it is known to belong to a base that is locked: it stays
   */
  discard(sha256: string, also?: Iterable<Audience>): Promise<boolean>;
}

/** A day passes before a poste offers what another one made: its maker's poste is likely to. In milliseconds. */
const OTHERS_AFTER_MS = 24 * 3600 * 1000;

export function createFileExchange(deps: FileExchangeDeps): FileExchange {
  const { store, platform } = deps;
  const { containers } = store;
  const keysOf = fileKeysOf(deps.keyring);
  const shares = new Shares(containers, keysOf);
  const underWay = new UnderWay();
  const named = new NamedFiles(deps.documents, deps.priorityOf ?? (() => 'rest'));
  const offers = new Offers(containers.folder);
  const pinned = new Set<string>();
  const firstSeen = new Map<string, number>();
  let running: Promise<unknown> = Promise.resolve();

  async function namings(audiences = deps.audiences()): Promise<Naming[]> {
    const all: Naming[] = [];
    for (const audience of audiences) if (deps.keyring.has(audience)) all.push(...(await named.of(audience)));
    return all;
  }

  async function wants(): Promise<readonly Want[]> {
    const found = new Map<string, Want>();
    for (const { audience, document, priority, files } of await namings())
      for (const { sha256, size } of files) {
        const before = found.get(sha256);
        const urgency = pinned.has(sha256) ? 'pinned' : priority;
        if (
          before
            ? PRIORITIES.indexOf(before.priority) <= PRIORITIES.indexOf(urgency)
            : await store.has(sha256)
        )
          continue;
        found.set(sha256, { audience, document, sha256, size, priority: urgency });
      }
    return inUrgency([...found.values()]);
  }

  /** A file that a document written here names may be given in that audience; one that came through it, too. */
  async function shareOf(audience: Audience, file: string): Promise<Share | undefined> {
    const known = await shares.find(audience, file);
    if (known || !deps.keyring.has(audience)) return known;
    for (const { mine, files } of await named.of(audience))
      for (const { sha256 } of mine ? files : [])
        if (namesOf(keysOf, audience, sha256).includes(file)) return shares.make(audience, sha256, store);
    return undefined;
  }

  const shelf = new PosteShelf(containers, shareOf, underWay, keysOf, async (audience, id) => {
    if (!deps.keyring.has(audience)) return undefined;
    const held = (await deps.documents.open(audience)).get(id);
    return held && [held.body, ...held.conflicts.map(({ body }) => body)];
  });

  /** What is due to one who keeps. A file it does not take is passed over; a line that fails ends it. */
  async function offerTo(
    remote: FileRemote,
    all: readonly Naming[],
    budget: FileBudget,
    spending: Spending,
  ): Promise<number> {
    let count = 0;
    for (const { audience, document, mine, files } of all)
      for (const { sha256 } of files) {
        if (budget.signal?.aborted || (remote.kind === 'line' && spending.line <= 0)) return count;
        if (!(await store.has(sha256))) continue;
        const name = containers.nameOf('offer', `${remote.id} ${audience} ${sha256}`);
        const now = platform.clock();
        firstSeen.set(name, firstSeen.get(name) ?? now);
        const turn = mine || now - (firstSeen.get(name) ?? now) > OTHERS_AFTER_MS;
        if (!turn || !(await offers.isDue(name, now))) continue;
        const share =
          (await shares.findBySha(audience, sha256)) ??
          (mine ? await shares.make(audience, sha256, store) : undefined);
        const given = share && (await shelf.give(audience, share.list.file));
        if (!given) continue;
        try {
          if (!(await offerFile(remote, given, { audience, document }, spending))) continue;
          await offers.confirm(name, now);
          count += 1;
        } catch (error) {
          if (!isPreauError(error) || error.params['reason'] !== 'NOT_FOUND') throw error;
          // The document has not come there yet.
          platform.log.info('files.early', { document });
        } finally {
          await given.close?.();
        }
      }
    return count;
  }

  /** @returns how many, and whether the line failed */
  async function offerAll(budget: FileBudget, spending: Spending): Promise<{ count: number; cut: boolean }> {
    let count = 0;
    let cut = false;
    const all = await namings();
    for (const remote of budget.remotes.filter(({ keeps }) => keeps))
      try {
        count += await offerTo(remote, all, budget, spending);
      } catch (error) {
        if (!isPreauError(error) || !['NO_LINE', 'GATEWAY_REFUSED'].includes(error.code)) throw error;
        if (error.code === 'GATEWAY_REFUSED')
          platform.log.warn('files.refused', { reason: String(error.params['reason']) });
        else if (remote.kind === 'line') cut = true;
      }
    return { count, cut };
  }

  async function run(budget: FileBudget): Promise<FileRun> {
    const spending: Spending = { line: budget.lineBytes, fromLine: 0, fromLan: 0, toLine: 0, toLan: 0 };
    const wrong: (WrongGiven & { file: string })[] = [];
    let fetched = 0;
    let offered = 0;
    let stopped: FileRun['stopped'];
    const fetcher = {
      containers,
      shares,
      underWay,
      keysOf,
      self: deps.poste,
      clock: platform.clock,
      wait: deps.wait ?? sleep,
    };
    try {
      for (const want of await wants()) {
        if (budget.signal?.aborted) break;
        const outcome = await new Fetcher(fetcher, want, budget.remotes, spending, budget.signal).run();
        for (const one of outcome.wrong) {
          wrong.push({ ...one, file: want.sha256 });
          const { source, reason } = one;
          platform.log.warn('files.wrong', { source, reason, document: want.document });
        }
        if (outcome.state === 'whole') fetched += 1;
        else stopped ??= outcome.state;
        if (outcome.state === 'whole') pinned.delete(want.sha256);
      }
      if (!budget.signal?.aborted) {
        const { count, cut } = await offerAll(budget, spending);
        offered = count;
        if (cut) stopped ??= 'cut';
      }
    } catch (error) {
      if (!isPreauError(error) || error.code !== 'DISK_FULL') throw error;
      stopped = 'disk-full';
    }
    const { fromLine, toLine, fromLan, toLan } = spending;
    platform.log.info('files.run', { fetched, offered, fromLine, toLine, fromLan, toLan, stopped });
    return {
      fetched,
      offered,
      ...(stopped ? { stopped } : {}),
      lineBytes: { up: toLine, down: fromLine },
      lanBytes: fromLan,
      lanSent: toLan,
      wrong,
    };
  }

  return {
    shelf,
    remote: httpFiles,
    run(budget) {
      const turn = running.then(() => run(budget));
      running = turn.catch(() => undefined);
      return turn;
    },
    async waiting() {
      const all = await wants();
      return { files: all.length, bytes: all.reduce((sum, { size }) => sum + size, 0) };
    },
    pin: (sha256) => void pinned.add(sha256),
    async collect(before, also = []) {
      const held = new Set([...deps.audiences(), ...also]);
      const kept: string[] = [];
      for (const { audience, mine, files } of await namings(held))
        for (const { sha256 } of files) {
          kept.push(sha256);
          // From then on it is known to be that audience's, also while the audience is closed.
          if (mine) await shares.make(audience, sha256, store);
        }
      for (const audience of held)
        if (!deps.keyring.has(audience))
          for await (const { sha256 } of shares.ofAudience(audience)) kept.push(sha256);
      const freed = await store.collect(kept, before);
      await shares.collect(held, store);
      return freed;
    },
    async discard(sha256, also = []) {
      const held = new Set([...deps.audiences(), ...also]);
      for (const { files } of await namings(held))
        if (files.some((one) => one.sha256 === sha256)) return false;
      for (const audience of held)
        if (!deps.keyring.has(audience))
          for await (const share of shares.ofAudience(audience)) if (share.sha256 === sha256) return false;
      await store.discard(sha256);
      return true;
    },
  };
}
