import { join } from 'node:path';
import { parseAudience, type Audience } from '../../domain/audience';
import { isPreauError, PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import type { PlannedRun, SyncFacts } from '../../domain/sync/plan';
import { wakeCommand } from '../../domain/sync/wake';
import type {
  Conflict,
  EndOfDay,
  ResolveConflict,
  SilentPoste,
  SyncSettingsInput,
  SyncStatus,
} from '../../contract/staff/sync';
import type { Signer } from '../../exchange';
import type { Keyring } from '../../store/port-keys';
import type { Store } from '../../store/port';
import type { Disposable, Platform } from '../capability';
import type { Timers } from '../cart/timers';
import type { FileExchange } from '../files/file-exchange';
import { readCommuneLink, shareCommuneLink } from './commune-link';
import { createConflicts } from './conflicts';
import { enrolAtCommune } from './enrol';
import { factsOf } from './facts';
import type { RemoteAddress } from './http-remote';
import { openMeter, type Meter } from './meter-file';
import { networkMarks } from './place';
import type { PosteReplica } from './poste-replica';
import { readersOf, type Readers } from './readers';
import { createRuns } from './runs';
import { createScheduler } from './scheduler';
import { readSettings, writeSettings } from './settings-document';
import type { StateFile } from './state-file';
import { statusOf } from './status';
import { openTally, type Tally } from './tally';

/** Another poste that answers on the LAN right now. */
export interface Peer {
  readonly poste: Id<'poste'>;
  readonly address: Omit<RemoteAddress, 'signal' | 'meter'>;
  /** What that poste may hold. */
  readonly audiences: ReadonlySet<Audience>;
  /** A relay: it keeps all of it and reads nothing. */
  readonly carries: boolean;
  /** Names of the revision keys that a relay has for the commune's engine beside it; undefined where there is none. */
  readonly keysHeld?: readonly string[] | undefined;
}

export interface SyncDeps {
  readonly platform: Platform;
  readonly store: Store;
  readonly keyring: Pick<Keyring, 'has' | 'dataKey'>;
  readonly mine: PosteReplica;
  readonly identity: { readonly poste: Id<'poste'>; readonly signer: Signer };
  readonly state: StateFile;
  /** Signs what the school's grants lack, where this poste holds the head's key (src/main/postes). */
  readonly refreshGrants: () => Promise<void>;
  readonly headKey: () => Promise<string | undefined>;
  readonly peers: () => Promise<readonly Peer[]>;
  /** The school's UAI; without one the commune cannot know it. */
  readonly uai: () => string | undefined;
  /** A run in which nothing came through for so long is given up, in milliseconds. */
  readonly stallMs?: number;
  readonly timers?: Timers;
  readonly timeZone?: () => string;
  /** Looks at the clock by itself (src/domain/sync/plan.ts); absent: runs are asked for. */
  readonly byItself?: boolean;
  /** The networks this computer is on (place.ts). */
  readonly marks?: () => readonly string[];
  /** Postes that were met here and do not answer now (src/main/postes). */
  readonly silent?: () => readonly SilentPoste[];
  /** After each run, and whenever another poste has brought something. */
  readonly moved?: () => Promise<void>;
  /** Files that documents name; absent where nobody opens documents. */
  readonly files?: Pick<FileExchange, 'run' | 'waiting' | 'remote'>;
}

/** What the computer says of itself (src/main/desktop/power.ts). */
export type PowerEvent = 'suspend' | 'resume' | 'shutdown' | 'mains' | 'battery';

export interface SyncService extends Disposable {
  status(actor: Actor): Promise<SyncStatus>;
  /** One run at a time: peers of the LAN first, then the commune. A second call joins the one under way. */
  run(actor: Actor): Promise<SyncStatus>;
  /** « Fin de journée »: everything but files, within two minutes, and what came of it. */
  endOfDay(actor: Actor): Promise<EndOfDay>;
  settings(actor: Actor, settings: SyncSettingsInput): Promise<SyncStatus>;
  wake(actor: Actor): Promise<{ system: 'win32' | 'linux' | 'darwin'; command: string }>;
  conflicts(actor: Actor): Promise<Conflict[]>;
  resolve(actor: Actor, choice: ResolveConflict): Promise<void>;
  undoResolve(actor: Actor, what: Pick<ResolveConflict, 'audience' | 'document'>): Promise<void>;
  readers(actor: Actor): Promise<Readers[]>;
  /** @throws PreauError `NO_LINE`, `GATEWAY_REFUSED` */
  setCommune(actor: Actor, input: { readonly url: string; readonly code: string }): Promise<SyncStatus>;
  /** Resolves when what could be done within seconds is done. */
  power(event: PowerEvent): Promise<void>;
  /** A copy stands on a key. */
  copied(at: number): Promise<void>;
  /** Another poste has brought something: whoever looks at the screen sees it. */
  taken(): Promise<void>;
  /** Opens what came while a person's private key was away. */
  unlocked(): Promise<void>;
}

export function createSyncService(deps: SyncDeps): SyncService {
  const { platform, mine, identity, state } = deps;
  const timers = deps.timers ?? clockOf(platform);
  const zone = deps.timeZone ?? ((): string => 'Europe/Paris');
  const marks = deps.marks ?? networkMarks;
  const byItself = deps.byItself ?? false;
  const conflicts = createConflicts(deps.store, deps.keyring);
  const folder = platform.dataFolder;
  const opening: Promise<{ tally: Tally; meter: Meter }> = (async () => ({
    tally: await openTally({ store: deps.store, keyring: deps.keyring, folder }),
    meter: await openMeter(join(folder, 'sync-meter.json')),
  }))();
  let mains: boolean | undefined;
  let running: Promise<void> | undefined;

  const settings = (): ReturnType<typeof readSettings> =>
    readSettings(deps.store, deps.keyring, mine.replica.book.school);
  const counted = async () => (await opening).tally.count(mine.audiences(), state.get().confirmed);
  const runs = (async () => createRuns({ ...deps, timers, zone, marks, meter: (await opening).meter }))();

  async function facts(asked: SyncFacts['asked']): Promise<SyncFacts> {
    return factsOf({
      now: platform.clock(),
      zone: zone(),
      poste: identity.poste,
      book: mine.replica.book,
      state,
      meter: (await opening).meter,
      settings: await settings(),
      marks: marks(),
      mains,
      waiting: await counted(),
      running: running !== undefined,
      asked,
      linked: (await readCommuneLink(deps.store, deps.keyring, mine.replica.book.school)) !== undefined,
    });
  }

  /** Bases that a run has made readable here (somebody was let in a minute ago) are fetched at once from whoever has them. */
  async function goOn(planned: PlannedRun): Promise<void> {
    const before = mine.audiences();
    await (await runs).go(planned);
    if ([...mine.audiences()].some((name) => !before.has(name))) await (await runs).go(planned);
  }

  const scheduler = createScheduler({
    timers,
    log: platform.log,
    settings,
    facts,
    byItself,
    async run(planned) {
      running = goOn(planned).finally(() => (running = undefined));
      const begun = tell();
      await running;
      await begun;
      await deps.moved?.();
      await tell();
    },
  });
  if (state.get().since === undefined) void state.change({ since: platform.clock() }).catch(() => undefined);

  /** The same where nobody waits for the answer: a window that is not told is told the next time. */
  async function tell(): Promise<void> {
    await announce().catch((error: unknown) => {
      platform.log.warn('sync.untold', { error: error instanceof Error ? error.name : 'unknown' });
    });
  }

  const doneSince =
    (began: number) =>
    (record: { at: string; outcome: string } | undefined): boolean =>
      record?.outcome === 'done' && Date.parse(record.at) >= began;
  /** What came may have made this poste write in its turn (the school's day, a key): that leaves as well. */
  async function through(asked: 'person' | 'end-of-day'): Promise<void> {
    const began = platform.clock();
    (await runs).leaveFiles();
    await scheduler.ask(asked);
    const went = doneSince(began)(state.get().last);
    if (went && (await counted()).all > 0) await scheduler.ask(asked);
  }

  async function view(): Promise<SyncStatus> {
    return statusOf(deps, {
      facts: await facts(undefined),
      settings: await settings(),
      count: await counted(),
      meter: (await opening).meter,
      byItself,
      running: running !== undefined,
    });
  }
  async function announce(): Promise<SyncStatus> {
    const status = await view();
    platform.publish('sync.changed', status);
    return status;
  }

  return {
    async status(actor) {
      demand(actor, 'sync.read');
      return view();
    },
    async run(actor) {
      demand(actor, 'sync.run');
      // Who asks while a run is under way gets that one.
      if (running) await running;
      else await through('person');
      return announce();
    },
    async endOfDay(actor) {
      demand(actor, 'sync.run');
      const before = (await counted()).all;
      const began = platform.clock();
      await through('end-of-day');
      const since = doneSince(began);
      const status = await announce();
      return {
        status,
        carried: Math.max(0, before - status.waiting),
        commune: since(state.get().last),
        peers: Object.values(state.get().postes).filter(since).length,
      };
    },
    async settings(actor, next) {
      demand(actor, 'sync.manage');
      await writeSettings(deps.store, mine.replica.book.school, next);
      scheduler.nudge();
      return announce();
    },
    async wake(actor) {
      demand(actor, 'sync.read');
      const system =
        process.platform === 'win32' || process.platform === 'darwin' ? process.platform : 'linux';
      return { system, command: wakeCommand(system, (await settings()).night.from) };
    },
    conflicts: (actor) => conflicts.list(actor),
    async resolve(actor, choice) {
      await conflicts.resolve(actor, choice);
      await announce();
    },
    async undoResolve(actor, what) {
      await conflicts.undo(actor, what);
      await announce();
    },
    async readers(actor) {
      demand(actor, 'sync.read');
      return readersOf([...mine.audiences()], (audience) => deps.keyring.has(audience));
    },
    async setCommune(actor, { url, code }) {
      demand(actor, 'sync.manage');
      const uai = deps.uai()?.toLowerCase();
      const headKey = await deps.headKey();
      if (!uai || !headKey) throw new PreauError('SCHOOL_MISSING');
      const base = `${url.replace(/\/+$/, '')}/v0/schools/${uai}`;
      await enrolAtCommune({ url: base, school: mine.replica.book.school, headKey, code });
      await (await runs).useCommune(base, uai);
      // Enrolled anew, also under the same address: a town hall that lost its base has no key of ours any more.
      await state.change({ keysSent: [] });
      await shareCommuneLink(deps.store, mine.replica.book.school, { url: base, uai });
      scheduler.nudge();
      return announce();
    },
    async power(event) {
      if (event === 'mains' || event === 'battery') {
        mains = event === 'mains';
        scheduler.nudge();
      } else if (event === 'resume') scheduler.nudge();
      else if (byItself) {
        (await runs).leaveFiles();
        await scheduler.ask(event);
      }
    },
    async copied(at) {
      await state.change({ copied: at });
      await announce();
    },
    async taken() {
      await deps.moved?.();
      await tell();
    },
    async unlocked() {
      for (const audience of mine.audiences()) {
        if (parseAudience(audience)?.kind === 'perso') await mine.replica.applyBacklog(audience);
      }
    },
    async close() {
      (await runs).stop();
      await scheduler.close();
      await running?.catch((error: unknown) => {
        if (!isPreauError(error)) throw error;
      });
      await mine.close();
    },
  };
}

/** The system's own time, where no other was handed in. */
function clockOf({ clock }: Platform): Timers {
  return {
    now: clock,
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
}
