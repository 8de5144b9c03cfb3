import { createSecretKey } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signerFrom, signGrant } from '../../src/exchange';
import { bytesFor, dataKeyOf, grantFor, HEAD, idFor, PARC, SCHOOL } from '../../src/exchange/testing/school';
import { openPosteReplica, type PosteReplica } from '../../src/main/sync/poste-replica';
import { FileKeyring } from '../../src/store/keyring';
import { PouchStore } from '../../src/store/pouch-store';

const MARC = idFor('poste', 'marc');
const END = signGrant(
  {
    _id: idFor('grant', 'end of marc'),
    type: 'grant' as const,
    v: 1 as const,
    kind: 'revocation' as const,
    school: SCHOOL,
    issued: '2026-11-22T08:00:00.000Z',
    target: MARC,
    accepted: {},
  },
  HEAD,
);

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'preau-put-out-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** One start of a poste over a folder that stays. */
async function started<T>(use: (mine: PosteReplica, store: PouchStore) => Promise<T>): Promise<T> {
  const keyring = await FileKeyring.open({
    path: join(folder, 'keys.json'),
    machineSecret: bytesFor('anne'),
  });
  if (!keyring.has(PARC)) await keyring.add(PARC, dataKeyOf(PARC));
  const store = new PouchStore({ folder, keyring });
  const mine = await openPosteReplica({
    folder,
    store,
    keyring,
    identity: { poste: idFor('poste', 'anne'), signer: signerFrom(bytesFor('poste anne')) },
    school: SCHOOL,
    anchors: [HEAD.publicKey],
    grants: [grantFor('anne'), grantFor('marc')],
    logKey: createSecretKey(bytesFor('log')),
    now: () => '2026-11-22T08:00:00.000Z',
  });
  try {
    return await use(mine, store);
  } finally {
    await mine.close();
    await store.close();
  }
}

describe('a poste that was told who is put out, and stops before parc has come', () => {
  it('still knows it when it starts again, and once parc has brought the document', async () => {
    await started(async ({ replica }) => {
      expect(replica.book.grantsOf(MARC)).toHaveLength(1);
      expect(await replica.learn(END)).toEqual(END);
    });
    await started(async ({ replica }, store) => {
      expect(replica.book.grantsOf(MARC)).toEqual([]);
      const parc = await store.open(PARC);
      await parc.put({ ...END });
      // Whatever else comes in a frame lets go of what stands in `parc` by now.
      await replica.learn(grantFor('anne', { id: 'another grant of anne' }));
    });
    await started(({ replica }) => {
      expect(replica.book.grantsOf(MARC)).toEqual([]);
      expect(replica.book.grantsOf(idFor('poste', 'anne'))).toHaveLength(2);
      return Promise.resolve();
    });
  });
});
