import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startGateway } from '../../../sync-server/gateway';
import { embeddedStore } from '../../../sync-server/store/embedded-adapter';
import type { Audience } from '../../../src/domain/audience';
import type { Consolidation } from '../../../src/exchange';
import { readHeadKey } from '../../../src/main/postes/head-key';
import type { LanAddress } from '../../../src/main/postes/peer-probe';
import {
  actor,
  ANNE,
  CE1,
  classe,
  contents,
  DIRECTION,
  founding,
  HEAD,
  idOf,
  introduced,
  PARC,
  reopened,
  suivi,
  UAI,
  write,
  type TestPoste,
} from './poste';

/** Snapshots with real parts: stores and logs on a disk, postes over TLS, the gateway with its embedded store. */
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
const keep = (poste: TestPoste): TestPoste => (closing.push(() => poste.close()), poste);

async function consolidate(head: TestPoste, audience: Audience, name: string): Promise<Consolidation> {
  const key = readHeadKey(await head.store.open(DIRECTION));
  if (!key) throw new Error('no head’s key');
  const made = await head.mine.replica.consolidate(audience, {
    id: idOf('grant', name),
    issued: '2026-11-22T08:00:00.000Z',
    head: key,
    publish: async (statement) => void (await (await head.store.open(PARC)).put({ ...statement })),
  });
  if (!made) throw new Error('no snapshot');
  return made;
}

/** Anne has written day after day, and handed over each evening. */
async function days(anne: TestPoste, count: number): Promise<void> {
  for (let day = 0; day < count; day++) {
    await write(anne, classe(CE1), idOf('homework', `${day % 4}`), { text: `Lire la page ${day}` });
    await write(anne, suivi(CE1), idOf('event', `seen ${day}`), { text: `sait compter jusqu’à ${day}` });
    await anne.sync.run(actor(ANNE));
  }
}
const parcels = async (poste: TestPoste, audience: Audience): Promise<number> =>
  (await poste.mine.log.size(audience)).parcels;
const BASES = [classe(CE1), suivi(CE1)];

describe('a snapshot between postes', () => {
  it('replaces the old parcels on their disks, serves a newcomer, and is there after a restart', async () => {
    const head = keep(await founding());
    const anne = keep(await introduced(head, ANNE));
    await days(anne, 8);
    for (const audience of BASES) {
      expect(await parcels(anne, audience)).toBe(8);
      await consolidate(head, audience, audience);
      expect(await parcels(head, audience)).toBe(1);
    }
    await anne.sync.run(actor(ANNE));
    for (const audience of BASES) expect(await parcels(anne, audience)).toBe(1);
    expect((await anne.sync.status(actor(ANNE))).refused).toEqual([]);

    await write(anne, classe(CE1), idOf('homework', '1'), { text: 'Après la consolidation' });
    await anne.close(true);
    const back = keep(await reopened(anne, { owner: ANNE, neighbours: () => [head.postes.address] }));
    const ran = await back.sync.run(actor(ANNE));
    expect(ran.postes.find((poste) => !poste.here)?.last).toMatchObject({ outcome: 'done' });
    const fresh = keep(await introduced(head, ANNE));
    await fresh.sync.run(actor(ANNE));
    for (const audience of BASES) {
      expect(await contents(back, audience)).toEqual(await contents(head, audience));
      expect(await contents(fresh, audience)).toEqual(await contents(head, audience));
    }
    expect(await parcels(fresh, suivi(CE1))).toBe(1);
    expect(await parcels(fresh, classe(CE1))).toBe(2);
  }, 60_000);
});

describe('a snapshot at the commune', () => {
  it('takes the place of what it cannot read, and reaches who comes straight there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'preau-commune-'));
    closing.push(() => rm(folder, { recursive: true, force: true }));
    const store = embeddedStore(folder);
    const gateway = await startGateway({ store, port: 0 });
    closing.push(
      () => store.close(),
      () => gateway.close(),
    );
    let near: readonly LanAddress[] = [];
    const head = keep(await founding());
    const anne = keep(await introduced(head, ANNE, { neighbours: () => near }));
    await head.sync.setCommune(actor(HEAD), { url: gateway.url, code: gateway.enrolmentCode(UAI) });
    await head.sync.run(actor(HEAD));
    near = [head.postes.address];
    await anne.sync.run(actor(ANNE));
    near = [];
    await days(anne, 6);
    await head.sync.run(actor(HEAD));
    for (const audience of BASES) await consolidate(head, audience, audience);
    await head.sync.run(actor(HEAD));
    const shelf = await store.school(UAI);
    const held = async (): Promise<string[]> =>
      ((await shelf?.range('p!', 'p"')) ?? [])
        .map(({ _id }) => _id)
        .filter((id) => BASES.some((name) => id.includes(name)));
    expect((await held()).map((id) => id.split('!')[2])).toEqual(
      BASES.map((audience) => idOf('grant', audience)),
    );

    await anne.sync.run(actor(ANNE));
    for (const audience of BASES) {
      expect(await parcels(anne, audience)).toBe(1);
      expect(await contents(anne, audience)).toEqual(await contents(head, audience));
    }
    const before = gateway.counters['requests'] ?? 0;
    await anne.sync.run(actor(ANNE));
    expect(gateway.counters['requests']).toBe(before + 1);
    expect((await head.sync.status(actor(HEAD))).refused).toEqual([]);
  }, 60_000);
});
