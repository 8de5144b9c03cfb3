import { afterEach, describe, expect, it } from 'vitest';
import { databaseName, type Audience } from '../../../src/domain/audience';
import { expiredRecord } from '../../../src/store/retention-tombstone';
import { revisionOf } from '../../../src/store/revision';
import type { RevisionRecord } from '../../../src/store/port';
import { codeFor, sharedSecret } from '../../../sync-server/enrolment';
import { startGateway } from '../../../sync-server/gateway';
import type { GatewayStore } from '../../../sync-server/store/shelf';
import { needs } from '../../needs';
import { CLASSE, ECOLE, enrol, firstOf, idOf, LightPoste, PARC, secretsOf, SUIVI, UAI } from './light';
import { storeKinds } from './stores';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** `_id`, `_rev` of every living leaf. */
async function livingIn(store: GatewayStore, audience: Audience): Promise<string[]> {
  const found: string[] = [];
  const base = await store.documents(databaseName(UAI, audience));
  for await (const leaf of base?.leaves() ?? []) found.push(`${leaf._id} ${leaf._rev}`);
  return found.sort();
}
const keyed = ({ id, rev }: RevisionRecord): string => `${id} ${rev}`;
const homework = (name: string, dueOn: string) =>
  firstOf(CLASSE, { _id: idOf('homework', name), type: 'homework', v: 1, dueOn, text: 'Une poésie' });
function corrected(record: RevisionRecord): RevisionRecord {
  const body = { ...record.body, text: 'Une autre poésie' };
  const rev = revisionOf(secretsOf(CLASSE).revisionKey, { parent: record.rev, deleted: false, body });
  return { ...record, rev, body, ancestors: [record.rev] };
}
/** A day on which the homework of 2026 is kept no longer, and that of 2028 is. */
const LATER = '2029-09-01';

for (const kind of storeKinds(closing)) {
  describe(
    `retention at the commune, over ${kind.name}`,
    needs(!kind.skip, 'COUCHDB_URL names no CouchDB'),
    () => {
      it('ends what the school’s day says, with everybody’s tombstone, and absorbs what comes late', async () => {
        const { store, provision, dump } = await kind.open();
        const gateway = await startGateway({ store, port: 0 });
        closing.push(
          () => store.close(),
          () => gateway.close(),
        );
        const { url } = gateway;
        expect(await enrol(url, codeFor(await sharedSecret(store), UAI))).toBe(200);
        const head = new LightPoste('head');
        await head.push(url, PARC, []);
        await head.keys(url);
        await provision();
        const [old, twice, young] = [
          homework('old', '2026-11-12'),
          homework('twice', '2026-11-12'),
          homework('young', '2028-11-12'),
        ];
        const again = corrected(twice);
        const took = await head.pushParcels(url, await head.pack(CLASSE, [old, twice, again, young]));
        expect(took.json).toMatchObject({ taken: 1, refused: [] });
        expect(await livingIn(store, CLASSE)).toEqual([old, again, young].map(keyed).sort());
        expect(await dump()).toContain('Une autre po');

        await head.push(url, PARC, [{ _id: idOf('year', 'horizon'), type: 'horizon', v: 1, day: LATER }]);
        await expect.poll(() => livingIn(store, CLASSE), { timeout: 10_000 }).toEqual([keyed(young)]);
        // The very tombstone that every poste makes.
        const own = expiredRecord([secretsOf(CLASSE).revisionKey], again);
        const base = await store.documents(databaseName(UAI, CLASSE));
        expect(await base?.ancestors(again.id, own?.rev ?? '')).toEqual([again.rev, twice.rev]);
        await head.pushParcels(url, await head.pack(CLASSE, [homework('late', '2026-12-01')]));
        expect(await livingIn(store, CLASSE)).toEqual([keyed(young)]);
        await expect.poll(dump, { timeout: 10_000 }).not.toContain('Une autre po');
      });

      it('forgets a year that is over, sealed and open, and takes nothing of it any more', async () => {
        const { store, provision } = await kind.open();
        const gateway = await startGateway({ store, port: 0 });
        closing.push(
          () => store.close(),
          () => gateway.close(),
        );
        const { url } = gateway;
        await enrol(url, codeFor(await sharedSecret(store), UAI));
        const head = new LightPoste('head');
        await head.push(url, PARC, [{ _id: idOf('cart', 'c'), type: 'cart', v: 1 }]);
        await head.keys(url);
        await provision();
        await head.pushParcels(url, await head.pack(CLASSE, [homework('a', '2026-11-12')]));
        await head.push(url, ECOLE, [{ _id: idOf('event', 'b'), type: 'booking', v: 1 }]);
        await head.push(url, SUIVI, [{ _id: idOf('event', 'a'), type: 'assessment', v: 1, level: 3 }]);
        expect(Object.keys((await head.moved(url)) ?? {}).sort()).toEqual(
          [CLASSE, ECOLE, PARC, SUIVI].sort(),
        );

        const ended = { _id: idOf('year', 'ended'), type: 'yearEnded', v: 1, year: 2026, held: {} };
        await head.push(url, PARC, [ended]);
        await expect
          .poll(async () => (await store.school(UAI))?.get('y!2026'), { timeout: 10_000 })
          .toMatchObject({ done: true });
        expect(Object.keys((await head.moved(url)) ?? {})).toEqual([PARC]);
        expect((await head.pull(url)).parcels.every(({ header }) => header.audience === PARC)).toBe(true);
        await provision();
        expect(await livingIn(store, CLASSE)).toEqual([]);
        const late = await head.pushParcels(url, await head.pack(CLASSE, [homework('late', '2026-11-13')]));
        expect(late.json).toMatchObject({ taken: 0, refused: [{ audience: CLASSE }] });
        await head.keys(url);
        await provision();
        const shelf = await store.school(UAI);
        expect(await shelf?.range(`p!${CLASSE}`, `p!${CLASSE}~`)).toEqual([]);
        expect(await shelf?.range(`k!${CLASSE}`, `k!${CLASSE}~`)).toEqual([]);

        // Another gateway was taking a parcel in while this one let go of its year.
        const rest = (): Promise<unknown> =>
          Promise.all(['p', 'h'].map((one) => shelf?.range(`${one}!${CLASSE}`, `${one}!${CLASSE}~`)));
        const common = { to: 1, hash: 'a'.repeat(64) };
        await shelf?.put({ _id: `p!${CLASSE}!${head.id}!${'1'.padStart(16, '0')}`, bytes: '', ...common });
        await shelf?.put({ _id: `h!${CLASSE}!${head.id}`, ...common });
        await head.push(url, PARC, [{ _id: idOf('cart', 'd'), type: 'cart', v: 1 }]);
        await expect.poll(rest, { timeout: 10_000 }).toEqual([[], []]);
        expect(await shelf?.get('y!2026')).toMatchObject({ done: true });
      });
    },
  );
}
