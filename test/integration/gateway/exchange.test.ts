import { afterEach, describe, expect, it } from 'vitest';
import { startGateway, type Gateway } from '../../../sync-server/gateway';
import type { GatewayStore } from '../../../sync-server/store/shelf';
import type { LanAddress } from '../../../src/main/postes/peer-probe';
import { grantTo } from '../../../src/main/postes/grants';
import { readHeadKey } from '../../../src/main/postes/head-key';
import { storeKinds, type StoreKind } from './stores';
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
  MARC,
  PARC,
  suivi,
  UAI,
  write,
  type TestPoste,
} from '../sync/poste';
import { needs } from '../../needs';

const closing: (() => Promise<unknown>)[] = [];
/** Who is on the LAN with the teacher's poste right now. */
let near: readonly LanAddress[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
const keep = (poste: TestPoste): TestPoste => (closing.push(() => poste.close()), poste);

async function commune(store: GatewayStore): Promise<Gateway> {
  const gateway = await startGateway({ store, port: 0 });
  closing.push(
    () => store.close(),
    () => gateway.close(),
  );
  return gateway;
}

const KINDS = storeKinds(closing);

for (const kind of KINDS) {
  describe(
    `the commune’s gateway over ${kind.name}`,
    needs(!kind.skip, 'COUCHDB_URL names no CouchDB'),
    () => {
      it('brings everything across, twice in a row changes nothing, and cannot read what is sealed', async () => {
        const { store, dump, provision } = await kind.open();
        const gateway = await commune(store);
        const head = keep(await founding());
        const anne = keep(await introduced(head, ANNE, { neighbours: () => near }));
        await write(anne, classe(CE1), idOf('homework', 'one'), { text: 'Lire la page douze' });
        await write(anne, suivi(CE1), idOf('event', 'two'), { text: 'Élodie confond b et d' });
        await write(head, classe(CE1), idOf('event', 'three'), { text: 'Sortie au musée' });

        await head.sync.setCommune(actor(HEAD), { url: gateway.url, code: gateway.enrolmentCode(UAI) });
        expect((await head.sync.run(actor(HEAD))).commune.last).toMatchObject({ outcome: 'done' });
        await provision();
        await meet(anne, head);
        expect((await anne.sync.run(actor(ANNE))).commune.last).toMatchObject({ outcome: 'done' });
        await head.sync.run(actor(HEAD));
        for (const name of [classe(CE1), suivi(CE1)]) {
          expect(await contents(anne, name)).toEqual(await contents(head, name));
        }

        const before = { ...gateway.counters };
        const again = await anne.sync.run(actor(ANNE));
        expect(again.commune.last).toMatchObject({ outcome: 'done', sent: 0, received: 0 });
        expect(again.refused).toEqual([]);
        expect(gateway.counters['requests']).toBe((before['requests'] ?? 0) + 1);

        const text = await dump();
        expect(text).toContain('Lire la page douze');
        expect(text).not.toContain('confond b et d');
        expect(text).not.toContain(Buffer.from('confond b et d').toString('base64').slice(2, -4));
      });

      it('keeps a refused document in a list, goes on with the rest, and takes it once it may', async () => {
        const { store, provision } = await kind.open();
        const gateway = await commune(store);
        const head = keep(await founding());
        const anne = keep(await introduced(head, ANNE, { neighbours: () => near }));
        await head.sync.setCommune(actor(HEAD), { url: gateway.url, code: gateway.enrolmentCode(UAI) });
        await head.sync.run(actor(HEAD));
        await provision();
        await meet(anne, head);
        // A teacher may not change who works at the school.
        await write(anne, classe(CE1), idOf('staff', 'intruder'), { text: 'moi, directrice' });
        await write(anne, classe(CE1), idOf('homework', 'fine'), { text: 'Une poésie' });
        const status = await anne.sync.run(actor(ANNE));
        expect(status.refused).toMatchObject([
          { document: idOf('staff', 'intruder'), reason: 'AUTHOR_FORBIDDEN', where: 'there' },
        ]);
        expect((await anne.sync.run(actor(ANNE))).refused).toHaveLength(1);
        await head.sync.run(actor(HEAD));
        expect(await contents(head, classe(CE1))).toHaveProperty(idOf('homework', 'fine'));
        expect(await contents(head, classe(CE1))).not.toHaveProperty(idOf('staff', 'intruder'));
        expect((await head.sync.status(actor(HEAD))).refused).toMatchObject([{ where: 'here' }]);

        // The head gives Anne that right: the same document, offered again, is taken everywhere.
        await grantAsHead(head, anne);
        await head.sync.run(actor(HEAD));
        await anne.sync.run(actor(ANNE));
        expect((await anne.sync.run(actor(ANNE))).refused).toEqual([]);
        await head.sync.run(actor(HEAD));
        expect((await head.sync.status(actor(HEAD))).refused).toEqual([]);
        expect(await contents(head, classe(CE1))).toEqual(await contents(anne, classe(CE1)));
      });
    },
  );
}

describe('a gateway', () => {
  it('answers for its health, and refuses what it does not know in clear codes', async () => {
    const { store } = await (KINDS[0] as StoreKind).open();
    const gateway = await commune(store);
    const at = (path: string, init?: RequestInit) => fetch(`${gateway.url}${path}`, init);
    expect(await (await at('/health')).json()).toMatchObject({ ok: true, protocol: 0 });
    const school = `/v0/schools/${UAI}`;
    expect((await at(`${school}/moved`, { method: 'POST', body: '{}' })).status).toBe(404);
    expect((await at('/v0/schools/../moved', { method: 'POST', body: '{}' })).status).toBe(404);
    const wrong = { school: idOf('school', 'x'), headKey: 'A'.repeat(43), code: 'aaaa-aaaa-aa' };
    expect((await at(school, { method: 'PUT', body: JSON.stringify(wrong) })).status).toBe(403);
    const head = keep(await founding());
    await expect(
      head.sync.setCommune(actor(HEAD), { url: gateway.url, code: 'aaaa-aaaa-aa' }),
    ).rejects.toMatchObject({
      code: 'GATEWAY_REFUSED',
      params: { reason: 'CODE_WRONG' },
    });
    await head.sync.setCommune(actor(HEAD), { url: gateway.url, code: gateway.enrolmentCode(UAI) });
    for (const body of ['', '{', '{"poste":"x"}', 'x'.repeat(600_000)]) {
      for (const action of ['moved', 'pull', 'retry', 'push', 'keys']) {
        const reply = await at(`${school}/${action}`, { method: 'POST', body });
        expect([200, 400, 401, 413]).toContain(reply.status);
        if (action === 'pull' || action === 'retry') expect(reply.status).not.toBe(200);
      }
    }
    await expect(head.sync.setCommune(actor(MARC), { url: gateway.url, code: '' })).rejects.toThrow(
      'FORBIDDEN',
    );
  });

  it('says calmly that the line is absent, and goes on when it is there again', async () => {
    const { store } = await (KINDS[0] as StoreKind).open();
    const gateway = await commune(store);
    const head = keep(await founding());
    await head.sync.setCommune(actor(HEAD), { url: gateway.url, code: gateway.enrolmentCode(UAI) });
    await write(head, classe(CE1), idOf('event', 'a'), { text: 'un' });
    await gateway.close();
    const away = await head.sync.run(actor(HEAD));
    expect(away.commune.last).toMatchObject({ outcome: 'no-line' });
    expect(away.waiting).toBeGreaterThan(0);
    const port = Number(new URL(gateway.url).port);
    const back = await startGateway({ store, port });
    closing.push(() => back.close());
    const status = await head.sync.run(actor(HEAD));
    expect(status.commune.last).toMatchObject({ outcome: 'done' });
    expect(status.waiting).toBe(0);
  });
});

/** A teacher's poste finds the commune's address in the school's settings, which it has from another poste. */
async function meet(poste: TestPoste, other: TestPoste): Promise<void> {
  near = [other.postes.address];
  await poste.sync.run(actor(ANNE));
  near = [];
}

async function grantAsHead(head: TestPoste, to: TestPoste): Promise<void> {
  const { book } = head.mine.replica;
  const [grant] = book.grantsOf(to.mine.replica.parts.author?.poste ?? idOf('poste', 'none'));
  const signer = readHeadKey(await head.store.open(DIRECTION));
  if (!grant || !signer) throw new Error('no grant, no head');
  const { poste, key, person, audiences } = grant;
  const deps = { platform: head.platform, book, parc: await head.store.open(PARC), head: signer };
  await grantTo(deps, {
    poste,
    key,
    person,
    audiences,
    roles: [...grant.roles, { role: 'head', classIds: [] }],
  });
}
