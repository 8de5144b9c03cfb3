import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startGateway } from '../../sync-server/gateway';
import { embeddedStore } from '../../sync-server/store/embedded-adapter';
import type { LanAddress } from '../../src/main/postes/peer-probe';
import {
  actor,
  ANNE,
  CE1,
  classe,
  contents,
  ECOLE,
  founding,
  HEAD,
  idOf,
  introduced,
  PARC,
  reopened,
  suivi,
  UAI,
  write,
} from '../integration/sync/poste';
import { cuttingProxy } from './cutting-proxy';

const SEED = 20261122;
const ROUNDS = 12;
/** Park–Miller: small, and the same everywhere. */
function random(seed: number): () => number {
  let state = seed % 2147483647;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

describe(`real sockets, cut at seeded places (seed ${SEED})`, () => {
  it('loses nothing that was written, and ends with equal replicas once the line holds', async () => {
    const next = random(SEED);
    const folder = await mkdtemp(join(tmpdir(), 'preau-faults-'));
    closing.push(() => rm(folder, { recursive: true, force: true }));
    const store = embeddedStore(folder);
    const gateway = await startGateway({ store, port: 0 });
    closing.push(
      () => store.close(),
      () => gateway.close(),
    );
    const proxy = await cuttingProxy({ host: '127.0.0.1', port: Number(new URL(gateway.url).port) });
    closing.push(() => proxy.close());

    let near: readonly LanAddress[] = [];
    const head = await founding();
    closing.push(() => head.close());
    let anne = await introduced(head, ANNE, { neighbours: () => near });
    closing.push(() => anne.close());
    const url = `http://127.0.0.1:${proxy.port}`;
    await head.sync.setCommune(actor(HEAD), { url, code: gateway.enrolmentCode(UAI) });
    near = [head.postes.address];
    await anne.sync.run(actor(ANNE));
    near = [];

    const written: [string, string][] = [];
    let cuts = 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (const [poste, name] of [
        [anne, classe(CE1)],
        [anne, suivi(CE1)],
        [head, ECOLE],
      ] as const) {
        const id = idOf('event', `${round} ${name}`);
        await write(poste, name, id, { text: `tour ${round}`, more: String(next()).repeat(20) });
        written.push([name, id]);
      }
      for (const [poste, who] of [
        [anne, ANNE],
        [head, HEAD],
      ] as const) {
        proxy.budget = Math.floor(next() * 2000);
        const { commune } = await poste.sync.run(actor(who));
        if (commune.last?.outcome !== 'done') cuts += 1;
        expect(['done', 'no-line']).toContain(commune.last?.outcome);
      }
      if (round % 4 === 3) {
        // A machine that is switched off in the middle of it all.
        await anne.close(true);
        anne = await reopened(anne, { owner: ANNE, neighbours: () => near });
      }
    }
    expect(cuts).toBeGreaterThan(ROUNDS / 3);

    proxy.budget = Infinity;
    for (let round = 0; round < 2; round++) {
      expect((await anne.sync.run(actor(ANNE))).commune.last).toMatchObject({ outcome: 'done' });
      expect((await head.sync.run(actor(HEAD))).commune.last).toMatchObject({ outcome: 'done' });
    }
    for (const name of [classe(CE1), suivi(CE1), ECOLE, PARC]) {
      expect(await contents(anne, name)).toEqual(await contents(head, name));
    }
    for (const [name, id] of written) expect(await contents(anne, name)).toHaveProperty(id);
    const quiet = await anne.sync.run(actor(ANNE));
    expect(quiet.commune.last).toMatchObject({ sent: 0, received: 0 });
    expect(quiet.refused).toEqual([]);
    expect(quiet.waiting).toBe(0);
  }, 240_000);

  it('gives a line up when nothing comes through, and says so', async () => {
    const head = await founding({ stallMs: 300 });
    closing.push(() => head.close());
    const folder = await mkdtemp(join(tmpdir(), 'preau-faults-'));
    closing.push(() => rm(folder, { recursive: true, force: true }));
    const store = embeddedStore(folder);
    const gateway = await startGateway({ store, port: 0 });
    closing.push(
      () => store.close(),
      () => gateway.close(),
    );
    await head.sync.setCommune(actor(HEAD), { url: gateway.url, code: gateway.enrolmentCode(UAI) });
    await gateway.close();
    // Something takes the connection and never answers.
    const mute = createServer((socket) => void socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve) =>
      mute.listen(Number(new URL(gateway.url).port), '127.0.0.1', resolve),
    );
    closing.push(() => new Promise((resolve) => mute.close(resolve)));
    expect((await head.sync.run(actor(HEAD))).commune.last).toMatchObject({ outcome: 'stalled' });
  }, 120_000);
});
