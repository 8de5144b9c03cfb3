import type { Audience } from '../../domain/audience';
import type { Id } from '../../domain/id';
import { opaqueOf } from '../../domain/id';
import type { Replica, Signer } from '../../exchange';
import type { Keyring } from '../../store/port-keys';
import type { AudienceDatabase, DocumentBody, Store } from '../../store/port';
import type { Disposable, Platform } from '../capability';
import type { PosteReplica } from '../sync/poste-replica';
import type { Peer } from '../sync/service';
import type { PosteCertificate } from './certificate';
import type { Discovery } from './discovery';
import { grantTo, refreshGrants, type Entitlement, type GrantDeps } from './grants';
import { makeHeadKey, readHeadKey, readHeadSeed, writeHeadSeed } from './head-key';
import { newIdentity, readIdentity, writeIdentity, type Identity } from './identity';
import { createIntroductions, type Introductions } from './introductions';
import { openLanServer, type LanServer } from './lan-server';
import { probePeer, tlsFor, type LanAddress } from './peer-probe';
import { headSeedFrom, publishRecovery, readRecovery } from './recovery';

/** Who this poste is. Where the school was made here, this also makes the head's key, which signs all grants. */
export async function openIdentity(deps: {
  readonly folder: string;
  readonly keyring: Pick<Keyring, 'dataKey' | 'has'>;
  readonly store: Store;
  readonly platform: Platform;
  readonly school: Id<'school'>;
}): Promise<Identity> {
  const schoolKey = deps.keyring.dataKey('parc');
  const known = await readIdentity(deps.folder, schoolKey);
  if (known) return known;
  const direction = await deps.store.open('direction');
  const head = await makeHeadKey(direction, deps.school, deps.platform.random);
  const made = newIdentity(deps.platform.random, [head.publicKey]);
  await writeIdentity(deps.folder, schoolKey, made);
  return made;
}

export interface PostesDeps {
  readonly platform: Platform;
  readonly store: Store;
  readonly keyring: Pick<Keyring, 'dataKey' | 'has'>;
  readonly identity: Identity;
  readonly mine: PosteReplica;
  readonly certificate: PosteCertificate;
  readonly discovery: Discovery;
  readonly listen: { readonly host: string; readonly port: number };
  /** What a person may hold today, by the directory; the audiences this poste knows of. */
  readonly entitlementOf: (person: Id<'staff'>) => Promise<Entitlement | undefined>;
  /** Everybody who works on this poste: the first is its owner. */
  readonly owners: () => Promise<readonly Id<'staff'>[]>;
  readonly onTaken: () => void;
}

export interface Postes extends Disposable {
  readonly introductions: Introductions;
  readonly address: LanAddress;
  /** Introduced postes that answer right now. */
  peers(): Promise<readonly Peer[]>;
  /** Signs what the directory gives and no grant says yet; nothing where no head's key is at hand. */
  refreshGrants(): Promise<void>;
  /** The head's public key, on a head's poste. */
  headKey(): Promise<string | undefined>;
}

/** The postes of a school on its LAN. */
export async function openPostes(deps: PostesDeps): Promise<Postes> {
  const { platform, mine, identity } = deps;
  const { book } = mine.replica;

  async function head(): Promise<Signer | undefined> {
    if (!deps.keyring.has('direction')) return undefined;
    const direction = await deps.store.open('direction');
    const known = readHeadKey(direction, book.school);
    if (known) return known;
    // A poste rebuilt from the sheet, whose `direction` nobody else could carry: the key comes back from `parc`.
    const recovery = readRecovery(await deps.store.open('parc'), book.school);
    const seed = recovery && headSeedFrom(recovery, deps.keyring.dataKey('direction'));
    return seed && writeHeadSeed(direction, book.school, seed);
  }
  const grantDeps = async (): Promise<GrantDeps> => ({
    platform,
    book,
    parc: await deps.store.open('parc'),
    head: await head(),
  });

  /** Several people may work on one poste: it may do what all of them may. */
  async function ownEntitlement(): Promise<(Entitlement & { readonly person: Id<'staff'> }) | undefined> {
    const owners = await deps.owners();
    const [person] = owners;
    const entitlements = await Promise.all(owners.map((owner) => deps.entitlementOf(owner)));
    const known = entitlements.flatMap((one) => one ?? []);
    if (!person || known.length === 0) return undefined;
    return {
      person,
      audiences: [...new Set(known.flatMap((one) => one.audiences))],
      roles: known.flatMap((one) => one.roles),
    };
  }

  const introductions = createIntroductions({
    platform,
    grants: grantDeps,
    anchors: () => identity.anchors,
    entitlementOf: deps.entitlementOf,
    keyOf: (audience: Audience) => (deps.keyring.has(audience) ? deps.keyring.dataKey(audience) : undefined),
    address: () => `${deps.listen.host}:${server.port}`,
  });
  const server: LanServer = await openLanServer({
    platform,
    identity,
    tls: deps.certificate,
    replica: mine.replica,
    audiences: () => mine.audiences(),
    introduce: introductions.answer,
    onTaken: deps.onTaken,
    listen: deps.listen,
  });
  const withdraw = await deps.discovery.announce(`preau-${opaqueOf(identity.poste)}`, server.port);

  return {
    introductions,
    address: { host: deps.listen.host, port: server.port },
    async peers() {
      const known = await Promise.all(
        (await deps.discovery.find()).map((address) => probePeer(address, book)),
      );
      const others = known.flatMap((peer) => (peer && peer.poste !== identity.poste ? [peer] : []));
      return others.map((peer) => ({
        poste: peer.poste,
        address: { url: peer.url, channel: peer.channel, tls: tlsFor(peer) },
        audiences: readableBy(mine.replica, peer.poste, mine.audiences()),
      }));
    },
    async refreshGrants() {
      const grants = await grantDeps();
      if (!grants.head) return;
      const own = await ownEntitlement();
      const held = new Set(book.grantsOf(identity.poste).flatMap((grant) => grant.audiences));
      if (
        own &&
        (held.size === 0 || own.audiences.some((audience) => !held.has(audience)) || rolesMissing(own))
      ) {
        await grantTo(
          { ...grants, head: grants.head },
          { ...own, poste: identity.poste, key: identity.signer.publicKey },
        );
      }
      await refreshGrants(grants, deps.entitlementOf);
      await shareOwnGrants(grants.parc);
      const headSeed = readHeadSeed(await deps.store.open('direction'), book.school);
      const directionKey = deps.keyring.dataKey('direction');
      const folder = platform.dataFolder;
      if (headSeed)
        await publishRecovery({ folder, parc: grants.parc, school: book.school, directionKey, headSeed });
    },
    headKey: async () => (await head())?.publicKey,
    async close() {
      await withdraw();
      await deps.discovery.close();
      await server.close();
    },
  };

  /** A grant this poste signed for itself when it was rebuilt stands nowhere else yet. */
  async function shareOwnGrants(parc: AudienceDatabase): Promise<void> {
    for (const grant of identity.grants) {
      const own = grant.kind === 'poste' && grant.poste === identity.poste;
      if (own && !parc.get(grant._id)) await parc.put(grant as unknown as DocumentBody);
    }
  }

  function rolesMissing(own: Entitlement): boolean {
    const text = (roles: Entitlement['roles']): string[] =>
      roles.flatMap(({ role, classIds }) =>
        classIds.length > 0 ? classIds.map((id) => `${role} ${id}`) : [role],
      );
    const held = new Set(book.grantsOf(identity.poste).flatMap((grant) => text(grant.roles)));
    return text(own.roles).some((right) => !held.has(right));
  }
}

function readableBy(replica: Replica, poste: Id<'poste'>, all: ReadonlySet<Audience>): ReadonlySet<Audience> {
  const { audiences, carries } = replica.book.readable(poste);
  return carries ? all : audiences;
}
