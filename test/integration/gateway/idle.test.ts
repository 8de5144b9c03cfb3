import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { httpRemote } from '../../../src/main/sync/http-remote';
import { canonicalBytes, digestOf } from '../../../src/exchange';
import { codeFor, sharedSecret } from '../../../sync-server/enrolment';
import { startGateway } from '../../../sync-server/gateway';
import { embeddedStore } from '../../../sync-server/store/embedded-adapter';
import { enrol, idOf, LightPoste, PARC, UAI } from './light';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe('an exchange without news', () => {
  it('is one request of less than 1,024 bytes, heads and bodies, both ways', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'preau-idle-'));
    const store = embeddedStore(folder);
    const gateway = await startGateway({ store, port: 0 });
    closing.push(
      () => rm(folder, { recursive: true, force: true }),
      () => store.close(),
      () => gateway.close(),
    );
    await enrol(gateway.url, codeFor(await sharedSecret(store), UAI));
    const head = new LightPoste('head');
    await head.push(gateway.url, PARC, [{ _id: idOf('cart', 'c'), type: 'cart', v: 1 }]);
    const held = await head.moved(gateway.url);
    if (!held) throw new Error('the gateway does not say what it holds');

    // The product's own client, through a wire that counts.
    const counted = { up: 0, down: 0 };
    const wire = createServer((socket) => {
      const on = connect(Number(new URL(gateway.url).port), '127.0.0.1');
      socket.on('data', (bytes) => void ((counted.up += bytes.length), on.write(bytes)));
      on.on('data', (bytes) => void ((counted.down += bytes.length), socket.write(bytes)));
      socket.on('error', () => on.destroy()).on('close', () => on.destroy());
      on.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    }).listen(0, '127.0.0.1');
    await once(wire, 'listening');
    // Ends when the gateway has let go of its connections.
    closing.unshift(() => new Promise((resolve) => wire.close(resolve)));
    const { port } = wire.address() as { port: number };
    const remote = httpRemote({
      url: `http://127.0.0.1:${port}/v0/schools/${UAI}`,
      channel: `gateway ${UAI}`,
    });
    const question = canonicalBytes({ poste: head.id, digest: digestOf(held) });
    const nonce = 'a'.repeat(34);
    const signature = 'b'.repeat(86);
    expect(await remote.moved(question, { poste: head.id, nonce, signature })).toMatchObject({ same: true });
    expect(counted.up).toBeGreaterThan(100);
    expect(counted.up + counted.down).toBeLessThanOrEqual(1024);
  });
});
