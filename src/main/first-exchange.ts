import { join } from 'node:path';
import type { Id } from '../domain/id';
import { fullName } from '../domain/people/names';
import { isExpired } from '../domain/retention';
import { POSTE } from '../domain/rights/actor';
import type { FileKeyring } from '../store/keyring';
import { PouchStore } from '../store/pouch-store';
import type { Platform } from './capability';
import type { AccountDocument, LoginIndex } from './directory/accounts';
import { accountId } from './directory/accounts';
import { createDatabases, type SchoolDatabases } from './directory/databases';
import { entitledOverYears } from './directory/entitled';
import type { StaffDocument } from './directory/records';
import { openFileStore } from './files/file-store';
import { giveBackMemory } from './give-back-memory';
import { headsFirst, openExchange } from './open-exchange';
import { knownAddresses } from './postes/discovery';
import type { JoiningDeps } from './postes/joining';
import { openIdentity } from './postes/service';
import { createSchoolTime, type SchoolTime } from './year-in-use';

/**
 * What a poste does once between « les clés sont là » and « l'école est ouverte »: one exchange with the computer that
 * welcomed it, over a store that is closed again, so that the host opens afterwards as at any start.
 */
export function firstExchange(
  platform: Platform,
  logins: LoginIndex,
): Pick<JoiningDeps, 'receive' | 'settle'> {
  /** Opens the received folder, hands it over, closes it whatever happens. */
  async function within<T>(
    keyring: FileKeyring,
    use: (store: PouchStore, databases: SchoolDatabases, time: SchoolTime) => Promise<T>,
  ): Promise<T> {
    const time = createSchoolTime({ keyring, store: () => store, clock: platform.clock });
    const store = new PouchStore({
      folder: platform.dataFolder,
      keyring,
      isExpired,
      horizon: () => time.horizon(),
    });
    try {
      await time.refresh();
      return await use(store, createDatabases(store, keyring, time), time);
    } finally {
      await store.close();
      // What came is on the disk; its garbage would stand beside the 64 MiB that the password's key takes next.
      giveBackMemory();
    }
  }
  return {
    receive: (keyring, school, from, person) =>
      within(keyring, async (store, databases, time) => {
        const exchange = await openExchange({
          platform,
          store,
          files: await openFileStore({
            folder: join(platform.dataFolder, 'files'),
            key: () => keyring.dataKey('parc'),
          }),
          // A person waits at the screen: files come once the school is open.
          documentsOnly: true,
          keyring,
          databases,
          school,
          uai: () => undefined,
          timeZone: () => 'Europe/Paris',
          identity: await openIdentity({ folder: platform.dataFolder, keyring, store, platform, school }),
          worksHere: (one) => one === person,
          discovery: knownAddresses(() => [from]),
          listen: { host: '127.0.0.1', port: 0 },
        });
        try {
          await exchange.sync.run(POSTE);
        } finally {
          await exchange.close();
        }
        // The year in use may have come with it.
        await time.refresh();
        const staff = (await databases.open('ecole')).all<StaffDocument>('staff').map(({ body }) => body);
        return staff.sort(headsFirst).map(({ _id, names }) => ({
          id: _id as Id<'staff'>,
          name: fullName(names),
        }));
      }),
    settle: (keyring, person, password) =>
      within(keyring, async (_store, databases) => {
        const ecole = await databases.open('ecole');
        const body = ecole.get<StaffDocument>(person)?.body;
        if (!body) return;
        const held = keyring.audiences().filter((name) => keyring.has(name));
        await keyring.wrapFor(person, password, await entitledOverYears(databases, body, held), true);
        const account = ecole.get<AccountDocument>(accountId(person));
        if (!account) return;
        await logins.remember(account.body.login, person);
        // The first password that somebody gave them has done its work: they have just chosen their own.
        if (account.body.mustChange) await ecole.put({ ...account.body, mustChange: false }, account.rev);
      }),
  };
}
