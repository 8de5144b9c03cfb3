import PouchDB from 'pouchdb-core';
import leveldown from 'leveldown';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DatabaseKeys } from '../../../src/store/database-keys';
import { EncryptedLevelDown } from '../../../src/store/encrypted-leveldown';
import type { Change, DocumentBody, RevisionRecord } from '../../../src/store/port';
import { revisionKey, revisionOf } from '../../../src/store/revision';
import { fixedKey } from './fixed-keys';
import { note, openStore, temporaryFolder } from './support';

const ECOLE = 'ecole_2026';
const records = (changes: readonly { record: RevisionRecord }[]) => changes.map((one) => one.record);

describe('a database on the disk', () => {
  it('keeps, changes, lists and removes documents, across a restart', async () => {
    const folder = await temporaryFolder();
    const first = await openStore(folder);
    const db = await first.open(ECOLE);
    const seen: Change[] = [];
    db.onChange((change) => seen.push(change));
    const a = await db.put(note('Cœur', { _id: 'plan_a' }));
    const b = await db.put({ ...a.body, text: 'Cœurs' }, a.rev);
    await db.putAll([note('b', { _id: 'plan_b' }), note('c', { _id: 'plan_c' })]);
    await db.putAll([note('b', { _id: 'plan_b' })]);
    await db.remove('plan_c', db.get('plan_c')?.rev ?? '');
    expect(b.rev).toMatch(/^2-/);
    expect(seen.map((one) => [one.id, one.seq, one.deleted, one.foreign])).toEqual([
      ['plan_a', 1, false, false],
      ['plan_a', 2, false, false],
      ['plan_b', 3, false, false],
      ['plan_c', 4, false, false],
      ['plan_c', 5, true, false],
    ]);
    await expect(db.put({ ...a.body, text: 'late' }, a.rev)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(db.put(a.body)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(db.putAll([note('new'), note('other', { _id: 'plan_b' })])).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await first.close();

    const again = await (await openStore(folder)).open(ECOLE);
    expect(again.lastSeq).toBe(5);
    expect(again.get('plan_a')).toEqual(b);
    expect(again.all('plan').map((held) => held.body._id)).toEqual(['plan_a', 'plan_b']);
    expect(again.get('plan_c')).toBeUndefined();
    // A document that comes back follows its tombstone: no replica can take it for an older one.
    expect((await again.put(note('back', { _id: 'plan_c' }))).rev).toMatch(/^3-/);
    const changes = await again.changesSince(2, 10);
    expect(changes.map((one) => [one.seq, one.id])).toEqual([
      [3, 'plan_b'],
      [6, 'plan_c'],
    ]);
    expect(changes[1]?.record.ancestors).toHaveLength(2);
    expect((await again.changesSince(0, 1)).map((one) => one.id)).toEqual(['plan_a']);
  });

  it('converges on the same winner, keeps both versions, and resolves them', async () => {
    const left = await (await openStore(await temporaryFolder())).open(ECOLE);
    const right = await (await openStore(await temporaryFolder())).open(ECOLE);
    const base = await left.put(note('base', { _id: 'plan_a' }));
    await right.apply(records(await left.changesSince(0, 10)));
    await left.put({ ...base.body, text: 'left' }, base.rev);
    const one = await right.put({ ...base.body, text: 'right' }, base.rev);
    await right.put({ ...one.body, text: 'right again' }, one.rev);
    await left.apply(records(await right.changesSince(0, 10)));
    await right.apply(records(await left.changesSince(0, 10)));
    await right.apply(records(await left.changesSince(0, 10)));

    const held = left.get('plan_a');
    expect(held?.body['text']).toBe('right again');
    expect(held?.conflicts.map((other) => other.body['text'])).toEqual(['left']);
    expect(right.get('plan_a')).toEqual(held);

    const leaves = held?.conflicts.map((other) => other.rev) ?? [];
    await expect(left.resolve({ ...base.body, text: 'both' }, [])).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    const merged = await left.resolve({ ...base.body, text: 'both' }, leaves);
    expect(merged).toMatchObject({ body: { text: 'both' }, conflicts: [] });
    await right.apply(records(await left.changesSince(0, 10)));
    expect(right.get('plan_a')).toEqual(merged);
    expect((await right.changesSince(0, 10)).map((change) => change.foreign)).toContain(true);
  });

  it('refuses forged revisions by name and takes the others', async () => {
    const db = await (await openStore(await temporaryFolder())).open(ECOLE);
    const key = revisionKey(fixedKey(ECOLE));
    const record = (id: string, over: Partial<RevisionRecord> = {}): RevisionRecord => {
      const body = note('x', { _id: id });
      return {
        id,
        rev: revisionOf(key, { deleted: false, body }),
        ancestors: [],
        deleted: false,
        body,
        ...over,
      };
    };
    const forged = [
      record('plan_b', { body: note('other', { _id: 'plan_b' }) }),
      record('plan_c', { rev: `1-${'0'.repeat(32)}` }),
      record('plan_d', { deleted: true }),
    ];
    await expect(db.apply([record('plan_a'), ...forged, record('plan_e')])).rejects.toMatchObject({
      code: 'DOCUMENT_TAMPERED',
      params: { id: 'plan_b,plan_c,plan_d' },
    });
    expect(db.all('plan').map((held) => held.body._id)).toEqual(['plan_a', 'plan_e']);
  });

  it('reads old versions as new, leaves newer ones alone and keeps unknown fields', async () => {
    const folder = await temporaryFolder();
    const old = await openStore(folder);
    const before = await (await old.open(ECOLE)).put(note('old', { _id: 'plan_a', extra: 1 }));
    await (await old.open(ECOLE)).put(note('future', { _id: 'plan_b', v: 3 }));
    await old.close();
    const rename = ({ text, ...body }: DocumentBody): DocumentBody =>
      ({ ...body, title: text }) as DocumentBody;
    const versions = { plan: { current: 2, fields: ['title'], upcast: { 1: rename } } };
    const db = await (await openStore(folder, { versions })).open(ECOLE);
    const held = db.get('plan_a');
    expect(held).toMatchObject({ rev: before.rev, body: { v: 2, title: 'old', extra: 1 } });
    // What travels is what was written, or its hash would not be its own.
    expect((await db.changesSince(0, 1))[0]?.record.body).toEqual(before.body);
    const after = await db.put({ _id: 'plan_a', type: 'plan', v: 2, title: 'new' }, held?.rev);
    expect(after.body).toMatchObject({ title: 'new', extra: 1 });
    const future = db.get('plan_b');
    await expect(db.put({ ...note('x'), _id: 'plan_b', v: 2 }, future?.rev)).rejects.toMatchObject({
      code: 'NEWER_DATA',
      params: { found: 3, known: 2 },
    });
    await expect(db.remove('plan_b', future?.rev ?? '')).rejects.toMatchObject({ code: 'NEWER_DATA' });
  });

  it('groups concurrent writes, in order, and survives 200 revisions of one document', async () => {
    const db = await (await openStore(await temporaryFolder())).open(ECOLE);
    await Promise.all(
      Array.from({ length: 28 }, (_, i) => db.put(note('present', { _id: `roll_${i}`, type: 'roll' }))),
    );
    expect(db.all('roll')).toHaveLength(28);
    let held = await db.put(note('0', { _id: 'plan_a' }));
    for (let i = 1; i < 200; i++) held = await db.put({ ...held.body, text: String(i) }, held.rev);
    const [change] = (await db.changesSince(0, 100)).filter((one) => one.id === 'plan_a');
    expect(change?.record.ancestors).toHaveLength(50);
    const other = await (await openStore(await temporaryFolder())).open(ECOLE);
    await other.apply(change ? [change.record] : []);
    expect(other.get('plan_a')).toEqual(held);
  });

  it('takes nothing that is not a document', async () => {
    const db = await (await openStore(await temporaryFolder())).open(ECOLE);
    const wrong = [
      { _id: 'Prénom Nom' },
      { _id: '_design/x' },
      { type: '' },
      { v: 0 },
      { text: '\ud800' },
      JSON.parse('{"deep":{"__proto__":1}}') as object,
    ];
    for (const over of wrong)
      await expect(db.put(note('x', over))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(db.put(note('x'.repeat(2_000_000)))).rejects.toMatchObject({ code: 'TOO_LARGE' });
    const odd = await db.put(note('x', { _attachments: { a: 1 }, _deleted: true, constructor: 1 } as never));
    expect(db.get(odd.body._id)?.body).toMatchObject({ _attachments: { a: 1 }, _deleted: true });
    await expect((await openStore(await temporaryFolder())).open('../elsewhere')).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
  });

  it('reads the same as PouchDB itself reads', async () => {
    const folder = await temporaryFolder();
    const store = await openStore(folder);
    const db = await store.open(ECOLE);
    const key = revisionKey(fixedKey(ECOLE));
    for (let i = 0; i < 30; i++) {
      const held = await db.put(note(`n${i}`, { _id: `plan_${i}` }));
      if (i % 3 === 0) await db.remove(held.body._id, held.rev);
      if (i % 5 !== 0) continue;
      const body = { ...held.body, text: 'elsewhere' };
      const rev = revisionOf(key, { deleted: false, body });
      await db.apply([{ id: body._id, rev, ancestors: [], deleted: false, body }]);
    }
    const ours = db
      .all('plan')
      .map((one) => [one.body._id, one.rev, one.conflicts.map((other) => other.rev)]);
    await store.close();
    const pouch = new PouchDB(join(folder, 'databases', ECOLE), {
      adapter: 'leveldb',
      db: (location) =>
        new EncryptedLevelDown(leveldown(location), {
          keys: new DatabaseKeys(ECOLE, () => [fixedKey(ECOLE)]),
        }),
      auto_compaction: true,
      revs_limit: 51,
      compression: false,
      cacheSize: 1 << 20,
      writeBufferSize: 1 << 20,
      migrate: false,
    });
    const { rows } = await pouch.allDocs({ include_docs: true, conflicts: true });
    const theirs = rows.map(({ id, doc }) => [
      id,
      doc._rev,
      (doc['_conflicts'] as string[] | undefined) ?? [],
    ]);
    await pouch.close();
    expect(ours).toEqual(theirs);
    expect(ours.some(([, , conflicts]) => (conflicts as string[]).length > 0)).toBe(true);
  });
});
