import type { Audience } from '../../domain/audience';
import type { Id } from '../../domain/id';
import type { PlannedRun } from '../../domain/sync/plan';
import { instant } from '../../domain/time';
import type { Refusal } from '../../exchange';
import type { Timers } from '../cart/timers';
import { readCommuneLink } from './commune-link';
import type { RemoteAddress } from './http-remote';
import { createKeyGiving } from './key-giving';
import type { Meter } from './meter-file';
import { placeOf, rememberNetworks } from './place';
import { superviseRun, type RunOutcome } from './run-supervised';
import { createFileRuns, type LineLeft } from './file-runs';
import type { Peer, SyncDeps } from './service';
import type { RunRecord } from './state-file';

/** Nothing for a minute on a line of 600 ms is a dead line (DESIGN 4: supervised by a stall timer). */
export const STALL_MS = 60_000;

export interface Runs {
  /** One run: neighbours first, then the commune, as far as it was planned. Never throws for a line. */
  go(planned: PlannedRun): Promise<void>;
  /** Gives up what is under way; what came is kept. */
  stop(): void;
  /** Somebody waits for something else: files go on in the next run, at the byte where they stood. */
  leaveFiles(): void;
  useCommune(url: string, uai: string): Promise<void>;
}

export function createRuns(
  deps: SyncDeps & {
    readonly timers: Timers;
    readonly meter: Meter;
    readonly zone: () => string;
    readonly marks: () => readonly string[];
  },
): Runs {
  const { platform, mine, identity, state, timers } = deps;
  const files = createFileRuns(deps);
  const keys = createKeyGiving({ ...deps, stallMs: deps.stallMs ?? STALL_MS });
  let stop: AbortController | undefined;
  let late = false;

  async function runWith(
    address: Omit<RemoteAddress, 'signal' | 'meter'>,
    audiences: ReadonlySet<Audience>,
    limits: Pick<PlannedRun, 'priorities' | 'budget'>,
    other?: Id<'poste'>,
  ): Promise<RunOutcome> {
    stop = new AbortController();
    if (late) stop.abort();
    const outcome = await superviseRun({
      replica: mine.replica,
      address,
      identity,
      audiences,
      other,
      holds: () => mine.audiences(),
      nonce: state.get().nonces[address.channel],
      stop,
      stallMs: deps.stallMs ?? STALL_MS,
      now: () => instant(platform.clock()),
      priorities: limits.priorities,
      ...(limits.budget === null ? {} : { budget: limits.budget }),
    });
    if (outcome.nonce)
      await state.change({ nonces: { ...state.get().nonces, [address.channel]: outcome.nonce } });
    if (outcome.end && address.channel.startsWith('gateway ')) {
      const at = platform.clock();
      await state.change({ clock: { ahead: at - Date.parse(outcome.end.now), at } });
    }
    if (outcome.end)
      await state.change({ confirmed: { ...state.get().confirmed, ...outcome.end.confirmed } });
    if (outcome.restored) await noteRestored();
    platform.log.info('sync.run', { outcome: outcome.record.outcome, ...outcome.counters });
    // Who gave up is the clock of the computer, not the line.
    const record: RunRecord =
      late && outcome.record.outcome !== 'done'
        ? { ...outcome.record, outcome: 'stalled', reason: 'TIME' }
        : outcome.record;
    return { ...outcome, record };
  }

  /** From here on nothing is exchanged: a second chain under this poste's name would be refused everywhere for good. */
  async function noteRestored(): Promise<void> {
    if (state.get().restored) return;
    await state.change({ restored: true });
    platform.log.error('sync.restored');
  }

  async function useCommune(url: string, uai: string): Promise<void> {
    if (state.get().commune?.url !== url)
      await state.change({ commune: { url, uai }, keysSent: [], nonces: {}, failures: 0 });
  }

  /** What the two sides do not take from each other, as the last sides that were heard say it. */
  function refusals(): { note(outcome: RunOutcome): void; keep(): Promise<void> } {
    let theirs: readonly Refusal[] = state.get().theirs;
    let ours: readonly Refusal[] = state.get().ours;
    let spoke = false;
    return {
      note({ end }) {
        if (!end) return;
        theirs = spoke ? [...theirs, ...end.theirs] : end.theirs;
        ours = spoke ? [...ours, ...end.ours] : end.ours;
        spoke = true;
      },
      keep: () => state.change({ theirs: [...theirs], ours: [...ours] }),
    };
  }

  /** @returns those with whom it went through */
  async function withPeers(planned: PlannedRun, note: (outcome: RunOutcome) => void): Promise<Peer[]> {
    const met: Peer[] = [];
    await state.change({ peersTried: platform.clock() });
    for (const peer of await deps.peers()) {
      if (late || state.get().restored) return met;
      const shared = new Set([...mine.audiences()].filter((name) => peer.audiences.has(name)));
      const limits = { priorities: planned.priorities, budget: null };
      const outcome = await runWith(peer.address, shared, limits, peer.poste);
      const networks = rememberNetworks(deps.marks(), state.get().networks);
      await state.change({ postes: { ...state.get().postes, [peer.poste]: outcome.record }, networks });
      await deps.meter.add(platform.clock(), deps.zone(), 'lan', outcome.record);
      note(outcome);
      if (!outcome.end) continue;
      met.push(peer);
      await keys.toRelay(peer);
    }
    return met;
  }

  /** @returns what the line has left for files; undefined where it did not go through */
  async function withCommune(
    planned: PlannedRun,
    note: (outcome: RunOutcome) => void,
  ): Promise<LineLeft | undefined> {
    const link = await readCommuneLink(deps.store, deps.keyring, mine.replica.book.school);
    if (link) await useCommune(link.url, link.uai);
    const { commune } = state.get();
    if (!commune || late || state.get().restored) return undefined;
    const channel = `gateway ${commune.uai}`;
    const outcome = await runWith({ url: commune.url, channel }, mine.audiences(), planned);
    const { record, end } = outcome;
    const done = record.outcome === 'done';
    await state.change({
      last: record,
      ...(done ? { lastDone: record } : {}),
      // Time that ran out says nothing of the line.
      failures: done ? 0 : state.get().failures + (record.reason === 'TIME' ? 0 : 1),
    });
    const way = placeOf(deps.marks(), state.get().networks) === 'school' ? 'line' : 'away';
    await deps.meter.add(platform.clock(), deps.zone(), way, record);
    note(outcome);
    // A cut here costs nothing: the keys are offered again by the next run.
    if (!end) return undefined;
    await keys.toCommune({ url: commune.url, channel });
    const bytes = planned.budget === null ? Infinity : planned.budget - record.up - record.down;
    return { url: commune.url, channel, way, bytes: Math.max(0, bytes) };
  }

  return {
    useCommune,
    stop() {
      stop?.abort();
      files.leave();
    },
    leaveFiles: () => files.leave(),
    async go(planned) {
      if (mine.replica.restored) await noteRestored();
      if (state.get().restored) return;
      late = false;
      const end = (): void => {
        late = true;
        stop?.abort();
        files.leave();
      };
      const cancel = planned.within === null ? () => undefined : timers.after(planned.within, end);
      try {
        await deps.refreshGrants();
        for (const audience of mine.audiences()) await mine.replica.applyBacklog(audience);
        await mine.replica.retryRefused();
        const refused = refusals();
        const met = planned.partners.includes('peers') ? await withPeers(planned, refused.note) : [];
        const line = planned.partners.includes('commune')
          ? await withCommune(planned, refused.note)
          : undefined;
        await refused.keep();
        if (planned.priorities.includes('files') && !late) await files.run(planned, met, line);
      } finally {
        cancel();
      }
    },
  };
}
