import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Audience } from '../../../src/domain/audience';
import type { StoredFile } from '../../../src/main/files/port';
import { startGateway, type Gateway } from '../../../sync-server/gateway';
import { embeddedStore } from '../../../sync-server/store/embedded-adapter';
import { testRelay } from '../relay/open';
import {
  actor,
  ANNE,
  CE1,
  classe,
  founding,
  HEAD,
  idOf,
  introduced,
  MARC,
  reopened,
  suivi,
  UAI,
  type TestPoste,
} from './poste';

/** A file that a document names, on its way with the runs of real postes: by the LAN, the commune, a relay. */
let folder: string;
const open: { close(): Promise<void> }[] = [];
const keep = <T extends { close(): Promise<void> }>(one: T): T => (open.push(one), one);
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'preau-sync-files-'))));
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
  rmSync(folder, { recursive: true, force: true });
});

const CONTENT = randomBytes(300_000);

/** What a lesson writes: the document, and the bytes in the store. */
async function send(from: TestPoste, of: Audience, name = 'item'): Promise<StoredFile> {
  const file = await from.files.store(Readable.from([CONTENT]));
  const item = { file: { sha256: file.sha256, size: file.size, type: 'application/pdf' } };
  await (await from.store.open(of)).put({ _id: idOf('event', name), type: 'lessonItem', v: 1, item });
  return file;
}
/** A poste that was closed and kept goes with the test. */
const removed = ({ folder: at }: TestPoste): void =>
  void open.push({ close: () => Promise.resolve(rmSync(at, { recursive: true })) });
const read = async (at: TestPoste, { sha256 }: StoredFile): Promise<Buffer> =>
  buffer(await at.files.openRead(sha256));

async function commune(): Promise<Gateway> {
  const store = keep(embeddedStore(join(folder, 'commune')));
  return keep(await startGateway({ store, port: 0, files: join(folder, 'commune-files') }));
}

describe('a file that a document names', () => {
  it.each([{ of: classe(CE1) }, { of: suivi(CE1) }])(
    'is read on another computer of the class after one run on the LAN ($of)',
    async ({ of }) => {
      const head = keep(await founding());
      const anne = keep(await introduced(head, ANNE));
      const marc = keep(await introduced(head, MARC));
      const file = await send(head, of);
      for (const one of [anne, marc]) await one.sync.run(actor(one === anne ? ANNE : MARC));
      expect((await read(anne, file)).equals(CONTENT)).toBe(true);
      // Marc teaches another class.
      expect(await marc.files.has(file.sha256)).toBe(false);
      const { files, month } = await anne.sync.status(actor(ANNE));
      expect(files).toEqual({ waiting: 0, bytes: 0, wrong: 0 });
      expect(month.lan.down).toBeGreaterThan(CONTENT.length);
      expect(month.line.down).toBe(0);
    },
  );

  it.each([{ of: classe(CE1) }, { of: suivi(CE1) }])('goes by the commune alone ($of)', async ({ of }) => {
    const gateway = await commune();
    const head = await founding();
    await head.sync.setCommune(actor(HEAD), { url: gateway.url, code: gateway.enrolmentCode(UAI) });
    const anne = await introduced(head, ANNE);
    const marc = await introduced(head, MARC);
    for (const [one, who] of [
      [anne, ANNE],
      [marc, MARC],
    ] as const) {
      await one.sync.run(actor(who));
      await one.close(true);
    }
    const file = await send(head, of);
    await head.sync.run(actor(HEAD));
    await head.sync.run(actor(HEAD));
    await head.close(true);
    removed(head);

    const away = keep(await reopened(anne, { owner: ANNE }));
    await away.sync.run(actor(ANNE));
    expect((await read(away, file)).equals(CONTENT)).toBe(true);
    expect((await away.sync.status(actor(ANNE))).month.line.down).toBeGreaterThan(CONTENT.length);
    const other = keep(await reopened(marc, { owner: MARC }));
    await other.sync.run(actor(MARC));
    expect(await other.files.has(file.sha256)).toBe(false);
  });

  it('goes by a relay alone, which reads nothing of it', async () => {
    const head = await founding();
    const anne = await introduced(head, ANNE);
    await anne.sync.run(actor(ANNE));
    await anne.close(true);
    const relay = keep(await testRelay({ folder: join(folder, 'relay'), head }));
    await head.close(true);
    const writing = await reopened(head, { owner: HEAD, neighbours: () => [relay.address] });
    const file = await send(writing, suivi(CE1));
    await writing.sync.run(actor(HEAD));
    await writing.close();

    const reading = keep(await reopened(anne, { owner: ANNE, neighbours: () => [relay.address] }));
    await reading.sync.run(actor(ANNE));
    expect((await read(reading, file)).equals(CONTENT)).toBe(true);
  });

  it('waits, and is told as waiting, where the only computer that has it is off', async () => {
    const gateway = keep(await startGateway({ store: keep(embeddedStore(join(folder, 'c'))), port: 0 }));
    const head = await founding();
    await head.sync.setCommune(actor(HEAD), { url: gateway.url, code: gateway.enrolmentCode(UAI) });
    const anne = await introduced(head, ANNE);
    await anne.sync.run(actor(ANNE));
    await anne.close(true);
    const file = await send(head, classe(CE1));
    await head.sync.run(actor(HEAD));
    await head.sync.run(actor(HEAD));
    await head.close(true);
    removed(head);
    // A commune that keeps no files: documents pass, the bytes do not.
    const away = keep(await reopened(anne, { owner: ANNE }));
    const { files, commune: line } = await away.sync.run(actor(ANNE));
    expect(line.last).toMatchObject({ outcome: 'done' });
    expect(files).toEqual({ waiting: 1, bytes: file.size, wrong: 0, stopped: 'nobody' });
    // The night's end of a person's day asks for no file.
    expect((await away.sync.endOfDay(actor(ANNE))).status.files.waiting).toBe(1);
  });
});
