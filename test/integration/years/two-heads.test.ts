import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { dataKeyOf } from '../../../src/exchange/testing/school';
import { idFrom, type Id } from '../../../src/domain/id';
import { dropParts, readParts, writeParts } from '../../../src/main/years/draft-parts';
import { FileKeyring } from '../../../src/store/keyring';
import type { AudienceDatabase } from '../../../src/store/port';
import { PouchStore } from '../../../src/store/pouch-store';

const newId = <P extends 'class' | 'pupil' | 'staff'>(prefix: P): Id<P> => idFrom(prefix, randomBytes(9));

/** `direction` on one head's computer: a real store in a folder of its own. */
async function direction(): Promise<AudienceDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'preau-two-heads-'));
  const keyring = await FileKeyring.open({ path: join(folder, 'keys.json'), machineSecret: randomBytes(32) });
  await keyring.add('direction', dataKeyOf('direction'));
  const store = new PouchStore({ folder, keyring });
  onTestFinished(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });
  return store.open('direction');
}
/** Both hold what either wrote. */
async function exchange(one: AudienceDatabase, other: AudienceDatabase): Promise<void> {
  const [mine, theirs] = await Promise.all([one.changesSince(0, 1000), other.changesSince(0, 1000)]);
  await other.apply(mine.map(({ record }) => record));
  await one.apply(theirs.map(({ record }) => record));
}

it('two heads who prepare on two computers come to one plan, and see where they differ', async () => {
  const [office, laptop] = [await direction(), await direction()];
  const [zoe, ali, eva] = [newId('pupil'), newId('pupil'), newId('pupil')];
  const [cp, ce1] = [newId('class'), newId('class')];
  const group = { id: cp, label: 'CP bleu', grades: ['CP' as const], teachers: [], pictureCode: false };
  await writeParts(office, 2026, [
    { part: 'pupil', pupil: zoe, passage: 'repeats' },
    { part: 'pupil', pupil: ali, to: cp },
    { part: 'class', class: cp, group },
  ]);
  await writeParts(laptop, 2026, [
    { part: 'pupil', pupil: eva, passage: 'leaves' },
    { part: 'pupil', pupil: ali, to: ce1 },
    // The same decision, taken twice, is one.
    { part: 'pupil', pupil: zoe, passage: 'repeats' },
    { part: 'class', class: cp, group: null },
    { part: 'staff', person: newId('staff'), stays: false },
  ]);
  await exchange(office, laptop);
  const [here, there] = [readParts(office, 2026), readParts(laptop, 2026)];
  expect(here).toEqual(there);
  expect(here.decisions.pupils.get(zoe)).toMatchObject({ passage: 'repeats' });
  expect(here.decisions.pupils.get(eva)).toMatchObject({ passage: 'leaves' });
  expect(here.disagreements.map(({ of }) => of).sort()).toEqual([ali, cp].sort());
  // Nothing is lost: one of the two counts meanwhile, the other one is shown beside it.
  const shown = here.disagreements.find(({ of }) => of === ali)?.other;
  const both = [here.decisions.pupils.get(ali)?.to, shown?.part === 'pupil' ? shown.to : undefined];
  expect(both.sort()).toEqual([cp, ce1].sort());

  // Either settles it, also with what counted already; the other computer follows.
  await writeParts(laptop, 2026, [
    { part: 'pupil', pupil: ali, to: here.decisions.pupils.get(ali)?.to as Id<'class'> },
    { part: 'class', class: cp, group },
  ]);
  await exchange(office, laptop);
  for (const db of [office, laptop]) {
    const { disagreements, decisions } = readParts(db, 2026);
    expect(disagreements).toEqual([]);
    expect(decisions.classes.get(cp)).toEqual(group);
  }
  // Dropped on one, with a decision of the other on its way: what was dropped is gone on both.
  await writeParts(office, 2026, [{ part: 'pupil', pupil: zoe, passage: 'up' }]);
  await writeParts(laptop, 2026, [{ part: 'pupil', pupil: zoe, passage: 'skips' }]);
  await exchange(office, laptop);
  await dropParts(office, 2026);
  await exchange(office, laptop);
  for (const db of [office, laptop])
    expect(readParts(db, 2026)).toMatchObject({ any: false, disagreements: [] });
  // And it can be begun anew.
  await writeParts(office, 2026, [{ part: 'pupil', pupil: zoe, passage: 'repeats' }]);
  await exchange(office, laptop);
  expect(readParts(laptop, 2026).decisions.pupils.get(zoe)).toMatchObject({ passage: 'repeats' });
  // Another year's preparation is another one.
  expect(readParts(laptop, 2027).any).toBe(false);
});
