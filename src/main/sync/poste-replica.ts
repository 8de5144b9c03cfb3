import { join } from 'node:path';
import type { KeyObject } from 'node:crypto';
import type { Audience } from '../../domain/audience';
import type { Id } from '../../domain/id';
import {
  GrantBook,
  Replica,
  secretsOfKeys,
  type AudienceSecrets,
  type Grant,
  type Signer,
} from '../../exchange';
import type { Keyring } from '../../store/port-keys';
import type { Store } from '../../store/port';
import { openGrantFile } from './grant-file';
import { ParcelLog } from './parcel-log';
import { openRefusalFile } from './refusal-file';
import { storeDocuments } from './store-documents';

/** What a poste needs to exchange: who it is, whom it believes, what it holds. */
export interface PosteReplicaDeps {
  readonly folder: string;
  readonly store: Store;
  readonly keyring: Pick<Keyring, 'has' | 'dataKeys'>;
  readonly identity: {
    readonly poste: Id<'poste'>;
    readonly signer: Signer;
    readonly former?: readonly Id<'poste'>[] | undefined;
  };
  readonly school: Id<'school'>;
  /** Head keys this poste was given by hand, and grants that came with them. */
  readonly anchors: readonly string[];
  readonly grants: readonly Grant[];
  /** Seals parcels at rest. */
  readonly logKey: KeyObject;
  readonly now: () => string;
  /** By which dated grants are served: never set back (src/main/session/rights-clock.ts); `now` where left out. */
  readonly rightsNow?: () => number;
  /** Audiences whose year has ended: nothing of them is held or taken any more. */
  readonly ended?: () => ReadonlySet<Audience>;
}

export interface PosteReplica {
  readonly replica: Replica;
  readonly log: ParcelLog;
  /** What this poste may hold: granted to it; for a relay, all that anybody was granted or that lies here already. */
  audiences(): ReadonlySet<Audience>;
  close(): Promise<void>;
}

export async function openPosteReplica(deps: PosteReplicaDeps): Promise<PosteReplica> {
  const log = await ParcelLog.open(join(deps.folder, 'parcels'), deps.logKey);
  const book = new GrantBook(deps.school, deps.anchors, deps.rightsNow ?? (() => Date.parse(deps.now())));
  const parc = deps.keyring.has('parc') ? await deps.store.open('parc') : undefined;
  const grants = await openGrantFile(
    join(deps.folder, 'grants.sealed'),
    deps.logKey,
    ({ _id }) => parc?.get(_id) !== undefined,
  );
  book.learnAll([...deps.grants, ...(parc?.all('grant') ?? []).map(({ body }) => body), ...grants.kept]);
  const secrets = secretsIn(deps.keyring);
  const replica = new Replica({
    book,
    shelf: log,
    documents: storeDocuments(deps.store, new Set(deps.identity.former ?? [])),
    refusals: await openRefusalFile(join(deps.folder, 'refusals.json')),
    grants,
    secretsOf: (audience, keyId) =>
      secrets(audience).find((one) => keyId === undefined || one.keyId === keyId),
    author: { poste: deps.identity.poste, signer: deps.identity.signer, now: deps.now },
  });
  return {
    replica,
    log,
    audiences() {
      const { audiences, carries } = book.readable(deps.identity.poste);
      const granted = book.all().flatMap((grant) => (grant.kind === 'poste' ? grant.audiences : []));
      const ended = deps.ended?.();
      // A poste that a head has just accepted learns it from `parc`, of which it was handed the key.
      const told = deps.keyring.has('parc') ? ['parc'] : [];
      const may = [...told, ...audiences, ...(carries ? [...granted, ...log.audiences()] : [])];
      return new Set(may.filter((name) => !ended?.has(name)));
    },
    close: () => log.close(),
  };
}

/**
 * Every generation that is open, newest first, derived once. A private key leaves memory when its owner signs out: the
 * keyring is asked each time, and nothing is remembered past it.
 */
function secretsIn(
  keyring: Pick<Keyring, 'has' | 'dataKeys'>,
): (audience: Audience) => readonly AudienceSecrets[] {
  interface Derived {
    readonly keys: readonly Buffer[];
    readonly all: readonly AudienceSecrets[];
  }
  const derived = new Map<Audience, Derived>();
  return (audience) => {
    if (!keyring.has(audience)) {
      derived.delete(audience);
      return [];
    }
    const keys = keyring.dataKeys(audience);
    const known = derived.get(audience);
    if (known?.keys.length === keys.length && known.keys.every((key, at) => keys[at]?.equals(key)))
      return known.all;
    const all = secretsOfKeys(keys, audience);
    derived.set(audience, { keys: keys.map((key) => Buffer.from(key)), all });
    return all;
  };
}
