import { createHash, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AudienceDatabase, DocumentBody, RevisionRecord } from '../../../src/store/port';
import { everyFile, note, openStore, temporaryFolder } from './support';

const ECOLE = 'ecole_2026';
const key = (generation: number): Buffer => createHash('sha256').update(`generation ${generation}`).digest();
const holding = (...generations: number[]) => ({
  held: generations,
  dataKeys(): readonly Buffer[] {
    return this.held.map(key);
  },
});

/** A rule as the domain's: a date in the document, and nothing else. */
const isExpired = (body: DocumentBody, day: string): boolean => {
  if (body['broken']) throw new Error('nonsense');
  return typeof body['until'] === 'string' && body['until'] < day;
};
const DAY = '2027-09-01';
const secretOf = (): string => `Éloïse ${randomUUID()}`;
const dated = (until: string, over: Partial<DocumentBody> = {}): DocumentBody =>
  note(secretOf(), { until, ...over });

const records = async (db: AudienceDatabase): Promise<RevisionRecord[]> =>
  (await db.changesSince(0, 10_000)).map((change) => change.record);

async function replica(
  over: { horizon?: () => string | undefined; keyring?: ReturnType<typeof holding> } = {},
) {
  const folder = await temporaryFolder();
  const keyring = over.keyring ?? holding(0);
  const store = await openStore(folder, {
    keyring,
    isExpired,
    encryption: 'none',
    ...(over.horizon && { horizon: over.horizon }),
  });
  return { folder, store, keyring, db: await store.open(ECOLE) };
}

const onDisk = async (folder: string, text: string): Promise<string[]> =>
  [...(await everyFile(folder))].filter(([, bytes]) => bytes.includes(text)).map(([path]) => path);

describe('a sweep', () => {
  it('ends what expired, keeps the rest, and takes the bodies off the disk, former versions too', async () => {
    const { db, folder, store } = await replica();
    const gone = await db.put(dated('2027-08-31'));
    const first = await db.put(dated('2027-08-30'));
    const changed = await db.put({ ...first.body, text: secretOf() }, first.rev);
    const kept = await db.put(dated(DAY));
    const broken = await db.put(note('x', { broken: true }));
    const secrets = [gone, first, changed].map((held) => String(held.body['text']));
    for (const secret of secrets) expect(await onDisk(folder, secret)).not.toEqual([]);

    expect(await db.expire(DAY)).toBe(2);
    for (const held of [gone, changed]) expect(db.get(held.body._id)).toBeUndefined();
    expect(db.get(kept.body._id)).toEqual(kept);
    expect(db.get(broken.body._id)).toEqual(broken);
    for (const secret of secrets) expect(await onDisk(folder, secret)).toEqual([]);
    expect(await onDisk(folder, String(kept.body['text']))).not.toEqual([]);
    expect(await db.expire(DAY)).toBe(0);
    await store.close();
    for (const secret of secrets) expect(await onDisk(folder, secret)).toEqual([]);
  });

  it('takes bodies off the disk when thousands lie in tables of several levels, and goes on after a crash', async () => {
    const { db, folder, store } = await replica();
    const secret = randomUUID();
    const bodies = Array.from({ length: 6000 }, (_, i) =>
      note(`${secret} ${'x'.repeat(600)}`, { until: i % 2 === 0 ? '2027-01-01' : '2028-01-01' }),
    );
    await db.putAll(bodies);
    for (const held of db.all('plan').slice(0, 500))
      await db.put({ ...held.body, text: `${secret} again` }, held.rev);
    // As after a crash between the tombstones and the compaction: the store of yesterday, which knew no sweep.
    await store.close();
    const again = await openStore(folder, { keyring: holding(0), isExpired, encryption: 'none' });
    const reopened = await again.open(ECOLE);
    expect(await reopened.expire(DAY)).toBe(3000);
    expect(reopened.all('plan')).toHaveLength(3000);
    expect(await reopened.expire('2028-01-02')).toBe(3000);
    expect(await onDisk(folder, secret)).toEqual([]);
  });

  it('is no change of this poste’s own, and the same on every replica, whatever keys were exchanged', async () => {
    const left = await replica({ keyring: holding(0) });
    const held = await left.db.put(dated('2027-01-01', { _id: 'plan_a' }));
    left.keyring.held = [1, 0];
    await left.db.put({ ...held.body, text: 'changed' }, held.rev);
    await left.db.put(dated('2027-01-01', { _id: 'plan_b' }));
    const right = await replica({ keyring: holding(3, 2, 1, 0) });
    await right.db.apply(await records(left.db));

    await left.db.expire(DAY);
    await right.db.expire('2029-01-01');
    expect(await records(right.db)).toEqual(await records(left.db));
    expect((await left.db.changesSince(0, 10)).every((change) => change.foreign && change.deleted)).toBe(
      true,
    );
    // And where they travel all the same, nothing is new.
    const before = left.db.lastSeq;
    await left.db.apply(await records(right.db));
    expect(left.db.lastSeq).toBe(before);
  });

  it('is the very revision of a deletion by hand', async () => {
    const left = await replica();
    const held = await left.db.put(dated('2027-01-01', { _id: 'plan_a' }));
    const right = await replica();
    await right.db.apply(await records(left.db));
    await left.db.remove('plan_a', held.rev);
    await right.db.expire(DAY);
    expect(await records(right.db)).toEqual(await records(left.db));
  });

  it('ends each branch of a conflict by itself', async () => {
    const left = await replica();
    const base = await left.db.put(dated('2028-01-01', { _id: 'plan_a' }));
    const right = await replica();
    await right.db.apply(await records(left.db));
    await left.db.put({ ...base.body, until: '2027-01-01' }, base.rev);
    const living = await right.db.put({ ...base.body, until: '2028-06-01' }, base.rev);
    await left.db.apply(await records(right.db));
    expect(await left.db.expire(DAY)).toBe(1);
    expect(left.db.get('plan_a')).toEqual(living);
  });
});

describe('what is offered late', () => {
  it('is taken in as expired: nothing comes back, and its body never touches the disk', async () => {
    const old = await replica();
    await old.db.put(dated('2027-01-01', { _id: 'plan_a' }));
    const twice = await old.db.put(dated('2027-01-01', { _id: 'plan_b' }));
    const changed = await old.db.put({ ...twice.body, text: secretOf() }, twice.rev);
    const stays = await old.db.put(dated('2028-01-01', { _id: 'plan_c' }));
    const offered = await records(old.db);

    const swept = await replica({ horizon: () => DAY });
    await swept.db.apply(offered.slice(0, 1));
    await swept.db.apply(offered);
    await swept.db.apply(offered);
    expect(swept.db.all('plan')).toEqual([stays]);
    for (const { body } of offered.slice(0, 2))
      expect(await onDisk(swept.folder, String(body['text']))).toEqual([]);
    await old.db.expire(DAY);
    const revisions = async (db: AudienceDatabase) => (await records(db)).map(({ rev }) => rev).sort();
    expect(await revisions(swept.db)).toEqual(await revisions(old.db));

    // What was written on it and has not expired lives, before and after.
    const edited = await replica();
    await edited.db.apply(offered);
    const moved = await edited.db.put({ ...changed.body, until: '2029-01-01' }, changed.rev);
    await swept.db.apply(await records(edited.db));
    expect(swept.db.get('plan_b')).toEqual(moved);
    await swept.db.apply(offered);
    expect(swept.db.get('plan_b')).toEqual(moved);
  });

  it('is refused when forged, expired or not', async () => {
    const { db } = await replica({ horizon: () => DAY });
    const body = dated('2027-01-01', { _id: 'plan_a' });
    const forged = { id: 'plan_a', rev: `1-${'0'.repeat(32)}`, ancestors: [], deleted: false, body };
    await expect(db.apply([forged])).rejects.toMatchObject({ code: 'DOCUMENT_TAMPERED' });
    expect(await records(db)).toEqual([]);
  });

  it('ends alike on every replica, in whatever order it arrives, is swept and is changed', async () => {
    const step = fc.record({
      who: fc.nat(2),
      what: fc.constantFrom('write', 'change', 'postpone', 'sweep', 'exchange', 'rotate'),
      which: fc.nat(2),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        const keys = holding(0);
        let horizon: string | undefined;
        const all = await Promise.all(
          [0, 1, 2].map(() => replica({ keyring: keys, horizon: () => horizon })),
        );
        const exchange = async (): Promise<void> => {
          for (const from of all) for (const to of all) await to.db.apply(await records(from.db));
        };
        for (const { who, what, which } of steps) {
          const db = all[who]?.db;
          if (!db) throw new Error('no such replica');
          const id = `plan_${which}`;
          const held = db.get(id);
          if (what === 'write' && !held) await db.put(note(`by ${who}`, { _id: id, until: '2027-01-01' }));
          else if (what === 'change' && held) await db.put({ ...held.body, text: secretOf() }, held.rev);
          else if (what === 'postpone' && held) await db.put({ ...held.body, until: '2030-01-01' }, held.rev);
          else if (what === 'sweep') await db.expire((horizon = DAY));
          else if (what === 'exchange') await exchange();
          else if (what === 'rotate') keys.held = [keys.held.length, ...keys.held];
        }
        await exchange();
        for (const { db } of all) await db.expire(DAY);
        await exchange();
        const [first, ...others] = all.map(({ db }) => db.all('plan'));
        for (const other of others) expect(other).toEqual(first);
        for (const held of first ?? []) expect(isExpired(held.body, DAY)).toBe(false);
      }),
      { numRuns: 40 },
    );
  });
});
