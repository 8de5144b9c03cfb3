import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { communeShelf } from '../../../sync-server/commune-shelf';
import { SchoolCache } from '../../../sync-server/school-cache';
import { serviceWriter } from '../../../sync-server/rules/author-roles';
import { embeddedStore } from '../../../sync-server/store/embedded-adapter';
import { rowOf } from '../../../sync-server/store/revisions';
import { databaseName } from '../../../src/domain/audience';
import type { Parcel, ParcelShelf } from '../../../src/exchange';
import { needs } from '../../needs';
import { CLASSE, firstOf, idOf, LightPoste, UAI } from './light';
import { storeKinds } from './stores';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const note = (name: string) => firstOf(CLASSE, { _id: idOf('item', name), type: 'notice', v: 1, text: name });
async function chainOf(poste: LightPoste, count: number): Promise<Parcel[]> {
  const parcels: Parcel[] = [];
  for (let at = 0; at < count; at++)
    parcels.push(
      ...(await poste.pack(CLASSE, [note(`${poste.name} ${at}`), note(`${poste.name} ${at} again`)])),
    );
  return parcels;
}
async function hashesAfter(shelf: ParcelShelf, chain: string, seq: number): Promise<Buffer[]> {
  const found: Buffer[] = [];
  for await (const bytes of shelf.after(CLASSE, chain, seq)) found.push(bytes);
  return found;
}

for (const kind of storeKinds(closing)) {
  describe(
    `parcels at the commune, over ${kind.name}`,
    needs(!kind.skip, 'COUCHDB_URL names no CouchDB'),
    () => {
      it('are let go of as far as a snapshot stands for them, once and again, and nothing else is', async () => {
        const { store } = await kind.open();
        closing.push(() => store.close());
        const cache = new SchoolCache(await store.createSchool(UAI));
        await cache.refresh();
        const shelf = communeShelf(cache);
        const [anne, marc, old] = [new LightPoste('anne'), new LightPoste('marc'), new LightPoste('old')];
        const [first, second, third] = await chainOf(anne, 3);
        const [only] = await chainOf(marc, 1);
        const [gone] = await chainOf(old, 1);
        if (!first || !second || !third || !only || !gone) throw new Error('no parcels');
        for (const parcel of [first, second, third, only, gone]) await shelf.keep(parcel, parcel !== first);
        await shelf.keep(first, true);
        expect(await shelf.unapplied(CLASSE)).toEqual([first.bytes]);

        const covers = new Map([
          [anne.id, { to: second.header.to, hash: second.hash }],
          // Never seen here: the chain stands where the snapshot says.
          [idOf('poste', 'away'), { to: 9, hash: 'h'.repeat(43) }],
        ]);
        for (let again = 0; again < 2; again++) {
          await shelf.cover(CLASSE, covers, [old.id]);
          const heads = await shelf.heads(CLASSE);
          expect(Object.fromEntries(heads)).toEqual({
            [anne.id]: { to: third.header.to, hash: third.hash },
            [marc.id]: { to: only.header.to, hash: only.hash },
            [idOf('poste', 'away')]: { to: 9, hash: 'h'.repeat(43) },
          });
          expect(await shelf.get(CLASSE, anne.id, first.header.from)).toBeUndefined();
          expect(await shelf.unapplied(CLASSE)).toEqual([]);
          expect(await hashesAfter(shelf, anne.id, second.header.to)).toEqual([third.bytes]);
          expect(await hashesAfter(shelf, marc.id, 0)).toEqual([only.bytes]);
          expect(await hashesAfter(shelf, old.id, 0)).toEqual([]);
        }
        // Another gateway, or this one tomorrow, sees the same.
        const fresh = new SchoolCache(await store.createSchool(UAI));
        await fresh.refresh();
        expect(await communeShelf(fresh).vectors()).toEqual(await shelf.vectors());
      });

      it('are refused where another text stands under the same number, and the same again is harmless', async () => {
        const { store } = await kind.open();
        closing.push(() => store.close());
        const one = new SchoolCache(await store.createSchool(UAI));
        const other = new SchoolCache(await store.createSchool(UAI));
        const [parcel] = await chainOf(new LightPoste('anne'), 1);
        const [forked] = await new LightPoste('anne').pack(CLASSE, [
          note('another text'),
          note('of two notes'),
        ]);
        if (!parcel || !forked) throw new Error('no parcels');
        // Two gateways at once: neither knows what the other does.
        await Promise.all([communeShelf(one).keep(parcel, true), communeShelf(other).keep(parcel, true)]);
        await expect(communeShelf(one).keep(forked, true)).rejects.toThrow('another one stands here');
        await other.refresh();
        expect((await communeShelf(other).heads(CLASSE)).get(parcel.header.origin)?.hash).toBe(parcel.hash);
      });
    },
  );
}

describe('the embedded store', () => {
  it('works for many schools at once with few of them open', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'preau-store-'));
    const store = embeddedStore(folder, 3);
    closing.push(
      () => rm(folder, { recursive: true, force: true }),
      () => store.close(),
    );
    const schools = Array.from({ length: 20 }, (_, at) => `0751${String(at).padStart(3, '0')}a`);
    const work = async (uai: string, round: number): Promise<void> => {
      const shelf = await store.createSchool(uai);
      await shelf.put({ _id: `r!${round}`, uai });
      const base = await store.documents(databaseName(uai, CLASSE));
      const row = rowOf(note(`${uai} ${round}`));
      expect(await base?.writeRevisions([row], serviceWriter(uai, CLASSE, 'consolidation', 'x'))).toEqual([]);
    };
    for (let round = 0; round < 3; round++) await Promise.all(schools.map((uai) => work(uai, round)));
    expect(store.open).toBeLessThanOrEqual(3);
    for (const uai of schools) {
      const held = await (await store.school(uai))?.range('r!', 'r"');
      expect(held?.map((one) => one['uai'])).toEqual([uai, uai, uai]);
      const leaves: string[] = [];
      for await (const leaf of (await store.documents(databaseName(uai, CLASSE)))?.leaves() ?? [])
        leaves.push(leaf._id);
      expect(leaves.sort()).toEqual([0, 1, 2].map((round) => note(`${uai} ${round}`).id).sort());
    }
    expect(await store.school('0759999z')).toBeUndefined();
  });

  it('opens again what could not be opened before', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'preau-store-'));
    const store = embeddedStore(folder);
    closing.push(
      () => rm(folder, { recursive: true, force: true }),
      () => store.close(),
    );
    // A file stands where the folder of the school must be.
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `preau_${UAI}`), '');
    const shelf = await store.createSchool(UAI);
    await expect(shelf.put({ _id: 'a' })).rejects.toThrow();
    await rm(join(folder, `preau_${UAI}`));
    expect(await shelf.put({ _id: 'a' })).toBe('1');
    expect(await shelf.put({ _id: 'a' })).toBeUndefined();
    expect(await shelf.put({ _id: 'a', _rev: '1', b: 2 })).toBe('2');
  });
});
