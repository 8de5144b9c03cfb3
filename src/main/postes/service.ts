import type { Audience } from '../../domain/audience';
import type { Id } from '../../domain/id';
import { opaqueOf } from '../../domain/id';
import { signerFrom, type Replica } from '../../exchange';
import type { FileShelf } from '../../exchange/files';
import type { Keyring } from '../../store/port-keys';
import type { Store } from '../../store/port';
import type { Disposable, Platform } from '../capability';
import type { PosteReplica } from '../sync/poste-replica';
import type { Peer } from '../sync/service';
import { askForGrant, takeAsk } from './asking';
import type { PosteCertificate } from './certificate';
import type { Discovery } from './discovery';
import { refreshGrants, type Entitlement, type GrantDeps } from './grants';
import { dropEndedWraps, openWraps, publishBox, writeWraps, type DeliveryDeps } from './key-delivery';
import { openHeads, type Heads } from './heads';
import { openMembers, type Members } from './members';
import { grantOwn, shareOwnGrants } from './own-grant';
import { createGrantRequests, type GrantRequests } from './requests';
import { currentHeadKey, makeHeadKey, writeHeadKey, type HeldHeadKey } from './head-key';
import { adoptHeadKeys, exchangeHeadKey, keepOwnGrants, type HeadKeyDeps } from './head-key-exchange';
import { newIdentity, readIdentity, writeIdentity, type Identity } from './identity';
import { createIntroductions, type Introductions } from './introductions';
import { openLanServer, type KeyShelf, type LanServer } from './lan-server';
import {
  dropEndedWaysIn,
  giveWaysIn,
  isHeadsPoste,
  leaveHere,
  takeWaysIn,
  type Logins,
  type WaysInDeps,
} from './ways-in';
import { lendPostes, type Lent } from './lent';
import { letGo } from './let-go';
import { openNeighbours, type Neighbours, type OwnAddress } from './neighbours';
import { ownAddresses } from './own-addresses';
import type { KnownPeer, LanAddress } from './peer-probe';
import { headSeedFrom, publishRecovery, readRecovery } from './recovery';

/** Who this poste is. Where the school was made here, this also makes the head's key, which signs all grants. */
export async function openIdentity(deps: {
  readonly folder: string;
  readonly keyring: Pick<Keyring, 'dataKey' | 'has'>;
  readonly store: Store;
  readonly platform: Platform;
  readonly school: Id<'school'>;
  /** Begins anew where a person wanted that (src/main/begin-anew.ts). */
  readonly anew?: (former: Identity) => Promise<Identity>;
}): Promise<Identity> {
  const schoolKey = deps.keyring.dataKey('parc');
  const known = await readIdentity(deps.folder, schoolKey);
  if (known) return deps.anew ? deps.anew(known) : known;
  const direction = await deps.store.open('direction');
  const head = await makeHeadKey(direction, deps.school, deps.platform.random);
  const made = newIdentity(deps.platform.random, [head.publicKey]);
  await writeIdentity(deps.folder, schoolKey, made);
  return made;
}

export interface PostesDeps {
  readonly platform: Platform;
  readonly store: Store;
  readonly keyring: Keyring;
  readonly identity: Identity;
  readonly mine: PosteReplica;
  readonly certificate: PosteCertificate;
  readonly discovery: Discovery;
  readonly listen: { readonly host: string; readonly port: number };
  /** This computer's addresses on the network; the system's where left out. */
  readonly ownAddresses?: () => readonly OwnAddress[];
  /** What a person may hold today, by the directory; the audiences this poste knows of. */
  readonly entitlementOf: (person: Id<'staff'>) => Promise<Entitlement | undefined>;
  /** Everybody who works on this poste: the first is its owner. */
  readonly owners: () => Promise<readonly Id<'staff'>[]>;
  /** Wraps keys that have just come for the people who work here. */
  readonly entitleHere: () => Promise<void>;
  /** Who is a head by the directory. */
  readonly heads?: () => Promise<readonly Id<'staff'>[]>;
  /** Identifiers of accounts; absent where nobody signs in. */
  readonly logins?: Logins;
  /** Closes the windows of somebody who works on this computer no more. */
  readonly leftHere?: (person: Id<'staff'>) => Promise<void>;
  /** Computers that a head named when a right was given for a time. */
  readonly lent?: () => Promise<readonly Lent[]>;
  /** Writes in the directory who is a head, and gives everybody here the rights of now. */
  readonly writeHead?: (person: Id<'staff'>, isHead: boolean) => Promise<void>;
  /** Writes in the directory that somebody is not of the school any more. */
  readonly dismiss: (person: Id<'staff'>) => Promise<void>;
  /** Parcels came, or the list of postes is another. */
  readonly onTaken: () => void;
  /** Files that this poste gives its neighbours, or a relay keeps (docs/files.md). */
  readonly files?: FileShelf;
  /** Of a relay that runs the commune's engine beside itself. */
  readonly keyShelf?: KeyShelf;
}

export interface Postes extends Disposable {
  readonly introductions: Introductions;
  readonly members: Members;
  readonly heads: Heads;
  readonly requests: GrantRequests;
  readonly address: LanAddress;
  /** Why each computer of the school answers or not, on this network. */
  reach: Neighbours['reach'];
  /** The same, as the last run found it. */
  lastReach: Neighbours['last'];
  /** Introduced postes that answer right now. */
  peers(): Promise<readonly Peer[]>;
  /** Signs what the directory gives and no grant says yet, and seals keys to it; nothing where no head's key is at hand. */
  refreshGrants(): Promise<void>;
  /** Takes in what was sealed to this poste: after somebody signed in, and by itself whenever something came. */
  receiveKeys(): Promise<void>;
  /** The head's public key, on a head's poste. */
  headKey(): Promise<string | undefined>;
}

/** The postes of a school on its LAN. */
export async function openPostes(deps: PostesDeps): Promise<Postes> {
  const { platform, mine, identity, keyring } = deps;
  const { book } = mine.replica;
  const parc = await deps.store.open('parc');

  async function head(): Promise<Pick<HeldHeadKey, 'seed' | 'signer'> | undefined> {
    if (!keyring.has('direction')) return undefined;
    const direction = await deps.store.open('direction');
    const known = currentHeadKey(direction, signs);
    if (known) return known;
    // A poste rebuilt from the sheet, whose `direction` nobody else could carry: the key comes back from `parc`.
    const recovery = readRecovery(parc, book.school);
    const seed = recovery && headSeedFrom(recovery, keyring.dataKeys('direction'));
    if (!seed || !signs(signerFrom(seed).publicKey)) return undefined;
    return { seed, signer: await writeHeadKey(direction, seed) };
  }
  const signs = (key: string): boolean => book.isHeadKey(key);
  const grantDeps = async (): Promise<GrantDeps> => ({
    platform,
    book,
    parc,
    head: (await head())?.signer,
  });
  const headKeyDeps = async (): Promise<HeadKeyDeps> => ({
    platform,
    book,
    parc,
    keyring,
    direction: await deps.store.open('direction'),
  });
  const delivery: DeliveryDeps = {
    keyring,
    parc,
    book,
    identity,
    log: platform.log,
    entitleHere: deps.entitleHere,
  };
  const isHeads = (): boolean => isHeadsPoste(book.grantsOf(identity.poste));

  const ways: WaysInDeps = {
    keyring,
    parc,
    book,
    identity,
    log: platform.log,
    logins: deps.logins ?? { of: () => Promise.resolve(undefined), remember: () => Promise.resolve() },
    isHeads,
    leftHere: async (person) => deps.leftHere?.(person),
    release: (audience) => letGo({ mine, store: deps.store, own: identity.poste }, audience),
  };

  /** One at a time: documents come in bursts. */
  let keyTurn: Promise<void> = Promise.resolve();
  let closed = false;
  async function exchangeKeys(): Promise<void> {
    if (closed) return;
    const gone = await leaveHere(ways);
    const came = await takeWaysIn(ways);
    if (came) await deps.entitleHere();
    for (const audience of await openWraps(delivery)) await mine.replica.applyBacklog(audience);
    await giveWaysIn(ways);
    if (came || gone.length > 0) {
      platform.publish('people.changed', {});
      platform.publish('postes.changed', {});
    }
    // Between an exchanged key and the end of the former head's signing key, nobody new is believed.
    if (!isHeads() || members.exchangesHeadKey()) return;
    await writeWraps(delivery);
    await dropEndedWraps(delivery);
    await dropEndedWaysIn(ways);
  }
  const nextKeys = (): Promise<void> => (keyTurn = keyTurn.then(exchangeKeys, exchangeKeys));

  /** What a head's poste owes to those who stay. */
  async function complete(): Promise<void> {
    await nextKeys();
    const headSeed = (await head())?.seed;
    const folder = platform.dataFolder;
    if (headSeed) await publishRecovery({ folder, keyring, parc, school: book.school, headSeed });
  }
  async function completeAndTell(): Promise<void> {
    await complete();
    deps.onTaken();
  }

  const members = await openMembers({
    folder: platform.dataFolder,
    own: identity.poste,
    keyring,
    shelf: mine.log,
    grants: grantDeps,
    entitlementOf: deps.entitlementOf,
    peopleHere: deps.owners,
    dismiss: deps.dismiss,
    ...(deps.heads ? { heads: deps.heads } : {}),
    exchangeHeadKey: async (ended) => exchangeHeadKey(await headKeyDeps(), ended),
    afterwards: completeAndTell,
  });
  const heads = await openHeads({
    folder: platform.dataFolder,
    own: identity.poste,
    book,
    heads: async () => (await deps.heads?.()) ?? [],
    write: async (person, isHead) => deps.writeHead?.(person, isHead),
    hasHeadKey: async () => (await head()) !== undefined,
    members,
  });
  const introductions = createIntroductions({
    platform,
    grants: grantDeps,
    // A newcomer never believes a key that was ended.
    anchors: () => (book.headKeys().length > 0 ? book.headKeys() : identity.anchors),
    refresh: () => postes.refreshGrants(),
    sealKeys: nextKeys,
    entitlementOf: deps.entitlementOf,
    keysOf: (audience: Audience) => {
      if (!keyring.has(audience)) return [];
      const generations = keyring.generations(audience);
      return keyring.dataKeys(audience).map((key, at) => ({ key, generation: generations[at] ?? 0 }));
    },
    address: () => `${deps.listen.host}:${server.port}`,
  });
  const server: LanServer = await openLanServer({
    platform,
    identity,
    tls: deps.certificate,
    replica: mine.replica,
    audiences: () => mine.audiences(),
    introduce: (step, body) =>
      step === 'ask'
        ? takeAsk({ keyring, grants: grantDeps, entitlementOf: deps.entitlementOf }, body).then((taken) => {
            deps.onTaken();
            return taken;
          })
        : introductions.answer(step, body),
    onTaken: deps.onTaken,
    ...(deps.files ? { files: deps.files } : {}),
    ...(deps.keyShelf ? { keyShelf: deps.keyShelf } : {}),
    listen: deps.listen,
  });
  const withdraw = await deps.discovery.announce(`preau-${opaqueOf(identity.poste)}`, server.port);
  const neighbours = await openNeighbours({
    folder: platform.dataFolder,
    own: identity.poste,
    book,
    discovery: deps.discovery,
    addresses: deps.ownAddresses ?? ownAddresses,
  });
  const endListening = parc.onChange((change) => {
    if (!change.foreign) return;
    nextKeys().catch((error: unknown) => {
      platform.log.error('keys.failed', { error: error instanceof Error ? error.name : 'unknown' });
    });
  });

  /** Once a start: a head who said no is not asked at every exchange. */
  let asked = false;
  async function askOnce(peers: readonly KnownPeer[]): Promise<void> {
    if (asked || book.all().some((grant) => grant.kind === 'poste' && grant.poste === identity.poste)) return;
    const [owner] = await deps.owners();
    if (owner) asked = await askForGrant(peers, identity, owner, keyring.dataKey('parc'));
  }

  const postes: Postes = {
    introductions,
    members,
    heads,
    requests: createGrantRequests({
      grants: grantDeps,
      entitlementOf: deps.entitlementOf,
      afterwards: completeAndTell,
    }),
    address: { host: deps.listen.host, port: server.port },
    reach: () => neighbours.reach(),
    lastReach: () => neighbours.last(),
    async peers() {
      const found = await neighbours.answering();
      await askOnce(found);
      return found.map((peer) => ({
        poste: peer.poste,
        address: { url: peer.url, channel: peer.channel, tls: neighbours.tls(peer) },
        audiences: readableBy(mine.replica, peer.poste, mine.audiences()),
        carries: mine.replica.book.readable(peer.poste).carries,
        keysHeld: peer.keysHeld,
      }));
    },
    async refreshGrants() {
      if (mine.replica.grantFor(identity.poste, 'parc')?.carries !== true) await publishBox(delivery);
      const grants = await grantDeps();
      if (!grants.head) return nextKeys();
      await members.resume();
      await adoptHeadKeys(await headKeyDeps());
      const { head: now = grants.head } = await grantDeps();
      await heads.look();
      await keepOwnGrants(await headKeyDeps(), now, async (person) => !!(await deps.entitlementOf(person)));
      await grantOwn({ ...grants, head: now }, deps);
      const signing = { ...grants, head: now };
      await refreshGrants(signing, deps.entitlementOf);
      await lendPostes(signing, (await deps.lent?.()) ?? [], deps.entitlementOf);
      await shareOwnGrants(grants, identity);
      await complete();
    },
    receiveKeys: nextKeys,
    headKey: async () => (await head())?.signer.publicKey,
    async close() {
      closed = true;
      endListening();
      neighbours.close();
      await withdraw();
      await deps.discovery.close();
      await server.close();
      await keyTurn.catch(() => undefined);
    },
  };
  return postes;
}

function readableBy(replica: Replica, poste: Id<'poste'>, all: ReadonlySet<Audience>): ReadonlySet<Audience> {
  const { audiences, carries } = replica.book.readable(poste);
  return carries ? all : audiences;
}
