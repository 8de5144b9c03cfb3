import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { AUDIENCES, grantFor, idFor, member } from '../../exchange/testing/school';
import { mustRead } from '../../exchange/testing/memory';
import type { Parcel } from '../../exchange';
import { sealingKey } from '../../store/seal';
import { ParcelLog } from './parcel-log';

const KEY = sealingKey(Buffer.alloc(32, 3), 'test');
const AUDIENCE = AUDIENCES[0] as string;
const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function chain(count: number): Promise<Parcel[]> {
  const a = member('a', { grants: [grantFor('a')] });
  for (let n = 0; n < count; n++) {
    a.documents.write(AUDIENCE, { _id: idFor('event', `${n}`), type: 'note', v: 1, text: `Zoé n° ${n}` });
    await a.replica.packOwn(AUDIENCE);
  }
  const parcels: Parcel[] = [];
  for await (const bytes of a.shelf.after(AUDIENCE, a.poste, 0)) parcels.push(mustRead(bytes));
  return parcels;
}
async function logIn(): Promise<{ folder: string; file: string; log: ParcelLog }> {
  const folder = await mkdtemp(join(tmpdir(), 'preau-log-'));
  folders.push(folder);
  return { folder, file: join(folder, `${AUDIENCE}.log`), log: await ParcelLog.open(folder, KEY) };
}
const held = async (log: ParcelLog): Promise<number> => (await log.size()).parcels;

describe('the parcels of a poste', () => {
  it('are there again after a restart, sealed on the disk', async () => {
    const parcels = await chain(3);
    const { folder, file, log } = await logIn();
    for (const parcel of parcels) await log.keep(parcel, parcel !== parcels[2]);
    await log.keep(parcels[2] as Parcel, true);
    await log.close();
    expect((await readFile(file)).includes('Zo')).toBe(false);

    const again = await ParcelLog.open(folder, KEY);
    expect(await held(again)).toBe(3);
    const origin = parcels[0]?.header.origin ?? '';
    expect((await again.heads(AUDIENCE)).get(origin)?.hash).toBe(parcels[2]?.hash);
    expect(await again.get(AUDIENCE, origin, 2)).toEqual(parcels[1]?.bytes);
    expect(await again.unapplied(AUDIENCE)).toEqual([parcels[2]?.bytes]);
    await again.markApplied(parcels[2] as Parcel);
    await again.close();
    const third = await ParcelLog.open(folder, KEY);
    expect(await third.unapplied(AUDIENCE)).toEqual([]);
    await third.close();
  });

  it('lose the last one at most, wherever a write was torn, and go on', async () => {
    const [first, second] = (await chain(2)) as [Parcel, Parcel];
    const { folder, file, log } = await logIn();
    await log.keep(first, true);
    const whole = (await readFile(file)).length;
    await log.keep(second, true);
    await log.close();
    const full = await readFile(file);
    for (let cut = whole; cut <= full.length; cut += 7) {
      await writeFile(file, full.subarray(0, cut));
      const torn = await ParcelLog.open(folder, KEY);
      expect(await held(torn)).toBe(cut === full.length ? 2 : 1);
      await torn.keep(second, true);
      expect(await held(torn)).toBe(2);
      await torn.close();
    }
    // A power cut may leave the right length and no content.
    await truncate(file, full.length - 20);
    await appendFile(file, Buffer.alloc(20));
    const zeros = await ParcelLog.open(folder, KEY);
    expect(await held(zeros)).toBe(1);
    await zeros.close();
  });
});
