import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Actor } from '../../../src/domain/rights/actor';
import type { Accounts } from '../../../src/main/directory/accounts';
import { createDatabases } from '../../../src/main/directory/databases';
import { createImportService } from '../../../src/main/directory/import-service';
import type { ImportService } from '../../../src/main/directory/import-service';
import type { Platform } from '../../../src/main/capability';
import { FileKeyring } from '../../../src/store/keyring';
import { PouchStore } from '../../../src/store/pouch-store';

const YEAR = 2026;
/** Sunday, 22 November 2026. */
const NOW = Date.UTC(2026, 10, 22, 9, 0, 0);
const QUICK = { algorithm: 'argon2id', memory: 64, passes: 1, lanes: 1 } as const;
const MACHINE = createHash('sha256').update('this machine').digest();
const HEAD: Actor = {
  kind: 'staff',
  personId: 'staff_aaaaaaaaaaaaa',
  grants: [{ role: 'head', classIds: [] }],
};

export interface BenchSchool {
  readonly imports: ImportService;
  readonly actor: Actor;
  readonly pupils: () => Promise<number>;
  close(): Promise<void>;
}

/**
 * A school's poste as far as an import needs it: the product's own keyring and encrypted store on the disk, and its import
 * service. Nobody has an account yet, so that there is nobody to hand keys to.
 */
export async function openSchool(folder: string, uai: string): Promise<BenchSchool> {
  const platform: Platform = {
    dataFolder: folder,
    clock: () => NOW,
    random: (bytes) => randomBytes(bytes),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    tracer: { trace: () => undefined },
    publish: () => undefined,
  };
  const keyring = await FileKeyring.open({
    path: join(folder, 'keys.json'),
    stretch: QUICK,
    machineSecret: MACHINE,
  });
  const store = new PouchStore({ folder, keyring });
  const databases = createDatabases(store, keyring, { current: () => YEAR, isClosed: () => false });
  for (const kind of ['ecole', 'direction', 'parc'] as const) {
    if (!databases.readable(kind)) await databases.create(kind);
  }
  const nobody: Pick<Accounts, 'entitleAll'> = { entitleAll: () => Promise.resolve() };
  return {
    imports: createImportService({
      platform,
      databases,
      keyring,
      timeZone: () => 'Europe/Paris',
      uai: () => uai,
      accounts: nobody as Accounts,
    }),
    actor: HEAD,
    pupils: async () => (await databases.open('ecole')).all('pupil').length,
    close: () => store.close(),
  };
}
