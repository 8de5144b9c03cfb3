import { createHash } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Operation } from 'abstract-leveldown';
import leveldown from 'leveldown';
import { describe, expect, it } from 'vitest';
import { DataFolder } from '../../../src/store/data-folder';
import { DatabaseKeys } from '../../../src/store/database-keys';
import type { RevisionRecord } from '../../../src/store/port';
import { revisionKey, revisionOf } from '../../../src/store/revision';
import { seal, sealingKey } from '../../../src/store/seal';
import { openValue } from '../../../src/store/value-seal';
import { everyFile, note, openStore, temporaryFolder } from './support';

const ECOLE = 'ecole_2026';
const key = (generation: number): Buffer => createHash('sha256').update(`generation ${generation}`).digest();

/** A keyring that holds these generations, newest first, and can be given others. */
const holding = (...generations: number[]) => ({
  held: generations,
  dataKeys(): readonly Buffer[] {
    return this.held.map(key);
  },
});

const recordOf = async (db: {
  changesSince(seq: number, limit: number): Promise<readonly { record: RevisionRecord }[]>;
}): Promise<RevisionRecord[]> => (await db.changesSince(0, 1000)).map((change) => change.record);

describe('generations of a key', () => {
  it('write under the newest, read all, and are taken up while the database is open', async () => {
    const folder = await temporaryFolder();
    const keyring = holding(0);
    const db = await (await openStore(folder, { keyring })).open(ECOLE);
    const old = await db.put(note('before', { _id: 'plan_a' }));
    keyring.held = [1, 0];
    const fresh = await db.put(note('after', { _id: 'plan_b' }));
    const changed = await db.put({ ...old.body, text: 'changed' }, old.rev);
    const expected = [
      revisionOf(revisionKey(key(0)), { deleted: false, body: old.body }),
      revisionOf(revisionKey(key(1)), { deleted: false, body: fresh.body }),
      revisionOf(revisionKey(key(1)), { parent: old.rev, deleted: false, body: changed.body }),
    ];
    expect([old.rev, fresh.rev, changed.rev]).toEqual(expected);

    const records = await recordOf(db);
    const elsewhere = await openStore(await temporaryFolder(), { keyring: holding(2, 1, 0) });
    const other = await elsewhere.open(ECOLE);
    await other.apply(records);
    expect(other.get('plan_a')).toEqual(changed);
    const left = await (await openStore(await temporaryFolder(), { keyring: holding(0) })).open(ECOLE);
    await expect(left.apply(records)).rejects.toMatchObject({ code: 'DOCUMENT_TAMPERED' });
    expect(left.all('plan')).toEqual([]);
  });

  it('that are missing are named, nothing is touched, and the day they come all is there', async () => {
    const folder = await temporaryFolder();
    const keyring = holding(0);
    const store = await openStore(folder, { keyring });
    const db = await store.open(ECOLE);
    await db.put(note('before', { _id: 'plan_a' }));
    keyring.held = [1, 0];
    await db.put(note('after', { _id: 'plan_b' }));
    await store.close();
    const before = (await values(folder)).map(([name]) => name);

    for (const generations of [[0], [1], [2, 0]]) {
      const locked = await openStore(folder, { keyring: holding(...generations) });
      await expect(locked.open(ECOLE)).rejects.toMatchObject({
        code: 'KEY_MISSING',
        params: { audience: ECOLE },
      });
      await locked.close();
    }
    const strange = await openStore(folder, { keyring: holding(7) });
    await expect(strange.open(ECOLE)).rejects.toMatchObject({ code: 'KEY_WRONG' });
    await strange.close();
    expect((await values(folder)).map(([name]) => name)).toEqual(before);

    const again = await (await openStore(folder, { keyring: holding(2, 1, 0) })).open(ECOLE);
    expect(again.damaged.size).toBe(0);
    expect(again.all('plan').map((one) => one.body['text'])).toEqual(['before', 'after']);
  });

  it('opens values of version 1, which name no key, and writes on', async () => {
    const folder = await temporaryFolder();
    const store = await openStore(folder, { keyring: holding(0) });
    const db = await store.open(ECOLE);
    await db.put(note('ancien', { _id: 'plan_a' }));
    const changed = await db.put({ ...note('x'), _id: 'plan_b' });
    await db.remove('plan_b', changed.rev);
    await store.close();
    await asVersion1(folder);
    expect((await values(folder)).every(([, value]) => value[0] === 1)).toBe(true);

    for (const wrong of [holding(1), holding(2, 1)]) {
      const locked = await openStore(folder, { keyring: wrong });
      await expect(locked.open(ECOLE)).rejects.toMatchObject({ code: 'KEY_WRONG' });
      await locked.close();
    }
    const newer = await openStore(folder, { keyring: holding(1, 0) });
    const again = await newer.open(ECOLE);
    expect(again.damaged.size).toBe(0);
    const held = again.get('plan_a');
    expect(held?.body['text']).toBe('ancien');
    await again.put(note('neuf', { _id: 'plan_c' }));
    await newer.close();
    const later = await openStore(folder, { keyring: holding(2, 1, 0) });
    expect((await later.open(ECOLE)).all('plan')).toHaveLength(2);
    await later.close();
    const older = await openStore(folder, { keyring: holding(1) });
    await expect(older.open(ECOLE)).rejects.toMatchObject({ code: 'KEY_MISSING' });
  });

  it('converge where one import was made on two postes under two of them: no conflict to settle', async () => {
    const imported = note('Anaïs', { _id: 'plan_a' });
    const [left, right] = await Promise.all(
      [holding(0), holding(1, 0)].map(async (keyring) => {
        const db = await (await openStore(await temporaryFolder(), { keyring })).open(ECOLE);
        await db.putAll([imported]);
        return { keyring, db };
      }),
    );
    if (!left || !right) throw new Error('two postes');
    left.keyring.held = [1, 0];
    await left.db.apply(await recordOf(right.db));
    await right.db.apply(await recordOf(left.db));
    expect(left.db.get('plan_a')).toEqual(right.db.get('plan_a'));
    expect(left.db.get('plan_a')?.conflicts).toEqual([]);
    const held = left.db.get('plan_a');
    const changed = await left.db.put({ ...imported, text: 'Anaïs B.' }, held?.rev);
    expect(changed.conflicts).toEqual([]);
    await right.db.apply(await recordOf(left.db));
    expect(right.db.get('plan_a')).toEqual(changed);
    await right.db.remove('plan_a', changed.rev);
    expect(right.db.get('plan_a')).toBeUndefined();
  });
});

describe('a base that is forgotten', () => {
  it('is gone from the disk, whatever was under way, and may begin anew', async () => {
    const folder = await temporaryFolder();
    const store = await openStore(folder, { keyring: holding(0) });
    const db = await store.open(ECOLE);
    await (await store.open('parc')).put(note('stays'));
    const writes = Array.from({ length: 50 }, (_, i) => db.put(note(`x${i}`)));
    const forgetting = [store.forget(ECOLE), store.forget(ECOLE)];
    await Promise.allSettled(writes);
    await Promise.all(forgetting);
    expect(await readdir(join(folder, 'databases'))).toEqual(['parc']);
    await expect(db.put(note('late'))).rejects.toMatchObject({ code: 'STOPPING' });
    await store.forget('classe-ccccccccccccc_2026');
    await expect(store.forget('../elsewhere')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const anew = await store.open(ECOLE);
    expect(anew.all('plan')).toEqual([]);
    await anew.put(note('new'));
  });

  it('goes even where its key is not here, and its files at the next start after a crash', async () => {
    const folder = await temporaryFolder();
    await (await DataFolder.open({ folder })).close();
    const store = await openStore(folder, { keyring: holding(0) });
    await (await store.open(ECOLE)).put(note('x'));
    await store.close();
    const locked = await openStore(folder, { keyring: holding(5) });
    await expect(locked.open(ECOLE)).rejects.toMatchObject({ code: 'KEY_WRONG' });
    await locked.forget(ECOLE);
    expect(await locked.list()).toEqual([]);
    await mkdir(join(folder, 'databases', `${ECOLE}.leaving`));
    expect(await locked.list()).toEqual([]);
    await (await DataFolder.open({ folder })).close();
    expect(await everyFile(join(folder, 'databases'))).toEqual(new Map());
    expect(await readdir(join(folder, 'databases'))).toEqual([]);
  });
});

const level = async <T>(
  folder: string,
  work: (level: ReturnType<typeof leveldown>) => Promise<T>,
): Promise<T> => {
  const opened = leveldown(join(folder, 'databases', ECOLE));
  await promisify((done: (error?: Error | null) => void) => opened.open({}, done))();
  try {
    return await work(opened);
  } finally {
    await promisify((done: (error?: Error | null) => void) => opened.close(done))();
  }
};

const values = (folder: string): Promise<[string, Buffer][]> =>
  level(folder, async (opened) => {
    const found: [string, Buffer][] = [];
    const iterator = opened.iterator({ keyAsBuffer: true, valueAsBuffer: true });
    for (;;) {
      const entry = await new Promise<[string, Buffer] | undefined>((resolve, reject) =>
        iterator.next((error, name, value) =>
          error ? reject(error) : resolve(name && value ? [name.toString(), Buffer.from(value)] : undefined),
        ),
      );
      if (!entry) break;
      found.push(entry);
    }
    await promisify((done: (error?: Error | null) => void) => iterator.end(done))();
    return found;
  });

/** The database as the version before generations left it. */
async function asVersion1(folder: string): Promise<void> {
  const keys = new DatabaseKeys(ECOLE, () => [key(0)]);
  const sealing = sealingKey(key(0), `preau/leveldb/1/${ECOLE}`);
  const operations = (await values(folder)).flatMap(([name, value]): Operation[] => {
    const plain = openValue(keys, value, Buffer.from(name));
    if (!name.startsWith('\u0000preau-check'))
      return [{ type: 'put', key: name, value: seal(sealing, plain, Buffer.from(name)) }];
    const marker = '\u0000preau-check';
    return [
      { type: 'del', key: name },
      { type: 'put', key: marker, value: seal(sealing, plain, Buffer.from(marker)) },
    ];
  });
  await level(folder, (opened) =>
    promisify((done: (error?: Error | null) => void) => opened.batch(operations, { sync: true }, done))(),
  );
}
