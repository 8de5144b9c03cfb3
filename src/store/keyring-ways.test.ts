import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FileKeyring } from './keyring';

const QUICK = { algorithm: 'argon2id', memory: 64, passes: 1, lanes: 1 } as const;
const ANNE = 'staff_aaaaaaaaaaaaa';
const HERS = 'perso-aaaaaaaaaaaaa';
const CLASSE = 'classe-ccccccccccccc_2026';

async function poste(): Promise<FileKeyring> {
  const folder = await mkdtemp(join(tmpdir(), 'preau-ways-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'keys.json');
  const keyring = await FileKeyring.open({ path, machineSecret: Buffer.alloc(32, 3), stretch: QUICK });
  await keyring.create(CLASSE);
  return keyring;
}
const wayOf = (keyring: FileKeyring) => keyring.wayIn(ANNE) ?? expect.fail('no way in');

describe('a way in from another poste', () => {
  it('opens to the password there, and to nothing before something is wrapped', async () => {
    const [there, here] = [await poste(), await poste()];
    await there.wrapFor(ANNE, 'premier', [CLASSE]);
    expect(await here.takeWayIn(ANNE, wayOf(there), true)).toBe('taken');
    expect(await here.unlock(ANNE, 'premier')).toEqual([]);
    await here.entitle(ANNE, [CLASSE]);
    expect(await here.unlock(ANNE, 'premier')).toEqual([CLASSE]);
    await expect(here.unlock(ANNE, 'autre')).rejects.toMatchObject({ code: 'KEY_WRONG' });
    expect(await here.takeWayIn(ANNE, wayOf(there), true)).toBe('kept');
  });

  it('follows a password that was changed, never back', async () => {
    const [there, here] = [await poste(), await poste()];
    await there.wrapFor(ANNE, 'premier', [CLASSE]);
    const first = wayOf(there);
    await here.takeWayIn(ANNE, first, true);
    await here.entitle(ANNE, [CLASSE]);
    await here.create(HERS);
    await there.changePassword(ANNE, 'premier', 'second');
    expect(await here.takeWayIn(ANNE, wayOf(there), true)).toBe('taken');
    await expect(here.unlock(ANNE, 'premier')).rejects.toMatchObject({ code: 'KEY_WRONG' });
    expect([...(await here.unlock(ANNE, 'second'))].sort()).toEqual([CLASSE, HERS].sort());
    expect(await here.takeWayIn(ANNE, first, true)).toBe('kept');
    expect(await here.unlock(ANNE, 'second')).toHaveLength(2);
  });

  it('under another pair takes nobody’s private notes, and wraps the school’s bases anew', async () => {
    const [there, here, notes] = [await poste(), await poste(), await poste()];
    for (const keyring of [here, notes]) await keyring.wrapFor(ANNE, 'premier', [CLASSE]);
    await notes.create(HERS);
    await there.wrapFor(ANNE, 'choisi', [CLASSE], true);
    expect(await here.takeWayIn(ANNE, wayOf(there), true)).toBe('taken');
    expect(await here.unlock(ANNE, 'choisi')).toEqual([CLASSE]);
    expect(await notes.takeWayIn(ANNE, wayOf(there), true)).toBe('kept');
    expect(await notes.unlock(ANNE, 'premier')).toContain(HERS);
    // Two passwords that were both chosen: each stays where it is.
    const other = await poste();
    await other.wrapFor(ANNE, 'choisi ailleurs', [CLASSE], true);
    expect(await here.takeWayIn(ANNE, wayOf(other), true)).toBe('kept');
  });

  it('that nobody stands for replaces nothing, unless the pair that stands here has signed it', async () => {
    const [there, here, forger] = [await poste(), await poste(), await poste()];
    await there.wrapFor(ANNE, 'premier', [CLASSE]);
    expect(await here.takeWayIn(ANNE, wayOf(there), false)).toBe('unvouched');
    await here.takeWayIn(ANNE, wayOf(there), true);
    await forger.wrapFor(ANNE, 'à moi', [CLASSE], true);
    const forged = { ...wayOf(forger), edition: 7 };
    expect(await here.takeWayIn(ANNE, forged, false)).toBe('unvouched');

    await there.changePassword(ANNE, 'premier', 'second');
    const changed = wayOf(there);
    const { publicKey, proof = '' } = changed;
    for (const lie of [
      { ...forged, publicKey, proof },
      { ...changed, edition: 7 },
      { ...changed, salt: forged.salt },
      { ...changed, proof: undefined },
      { ...changed, proof: 'AAAA' },
    ])
      expect(await here.takeWayIn(ANNE, lie, false)).toBe('unvouched');
    expect(await here.takeWayIn(ANNE, changed, false)).toBe('taken');
    expect(await here.unlock(ANNE, 'second')).toEqual([]);
  });
});
