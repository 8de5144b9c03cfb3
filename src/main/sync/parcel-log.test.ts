import { createHash } from 'node:crypto';
import {
  appendFile,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { AUDIENCES, grantFor, idFor, member } from '../../exchange/testing/school';
import { mustRead } from '../../exchange/testing/memory';
import type { Head, Parcel } from '../../exchange';
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

  it('are marked as opened one by one: the key of a later one may come first', async () => {
    const [first, second] = (await chain(2)) as [Parcel, Parcel];
    const { folder, log } = await logIn();
    for (const parcel of [first, second]) await log.keep(parcel, false);
    await log.markApplied(second);
    expect(await log.unapplied(AUDIENCE)).toEqual([first.bytes]);
    await log.close();
    const again = await ParcelLog.open(folder, KEY);
    expect(await again.unapplied(AUDIENCE)).toEqual([first.bytes]);
  });

  it('go on without the one whose bytes were changed, and without what follows it in its chain', async () => {
    const parcels = await chain(3);
    const { folder, file, log } = await logIn();
    for (const parcel of parcels) await log.keep(parcel, true);
    const bytes = await readFile(file);
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(file, bytes);
    const again = await ParcelLog.open(folder, KEY);
    expect(await all(again, ORIGIN)).toEqual([parcels[0]?.bytes]);
    expect(await again.get(AUDIENCE, ORIGIN, 2)).toBeUndefined();
    expect(await again.get(AUDIENCE, ORIGIN, 3)).toEqual(parcels[2]?.bytes);
  });
});

const ORIGIN = idFor('poste', 'a');
async function all(log: ParcelLog, name: string, after = 0): Promise<Buffer[]> {
  const found: Buffer[] = [];
  for await (const bytes of log.after(AUDIENCE, name, after)) found.push(bytes);
  return found;
}
const headOf = (parcel: Parcel | undefined): Head => ({
  to: parcel?.header.to ?? 0,
  hash: parcel?.hash ?? '',
});

describe('what a snapshot covers', () => {
  it('goes, the rest stays with all that is known of it, and its chain goes on', async () => {
    const parcels = await chain(6);
    const { folder, file, log } = await logIn();
    for (const parcel of parcels.slice(0, 5)) await log.keep(parcel, parcel !== parcels[3]);
    await log.markApplied(parcels[3] as Parcel);
    const before = (await readFile(file)).length;
    const covers = new Map([[ORIGIN, headOf(parcels[2])]]);
    await log.cover(AUDIENCE, covers, []);
    expect((await readFile(file)).length).toBeLessThan(before);
    await log.keep(parcels[5] as Parcel, false);
    for (const one of [log, await ParcelLog.open(folder, KEY)]) {
      expect(await all(one, ORIGIN)).toEqual(parcels.slice(3).map(({ bytes }) => bytes));
      expect((await one.heads(AUDIENCE)).get(ORIGIN)).toEqual(headOf(parcels[5]));
      expect(await one.unapplied(AUDIENCE)).toEqual([parcels[5]?.bytes]);
    }
    const size = (await readFile(file)).length;
    await log.cover(AUDIENCE, covers, []);
    expect((await readFile(file)).length).toBe(size);
    expect(await readdir(folder)).toEqual([`${AUDIENCE}.log`]);
  });

  it('is where a newcomer’s chain stands, though nothing of it was ever here', async () => {
    const parcels = await chain(4);
    const { folder, log } = await logIn();
    const other = {
      ...(parcels[0] as Parcel),
      header: { ...(parcels[0] as Parcel).header, origin: idFor('poste', 'b') },
    };
    await log.keep(other, true);
    await log.cover(AUDIENCE, new Map([[ORIGIN, headOf(parcels[2])]]), []);
    await log.keep(parcels[3] as Parcel, true);
    const again = await ParcelLog.open(folder, KEY);
    expect((await again.heads(AUDIENCE)).get(ORIGIN)).toEqual(headOf(parcels[3]));
    expect((await again.vectors())[AUDIENCE]).toEqual({ [ORIGIN]: 4, [idFor('poste', 'b')]: 1 });
    await again.cover(AUDIENCE, new Map(), [idFor('poste', 'b')]);
    expect((await again.vectors())[AUDIENCE]).toEqual({ [ORIGIN]: 4 });
  });

  it('never moves a head back', async () => {
    const parcels = await chain(4);
    const { log } = await logIn();
    for (const parcel of parcels) await log.keep(parcel, true);
    await log.cover(AUDIENCE, new Map([[ORIGIN, headOf(parcels[3])]]), []);
    await log.cover(AUDIENCE, new Map([[ORIGIN, headOf(parcels[1])]]), []);
    expect((await log.heads(AUDIENCE)).get(ORIGIN)).toEqual(headOf(parcels[3]));
  });

  it('is there as before, or gone, wherever the machine died in between', async () => {
    const parcels = await chain(5);
    const { folder, file, log } = await logIn();
    for (const parcel of parcels) await log.keep(parcel, true);
    const old = await readFile(file);
    await log.cover(AUDIENCE, new Map([[ORIGIN, headOf(parcels[2])]]), []);
    const renewed = await readFile(file);
    for (let cut = 0; cut <= renewed.length; cut += 11) {
      await writeFile(file, old);
      await writeFile(`${file}.new`, renewed.subarray(0, cut));
      const after = await ParcelLog.open(folder, KEY);
      expect(await all(after, ORIGIN)).toHaveLength(5);
      expect(await readdir(folder)).toEqual([`${AUDIENCE}.log`]);
    }
  });

  it('may go while somebody is being handed it: what follows is not sent without it', async () => {
    const parcels = await chain(5);
    const { log } = await logIn();
    for (const parcel of parcels) await log.keep(parcel, true);
    const reading = log.after(AUDIENCE, ORIGIN, 0);
    expect((await reading.next()).value).toEqual(parcels[0]?.bytes);
    await log.cover(AUDIENCE, new Map([[ORIGIN, headOf(parcels[2])]]), []);
    expect((await reading.next()).done).toBe(true);
    expect(await all(log, ORIGIN, 3)).toEqual(parcels.slice(3).map(({ bytes }) => bytes));
  });
});

describe('thousands of parcels', () => {
  it('are found again without being read, and hold no file open', async () => {
    const [parcel] = (await chain(1)) as [Parcel];
    const { folder, file, log } = await logIn();
    // The index asks nothing of what a parcel holds: large ones, made of one.
    const large = { ...parcel, bytes: Buffer.alloc(60_000, 7) };
    for (let n = 1; n <= 1500; n++) {
      const header = { ...parcel.header, from: n, to: n };
      await log.keep(
        { ...large, header, hash: createHash('sha256').update(`${n}`).digest('base64url') },
        true,
      );
    }
    expect((await stat(file)).size).toBeGreaterThan(80e6);
    await log.close();
    const before = process.memoryUsage();
    const again = await ParcelLog.open(folder, KEY);
    const after = process.memoryUsage();
    expect(await held(again)).toBe(1500);
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(5e6);
    expect((await again.get(AUDIENCE, ORIGIN, 777))?.length).toBe(60_000);
    if (process.platform === 'linux') {
      const open = await Promise.all(
        (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
      );
      expect(open.filter((path) => path.startsWith(folder))).toEqual([]);
    }
  });
});
