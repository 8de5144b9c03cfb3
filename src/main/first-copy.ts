import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Audience } from '../domain/audience';
import { isPreauError, PreauError } from '../domain/errors';
import { idFrom, isId, type Id } from '../domain/id';
import { fullName } from '../domain/people/names';
import { isExpired } from '../domain/retention';
import { instant, type Clock } from '../domain/time';
import { signGrant, type Signer } from '../exchange';
import { FileKeyring, type KeyringOptions } from '../store/keyring';
import { readKeyring } from '../store/keyring-file';
import { PouchStore } from '../store/pouch-store';
import { sealingKey } from '../store/seal';
import type { Opener, RestoreSteps } from './backup/restore-copy';
import type { RestoringDeps } from './backup/restoring';
import type { Platform, Random } from './capability';
import { accountId, type AccountDocument, type LoginIndex } from './directory/accounts';
import { createDatabases } from './directory/databases';
import type { StaffDocument } from './directory/records';
import { headsFirst } from './open-exchange';
import { readHeadKey } from './postes/head-key';
import type { JoiningDeps } from './postes/joining';
import { newIdentity, writeIdentity } from './postes/identity';
import { headFromRecovery, recoverySchema, writeKeyringFromRecovery, type Recovery } from './postes/recovery';
import { openPosteReplica } from './sync/poste-replica';
import { createSchoolTime } from './year-in-use';

/**
 * A poste rebuilt from a copy on a key: as from another poste (postes/join.ts), but that the school comes from the key. It
 * is a new poste: its grant is signed by the head's key where what was typed opens it.
 */
export function newPosteSteps(deps: {
  readonly clock: Clock;
  readonly random: Random;
  readonly keys: KeyringOptions;
}): RestoreSteps {
  let recovery: Recovery | undefined;
  const ringAt = (folder: string): Promise<FileKeyring> =>
    FileKeyring.open({ path: join(folder, 'keys.json'), ...deps.keys });
  return {
    async openKeyring(folder, said, opener) {
      recovery = said && readSaid(said);
      const keyring = await ringAt(folder);
      if ('password' in opener) {
        await unlockAnybody(keyring, folder, opener.password);
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
        const held = readHeadKey(await store.open('direction'), (key) => mine.replica.book.isHeadKey(key));
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

/**
 * Names are under the keys: a password is tried on everybody who has one in the copy, a third of a second each.
 * @throws PreauError `KEY_WRONG`
 */
async function unlockAnybody(keyring: FileKeyring, folder: string, password: string): Promise<Id<'staff'>> {
  const file = await readKeyring(join(folder, 'keys.json'));
  for (const person of Object.keys(file?.people ?? {})) {
    if (!isId(person, 'staff')) continue;
    try {
      await keyring.unlock(person, password);
      return person;
    } catch (error) {
      if (!isPreauError(error) || error.code !== 'KEY_WRONG') throw error;
    }
  }
  throw new PreauError('KEY_WRONG');
}

/** What `createRestoring` asks once the folder is in place; a store is opened for it and closed again. */
export function afterCopy(
  platform: Platform,
  logins: LoginIndex,
  deps: { readonly keys: KeyringOptions; readonly settle: JoiningDeps['settle'] },
): RestoringDeps['after'] {
  return async (opener) => {
    const folder = platform.dataFolder;
    const keyring = await FileKeyring.open({ path: join(folder, 'keys.json'), ...deps.keys });
    let person: Id<'staff'> | undefined;
    if ('code' in opener) await keyring.unlockWithSheet(opener.code);
    else person = await unlockAnybody(keyring, folder, opener.password);
    const time = createSchoolTime({ keyring, store: () => store, clock: platform.clock });
    const store = new PouchStore({ folder, keyring, isExpired, horizon: () => time.horizon() });
    try {
      await time.refresh();
      const ecole = await createDatabases(store, keyring, time).open('ecole');
      const staff = ecole.all<StaffDocument>('staff').map(({ body }) => body);
      for (const { _id } of staff) {
        const login = ecole.get<AccountDocument>(accountId(_id as Id<'staff'>))?.body.login;
        if (login && keyring.hasPerson(_id)) await logins.remember(login, _id as Id<'staff'>);
      }
      const people = staff
        .filter(({ leftOn }) => leftOn === undefined)
        .sort(headsFirst)
        .map(({ _id, names }) => ({ id: _id as Id<'staff'>, name: fullName(names) }));
      return { people, person, settle: (one, password) => deps.settle(keyring, one, password) };
    } finally {
      await store.close();
    }
  };
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
