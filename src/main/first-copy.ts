import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Audience } from '../domain/audience';
import { idFrom } from '../domain/id';
import { instant, type Clock } from '../domain/time';
import { signGrant, type Signer } from '../exchange';
import { FileKeyring } from '../store/keyring';
import { PouchStore } from '../store/pouch-store';
import { sealingKey } from '../store/seal';
import type { Opener, RestoreSteps } from './backup/restore-copy';
import type { Random } from './capability';
import { readHeadKey } from './postes/head-key';
import { newIdentity, writeIdentity } from './postes/identity';
import { headFromRecovery, recoverySchema, writeKeyringFromRecovery, type Recovery } from './postes/recovery';
import { openPosteReplica } from './sync/poste-replica';

/**
 * A poste rebuilt from a copy on a key: as from another poste (postes/join.ts), but that the school comes from the key. It
 * is a new poste: its grant is signed by the head's key where what was typed opens it.
 */
export function newPosteSteps(deps: {
  readonly clock: Clock;
  readonly random: Random;
  readonly machineSecret?: Buffer;
}): RestoreSteps {
  let recovery: Recovery | undefined;
  const ringAt = (folder: string): Promise<FileKeyring> =>
    FileKeyring.open({
      path: join(folder, 'keys.json'),
      ...(deps.machineSecret ? { machineSecret: deps.machineSecret } : {}),
    });
  return {
    async openKeyring(folder, said, opener) {
      recovery = said && readSaid(said);
      const keyring = await ringAt(folder);
      if ('person' in opener) {
        await keyring.unlock(opener.person, opener.password);
        return keyring;
      }
      if (keyring.hasSheet() || !recovery) {
        await keyring.unlockWithSheet(opener.code);
        return keyring;
      }
      return withSheetOf(folder, recovery, opener);
    },
    async openPoste(folder, keyring, about, grants) {
      const store = new PouchStore({ folder, keyring });
      const identity = newIdentity(deps.random, about.anchors);
      const mine = await openPosteReplica({
        folder,
        store,
        keyring,
        identity,
        school: about.school,
        anchors: about.anchors,
        grants,
        logKey: sealingKey(keyring.dataKey('parc'), 'preau/parcel log/1'),
        now: () => instant(deps.clock()),
      });
      const head = async (): Promise<Signer | undefined> => {
        if (!keyring.has('direction')) return undefined;
        const held = readHeadKey(await store.open('direction'), about.school);
        return held ?? (recovery && headFromRecovery(recovery, keyring.dataKeys('direction')));
      };
      return {
        store,
        replica: mine.replica,
        async settle() {
          const signer = await head();
          const own =
            signer &&
            signGrant(
              {
                _id: idFrom('grant', deps.random(9)),
                type: 'grant' as const,
                v: 1 as const,
                kind: 'poste' as const,
                school: about.school,
                issued: instant(deps.clock()),
                poste: identity.poste,
                key: identity.signer.publicKey,
                // Nobody's yet: whoever takes a password on it gives it their roles.
                person: null,
                roles: [],
                audiences: openIn(keyring),
                carries: false,
              },
              signer,
            );
          await writeIdentity(folder, keyring.dataKey('parc'), {
            ...identity,
            grants: own ? [...grants, own] : grants,
          });
          return { granted: own !== undefined };
        },
        async close() {
          await mine.close();
          await store.close();
        },
      };
    },
  };

  /** The copy of a teacher's poste: the sheet's half of the keys stands in `parc`, as for a lost laptop. */
  async function withSheetOf(
    folder: string,
    said: Recovery,
    { code }: Extract<Opener, { code: string }>,
  ): Promise<FileKeyring> {
    await rm(join(folder, 'keys.json'));
    await writeKeyringFromRecovery(folder, said, deps.random(16));
    const keyring = await ringAt(folder);
    await keyring.unlockWithSheet(code);
    return keyring;
  }
}

const openIn = (keyring: {
  audiences(): readonly Audience[];
  has(audience: Audience): boolean;
}): Audience[] =>
  keyring
    .audiences()
    .filter((name) => keyring.has(name))
    .sort();

function readSaid(bytes: Buffer): Recovery | undefined {
  try {
    const parsed = v.safeParse(recoverySchema, JSON.parse(bytes.toString('utf8')));
    return parsed.success ? parsed.output : undefined;
  } catch {
    // The keys of the copy may open without it.
    return undefined;
  }
}
