import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FileKeyring } from './keyring';

const QUICK = { algorithm: 'argon2id', memory: 64, passes: 1, lanes: 1 } as const;
const ANNE = 'staff_aaaaaaaaaaaaa';
const PAUL = 'staff_bbbbbbbbbbbbb';
const SCHOOL = ['ecole_2026', 'classe-ccccccccccccc_2026', 'direction'];
const HERS = 'perso-aaaaaaaaaaaaa';
const MACHINE = Buffer.alloc(32, 3);

async function keyringFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'preau-keys-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}
const open = (folder: string, machineSecret: Buffer | undefined = MACHINE) =>
  FileKeyring.open({ path: join(folder, 'keys.json'), machineSecret, stretch: QUICK });
const withoutMachine = (folder: string) =>
  FileKeyring.open({ path: join(folder, 'keys.json'), stretch: QUICK });

async function school(folder: string) {
  const keyring = await open(folder);
  for (const audience of SCHOOL) await keyring.create(audience);
  const sheet = await keyring.createSheet();
  await keyring.wrapFor(ANNE, 'mot de passe', SCHOOL.slice(0, 2));
  await keyring.create(HERS);
  return { keyring, sheet };
}

describe('keyring', () => {
  it('opens the school with the machine alone, and nobody’s private notes', async () => {
    const path = await keyringFolder();
    const { keyring } = await school(path);
    const again = await open(path);
    for (const audience of SCHOOL) expect(again.dataKey(audience)).toEqual(keyring.dataKey(audience));
    expect(again.has(HERS)).toBe(false);
    expect(() => again.dataKey(HERS)).toThrow(expect.objectContaining({ code: 'KEY_MISSING' }));
    await expect(again.create(HERS)).rejects.toMatchObject({ code: 'KEY_MISSING' });
  });

  it('opens for a person what is theirs, with their password', async () => {
    const path = await keyringFolder();
    const { keyring } = await school(path);
    const again = await withoutMachine(path);
    expect(SCHOOL.some((audience) => again.has(audience))).toBe(false);
    await expect(again.unlock(ANNE, 'autre')).rejects.toMatchObject({ code: 'KEY_WRONG' });
    await expect(again.unlock(PAUL, 'mot de passe')).rejects.toMatchObject({ code: 'KEY_WRONG' });
    expect(await again.unlock(ANNE, 'mot de passe')).toEqual([...SCHOOL.slice(0, 2), HERS]);
    expect(again.dataKey(HERS)).toEqual(keyring.dataKey(HERS));
    again.forget(ANNE);
    expect(again.has(HERS)).toBe(false);
    expect(again.has('ecole_2026')).toBe(true);
  });

  it('never gives private notes to somebody else', async () => {
    const { keyring } = await school(await keyringFolder());
    await expect(keyring.wrapFor(PAUL, 'x', [HERS])).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await keyring.wrapFor(PAUL, 'sien', SCHOOL);
    expect(await keyring.unlock(PAUL, 'sien')).toEqual(SCHOOL);
  });

  it('changes a password without losing anything; a reset by somebody else does not open private notes', async () => {
    const path = await keyringFolder();
    const { keyring } = await school(path);
    const own = await keyring.createSheet(ANNE);
    await keyring.changePassword(ANNE, 'mot de passe', 'nouveau');
    await expect(keyring.changePassword(ANNE, 'mot de passe', 'x')).rejects.toMatchObject({
      code: 'KEY_WRONG',
    });
    expect(await (await withoutMachine(path)).unlock(ANNE, 'nouveau')).toContain(HERS);

    const head = await open(path);
    await head.wrapFor(ANNE, 'remis', SCHOOL.slice(0, 2));
    const reset = await withoutMachine(path);
    expect(await reset.unlock(ANNE, 'remis')).toEqual(SCHOOL.slice(0, 2));
    expect(reset.has(HERS)).toBe(false);
    expect(await reset.unlockWithSheet(own)).toEqual([HERS]);
    expect(reset.dataKey(HERS)).toEqual(keyring.dataKey(HERS));
  });

  it('opens the school with its printed sheet, on a machine that knows nothing', async () => {
    const path = await keyringFolder();
    const { keyring, sheet } = await school(path);
    await keyring.create('parc');
    const bare = await open(path, Buffer.alloc(32, 9));
    expect(bare.has('ecole_2026')).toBe(false);
    await expect(
      bare.unlockWithSheet(sheet.replace(/^./, (c) => (c === '7' ? '8' : '7'))),
    ).rejects.toMatchObject({
      code: 'RECOVERY_WRONG',
      params: { group: 1 },
    });
    expect(await bare.unlockWithSheet(sheet.toLowerCase().replaceAll('-', ' '))).toEqual([...SCHOOL, 'parc']);
    expect(bare.has(HERS)).toBe(false);
    // From then on that machine opens the school by itself.
    expect((await open(path, Buffer.alloc(32, 9))).dataKey('parc')).toEqual(keyring.dataKey('parc'));
    const newer = await keyring.createSheet();
    await expect(keyring.unlockWithSheet(sheet)).rejects.toMatchObject({ code: 'RECOVERY_WRONG' });
    expect(await keyring.unlockWithSheet(newer)).toHaveLength(4);
  });

  it('wraps more for a person without their password', async () => {
    const path = await keyringFolder();
    const { keyring } = await school(path);
    await keyring.create('parc');
    await keyring.entitle(ANNE, ['parc', 'direction', 'perso-bbbbbbbbbbbbb']);
    await keyring.entitle(PAUL, ['parc']);
    const hers = ['direction', HERS, 'parc'];
    expect(await (await withoutMachine(path)).unlock(ANNE, 'mot de passe')).toEqual(hers);
    // Where a key is not open nobody could wrap it again: nothing is taken away.
    await (await withoutMachine(path)).entitle(ANNE, []);
    expect(await (await withoutMachine(path)).unlock(ANNE, 'mot de passe')).toEqual(hers);
  });

  it('makes several keys in one file: all of them, or none where one is known and locked', async () => {
    const path = await keyringFolder();
    await school(path);
    const again = await open(path);
    const classes = ['classe-ddddddddddddd_2026', 'suivi-ddddddddddddd_2026'];
    await expect(again.create(...classes, HERS)).rejects.toMatchObject({ code: 'KEY_MISSING' });
    expect(classes.some((audience) => again.has(audience))).toBe(false);

    const before = again.dataKey('direction');
    await again.create(...classes, 'direction', ...classes);
    const later = await open(path);
    expect(later.dataKey('direction')).toEqual(before);
    for (const audience of classes) expect(later.dataKey(audience)).toEqual(again.dataKey(audience));
    expect(later.dataKey(classes[0] ?? '')).not.toEqual(later.dataKey(classes[1] ?? ''));
    expect(classes.map((audience) => later.generations(audience))).toEqual([[0], [0]]);
  });

  it('starts again with a key that never got a holder before a crash', async () => {
    const path = await keyringFolder();
    await (await withoutMachine(path)).create(HERS);
    const again = await withoutMachine(path);
    await again.create(HERS);
    await again.wrapFor(ANNE, 'mot de passe', [HERS]);
    expect(again.dataKey(HERS)).toHaveLength(32);
  });

  it('takes keys in, and hands out none that nothing durable wraps', async () => {
    const path = await keyringFolder();
    const keyring = await withoutMachine(path);
    await keyring.add('parc', Buffer.alloc(32, 1));
    expect(() => keyring.dataKey('parc')).toThrow(expect.objectContaining({ code: 'KEY_MISSING' }));
    await keyring.wrapFor(ANNE, 'mot de passe', ['parc']);
    expect(keyring.dataKey('parc')).toEqual(Buffer.alloc(32, 1));
    await keyring.add('parc', Buffer.alloc(32, 1));
    await expect(keyring.add('parc', Buffer.alloc(3))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(keyring.add('parc', Buffer.alloc(32), -1)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(keyring.create('elsewhere')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await keyring.removePerson(ANNE);
    await expect(keyring.unlock(ANNE, 'mot de passe')).rejects.toMatchObject({ code: 'KEY_WRONG' });
  });

  it('holds no key and no password in its file, and refuses a newer or broken one', async () => {
    const path = await keyringFolder();
    const { keyring, sheet } = await school(path);
    const text = await readFile(join(path, 'keys.json'), 'utf8');
    for (const audience of SCHOOL) {
      expect(text).not.toContain(keyring.dataKey(audience).toString('base64'));
      expect(text).not.toContain(keyring.dataKey(audience).toString('hex'));
    }
    expect(text).not.toContain('mot de passe');
    expect(text).not.toContain(sheet.slice(0, 11));
    await writeFile(join(path, 'keys.json'), text.replace('"version": 2', '"version": 3'));
    await expect(open(path)).rejects.toMatchObject({ code: 'NEWER_DATA' });
    await writeFile(join(path, 'keys.json'), text.slice(0, 100));
    await expect(open(path)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});
