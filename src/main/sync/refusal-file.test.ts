import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { idFor } from '../../exchange/testing/school';
import type { Refusal } from '../../exchange';
import { openRefusalFile } from './refusal-file';

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'preau-refusals-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const refusal = (n: number): Refusal => ({
  audience: 'ecole_2026',
  origin: idFor('poste', 'b'),
  from: n,
  document: idFor('event', `${n}`),
  reason: 'AUTHOR_FORBIDDEN',
});

describe('the refusals of a poste', () => {
  it('are all on the disk when many come and go at once', async () => {
    const path = join(folder, 'refusals.json');
    const list = await openRefusalFile(path);
    const all = Array.from({ length: 40 }, (_, n) => refusal(n + 1));
    await Promise.all(all.map((one) => list.add([one])));
    await Promise.all(all.slice(0, 10).map((one) => list.remove([one])));
    expect(await (await openRefusalFile(path)).all()).toEqual(all.slice(10));
  });

  it('are not there where the disk did not take them, and are written when they come again', async () => {
    const path = join(folder, 'later', 'refusals.json');
    const list = await openRefusalFile(path);
    await expect(list.add([refusal(1)])).rejects.toThrow();
    expect(await list.all()).toEqual([]);
    await mkdir(join(folder, 'later'));
    await list.add([refusal(1)]);
    expect(await (await openRefusalFile(path)).all()).toEqual([refusal(1)]);
  });
});
