import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PreauError } from '../../../src/domain/errors';
import type { CopySource } from '../../../src/main/backup/source';
import type { Medium, Written } from '../../../src/main/backup/medium';
import { newPosteSteps } from '../../../src/main/first-copy';
import { readRecovery } from '../../../src/main/postes/recovery';
import { readIdentity } from '../../../src/main/postes/identity';
import type { RestoreSteps } from '../../../src/main/backup/restore-copy';
import { PARC, SCHOOL, type TestPoste } from '../sync/poste';

/** What a copy is made from, on a poste of these tests. */
export async function sourceOf(poste: TestPoste): Promise<CopySource> {
  const identity = await readIdentity(poste.folder, poste.keyring.dataKey(PARC));
  return {
    school: SCHOOL,
    anchors: identity?.anchors ?? [],
    replica: poste.mine.replica,
    store: poste.store,
    keyring: poste.keyring,
    keysFile: join(poste.folder, 'keys.json'),
    filesFolder: join(poste.folder, 'files'),
    recovery: async () => readRecovery(await poste.store.open(PARC), SCHOOL),
  };
}

export const temporary = (): Promise<string> => mkdtemp(join(tmpdir(), 'preau-copy-'));

export const steps = (secret?: Buffer): RestoreSteps =>
  newPosteSteps({
    clock: Date.now,
    random: (size) => randomBytes(size),
    keys: { machineSecret: secret },
  });

/** A key that is pulled out in the middle of its n-th operation, and stays out. */
export function pulledOut(medium: Medium, operations: number): { medium: Medium; done: () => number } {
  let count = 0;
  const one = (): void => {
    if (++count > operations) throw new PreauError('BACKUP_CUT', { code: 'EIO' });
  };
  return {
    done: () => count,
    medium: {
      list: async (folder) => (one(), medium.list(folder)),
      makeFolder: async (folder) => (one(), medium.makeFolder(folder)),
      write: (path, content): Promise<Written> =>
        medium.write(
          path,
          (async function* () {
            for await (const piece of content) {
              // Half of what is written arrives.
              if (count + 1 > operations) yield piece.subarray(0, piece.length >> 1);
              one();
              yield piece;
            }
          })(),
        ),
      async *read(path) {
        one();
        yield* medium.read(path);
      },
      size: (path) => medium.size(path),
      rename: async (from, to) => (one(), medium.rename(from, to)),
      remove: async (path) => (one(), medium.remove(path)),
      free: () => medium.free(),
    },
  };
}

/** Files of the file store as it lays them: names and bytes that tell nothing. */
export async function someFiles(folder: string, sizes: readonly number[]): Promise<void> {
  for (const [at, size] of sizes.entries()) {
    const name = createHash('sha256').update(String(at)).digest('hex');
    await mkdir(join(folder, 'files', name.slice(0, 2)), { recursive: true });
    await writeFile(join(folder, 'files', name.slice(0, 2), name.slice(2)), randomBytes(size));
  }
}
