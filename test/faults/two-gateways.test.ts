import { afterEach, expect, it } from 'vitest';
import { databaseName } from '../../src/domain/audience';
import { canonicalBytes, secretsFrom, writeFrame } from '../../src/exchange';
import { startGateway, type Gateway } from '../../sync-server/gateway';
import type { GatewayStore } from '../../sync-server/store/shelf';
import { CLASSE, enrol, firstOf, grantFrame, idOf, LightPoste, UAI } from '../integration/gateway/light';
import { storeKinds } from '../integration/gateway/stores';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function gatewayOver(store: GatewayStore): Promise<Gateway> {
  const gateway = await startGateway({ store, port: 0 });
  closing.push(
    () => store.close(),
    () => gateway.close(),
  );
  return gateway;
}

it('unpacks what one gateway took without its key, while another was handed the key', async () => {
  const kind = storeKinds(closing).find(({ name }) => name.includes('express-pouchdb'));
  const opened = await kind?.open();
  const other = opened?.second?.();
  if (!opened || !other) throw new Error('two gateways need a store that is shared');
  const [first, second] = [await gatewayOver(opened.store), await gatewayOver(other)];
  const head = new LightPoste('head');
  await enrol(first.url, first.enrolmentCode(UAI));
  await head.pushParcels(first.url, []);
  // The base is made for a key that has been exchanged since.
  const { keyId, revisionKey } = secretsFrom(Buffer.alloc(32, 7), CLASSE);
  const former = { audience: CLASSE, key: keyId, revisionKey: revisionKey.toString('base64url') };
  expect((await head.signed(first.url, 'keys', canonicalBytes({ keys: [former] }))).status).toBe(200);
  await opened.provision();

  const id = idOf('homework', 'between two');
  const [parcel] = await head.pack(CLASSE, [firstOf(CLASSE, { _id: id, type: 'homework', v: 1 })]);
  if (!parcel) throw new Error('nothing was packed');
  const bytes = Buffer.concat([grantFrame(head.grant), writeFrame('P', parcel.bytes)]);
  let rest: (() => void) | undefined;
  const body = new ReadableStream({
    start(line) {
      line.enqueue(new Uint8Array(bytes.subarray(0, bytes.length - 10)));
      rest = () => {
        line.enqueue(new Uint8Array(bytes.subarray(bytes.length - 10)));
        line.close();
      };
    },
  });
  const pushed = fetch(`${first.url}/v0/schools/${UAI}/push`, { method: 'POST', body, duplex: 'half' });
  // The first gateway has read the school for this push; what the second is told now it does not see.
  await expect.poll(() => first.counters['push']).toBe(2);
  expect((await head.keys(second.url, [CLASSE])).status).toBe(200);
  rest?.();
  expect(await (await pushed).json()).toMatchObject({ taken: 1, refused: [] });

  // Whatever is asked next, wherever.
  await head.moved(first.url);
  const base = await other.documents(databaseName(UAI, CLASSE));
  expect(await base?.versions(id)).toHaveLength(1);
}, 120_000);
