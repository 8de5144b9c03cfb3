import { link, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FileKeyring } from './keyring';

const QUICK = { algorithm: 'argon2id', memory: 8, passes: 1, lanes: 1 } as const;
const ANNE = 'staff_aaaaaaaaaaaaa';
const PAUL = 'staff_bbbbbbbbbbbbb';
const CLASS = 'classe-ccccccccccccc_2026';
const HERS = 'perso-aaaaaaaaaaaaa';
const MACHINE = Buffer.alloc(32, 3);
const key = (fill: number): Buffer => Buffer.alloc(32, fill);

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'preau-keys-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'keys.json');
}
const open = (path: string, machineSecret?: Buffer) =>
  FileKeyring.open({ path, ...(machineSecret && { machineSecret }), stretch: QUICK });

async function classOfTwo(path: string): Promise<{ keyring: FileKeyring; sheet: string }> {
  const keyring = await open(path, MACHINE);
  await keyring.create(CLASS);
  const sheet = await keyring.createSheet();
  await keyring.wrapFor(ANNE, 'anne', [CLASS]);
  await keyring.wrapFor(PAUL, 'paul', [CLASS]);
  await keyring.create(HERS);
  return { keyring, sheet };
}

describe('exchanging a key', () => {
  it('makes a key for who stays, the sheet and the machine; who leaves opens none of it any more', async () => {
    const path = await temporary();
    const { keyring, sheet } = await classOfTwo(path);
    const [first] = keyring.dataKeys(CLASS);
    expect(await keyring.rotate(CLASS, [ANNE])).toBe(1);
    expect(keyring.generation(CLASS)).toBe(1);
    expect(keyring.generations(CLASS)).toEqual([1, 0]);
    const [second, older] = keyring.dataKeys(CLASS);
    expect(older).toEqual(first);
    expect(second).not.toEqual(first);
    expect(keyring.dataKey(CLASS)).toEqual(second);

    expect((await open(path, MACHINE)).dataKeys(CLASS)).toEqual([second, first]);
    const hers = await open(path);
    expect(await hers.unlock(ANNE, 'anne')).toEqual([CLASS, HERS]);
    expect(hers.dataKeys(CLASS)).toEqual([second, first]);
    const his = await open(path);
    expect(await his.unlock(PAUL, 'paul')).toEqual([]);
    expect(his.has(CLASS)).toBe(false);
    const printed = await open(path);
    await printed.unlockWithSheet(sheet);
    expect(printed.dataKeys(CLASS)).toEqual([second, first]);
  });

  it('keeps everybody who held the key where no list is given', async () => {
    const path = await temporary();
    const { keyring } = await classOfTwo(path);
    expect(await keyring.rotate(CLASS)).toBe(1);
    expect(await keyring.rotate(CLASS)).toBe(2);
    for (const [person, password] of [
      [ANNE, 'anne'],
      [PAUL, 'paul'],
    ] as const) {
      const theirs = await open(path);
      await theirs.unlock(person, password);
      expect(theirs.dataKeys(CLASS)).toEqual(keyring.dataKeys(CLASS));
    }
  });

  it('exchanges the key of private notes for their owner alone, whatever list is given', async () => {
    const path = await temporary();
    const { keyring } = await classOfTwo(path);
    expect(await keyring.rotate(HERS, [PAUL])).toBe(1);
    const his = await open(path);
    await his.unlock(PAUL, 'paul');
    expect(his.has(HERS)).toBe(false);
    const hers = await open(path);
    await hers.unlock(ANNE, 'anne');
    expect(hers.dataKeys(HERS)).toEqual(keyring.dataKeys(HERS));
    expect((await open(path, MACHINE)).has(HERS)).toBe(false);
  });

  it('needs the present key, and somebody who can open the new one', async () => {
    const path = await temporary();
    const { keyring } = await classOfTwo(path);
    await expect(keyring.rotate('ecole_2026')).rejects.toMatchObject({ code: 'KEY_MISSING' });
    await expect((await open(path)).rotate(CLASS)).rejects.toMatchObject({ code: 'KEY_MISSING' });
    const alone = await open(await temporary());
    await alone.add(CLASS, key(1));
    await alone.wrapFor(ANNE, 'anne', [CLASS]);
    await expect(alone.rotate(CLASS, [])).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(alone.dataKeys(CLASS)).toEqual([key(1)]);
  });
});

describe('keys received', () => {
  it('may come in any order and twice; two of one generation stand in the same order everywhere', async () => {
    const deliveries = [
      [key(10), 0],
      [key(20), 1],
      [key(21), 1],
      [key(30), 2],
      [key(20), 1],
    ] as const;
    const orders = await Promise.all(
      [deliveries, [...deliveries].reverse()].map(async (order) => {
        const path = await temporary();
        const keyring = await open(path, MACHINE);
        for (const [received, generation] of order) await keyring.add(CLASS, received, generation);
        const again = await open(path, MACHINE);
        expect(again.dataKeys(CLASS)).toEqual(keyring.dataKeys(CLASS));
        expect(again.generations(CLASS)).toEqual([2, 1, 1, 0]);
        return keyring.dataKeys(CLASS);
      }),
    );
    expect(orders[0]).toEqual(orders[1]);
  });

  it('are wrapped for those who hold another key of the audience, and for nobody who lost theirs', async () => {
    const path = await temporary();
    const { keyring } = await classOfTwo(path);
    await keyring.entitle(PAUL, []);
    await keyring.add(CLASS, key(9), 1);
    const hers = await open(path);
    await hers.unlock(ANNE, 'anne');
    expect(hers.dataKey(CLASS)).toEqual(key(9));
    const his = await open(path);
    await his.unlock(PAUL, 'paul');
    expect(his.has(CLASS)).toBe(false);
  });

  it('lock the audience to whoever holds older ones only: what they wrote, those who left could read', async () => {
    const path = await temporary();
    const { keyring } = await classOfTwo(path);
    const file = JSON.parse(await readFile(path, 'utf8')) as {
      keys: Record<string, { generation: number; people: Record<string, string> }[]>;
    };
    await keyring.rotate(CLASS, [ANNE]);
    const rotated = JSON.parse(await readFile(path, 'utf8')) as typeof file;
    const before = file.keys[CLASS]?.[0];
    const newer = rotated.keys[CLASS]?.[0];
    if (!before || !newer) throw new Error('no wraps');
    await writeFile(path, JSON.stringify({ ...rotated, keys: { [CLASS]: [newer, before] } }));
    const his = await open(path);
    expect(await his.unlock(PAUL, 'paul')).toEqual([CLASS]);
    expect(his.has(CLASS)).toBe(false);
    expect(() => his.dataKeys(CLASS)).toThrow(expect.objectContaining({ code: 'KEY_MISSING' }));
    await expect(his.create(CLASS)).rejects.toMatchObject({ code: 'KEY_MISSING' });
  });

  it('do not pass for another generation in the file', async () => {
    const path = await temporary();
    const { keyring } = await classOfTwo(path);
    await keyring.rotate(CLASS);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"generation": 1', '"generation": 7'));
    expect((await open(path, MACHINE)).has(CLASS)).toBe(false);
    await expect((await open(path)).unlock(ANNE, 'anne')).rejects.toMatchObject({
      code: 'DOCUMENT_TAMPERED',
    });
  });
});

describe('destroying a key', () => {
  it('leaves no wrap in memory or on the disk', async () => {
    const path = await temporary();
    const { keyring } = await classOfTwo(path);
    await keyring.rotate(CLASS);
    const hard = `${path}.seen-by-the-test`;
    await link(path, hard);
    const before = await readFile(hard, 'utf8');
    await keyring.destroy(CLASS);
    await keyring.destroy(CLASS);
    expect(keyring.has(CLASS)).toBe(false);
    expect(keyring.audiences()).toEqual([HERS]);
    expect(await readFile(path, 'utf8')).not.toContain(CLASS);
    // The very bytes that held the wraps, under the name the test kept.
    expect(await readFile(hard)).toEqual(Buffer.alloc(Buffer.byteLength(before)));
    expect((await readdir(join(path, '..'))).sort()).toEqual(['keys.json', 'keys.json.seen-by-the-test']);
  });

  it('is finished at the next start after a crash, and never takes the file in use', async () => {
    const path = await temporary();
    await classOfTwo(path);
    const text = await readFile(path, 'utf8');
    // Crashed right after the second name was made: both name the file in use.
    await link(path, `${path}.former`);
    expect((await open(path, MACHINE)).has(CLASS)).toBe(true);
    expect(await readFile(path, 'utf8')).toBe(text);
    // Crashed right after the file was replaced.
    await link(path, `${path}.former`);
    await rm(path);
    await writeFile(path, text);
    await link(`${path}.former`, `${path}.seen-by-the-test`);
    expect((await open(path, MACHINE)).has(CLASS)).toBe(true);
    expect(await readFile(`${path}.seen-by-the-test`)).toEqual(Buffer.alloc(Buffer.byteLength(text)));
    expect(await readdir(join(path, '..'))).not.toContain('keys.json.former');
  });
});

describe('a keyring of version 1', () => {
  /** Written by the version before generations: the machine, Anne (« anne ») and the school's sheet. */
  const FIRST = join(import.meta.dirname, 'testing', 'keys-version-1.json');
  const SHEET = (): Promise<string> =>
    readFile(join(import.meta.dirname, 'testing', 'sheet-version-1.txt'), 'utf8');

  it('opens as it is, for the machine, a person and the sheet, and goes on as version 2', async () => {
    const path = await temporary();
    await writeFile(path, await readFile(FIRST));
    const machine = await open(path, MACHINE);
    expect(machine.dataKeys('ecole_2026')).toEqual([key(1)]);
    expect(machine.generations('ecole_2026')).toEqual([0]);
    // The same key received again is the same key.
    await machine.add('ecole_2026', key(1));
    expect(machine.dataKeys('ecole_2026')).toEqual([key(1)]);
    expect(await readFile(path, 'utf8')).toContain('"version": 1');
    const printed = await open(path);
    await expect(printed.add('ecole_2026', key(1))).rejects.toMatchObject({ code: 'CONFLICT' });
    await printed.unlockWithSheet((await SHEET()).trim());
    expect(printed.dataKey('ecole_2026')).toEqual(key(1));

    expect(await machine.rotate('ecole_2026')).toBe(1);
    const hers = await open(path);
    await hers.unlock(ANNE, 'anne');
    expect(hers.dataKeys('ecole_2026')).toEqual(machine.dataKeys('ecole_2026'));
    expect(hers.dataKey(HERS)).toEqual(key(2));
  });
});

describe('a reset of a password', () => {
  it('never opens private notes, whatever happened before and after', async () => {
    const gesture = fc.constantFrom(
      'rotate class',
      'rotate notes',
      'entitle',
      'school sheet',
      'other person',
      'reset again',
      'restart',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(gesture, { maxLength: 4 }),
        fc.array(gesture, { maxLength: 4 }),
        async (before, after) => {
          const path = await temporary();
          const made = await classOfTwo(path);
          let { keyring, sheet } = made;
          const own = await keyring.createSheet(ANNE);
          let password = 'anne';
          const does = async (what: string): Promise<void> => {
            if (what === 'rotate class') await keyring.rotate(CLASS);
            else if (what === 'rotate notes') {
              // Only where its owner is signed in.
              if (keyring.has(HERS)) await keyring.rotate(HERS);
            } else if (what === 'entitle') await keyring.entitle(ANNE, [CLASS, HERS]);
            else if (what === 'school sheet') sheet = await keyring.createSheet();
            else if (what === 'other person') await keyring.wrapFor(PAUL, 'paul 2', [CLASS]);
            else if (what === 'restart') keyring = await open(path, MACHINE);
            else await keyring.wrapFor(ANNE, (password = `${password}!`), [CLASS]);
          };
          for (const one of before) if (one !== 'reset again') await does(one);
          const notes = keyring.has(HERS) ? keyring.dataKeys(HERS) : undefined;
          await keyring.wrapFor(ANNE, (password = 'remis par la directrice'), [CLASS]);
          // The head's poste is another session than Anne's.
          keyring.forget(ANNE);
          for (const one of after) await does(one);

          for (const secret of [MACHINE, undefined]) {
            const poste = await open(path, secret);
            expect(await poste.unlock(ANNE, password)).toEqual([CLASS]);
            await poste.unlockWithSheet(sheet);
            if (before.includes('other person') || after.includes('other person'))
              await poste.unlock(PAUL, 'paul 2');
            expect(poste.has(HERS)).toBe(false);
            await expect(poste.wrapFor(ANNE, password, [HERS])).rejects.toMatchObject({
              code: 'KEY_MISSING',
            });
            await poste.unlockWithSheet(own);
            if (notes) expect(poste.dataKeys(HERS)).toEqual(notes);
            expect(poste.has(HERS)).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
