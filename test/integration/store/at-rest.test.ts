import { readdir, readFile, writeFile } from 'node:fs/promises';
import leveldown from 'leveldown';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openFileStore } from '../../../src/main/files/file-store';
import { DataFolder } from '../../../src/store/data-folder';
import { FileKeyring } from '../../../src/store/keyring';
import { search } from '../at-rest/search';
import { QUICK } from '../password-cost';
import { everyFile, fixedKeys, note, openStore, temporaryFolder } from './support';

const PERSONAL = [
  'Maëlys Œuvrard-N’Diaye',
  'allergie aux arachides',
  'Rendez-vous chez l’orthophoniste',
  'MotDePasse-d’Anne',
];

async function writePersonal(folder: string, encryption: 'aes-256-gcm' | 'none'): Promise<void> {
  const held = await DataFolder.open({ folder });
  const keyring = await FileKeyring.open({
    path: join(folder, 'keys.json'),
    machineSecret: Buffer.alloc(32, 1),
    stretch: QUICK,
  });
  await keyring.create('ecole_2026');
  await keyring.wrapFor('staff_aaaaaaaaaaaaa', PERSONAL[3] ?? '', ['ecole_2026']);
  const store = await openStore(folder, { keyring, encryption });
  const db = await store.open('ecole_2026');
  for (const text of PERSONAL) {
    const one = await db.put(note(text, { nested: { list: [text, Buffer.from(text).toString('base64')] } }));
    await db.put({ ...one.body, text: `${text} (2)` }, one.rev);
  }
  // Enough for LevelDB to write tables and not only its log.
  await db.putAll(
    Array.from({ length: 3000 }, (_, i) => note(`${PERSONAL[i % 4] ?? ''} ${'x'.repeat(500)} ${i}`)),
  );
  const files = await openFileStore({
    folder: join(folder, 'files'),
    key: () => keyring.dataKey('ecole_2026'),
  });
  await files.store(Readable.from([Buffer.from(PERSONAL.join('\n'))]));
  await files.begin('half', 1000);
  await files.append('half', 0, Buffer.from(PERSONAL.join('\n')));
  await store.close();
  await held.close();
}

describe('at rest', () => {
  it('shows nothing personal anywhere in the folder, and everything when encryption is off', async () => {
    const sealed = await temporaryFolder();
    await writePersonal(sealed, 'aes-256-gcm');
    expect(await search([sealed], PERSONAL)).toEqual([]);
    const open = await temporaryFolder();
    await writePersonal(open, 'none');
    const found = await search([open], PERSONAL);
    for (const text of PERSONAL) {
      const forms = found.filter((one) => one.text === text).map(({ form }) => form);
      expect(forms).toContain('utf8 plain');
      expect(forms.some((form) => form.startsWith('base64+'))).toBe(true);
    }
  });

  it('does not open with another key, or without one, and is left untouched', async () => {
    const folder = await temporaryFolder();
    const store = await openStore(folder);
    const held = await (await store.open('parc')).put(note('x'));
    await store.close();
    for (const options of [{ keyring: fixedKeys('other') }, { encryption: 'none' as const }]) {
      const wrong = await openStore(folder, options);
      await expect(wrong.open('parc')).rejects.toMatchObject({ code: 'KEY_WRONG' });
      await wrong.close();
    }
    expect((await (await openStore(folder)).open('parc')).get(held.body._id)).toEqual(held);
  });
});

describe('changed bytes', () => {
  it('are found, named, and stop nothing else', async () => {
    const folder = await temporaryFolder();
    const store = await openStore(folder);
    const db = await store.open('parc');
    await db.putAll(['plan_a', 'plan_b', 'plan_c'].map((id) => note('x'.repeat(300), { _id: id })));
    await store.close();
    await swapValues(
      join(folder, 'databases', 'parc'),
      ['by-sequence', '0000000000000002'],
      ['by-sequence', '0000000000000003'],
    );

    const again = await (await openStore(folder)).open('parc');
    expect(again.damaged.size).toBe(2);
    const [first = '', second = ''] = again.damaged;
    expect(() => again.get(first)).toThrow(
      expect.objectContaining({ code: 'DOCUMENT_TAMPERED', params: { id: first } }),
    );
    await expect(again.put(note('y', { _id: second }))).rejects.toMatchObject({ code: 'DOCUMENT_TAMPERED' });
    expect(again.all('plan')).toHaveLength(1);
    await again.put(note('new', { _id: 'plan_d' }));
    expect(again.all('plan')).toHaveLength(2);
  });

  it('in a revision tree refuse the write of that document alone', async () => {
    const folder = await temporaryFolder();
    const store = await openStore(folder);
    const db = await store.open('parc');
    await db.putAll(['plan_a', 'plan_b'].map((id) => note('x', { _id: id })));
    await store.close();
    await swapValues(
      join(folder, 'databases', 'parc'),
      ['document-store', 'plan_a'],
      ['document-store', 'plan_b'],
      true,
    );
    const again = await (await openStore(folder)).open('parc');
    const rev = again.get('plan_a')?.rev;
    const settled = await Promise.allSettled([
      again.put(note('y', { _id: 'plan_a' }), rev),
      again.put(note('y', { _id: 'plan_c' })),
      again.put(note('y', { _id: 'plan_b' }), again.get('plan_b')?.rev),
    ]);
    expect(settled.map((one) => one.status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(settled[0]).toMatchObject({ reason: { code: 'DOCUMENT_TAMPERED', params: { id: 'plan_a' } } });
  });
});

/** Puts the value of one key under another: what a thief with a disk editor could do. `onlyFirst`: `b` keeps its own. */
async function swapValues(
  folder: string,
  a: [string, string],
  b: [string, string],
  onlyFirst = false,
): Promise<void> {
  const level = leveldown(folder);
  const call = <T>(work: (done: (error?: Error | null, value?: T) => void) => void): Promise<T> =>
    new Promise((resolve, reject) => work((error, value) => (error ? reject(error) : resolve(value as T))));
  await call<undefined>((done) => level.open({}, done));
  const keys = [a, b].map(([store, key]) => `\u00ff${store}\u00ff${key}`);
  const [keyA = '', keyB = ''] = keys;
  const valueA = await call<Buffer>((done) =>
    level.get(keyA, { asBuffer: true }, (e, v) => done(e, v as Buffer)),
  );
  const valueB = await call<Buffer>((done) =>
    level.get(keyB, { asBuffer: true }, (e, v) => done(e, v as Buffer)),
  );
  const operations = [{ type: 'put' as const, key: keyA, value: valueB }];
  if (!onlyFirst) operations.push({ type: 'put', key: keyB, value: valueA });
  await call<undefined>((done) => level.batch(operations, { sync: true }, done));
  await call<undefined>((done) => level.close(done));
}

describe('data folder', () => {
  it('refuses newer data untouched, and backs older data up before it changes it', async () => {
    const folder = await temporaryFolder();
    await (await DataFolder.open({ folder })).close();
    const store = await openStore(folder);
    await (await store.open('parc')).put(note('x', { _id: 'plan_a' }));
    await store.close();
    const before = await everyFile(join(folder, 'databases'));

    let crash = true;
    const upgrades = {
      2: async (path: string) => {
        await writeFile(join(path, 'keys.json'), '{}');
        if (crash) throw new Error('killed');
      },
    };
    await expect(DataFolder.open({ folder, version: 3, upgrades })).rejects.toThrow('killed');
    crash = false;
    await (await DataFolder.open({ folder, version: 3, upgrades })).close();
    expect(JSON.parse(await readFile(join(folder, 'preau.json'), 'utf8'))).toEqual({ dataVersion: 3 });
    const backup = join(folder, 'backups', 'version-2');
    expect(JSON.parse(await readFile(join(backup, 'preau.json'), 'utf8'))).toEqual({ dataVersion: 2 });
    expect((await everyFile(join(backup, 'databases'))).size).toBe(before.size);
    expect([...(await everyFile(backup)).keys()].some((path) => path.endsWith('keys.json'))).toBe(false);

    await expect(DataFolder.open({ folder })).rejects.toMatchObject({
      code: 'NEWER_DATA',
      params: { found: 3, known: 2 },
    });
    await writeFile(join(folder, 'preau.json'), '{');
    await expect(DataFolder.open({ folder })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('of version 1 opens after a copy, which goes with the first thing that is to be forgotten', async () => {
    const folder = await temporaryFolder();
    await (await DataFolder.open({ folder, version: 1 })).close();
    const former = await openStore(folder);
    await (await former.open('parc')).put(note('x', { until: '2026-01-01' }));
    await former.close();
    await (await DataFolder.open({ folder })).close();
    const copies = (): Promise<string[]> => readdir(join(folder, 'backups')).catch(() => []);
    expect(await copies()).toEqual(['version-1']);
    const store = await openStore(folder, { isExpired: ({ until }, day) => String(until) < day });
    const db = await store.open('parc');
    await db.expire('2025-12-31');
    expect(await copies()).toEqual(['version-1']);
    await db.expire('2026-01-02');
    expect(await copies()).toEqual([]);
  });
});
