import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderMedium } from '../../../src/main/backup/medium';
import { restoreCopy } from '../../../src/main/backup/restore-copy';
import { writeCopy } from '../../../src/main/backup/write-copy';
import { fetchCertified } from '../../../src/main/postes/peer-probe';
import { FileKeyring } from '../../../src/store/keyring';
import {
  actor,
  ANNE,
  CE1,
  classe,
  contents,
  founding,
  HEAD,
  idOf,
  introduced,
  PARC,
  reopened,
  write,
  type TestPoste,
} from '../sync/poste';
import { keeping } from '../keeping';
import { sourceOf, steps, temporary } from './support';

/** A teacher's laptop rebuilt from her copy and her password: it has her keys, and asks the head to be of the school. */
const { keep, keepFolders } = keeping();
const MACHINE = createHash('sha256').update('machine').digest();
const PASSWORD = 'une marelle à la craie bleue';

async function rebuiltByPassword(head: TestPoste): Promise<TestPoste> {
  const anne = keep(await introduced(head, ANNE));
  await anne.sync.run(actor(ANNE));
  await anne.keyring.wrapFor(ANNE, PASSWORD, anne.keyring.audiences());
  const key = await temporary();
  const folder = await temporary();
  keepFolders(key, folder);
  const medium = folderMedium(key);
  const made = await writeCopy(
    { clock: Date.now, random: (size) => randomBytes(size) },
    await sourceOf(anne),
    medium,
    { expected: 100_000 },
  );
  await restoreCopy(steps(), folder, medium, made.folder, { password: PASSWORD }, () => undefined);
  const keyring = await FileKeyring.open({ path: join(folder, 'keys.json'), machineSecret: MACHINE });
  await keyring.unlock(ANNE, PASSWORD);
  return keep(await reopened({ folder }, { owner: ANNE, neighbours: () => [head.postes.address] }));
}

it('is accepted in one click, and exchanges what it wrote meanwhile', async () => {
  const head = keep(await founding());
  const laptop = await rebuiltByPassword(head);
  await write(laptop, classe(CE1), idOf('event', 'since'), { text: 'écrit avant d’être acceptée' });
  await laptop.sync.run(actor(ANNE));
  await laptop.sync.run(actor(ANNE));
  const waiting = await head.postes.requests.list();
  expect(waiting).toMatchObject([{ person: ANNE }]);
  expect((await head.store.open(classe(CE1))).get(idOf('event', 'since'))).toBeUndefined();
  const [request] = waiting;
  await head.postes.requests.accept(actor(HEAD), request?._id ?? '');
  expect(await head.postes.requests.list()).toEqual([]);
  await laptop.sync.run(actor(ANNE));
  await laptop.sync.run(actor(ANNE));
  expect(await contents(head, classe(CE1))).toEqual(await contents(laptop, classe(CE1)));
  expect((await head.store.open(classe(CE1))).get(idOf('event', 'since'))).toBeDefined();
});

it('is not asked by a stranger of the network, nor for nobody', async () => {
  const head = keep(await founding());
  const { host, port } = head.postes.address;
  const ask = async (body: unknown): Promise<number> =>
    (await fetchCertified({ host, port, method: 'POST', path: '/v0/introduction/ask', body })).status;
  const key = randomBytes(32).toString('base64url');
  const body = { poste: idOf('poste', 'stranger'), key, person: ANNE, proof: key };
  for (const wrong of [body, { ...body, proof: '' }, { ...body, more: 1 }, {}, null, 'x'])
    expect(await ask(wrong)).toBeGreaterThanOrEqual(400);
  expect((await head.store.open(PARC)).all('grantRequest')).toEqual([]);
});
