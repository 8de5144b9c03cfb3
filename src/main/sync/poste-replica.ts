import { join } from 'node:path';
import type { KeyObject } from 'node:crypto';
import type { Audience } from '../../domain/audience';
import type { Id } from '../../domain/id';
import {
  GrantBook,
  Replica,
  secretsFrom,
  type AudienceSecrets,
  type Grant,
  type Signer,
} from '../../exchange';
import type { Keyring } from '../../store/port-keys';
import type { Store } from '../../store/port';
import { ParcelLog } from './parcel-log';
import { openRefusalFile } from './refusal-file';
import { storeDocuments } from './store-documents';

/** What a poste needs to exchange: who it is, whom it believes, what it holds. */
export interface PosteReplicaDeps {
  readonly folder: string;
  readonly store: Store;
  readonly keyring: Pick<Keyring, 'has' | 'dataKeys'>;
  readonly identity: { readonly poste: Id<'poste'>; readonly signer: Signer };
  readonly school: Id<'school'>;
  /** Head keys this poste was given by hand, and grants that came with them. */
  readonly anchors: readonly string[];
  readonly grants: readonly Grant[];
  /** Seals parcels at rest. */
  readonly logKey: KeyObject;
  readonly now: () => string;
}

export interface PosteReplica {
  readonly replica: Replica;
  readonly log: ParcelLog;
  /** What this poste may hold: granted to it. */
  audiences(): ReadonlySet<Audience>;
  close(): Promise<void>;
}

export async function openPosteReplica(deps: PosteReplicaDeps): Promise<PosteReplica> {
  const log = await ParcelLog.open(join(deps.folder, 'parcels'), deps.logKey);
  const book = new GrantBook(deps.school, deps.anchors);
  for (const grant of deps.grants) book.learn(grant);
  if (deps.keyring.has('parc')) {
    const parc = await deps.store.open('parc');
    for (const held of parc.all('grant')) book.learn(held.body);
  }
  const derived = new Map<Audience, readonly { readonly key: Buffer; readonly secrets: AudienceSecrets }[]>();
  const replica = new Replica({
    book,
    shelf: log,
    documents: storeDocuments(deps.store),
    refusals: await openRefusalFile(join(deps.folder, 'refusals.json')),
    secretsOf(audience, keyId) {
      // A private key leaves memory when its owner signs out: asked for each time, never remembered past it.
      if (!deps.keyring.has(audience)) {
        derived.delete(audience);
        return undefined;
      }
      // Newest first: it is what is written with, and each that is held reads.
      const before = derived.get(audience) ?? [];
      const held = deps.keyring
        .dataKeys(audience)
        .map(
          (key) => before.find((one) => one.key.equals(key)) ?? { key, secrets: secretsFrom(key, audience) },
        );
      derived.set(audience, held);
      return held.find(({ secrets }) => keyId === undefined || secrets.keyId === keyId)?.secrets;
    },
    author: { poste: deps.identity.poste, signer: deps.identity.signer, now: deps.now },
  });
  return {
    replica,
    log,
    audiences: () => replica.book.readable(deps.identity.poste).audiences,
    close: () => log.close(),
  };
}
