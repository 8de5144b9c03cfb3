import { createSecretKey } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytesFor, grantFor } from '../../exchange/testing/school';
import { openGrantFile, type GrantFile } from './grant-file';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'preau-grants-'));
  path = join(folder, 'grants.sealed');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const KEY = createSecretKey(bytesFor('log'));
const [ANNE, MARC] = [grantFor('anne'), grantFor('marc')];
const open = (stands: readonly string[] = [], key = KEY): Promise<GrantFile> =>
  openGrantFile(path, key, ({ _id }) => stands.includes(_id));

describe('grants that came ahead of their document', () => {
  it('are there after a restart, sealed, when several come at once', async () => {
    const file = await open();
    await Promise.all([ANNE, MARC, ANNE].map((grant) => file.keep(grant)));
    expect((await open()).kept).toEqual([ANNE, MARC]);
    expect((await readFile(path)).includes(ANNE.poste)).toBe(false);
  });

  it('need no place here once they stand in parc', async () => {
    const file = await open();
    await file.keep(ANNE);
    const later = await open([ANNE._id]);
    expect(later.kept).toEqual([]);
    await later.keep(ANNE);
    await later.keep(MARC);
    expect((await open()).kept).toEqual([MARC]);
  });

  it('are not there where the disk did not take them, and are written when they come again', async () => {
    path = join(folder, 'later', 'grants.sealed');
    const file = await open();
    await expect(file.keep(ANNE)).rejects.toThrow();
    await mkdir(join(folder, 'later'));
    await file.keep(ANNE);
    expect((await open()).kept).toEqual([ANNE]);
  });

  it.each(['another key', 'half a file', 'no file of ours'])('begin anew after %s', async (what) => {
    await (await open()).keep(ANNE);
    const bytes = await readFile(path);
    if (what === 'half a file') await writeFile(path, bytes.subarray(0, bytes.length / 2));
    if (what === 'no file of ours') await writeFile(path, 'x');
    const file = await open([], what === 'another key' ? createSecretKey(bytesFor('other')) : KEY);
    expect(file.kept).toEqual([]);
    await file.keep(MARC);
    expect((await open([], what === 'another key' ? createSecretKey(bytesFor('other')) : KEY)).kept).toEqual([
      MARC,
    ]);
  });
});
