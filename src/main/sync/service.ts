import { isSealed, parseAudience, type Audience } from '../../domain/audience';
import { isPreauError, PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant } from '../../domain/time';
import type { Conflict, ResolveConflict, SyncStatus } from '../../contract/staff/sync';
import { canonicalBytes, makeCredential, type Signer } from '../../exchange';
import type { Keyring } from '../../store/port-keys';
import type { Store } from '../../store/port';
import type { Disposable, Platform } from '../capability';
import { readCommuneLink, shareCommuneLink } from './commune-link';
import { createConflicts } from './conflicts';
import { enrolAtCommune } from './enrol';
import { httpRemote, type RemoteAddress } from './http-remote';
import type { PosteReplica } from './poste-replica';
import { superviseRun, type RunOutcome } from './run-supervised';
import type { StateFile } from './state-file';
import { readersOf, type Readers } from './readers';

/** Another poste that answers on the LAN right now. */
export interface Peer {
  readonly poste: Id<'poste'>;
  readonly address: Omit<RemoteAddress, 'signal' | 'meter'>;
  /** What that poste may hold. */
  readonly audiences: ReadonlySet<Audience>;
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
}

/** Nothing for a minute on a line of 600 ms is a dead line (DESIGN 4: supervised by a stall timer). */
export const STALL_MS = 60_000;

export interface SyncService extends Disposable {
  status(actor: Actor): Promise<SyncStatus>;
  /** One run at a time: peers of the LAN first, then the commune. A second call joins the one under way. */
  run(actor: Actor): Promise<SyncStatus>;
  conflicts(actor: Actor): Promise<Conflict[]>;
  resolve(actor: Actor, choice: ResolveConflict): Promise<void>;
  readers(actor: Actor): Promise<Readers[]>;
  /** @throws PreauError `NO_LINE`, `GATEWAY_REFUSED` */
  setCommune(actor: Actor, input: { readonly url: string; readonly code: string }): Promise<SyncStatus>;
  /** Another poste has brought something: whoever looks at the screen sees it. */
  taken(): Promise<void>;
  /** Opens what came while a person's private key was away. */
  unlocked(): Promise<void>;
}

export function createSyncService(deps: SyncDeps): SyncService {
  const { platform, mine, identity, state } = deps;
  const conflicts = createConflicts(deps.store, deps.keyring);
  let running: Promise<void> | undefined;
  let stop: AbortController | undefined;

  async function waiting(): Promise<number> {
    let count = 0;
    for (const audience of mine.audiences()) {
      if (!deps.keyring.has(audience)) continue;
      const changes = await mine.replica.parts.documents.ownChanges(
        audience,
        state.get().confirmed[audience] ?? 0,
      );
      count += changes.length;
    }
    return count;
  }

  async function view(): Promise<SyncStatus> {
    const { commune, last, lastDone, postes, theirs, ours } = state.get();
    const here = await mine.replica.parts.refusals.all();
    const { book } = mine.replica;
    const known = new Map(
      book.all().flatMap((grant) => (grant.kind === 'poste' ? [[grant.poste, grant] as const] : [])),
    );
    return {
      running: running !== undefined,
      waiting: await waiting(),
      commune: { set: commune !== undefined, ...(last ? { last } : {}), ...(lastDone ? { lastDone } : {}) },
      postes: [...known].map(([poste, grant]) => ({
        id: poste,
        ...(grant.person ? { person: grant.person } : {}),
        here: poste === identity.poste,
        revoked: book.grantsOf(poste).length === 0,
        ...(postes[poste] ? { last: postes[poste] } : {}),
      })),
      refused: [
        ...[...here, ...ours].map(({ audience, document, reason }) => ({
          audience,
          ...(document === undefined ? {} : { document }),
          reason,
          where: 'here' as const,
        })),
        ...theirs.map(({ audience, document, reason }) => ({
          audience,
          ...(document === undefined ? {} : { document }),
          reason,
          where: 'there' as const,
        })),
      ],
      conflicts: (await conflicts.all()).length,
    };
  }

  async function announce(): Promise<SyncStatus> {
    const status = await view();
    platform.publish('sync.changed', status);
    return status;
  }

  /** Own sequences as they stand in parcels: what a run that went through has put on another machine. */
  async function ownSequences(audiences: Iterable<Audience>): Promise<Record<string, number>> {
    const own: Record<string, number> = {};
    for (const audience of audiences) {
      const head = (await mine.log.heads(audience)).get(identity.poste);
      if (head) own[audience] = head.to;
    }
    return own;
  }

  async function runWith(
    address: Omit<RemoteAddress, 'signal' | 'meter'>,
    audiences: ReadonlySet<Audience>,
  ): Promise<RunOutcome> {
    stop = new AbortController();
    const outcome = await superviseRun({
      replica: mine.replica,
      address,
      identity,
      audiences,
      nonce: state.get().nonces[address.channel],
      stop,
      stallMs: deps.stallMs ?? STALL_MS,
      now: () => instant(platform.clock()),
    });
    if (outcome.nonce)
      await state.change({ nonces: { ...state.get().nonces, [address.channel]: outcome.nonce } });
    if (outcome.record.outcome === 'done') {
      const own = await ownSequences(audiences);
      await state.change({ confirmed: { ...state.get().confirmed, ...own } });
    }
    platform.log.info('sync.run', { outcome: outcome.record.outcome, ...outcome.counters });
    return outcome;
  }

  /** The commune checks open revisions under keys that only a head's poste hands over. */
  async function giveKeys(url: string, channel: string, nonce: string | undefined): Promise<void> {
    const mayGive = mine.replica.book
      .grantsOf(identity.poste)
      .some((grant) => grant.roles.some((role) => role.role === 'head'));
    const missing = [...mine.audiences()].flatMap((audience) => {
      if (isSealed(audience)) return [];
      const secrets = mine.replica.parts.secretsOf(audience);
      const sent = secrets && state.get().keysSent.includes(`${audience} ${secrets.keyId}`);
      return secrets && !sent ? [{ audience, secrets }] : [];
    });
    if (!mayGive || nonce === undefined || missing.length === 0) return;
    const body = canonicalBytes({
      keys: missing.map(({ audience, secrets }) => ({
        audience,
        key: secrets.keyId,
        revisionKey: secrets.revisionKey.toString('base64url'),
      })),
    });
    const credential = makeCredential(identity.signer, identity.poste, {
      action: 'keys',
      channel,
      nonce,
      body,
    });
    const signal = AbortSignal.timeout(deps.stallMs ?? STALL_MS);
    await httpRemote({ url, channel, signal }).keys?.(body, credential);
    const sent = missing.map(({ audience, secrets }) => `${audience} ${secrets.keyId}`);
    await state.change({ keysSent: [...state.get().keysSent, ...sent] });
  }

  async function useCommune(url: string, uai: string): Promise<void> {
    if (state.get().commune?.url !== url)
      await state.change({ commune: { url, uai }, keysSent: [], nonces: {} });
  }

  async function everything(): Promise<void> {
    await deps.refreshGrants();
    for (const audience of mine.audiences()) await mine.replica.applyBacklog(audience);
    await mine.replica.retryRefused();
    const refused = { theirs: [...state.get().theirs], ours: [...state.get().ours] };
    let spoke = false;
    for (const peer of await deps.peers()) {
      const shared = new Set([...mine.audiences()].filter((name) => peer.audiences.has(name)));
      const { record, end } = await runWith(peer.address, shared);
      await state.change({ postes: { ...state.get().postes, [peer.poste]: record } });
      if (end && !spoke) Object.assign(refused, { theirs: [], ours: [] });
      if (end) spoke = true;
      if (end) refused.theirs.push(...end.theirs);
      if (end) refused.ours.push(...end.ours);
    }
    const link = await readCommuneLink(deps.store, deps.keyring, mine.replica.book.school);
    if (link) await useCommune(link.url, link.uai);
    const { commune } = state.get();
    if (commune) {
      const channel = `gateway ${commune.uai}`;
      const { record, end, nonce } = await runWith({ url: commune.url, channel }, mine.audiences());
      await state.change({ last: record, ...(record.outcome === 'done' ? { lastDone: record } : {}) });
      if (end && !spoke) Object.assign(refused, { theirs: [], ours: [] });
      if (end) refused.theirs.push(...end.theirs);
      if (end) refused.ours.push(...end.ours);
      // A cut here costs nothing: the keys are offered again by the next run.
      if (end) await giveKeys(commune.url, channel, nonce).catch(onlyTheLine);
    }
    await state.change(refused);
  }

  return {
    async status(actor) {
      demand(actor, 'sync.read');
      return view();
    },
    async run(actor) {
      demand(actor, 'sync.run');
      running ??= everything().finally(() => (running = undefined));
      void announce();
      await running;
      return announce();
    },
    async conflicts(actor) {
      return conflicts.list(actor);
    },
    async resolve(actor, choice) {
      await conflicts.resolve(actor, choice);
      await announce();
    },
    async readers(actor) {
      demand(actor, 'sync.read');
      return readersOf([...mine.audiences()]);
    },
    async setCommune(actor, { url, code }) {
      demand(actor, 'sync.manage');
      const uai = deps.uai()?.toLowerCase();
      const headKey = await deps.headKey();
      if (!uai || !headKey) throw new PreauError('SCHOOL_MISSING');
      const base = `${url.replace(/\/+$/, '')}/v0/schools/${uai}`;
      await enrolAtCommune({ url: base, school: mine.replica.book.school, headKey, code });
      await useCommune(base, uai);
      await shareCommuneLink(deps.store, mine.replica.book.school, { url: base, uai });
      return announce();
    },
    async taken() {
      await announce();
    },
    async unlocked() {
      for (const audience of mine.audiences()) {
        if (parseAudience(audience)?.kind === 'perso') await mine.replica.applyBacklog(audience);
      }
    },
    async close() {
      stop?.abort();
      await running?.catch((error: unknown) => {
        if (!isPreauError(error)) throw error;
      });
      await mine.close();
    },
  };
}

/** What a line or a gateway refuses is a state; anything else is a fault of ours. */
function onlyTheLine(error: unknown): void {
  if (!isPreauError(error) || !['NO_LINE', 'GATEWAY_REFUSED'].includes(error.code)) throw error;
}
