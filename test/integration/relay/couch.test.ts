import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Audience } from '../../../src/domain/audience';
import { canonicalBytes, digestOf, makeCredential } from '../../../src/exchange';
import { httpRemote } from '../../../src/main/sync/http-remote';
import type { Relay } from '../../../src/relay/relay';
import { readStatus } from '../../../src/relay/status';
import { needs } from '../../needs';
import { storeKinds } from '../gateway/stores';
import {
  actor,
  ANNE,
  CE1,
  classe,
  DIRECTION,
  founding,
  HEAD,
  idOf,
  introduced,
  suivi,
  write,
  type TestPoste,
} from '../sync/poste';
import { keeping } from '../keeping';
import { testRelay } from './open';

/** The commune has a CouchDB and nothing else: the gateway's engine runs beside the relay (docs/relay.md). */
const closing: (() => Promise<unknown>)[] = [];
// Registered first, runs last: the CouchDB goes after what uses it.
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
const { keep, keepFolders } = keeping();

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'preau-relay-'));
  keepFolders(folder);
  return folder;
}

/** The head's poste and Anne's; both find the relay that stands in `near`. */
async function school() {
  const near: { relay?: Relay } = {};
  const neighbours = () => (near.relay ? [near.relay.address] : []);
  const head = keep(await founding({ neighbours }));
  const anne = keep(
    await introduced(head, ANNE, { neighbours: () => [head.postes.address, ...neighbours()] }),
  );
  await anne.sync.run(actor(ANNE));
  return { head, anne, near };
}

/** Hands a key over to the relay as that poste, by the protocol and past the poste's own judgement. */
async function give(poste: TestPoste, audience: Audience): Promise<string> {
  const relay = (await poste.postes.peers()).find(({ carries }) => carries);
  const { author } = poste.mine.replica.parts;
  if (!relay || !author) throw new Error('no relay');
  const remote = httpRemote(relay.address);
  const body = canonicalBytes({ keys: [{ audience, key: 'AAAAAAAAAAA', revisionKey: 'A'.repeat(43) }] });
  const reply = await remote.moved(canonicalBytes({ poste: author.poste, digest: digestOf({}) }));
  const nonce = reply.same ? '' : reply.nonce;
  const request = { action: 'keys' as const, channel: relay.address.channel, nonce, body };
  const outcome = remote.keys?.(body, makeCredential(author.signer, author.poste, request));
  return (outcome ?? Promise.resolve()).then(
    () => 'taken',
    (error: { params?: { reason?: string } }) => error.params?.reason ?? String(error),
  );
}

for (const kind of storeKinds(closing).filter(({ name }) => name !== 'embedded store')) {
  describe(`a relay beside ${kind.name}`, needs(!kind.skip, 'COUCHDB_URL names no CouchDB'), () => {
    it('unpacks open audiences there under their authors’ rights, and nothing that is sealed', async () => {
      const { env, dump, provision } = await kind.open();
      const { head, anne, near } = await school();
      const folder = await newFolder();
      const relay = (near.relay = keep(await testRelay({ folder, head, couch: env })));
      await write(head, classe(CE1), idOf('event', 'trip'), { text: 'Sortie au zoo' });
      await write(head, DIRECTION, idOf('event', 'secret'), { text: 'Convocation confidentielle' });
      await write(anne, classe(CE1), idOf('homework', 'one'), { text: 'Lire la page douze' });
      await write(anne, suivi(CE1), idOf('event', 'two'), { text: 'confond b et d' });
      // A teacher may not change who works at the school.
      await write(anne, classe(CE1), idOf('staff', 'intruder'), { text: 'moi, directrice' });

      // Everything is there; a teacher's poste has no key to give, and nothing is unpacked.
      await anne.sync.run(actor(ANNE));
      await relay.run();
      await provision();
      await relay.run();
      expect((await readStatus(folder))?.commune).toMatchObject({ set: true, outcome: 'done' });
      expect(await dump()).not.toContain('Lire la page douze');
      // The head's poste hands the keys over; the administrator's next night makes their bases.
      await head.sync.run(actor(HEAD));
      await provision();
      await relay.run();

      const text = await dump();
      expect(text).toContain('Sortie au zoo');
      expect(text).toContain('Lire la page douze');
      for (const sealed of ['Convocation confidentielle', 'confond b et d', 'moi, directrice'])
        expect(text).not.toContain(sealed);
      // Nothing is handed over twice: the relay says what it has.
      const held = (await head.postes.peers()).map(({ keysHeld }) => keysHeld?.length);
      expect(held).toEqual([4]);
      await head.sync.run(actor(HEAD));
      expect((await head.postes.peers()).map(({ keysHeld }) => keysHeld?.length)).toEqual(held);
    });

    it('takes a key from a head’s poste alone, and none of a sealed audience', async () => {
      const { env } = await kind.open();
      const { head, anne, near } = await school();
      const relay = (near.relay = keep(await testRelay({ folder: await newFolder(), head, couch: env })));
      await head.sync.run(actor(HEAD));
      await relay.run();
      await anne.sync.run(actor(ANNE));
      expect(await give(anne, classe(CE1))).toBe('FORBIDDEN');
      expect(await give(head, suivi(CE1))).toBe('FORBIDDEN');
      expect(await give(head, classe(CE1))).toBe('taken');
    });

    it('is given the keys again for another CouchDB than yesterday’s', async () => {
      const first = await kind.open();
      const { head, near } = await school();
      const folder = await newFolder();
      await write(head, classe(CE1), idOf('event', 'trip'), { text: 'Sortie au zoo' });
      const before = (near.relay = await testRelay({ folder, head, couch: first.env }));
      for (let run = 0; run < 2; run++) {
        await head.sync.run(actor(HEAD));
        await before.run();
        await first.provision();
      }
      await before.run();
      expect(await first.dump()).toContain('Sortie au zoo');
      await before.close();

      const second = await kind.open();
      const after = (near.relay = keep(await testRelay({ folder, head, couch: second.env })));
      await after.run();
      await head.sync.run(actor(HEAD));
      await second.provision();
      await after.run();
      expect(await second.dump()).toContain('Sortie au zoo');
    });
  });
}

describe('a relay without the commune’s engine', () => {
  it('asks for no key and takes none', async () => {
    const { head, near } = await school();
    const relay = (near.relay = keep(await testRelay({ folder: await newFolder(), head })));
    await head.sync.run(actor(HEAD));
    await relay.run();
    expect((await head.postes.peers()).map(({ keysHeld }) => keysHeld)).toEqual([undefined]);
    expect(await give(head, classe(CE1))).toBe('NOT_FOUND');
  });
});
