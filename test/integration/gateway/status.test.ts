import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createNonces, writeFrame } from '../../../src/exchange';
import { communeSchools } from '../../../sync-server/commune-school';
import { codeFor, sharedSecret } from '../../../sync-server/enrolment';
import { startGateway } from '../../../sync-server/gateway';
import { schoolLines, type SchoolLine } from '../../../sync-server/school-status';
import { embeddedStore } from '../../../sync-server/store/embedded-adapter';
import { CLASSE, CLASS, enrol, firstOf, grantFrame, idOf, LightPoste, UAI } from './light';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
const TOKEN = 'token-of-a-test';
const NEVER = '0751235b';

async function opened() {
  const folder = await mkdtemp(join(tmpdir(), 'preau-status-'));
  const store = embeddedStore(folder);
  const gateway = await startGateway({ store, port: 0, adminToken: TOKEN });
  closing.push(
    () => rm(folder, { recursive: true, force: true }),
    () => store.close(),
    () => gateway.close(),
  );
  const admin = (path: string, method = 'GET', token = TOKEN) =>
    fetch(`${gateway.url}/admin/${path}`, { method, headers: { authorization: `Bearer ${token}` } });
  const lines = async (): Promise<readonly SchoolLine[]> =>
    ((await (await admin('schools')).json()) as { schools: SchoolLine[] }).schools;
  return { store, gateway, admin, lines, url: gateway.url };
}

describe('what the commune knows of its schools', () => {
  it('says who never came, who did, what was refused, and since when nothing comes', async () => {
    const { store, admin, lines, url } = await opened();
    await admin(`code/${NEVER}`, 'POST');
    const { code } = (await (await admin(`code/${UAI}`, 'POST')).json()) as { code: string };
    expect(code).toBe(codeFor(await sharedSecret(store), UAI));
    expect(await lines()).toMatchObject([
      { uai: UAI, last: null, reasons: ['never-enrolled'] },
      { uai: NEVER, last: null, reasons: ['never-enrolled'] },
    ]);
    await enrol(url, code);
    const anne = new LightPoste('anne', [{ role: 'teacher', classIds: [CLASS] }]);
    const head = new LightPoste('head');
    await head.push(url, CLASSE, [
      { _id: idOf('homework', 'a'), type: 'homework', v: 1, text: 'Une poésie' },
    ]);
    expect(await lines()).toMatchObject([
      { uai: NEVER },
      { uai: UAI, waiting: 1, reasons: ['waiting-for-base'] },
    ]);
    await head.keys(url);
    await head.moved(url);
    await head.pull(url);
    const [, came] = await lines();
    expect(came).toMatchObject({ uai: UAI, nights: 0, postes: 1, refused: 0, waiting: 0, reasons: [] });
    expect(came?.last).toMatchObject({ outcome: 'done', poste: head.id, protocol: 0 });
    expect(came?.last?.bytesIn).toBeGreaterThan(0);

    await anne.push(url, CLASSE, [{ _id: idOf('staff', 'i'), type: 'staff', v: 1 }]);
    expect((await lines())[1]).toMatchObject({ refused: 1, reasons: ['refused'] });
    const schools = communeSchools(store, createNonces(await sharedSecret(store), Date.now));
    const later = await schoolLines(store, schools, Date.now() + 5.5 * 86_400_000);
    expect(later.find((line) => line.uai === UAI)).toMatchObject({
      nights: 5,
      reasons: ['silent', 'refused'],
    });
    expect(JSON.stringify(later)).not.toContain('poésie');
  });

  it('says that the line was cut on the way', async () => {
    const { store, gateway, lines, url } = await opened();
    await enrol(url, codeFor(await sharedSecret(store), UAI));
    const head = new LightPoste('head');
    const parcels = await head.pack(CLASSE, [
      firstOf(CLASSE, { _id: idOf('item', 'n'), type: 'notice', v: 1, text: 'Sortie' }),
    ]);
    const cut = async (first: Buffer, arrived: () => Promise<unknown>): Promise<void> => {
      const before = gateway.counters['cut'] ?? 0;
      const request = httpRequest(`${url}/v0/schools/${UAI}/push`, { method: 'POST' });
      request.on('error', () => undefined);
      request.write(first);
      request.write(writeFrame('P', Buffer.alloc(500)).subarray(0, 200));
      await arrived();
      request.destroy();
      await expect.poll(() => gateway.counters['cut']).toBe(before + 1);
    };
    // Bytes of nobody are not written down.
    await cut(grantFrame(head.grant), () => expect.poll(() => gateway.counters['push']).toBe(1));
    expect((await lines())[0]).toMatchObject({ last: null });
    const frames = [grantFrame(head.grant), ...parcels.map(({ bytes }) => writeFrame('P', bytes))];
    await cut(Buffer.concat(frames), () => expect.poll(() => head.moved(url)).toHaveProperty([CLASSE]));
    expect((await lines())[0]).toMatchObject({ last: { outcome: 'cut-at-push' } });
    expect((await lines())[0]?.reasons).toContain('cut');
  });

  it('tells nobody without the token, and there is no such path where none was given', async () => {
    const { admin } = await opened();
    expect((await admin('schools', 'GET', 'another')).status).toBe(401);
    expect((await admin('unknown')).status).toBe(404);
    expect((await admin(`code/${UAI}`)).status).toBe(404);
    const folder = await mkdtemp(join(tmpdir(), 'preau-status-'));
    const store = embeddedStore(folder);
    const gateway = await startGateway({ store, port: 0 });
    closing.push(
      () => rm(folder, { recursive: true, force: true }),
      () => store.close(),
      () => gateway.close(),
    );
    const headers = { authorization: 'Bearer ' };
    expect((await fetch(`${gateway.url}/admin/schools`, { headers })).status).toBe(404);
  });
});
