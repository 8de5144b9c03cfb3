import { afterEach, describe, expect, it } from 'vitest';
import { databaseName } from '../../../src/domain/audience';
import { codeFor, sharedSecret } from '../../../sync-server/enrolment';
import { startGateway, type Gateway } from '../../../sync-server/gateway';
import type { GatewayStore } from '../../../sync-server/store/shelf';
import { needs } from '../../needs';
import { revisionOf } from '../../../src/store/revision';
import {
  CLASS,
  CLASSE,
  enrol,
  firstOf,
  grantFrame,
  idOf,
  LightPoste,
  PARC,
  revocationOf,
  secretsOf,
  SUIVI,
  UAI,
} from './light';
import { storeKinds } from './stores';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function opened(store: GatewayStore): Promise<Gateway> {
  const gateway = await startGateway({ store, port: 0 });
  closing.push(
    () => store.close(),
    () => gateway.close(),
  );
  return gateway;
}
const homework = (name: string) => ({
  _id: idOf('homework', name),
  type: 'homework',
  v: 1,
  text: 'Une poésie',
});
const TEACHER = [{ role: 'teacher' as const, classIds: [CLASS] }];

for (const kind of storeKinds(closing)) {
  describe(
    `rights at the commune, over ${kind.name}`,
    needs(!kind.skip, 'COUCHDB_URL names no CouchDB'),
    () => {
      it('gives a poste that was put out nothing, and takes nothing from it, at every gateway at once', async () => {
        const { store, second, provision } = await kind.open();
        const one = (await opened(store)).url;
        const gateway = second ? await opened(second()) : undefined;
        const other = gateway?.url ?? one;
        const [head, anne] = [new LightPoste('head'), new LightPoste('anne', TEACHER)];
        await enrolled(store, one);
        expect((await head.push(one, PARC, [{ _id: idOf('cart', 'c'), type: 'cart', v: 1 }])).status).toBe(
          200,
        );
        expect((await head.keys(one)).status).toBe(200);
        await provision();
        expect((await anne.push(other, CLASSE, [homework('a')])).json).toMatchObject({
          taken: 1,
          refused: [],
        });
        expect(await anne.moved(other)).toHaveProperty([CLASSE, anne.id]);
        expect((await anne.pull(other)).parcels).toHaveLength(2);

        const end = await head.pushParcels(one, [], grantFrame(revocationOf(anne.id)));
        expect(end.status).toBe(200);
        expect(await anne.moved(other)).toBeUndefined();
        expect(await anne.pull(other)).toMatchObject({ status: 401, parcels: [] });
        expect((await anne.push(other, CLASSE, [homework('late')])).json['refused']).toMatchObject([
          { reason: 'REVOKED' },
        ]);
        expect((await anne.keys(other)).status).toBe(401);
      });

      it('refuses by its own rule what the register forbids, goes on with the rest, and remembers it', async () => {
        const { store, provision } = await kind.open();
        const gateway = await opened(store);
        const head = new LightPoste('head');
        await enrolled(store, gateway.url);
        await head.push(gateway.url, CLASSE, [homework('first')]);
        await head.keys(gateway.url);
        await provision();
        const entry = {
          _id: idOf('event', 'roll'),
          type: 'rollEntry',
          v: 1,
          date: '2026-11-20',
          state: 'absent',
        };
        const roll = firstOf(CLASSE, entry);
        const body = { ...entry, state: 'present' };
        const rev = revisionOf(secretsOf(CLASSE).revisionKey, { parent: roll.rev, deleted: false, body });
        const rewritten = { ...roll, rev, body, ancestors: [roll.rev] };
        const parcels = [
          ...(await head.pack(CLASSE, [roll])),
          ...(await head.pack(CLASSE, [rewritten, firstOf(CLASSE, homework('rest'))])),
        ];
        const refusal = { audience: CLASSE, origin: head.id, document: entry._id, reason: 'RULE' };
        const reply = await head.pushParcels(gateway.url, parcels);
        expect(reply.json).toMatchObject({ taken: 2, refused: [refusal] });
        const base = await store.documents(databaseName(UAI, CLASSE));
        expect(await base?.versions(entry._id)).toMatchObject([{ state: 'absent' }]);
        expect(await base?.versions(homework('rest')._id)).toHaveLength(1);

        // A gateway that begins anew knows it too, and asking again changes nothing.
        const another = await startGateway({ store, port: 0 });
        closing.push(() => another.close());
        const asked = await head.signed(another.url, 'retry', Buffer.from('{}'));
        expect(asked.json).toMatchObject({ refused: [refusal] });
      });

      it('keeps what came before a base was made, and unpacks it then', async () => {
        const { store, provision } = await kind.open();
        const { url } = await opened(store);
        const head = new LightPoste('head');
        await enrolled(store, url);
        await head.push(url, CLASSE, [homework('early')]);
        await head.keys(url);
        await head.push(url, CLASSE, [homework('still early')]);
        await provision();
        await head.moved(url);
        const base = await store.documents(databaseName(UAI, CLASSE));
        const held: string[] = [];
        for await (const leaf of base?.leaves() ?? []) held.push(leaf._id);
        expect(held.sort()).toEqual([homework('early')._id, homework('still early')._id].sort());
      });

      it('keeps a sealed parcel as it is, and gives it back to whoever may read it only', async () => {
        const { store } = await kind.open();
        const { url } = await opened(store);
        const head = new LightPoste('head');
        const outside = new LightPoste('outside', TEACHER, [PARC]);
        await enrolled(store, url);
        await head.push(url, SUIVI, [{ _id: idOf('event', 'a'), type: 'assessment', v: 1, level: 3 }]);
        await outside.push(url, PARC, [{ _id: idOf('cart', 'c'), type: 'cart', v: 1 }]);
        expect((await head.pull(url)).parcels.map(({ header }) => header.audience).sort()).toEqual([
          PARC,
          SUIVI,
        ]);
        expect((await outside.pull(url)).parcels.map(({ header }) => header.audience)).toEqual([PARC]);
      });
    },
  );
}

/** A head's key, by the code that the town hall gives. */
async function enrolled(store: GatewayStore, url: string): Promise<void> {
  expect(await enrol(url, codeFor(await sharedSecret(store), UAI))).toBe(200);
}
