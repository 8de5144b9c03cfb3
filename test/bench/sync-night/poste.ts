import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Audience } from '../../../src/domain/audience';
import { idFrom, type Id, type IdPrefix } from '../../../src/domain/id';
import { signerFrom, signGrant, toText, type Grant, type Signer } from '../../../src/exchange';
import { openPosteReplica, type PosteReplica } from '../../../src/main/sync/poste-replica';
import { FileKeyring } from '../../../src/store/keyring';
import { PouchStore } from '../../../src/store/pouch-store';
import { sealingKey } from '../../../src/store/seal';

/** The measured school's secrets: derived, so that each process of a bench has them without telling them. */
const secret = (what: string): Buffer => createHash('sha256').update(`preau bench ${what}`).digest();
const idOf = <P extends IdPrefix>(prefix: P, what: string): Id<P> => idFrom(prefix, secret(what));

export const UAI = '0951099d';
export const SCHOOL = idOf('school', 'school');
const HEAD: Signer = signerFrom(secret('head'));
export const HEAD_KEY = HEAD.publicKey;

export interface BenchPoste {
  readonly poste: Id<'poste'>;
  readonly signer: Signer;
  readonly keyring: FileKeyring;
  readonly store: PouchStore;
  readonly mine: PosteReplica;
  readonly audiences: ReadonlySet<Audience>;
  close(): Promise<void>;
}

function grantFor(name: string, audiences: readonly Audience[]): Grant {
  return signGrant(
    {
      _id: idOf('grant', name),
      type: 'grant' as const,
      v: 1 as const,
      kind: 'poste' as const,
      school: SCHOOL,
      issued: '2026-11-01T08:00:00.000Z',
      poste: idOf('poste', name),
      key: signerFrom(secret(`poste ${name}`)).publicKey,
      person: idOf('staff', 'head'),
      roles: [
        { role: 'head' as const, classIds: [] },
        {
          role: 'teacher' as const,
          classIds: audiences
            .filter((audience) => audience.startsWith('classe-'))
            .map(
              (audience) => `class_${audience.slice('classe-'.length).split('_')[0] ?? ''}` as Id<'class'>,
            ),
        },
      ],
      audiences: [...audiences].sort(),
      carries: false,
    },
    HEAD,
  );
}

/** A poste of a head who teaches everywhere: a real keyring, encrypted store and parcel log in that folder. */
export async function benchPoste(
  folder: string,
  name: string,
  audiences: readonly Audience[],
): Promise<BenchPoste> {
  await mkdir(folder, { recursive: true });
  const keyring = await FileKeyring.open({
    path: join(folder, 'keys.json'),
    machineSecret: secret(`machine ${name}`),
  });
  for (const audience of audiences)
    if (!keyring.has(audience)) await keyring.add(audience, secret(`key ${audience}`));
  const store = new PouchStore({ folder, keyring });
  const signer = signerFrom(secret(`poste ${name}`));
  const poste = idOf('poste', name);
  const mine = await openPosteReplica({
    folder,
    store,
    keyring,
    identity: { poste, signer },
    school: SCHOOL,
    anchors: [HEAD.publicKey],
    grants: [grantFor(name, audiences)],
    logKey: sealingKey(secret('key parc'), 'preau/parcel log/1'),
    now: () => '2026-11-19T18:00:00.000Z',
  });
  return {
    poste,
    signer,
    keyring,
    store,
    mine,
    audiences: mine.audiences(),
    async close() {
      await mine.close();
      await store.close();
    },
  };
}

/** What the commune is given at the enrolment: revision keys of open audiences. */
export function revisionKeysBody(poste: BenchPoste, open: readonly Audience[]): object {
  return {
    keys: open.flatMap((audience) => {
      const secrets = poste.mine.replica.parts.secretsOf(audience);
      if (!secrets) return [];
      return [{ audience, key: secrets.keyId, revisionKey: toText(secrets.revisionKey) }];
    }),
  };
}
