import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { idFrom, opaqueOf, type Id } from '../../../src/domain/id';
import { NOTHING_DECIDED, planOf, type YearNow } from '../../../src/domain/years/plan';
import { createDatabases } from '../../../src/main/directory/databases';
import { readParts } from '../../../src/main/years/draft-parts';
import { openNextYear } from '../../../src/main/years/next-year';
import { readBack } from '../../../src/main/years/read-back';
import { FileKeyring } from '../../../src/store/keyring';
import type { AudienceDatabase, Store } from '../../../src/store/port';
import { PouchStore } from '../../../src/store/pouch-store';

const idOf = <P extends 'class' | 'pupil' | 'staff'>(prefix: P, name: string): Id<P> =>
  idFrom(prefix, createHash('sha256').update(name).digest());
const CP = idOf('class', 'cp');
const NEXT_CP = idOf('class', 'next cp');
const [ZOE, ALI] = [idOf('pupil', 'zoé'), idOf('pupil', 'ali')];
const PAUL = idOf('staff', 'paul');
const LOU = idOf('pupil', 'lou');
const CUT = new Error('the power is gone');

const NOW: YearNow = {
  classes: [{ id: CP, label: 'CP', grades: ['CP'] }],
  pupils: [
    { id: ZOE, classId: CP, grade: 'CP', left: false },
    { id: ALI, classId: CP, grade: 'CP', left: false },
  ],
  staff: [{ id: PAUL, classIds: [CP] }],
};
const PLAN = planOf(
  NOW,
  {
    ...NOTHING_DECIDED,
    pupils: new Map([[ZOE, { passage: 'repeats' as const }]]),
    arrivals: [{ id: LOU, first: 'Lou', family: 'Roy', birthDate: '2021-02-03', grade: 'CP', to: NEXT_CP }],
  },
  { from: 2026, to: 2027 },
  () => NEXT_CP,
);

/** A school of two children; writes are counted, and after so many of them the power goes. */
async function school() {
  const folder = mkdtempSync(join(tmpdir(), 'preau-cut-'));
  const keyring = await FileKeyring.open({ path: join(folder, 'keys.json'), machineSecret: randomBytes(32) });
  const store = new PouchStore({ folder, keyring });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  for (const name of ['direction', 'ecole_2026', `classe-${opaqueOf(CP)}_2026`]) await keyring.create(name);
  const ecole = await store.open('ecole_2026');
  const pupil = (id: string, first: string) => ({
    _id: id,
    type: 'pupil',
    v: 1,
    names: { family: 'Martin', first },
    grade: 'CP',
    cycle: 2,
    classId: CP,
  });
  await ecole.putAll([
    { _id: CP, type: 'class', v: 1, label: 'CP', grades: ['CP'], schoolYear: 2026 },
    pupil(ZOE, 'Zoé'),
    pupil(ALI, 'Ali'),
    {
      _id: PAUL,
      type: 'staff',
      v: 1,
      names: { family: 'Roche', first: 'Paul' },
      roles: ['teacher'],
      classIds: [CP],
    },
  ]);
  let left = Infinity;
  const spend = (): void => {
    if (left <= 0) throw CUT;
    left -= 1;
  };
  const cutting = (db: AudienceDatabase): AudienceDatabase =>
    new Proxy(db, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const bound = value.bind(target) as (...args: unknown[]) => unknown;
        if (!['put', 'putAll', 'remove', 'resolve'].includes(String(name))) return bound;
        return async (...args: unknown[]) => {
          spend();
          return bound(...args);
        };
      },
    });
  const cut: Pick<Store, 'open'> = { open: async (name) => cutting(await store.open(name)) };
  const databases = createDatabases(cut as Store, keyring, { current: () => 2026, isClosed: () => false });
  const deps = {
    platform: { random: randomBytes } as never,
    store: cut as Store,
    keyring: {
      has: (name: string) => keyring.has(name),
      audiences: () => keyring.audiences(),
      create: async (name: string) => {
        spend();
        await keyring.create(name);
      },
      destroy: (name: string) => keyring.destroy(name),
    },
    databases,
  };
  /** With so many writes until the power goes. @returns whether it went */
  async function within(writes: number, work: () => Promise<void>): Promise<boolean> {
    left = writes;
    try {
      await work();
      return false;
    } catch (error) {
      if (error !== CUT) throw error;
      return true;
    } finally {
      left = Infinity;
    }
  }
  return { store, deps, within };
}
type School = Awaited<ReturnType<typeof school>>;

/** What stands in a base, whatever revisions it took to come there. */
async function standing({ store }: School, name: string): Promise<unknown> {
  const db = await store.open(name);
  return ['class', 'pupil', 'staff', 'yearOpened', 'pupilFile'].flatMap((type) =>
    db.all(type).map(({ body }) => body),
  );
}
const open =
  (one: School, turn: number, plan = PLAN) =>
  () =>
    openNextYear(one.deps, plan, '2027-07-05', turn);
const back = (one: School) => () => readBack(one.deps, { from: 2026, to: 2027 });

it('an opening that was cut at any write shows nothing of the year, and done again comes to the same', async () => {
  const whole = await school();
  await open(whole, 1)();
  const wanted = await standing(whole, 'ecole_2027');
  let cuts = 0;
  for (; ; cuts += 1) {
    const one = await school();
    const went = await one.within(cuts, open(one, 1));
    // Until the mark is there, the year's base holds nothing that a teacher could read of the plan.
    if (went && one.deps.keyring.has('ecole_2027')) expect(await standing(one, 'ecole_2027')).toEqual([]);
    await open(one, 1)();
    expect(await standing(one, 'ecole_2027')).toEqual(wanted);
    expect(await standing(one, 'direction')).toEqual(await standing(whole, 'direction'));
    if (!went) break;
  }
  expect(cuts).toBeGreaterThan(4);
}, 60_000);

it('a year that is put aside, and opened again, goes on from any cut', async () => {
  const changed = planOf(
    NOW,
    { ...NOTHING_DECIDED, pupils: new Map([[ALI, { passage: 'leaves' as const }]]) },
    { from: 2026, to: 2027 },
    () => NEXT_CP,
  );
  async function put(one: School): Promise<void> {
    await open(one, 1)();
    const ecole = await one.store.open('ecole_2027');
    const zoe = ecole.get(ZOE);
    if (!zoe) throw new Error('no pupil');
    await ecole.put({ ...zoe.body, names: { family: 'Martin', first: 'Zoë' } }, zoe.rev);
  }
  const whole = await school();
  await put(whole);
  await back(whole)();
  const parts = readParts(await whole.store.open('direction'), 2026);
  expect(parts.decisions.pupils.get(ZOE)).toMatchObject({ passage: 'repeats', to: NEXT_CP });
  expect(parts.decisions.arrivals).toMatchObject([{ id: LOU, birthDate: '2021-02-03' }]);
  const before = await standing(whole, 'ecole_2026');
  await open(whole, 2, changed)();
  const wanted = await standing(whole, 'ecole_2027');
  for (let cuts = 0; ; cuts += 1) {
    const one = await school();
    await put(one);
    const first = await one.within(cuts, back(one));
    await back(one)();
    expect(readParts(await one.store.open('direction'), 2026)).toEqual(parts);
    expect(await standing(one, 'ecole_2026')).toEqual(before);
    const second = await one.within(cuts, open(one, 2, changed));
    await open(one, 2, changed)();
    expect(await standing(one, 'ecole_2027')).toEqual(wanted);
    if (!first && !second) break;
  }
}, 60_000);

it('a year that is taken up again gives nobody a right back, and loses nobody who came meanwhile', async () => {
  const one = await school();
  const before = await one.store.open('ecole_2026');
  const paul = before.get(PAUL);
  if (!paul) throw new Error('no staff');
  await before.put({ ...paul.body, roles: ['head', 'teacher'] }, paul.rev);
  await open(one, 1)();
  const after = await one.store.open('ecole_2027');
  const next = after.get(PAUL);
  if (!next) throw new Error('no staff');
  // In the new year Paul is a head no more, and Aline has come.
  await after.put({ ...next.body, roles: ['teacher'] }, next.rev);
  const aline = idOf('staff', 'aline');
  const names = { family: 'Petit', first: 'Aline' };
  await after.put({ _id: aline, type: 'staff', v: 1, names, roles: ['teacher'], classIds: [NEXT_CP] });
  await back(one)();
  expect(before.get(PAUL)?.body).toMatchObject({ roles: ['teacher'], classIds: [CP] });
  expect(before.get(aline)?.body).toMatchObject({ names, classIds: [] });
  // And opened once more, she has her class.
  const { decisions } = readParts(await one.store.open('direction'), 2026);
  const staff = [...NOW.staff, { id: aline, classIds: [] }];
  const plan = planOf({ ...NOW, staff }, decisions, { from: 2026, to: 2027 }, () => NEXT_CP);
  await open(one, 2, plan)();
  expect(after.get(aline)?.body['classIds']).toEqual([NEXT_CP]);
  expect(after.get(PAUL)?.body['roles']).toEqual(['teacher']);
});
