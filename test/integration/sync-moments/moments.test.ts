import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BEFORE_SUSPEND_MS } from '../../../src/domain/sync/plan';
import { DEFAULT_SETTINGS } from '../../../src/domain/sync/settings';
import { openDemoCommune } from '../../../src/demo/commune';
import { readIdentity } from '../../../src/main/postes/identity';
import { enrolAtCommune } from '../../../src/main/sync/enrol';
import { createSyncService, type SyncDeps, type SyncService } from '../../../src/main/sync/service';
import { openStateFile } from '../../../src/main/sync/state-file';
import { openTally } from '../../../src/main/sync/tally';
import { PouchStore } from '../../../src/store/pouch-store';
import { ManualTimers } from '../../peers/cambrionix/manual-timers';
import {
  actor,
  ANNE,
  CE1,
  classe,
  ECOLE,
  founding,
  HEAD,
  idOf,
  introduced,
  PARC,
  SCHOOL,
  UAI,
  write,
  type TestPoste,
} from '../sync/poste';

/** Moments on real postes with a real gateway; time is turned by the test. */
let closing: (() => Promise<unknown>)[];
beforeEach(() => (closing = []));
afterEach(async () => {
  for (const close of closing.reverse()) await close();
});
async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'preau-moments-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
async function poste(opening: Promise<TestPoste>): Promise<TestPoste> {
  const opened = await opening;
  closing.push(() => opened.close());
  return opened;
}
/** A service of its own over a poste's replica, with timers that the test turns. */
async function service(
  of: TestPoste,
  more: Partial<SyncDeps> = {},
): Promise<{ sync: SyncService; timers: ManualTimers }> {
  const identity = await readIdentity(of.folder, of.keyring.dataKey(PARC));
  if (!identity) throw new Error('no identity');
  const timers = new ManualTimers();
  const sync = createSyncService({
    platform: of.platform,
    store: of.store,
    keyring: of.keyring,
    mine: { ...of.mine, close: () => Promise.resolve() },
    identity,
    state: await openStateFile(join(await temporary(), 'sync.json')),
    refreshGrants: () => of.postes.refreshGrants(),
    headKey: () => of.postes.headKey(),
    peers: () => of.postes.peers(),
    uai: () => UAI,
    timers,
    byItself: true,
    marks: () => ['192.168.7'],
    ...more,
  });
  closing.push(() => sync.close());
  return { sync, timers };
}
async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

describe('« Fin de journée »', () => {
  it('sends what waits to the neighbours and the commune, and says so', async () => {
    const office = await poste(founding());
    const commune = await openDemoCommune(await temporary());
    closing.push(() => commune.close());
    await office.sync.setCommune(actor(HEAD), { url: commune.url, code: commune.code(UAI) });
    await office.sync.run(actor(HEAD));
    const anne = await poste(introduced(office, ANNE));
    await anne.sync.run(actor(ANNE));
    await write(anne, classe(CE1), idOf('roll', 'today'), { text: 'absent' });
    await write(anne, classe(CE1), idOf('homework', 'tomorrow'), { text: 'lire' });
    const before = await anne.sync.status(actor(ANNE));
    expect(before.waitingKinds.length).toBeGreaterThan(0);

    const ended = await anne.sync.endOfDay(actor(ANNE));
    expect(ended).toMatchObject({ carried: 2, commune: true, peers: 1, status: { waiting: 0 } });
    expect(ended.status.month.line.runs).toBeGreaterThan(0);
    expect(ended.status.month.lan.up).toBeGreaterThan(0);
    // Nothing more to send: said, and harmless.
    expect(await anne.sync.endOfDay(actor(ANNE))).toMatchObject({ carried: 0, status: { waiting: 0 } });
  });

  it('keeps the head’s settings on every poste, and from everybody else', async () => {
    const office = await poste(founding());
    await office.sync.settings(actor(HEAD), { ...DEFAULT_SETTINGS, monthBytes: 100_000, metered: true });
    await expect(office.sync.settings(actor(ANNE), DEFAULT_SETTINGS)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const anne = await poste(introduced(office, ANNE));
    await anne.sync.run(actor(ANNE));
    expect((await anne.sync.status(actor(ANNE))).settings).toMatchObject({
      monthBytes: 100_000,
      metered: true,
    });
  });
});

describe('before sleep', () => {
  it('gives a dead line up when the seconds are over, and keeps what waits', async () => {
    const office = await poste(founding());
    const asked = Promise.withResolvers<undefined>();
    // Takes the request and says nothing, as a line that has just gone.
    const url = await listening(createServer(() => asked.resolve(undefined)));
    const state = await openStateFile(join(await temporary(), 'sync.json'));
    await state.change({ commune: { url: `${url}/v0/schools/${UAI}`, uai: UAI } });
    const { sync, timers } = await service(office, { state });
    const waits = (await sync.status(actor(HEAD))).waiting;
    expect(waits).toBeGreaterThan(0);
    const sleeping = sync.power('suspend');
    await asked.promise;
    await timers.advance(BEFORE_SUSPEND_MS);
    await sleeping;
    const after = await sync.status(actor(HEAD));
    expect(after.waiting).toBe(waits);
    expect(after.commune.last).toMatchObject({ outcome: 'stalled', reason: 'TIME' });
    // Time that ran out says nothing of the line.
    expect(after.plan.states).not.toContain('line-absent');
  });
});

describe('what waits', () => {
  it('is counted without opening a base, and opens the one that was written since', async () => {
    const office = await poste(founding());
    await write(office, ECOLE, idOf('staff', 'anne'), { name: 'Anne' });
    await write(office, classe(CE1), idOf('roll', 'one'), { text: 'absent' });
    const names = [...office.mine.audiences()];
    const first = await openTally({ store: office.store, keyring: office.keyring, folder: office.folder });
    const counted = await first.count(names, {});
    expect(counted.all).toBeGreaterThan(1);
    await office.close(true);

    const again = new PouchStore({ folder: office.folder, keyring: office.keyring });
    closing.push(() => again.close());
    let opened: string[] = [];
    const watched = {
      list: () => again.list(),
      forget: (name: string) => again.forget(name),
      release: (name: string) => again.release(name),
      close: () => again.close(),
      open: (name: string) => (opened.push(name), again.open(name)),
    };
    const tally = await openTally({
      store: { ...again, ...watched },
      keyring: office.keyring,
      folder: office.folder,
    });
    expect(await tally.count(names, {})).toEqual(counted);
    expect(opened).toEqual([]);

    await (await again.open(classe(CE1))).put({ _id: idOf('roll', 'two'), type: 'rollEntry', v: 1 });
    const more = await tally.count(names, {});
    expect(more.all).toBe(counted.all + 1);
    expect(more.urgent).toBe(counted.urgent + 1);
    expect(opened).toEqual([classe(CE1)]);
    // A second change of a document is still one document, and what stands elsewhere waits no more.
    opened = [];
    const database = await again.open(classe(CE1));
    const held = database.get(idOf('roll', 'two'));
    await database.put({ _id: idOf('roll', 'two'), type: 'rollEntry', v: 1, text: 'corrigé' }, held?.rev);
    expect((await tally.count(names, {})).all).toBe(counted.all + 1);
    const confirmed = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, (await again.open(name)).lastSeq])),
    );
    expect((await tally.count(names, confirmed)).all).toBe(0);
    closing.push(() => rm(office.folder, { recursive: true, force: true }));
  });
});

describe('the commune’s enrolment', () => {
  it('does not listen to an answer without end', async () => {
    const url = await listening(
      createServer((_request, response) => {
        const more = (): void => void (response.destroyed || response.write('x'.repeat(4000), more));
        more();
      }),
    );
    await expect(
      enrolAtCommune({ url: `${url}/v0/schools/${UAI}`, school: SCHOOL, headKey: 'k', code: 'c' }),
    ).rejects.toMatchObject({ code: 'GATEWAY_REFUSED', params: { reason: 'TOO_LARGE' } });
  });
});
