import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { EncryptedFileStore, openFileStore } from '../../../src/main/files/file-store';
import { FRAME_BYTES } from '../../../src/main/files/frames';
import { FrameWriter } from './former-layout';
import { everyFile, temporaryFolder } from '../store/support';

const KEY = Buffer.alloc(32, 5);
const openFiles = (folder: string, limit?: number) =>
  openFileStore({ folder, key: () => KEY, ...(limit !== undefined && { limit }) });
const stored = async (folder: string) =>
  [...(await everyFile(folder)).keys()].map((path) => path.slice(folder.length));

describe('file store', () => {
  it('gives back what it took, whole and in part, at every frame border', async () => {
    const folder = await temporaryFolder();
    const files = await openFiles(folder);
    for (const size of [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES + 17]) {
      const content = randomBytes(size);
      const { sha256, size: found } = await files.store(Readable.from([content]));
      expect(found).toBe(size);
      expect(await files.has(sha256)).toBe(true);
      expect((await buffer(await files.openRead(sha256))).equals(content)).toBe(true);
      for (const [start, end] of [
        [0, 0],
        [FRAME_BYTES - 1, FRAME_BYTES],
        [size - 1, size - 1],
        [size, size + 5],
        [2 * FRAME_BYTES, 10 * FRAME_BYTES],
      ] as const) {
        if (start < 0) continue;
        const part = await buffer(await files.openRead(sha256, { start, end }));
        expect(part.equals(content.subarray(start, end + 1))).toBe(true);
      }
    }
    await expect(files.openRead('0'.repeat(64))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(files.openRead('../../keys.json')).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('takes a file piece by piece, across a restart, and refuses a wrong offset', async () => {
    const folder = await temporaryFolder();
    const content = randomBytes(700_000);
    let files = await openFiles(folder);
    expect(await files.begin('hand-in', content.length)).toBe(0);
    let offset = 0;
    for (const cut of [10, 5_000, 400_000, 400_001, 650_000]) {
      offset = await files.append('hand-in', offset, content.subarray(offset, cut));
      await expect(files.append('hand-in', 3, content)).rejects.toMatchObject({ code: 'UPLOAD_BROKEN' });
      files = await openFiles(folder);
      expect(await files.begin('hand-in', content.length)).toBe(cut);
    }
    await expect(files.finish('hand-in')).rejects.toMatchObject({ code: 'UPLOAD_BROKEN' });
    await expect(files.append('hand-in', offset, content)).rejects.toMatchObject({ code: 'UPLOAD_BROKEN' });
    await files.append('hand-in', offset, content.subarray(offset));
    const { sha256, size } = await files.finish('hand-in');
    expect(size).toBe(content.length);
    expect((await buffer(await files.openRead(sha256))).equals(content)).toBe(true);
    expect(await stored(folder)).toHaveLength(1);
    await files.begin('again', content.length);
    await files.append('again', 0, content);
    await expect(files.finish('again', { sha256: '0'.repeat(64) })).rejects.toMatchObject({
      code: 'UPLOAD_BROKEN',
    });
    expect(await files.begin('again', content.length)).toBe(0);
  });

  it('goes on after a reception whose last piece was cut at any byte', async () => {
    const folder = await temporaryFolder();
    const content = randomBytes(300);
    const files = await openFiles(folder);
    await files.begin('k', 300);
    await files.append('k', 0, content.subarray(0, 100));
    await files.append('k', 100, content.subarray(100, 200));
    const [path, whole] = [...(await everyFile(folder))][0] ?? ['', Buffer.alloc(0)];
    for (let cut = 1; cut <= whole.length; cut += 7) {
      await writeFile(path, whole.subarray(0, cut));
      const fresh = await openFiles(folder);
      const offset = await fresh.begin('k', 300);
      expect([0, 100, 200]).toContain(offset);
      await fresh.append('k', offset, content.subarray(offset));
      const { sha256 } = await fresh.finish('k');
      expect((await buffer(await fresh.openRead(sha256))).equals(content)).toBe(true);
    }
  });

  it('keeps to its limits and leaves nothing behind', async () => {
    const folder = await temporaryFolder();
    const files = await openFiles(folder, 1000);
    await expect(files.store(Readable.from([Buffer.alloc(600), Buffer.alloc(600)]))).rejects.toMatchObject({
      code: 'TOO_LARGE',
      params: { limit: 1000 },
    });
    await expect(files.begin('k', 1001)).rejects.toMatchObject({ code: 'TOO_LARGE' });
    await files.begin('k', 100);
    await files.abandon('k');
    expect(await stored(folder)).toEqual([]);
  });

  it('is unreadable, opaque by name, and tells changed, cut or exchanged files', async () => {
    const folder = await temporaryFolder();
    const files = await openFiles(folder);
    const content = Buffer.concat([Buffer.from('Le cahier de Mathéo '.repeat(5000)), randomBytes(200_000)]);
    const { sha256 } = await files.store(Readable.from([content]));
    const other = await files.store(Readable.from([Buffer.from('autre')]));
    for (const [path, bytes] of await everyFile(folder)) {
      expect(bytes.includes('Mathéo')).toBe(false);
      expect(path).not.toContain(sha256.slice(0, 16));
    }
    const [big = '', small = ''] = [...(await everyFile(folder))]
      .sort((a, b) => b[1].length - a[1].length)
      .map(([path]) => path);
    const whole = await readFile(big);
    const read = async () => buffer(await files.openRead(sha256));
    for (const position of [5, 100, 70_000, whole.length - 1]) {
      const changed = Buffer.from(whole);
      changed.writeUInt8(changed.readUInt8(position) ^ 1, position);
      await writeFile(big, changed);
      await expect(read()).rejects.toMatchObject({ code: 'DOCUMENT_TAMPERED', params: { id: sha256 } });
    }
    await writeFile(big, whole.subarray(0, -1));
    await expect(read()).rejects.toMatchObject({ code: 'DOCUMENT_TAMPERED' });
    await writeFile(big, await readFile(small));
    await expect(read()).rejects.toMatchObject({ code: 'DOCUMENT_TAMPERED' });
    await writeFile(big, whole);
    expect((await read()).equals(content)).toBe(true);
    const stranger = new EncryptedFileStore({ folder, key: () => Buffer.alloc(32, 6) });
    expect(await stranger.has(other.sha256)).toBe(false);
  });

  it('collects what nobody names, after the wait', async () => {
    const folder = await temporaryFolder();
    const files = await openFiles(folder);
    const kept = await files.store(Readable.from([Buffer.from('kept')]));
    await files.store(Readable.from([Buffer.from('gone')]));
    expect(await files.collect([kept.sha256], 0)).toBe(0);
    expect(await files.collect([kept.sha256], Date.now() + 60_000)).toBeGreaterThan(0);
    expect(await stored(folder)).toHaveLength(1);
    expect(await files.has(kept.sha256)).toBe(true);
  });

  it('lets go of one file at once, when who reads it has ended, and of nothing that leans on it', async () => {
    const folder = await temporaryFolder();
    const files = await openFiles(folder);
    const first = randomBytes(900_000);
    const second = Buffer.concat([first, randomBytes(5_000)]);
    const one = await files.store(Readable.from([first]));
    const two = await files.store(Readable.from([second]));
    const reading = await files.openRead(one.sha256);
    const discarded = files.discard(one.sha256);
    expect((await buffer(reading)).equals(first)).toBe(true);
    await discarded;
    expect([await files.has(one.sha256), await files.has(two.sha256)]).toEqual([false, true]);
    expect((await buffer(await files.openRead(two.sha256))).equals(second)).toBe(true);
    // Gone already, twice at once: nothing more to do.
    await Promise.all([files.discard(one.sha256), files.discard(two.sha256), files.discard(two.sha256)]);
    expect(await stored(folder)).toEqual([]);
    expect(await files.store(Readable.from([first]))).toEqual(one);
    expect((await buffer(await files.openRead(one.sha256))).equals(first)).toBe(true);
  });

  it('forgets the drafts of a run that was killed', async () => {
    const folder = await temporaryFolder();
    await openFiles(folder);
    await mkdir(join(folder, 'drafts'));
    await writeFile(join(folder, 'drafts', 'half'), 'x');
    await openFiles(folder);
    expect(await stored(folder)).toEqual([]);
  });

  it('keeps what two files share once, and each whole when the other one goes', async () => {
    const folder = await temporaryFolder();
    let files = await openFiles(folder);
    const sizeOnDisk = async () =>
      [...(await everyFile(folder)).values()].reduce((sum, b) => sum + b.length, 0);
    const first = randomBytes(2_000_000);
    const second = Buffer.concat([first.subarray(0, 900_000), randomBytes(5_000), first.subarray(900_000)]);
    const one = await files.store(Readable.from([first]));
    const before = await sizeOnDisk();
    files = await openFiles(folder);
    const two = await files.store(Readable.from([second]));
    expect((await sizeOnDisk()) - before).toBeLessThan(350_000);
    // The same again changes nothing, and does not come to lean on itself.
    await files.store(Readable.from([first]));
    expect((await buffer(await files.openRead(one.sha256))).equals(first)).toBe(true);
    const reading = await files.openRead(two.sha256);
    expect(await files.collect([two.sha256], Date.now() + 60_000)).toBe(0);
    reading.destroy();
    await once(reading, 'close');
    expect(await files.collect([two.sha256], Date.now() + 60_000)).toBeGreaterThan(0);
    expect(await files.has(one.sha256)).toBe(false);
    files = await openFiles(folder);
    expect((await buffer(await files.openRead(two.sha256))).equals(second)).toBe(true);
    expect(
      (await buffer(await files.openRead(two.sha256, { start: 899_990, end: 905_010 }))).equals(
        second.subarray(899_990, 905_011),
      ),
    ).toBe(true);
  });

  it('takes a damaged file anew, and mends what leant on it', async () => {
    const folder = await temporaryFolder();
    const files = await openFiles(folder);
    const first = randomBytes(400_000);
    const second = Buffer.concat([first, randomBytes(1000)]);
    const one = await files.store(Readable.from([first]));
    const [path = '', whole = Buffer.alloc(0)] = [...(await everyFile(folder))][0] ?? [];
    const two = await files.store(Readable.from([second]));
    whole.writeUInt8(whole.readUInt8(1000) ^ 1, 1000);
    await writeFile(path, whole);
    for (const { sha256 } of [two, one])
      await expect(files.openRead(sha256).then(buffer)).rejects.toMatchObject({ code: 'DOCUMENT_TAMPERED' });
    await files.store(Readable.from([first]));
    expect((await buffer(await files.openRead(one.sha256))).equals(first)).toBe(true);
    expect((await buffer(await files.openRead(two.sha256))).equals(second)).toBe(true);
  });

  it('opens what a folder of the former layout holds', async () => {
    const folder = await temporaryFolder();
    const files = await openFiles(folder);
    for (const size of [0, 1, FRAME_BYTES, 3 * FRAME_BYTES + 17]) {
      const content = randomBytes(size);
      const file = { sha256: createHash('sha256').update(content).digest('hex'), size };
      const path = files.containers.pathOf(files.containers.fileName(file.sha256));
      await mkdir(dirname(path), { recursive: true });
      const handle = await open(path, 'wx');
      const writer = new FrameWriter(handle, files.containers.sealingKey());
      await writer.write(content);
      await writer.end(file);
      await handle.close();
      const before = await openFiles(folder);
      expect(await before.has(file.sha256)).toBe(true);
      expect((await buffer(await before.openRead(file.sha256))).equals(content)).toBe(true);
      expect(await before.store(Readable.from([content]))).toEqual(file);
      expect(
        (await buffer(await before.openRead(file.sha256, { start: 1 }))).equals(content.subarray(1)),
      ).toBe(true);
    }
  });

  it('holds 200 MB without holding them in memory', { timeout: 120_000 }, async () => {
    const files = await openFiles(await temporaryFolder());
    const block = randomBytes(1024 * 1024);
    const hash = createHash('sha256');
    let most = 0;
    const look = (): void => {
      const { rss } = process.memoryUsage();
      most = Math.max(most, rss);
    };
    function* content(): Generator<Buffer> {
      for (let at = 0; at < 200; at++) {
        block.writeUInt32BE(at, at * 1000);
        hash.update(block);
        look();
        yield Buffer.from(block);
      }
    }
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    const { sha256, size } = await files.store(Readable.from(content()));
    expect({ sha256, size }).toEqual({ sha256: hash.digest('hex'), size: 200 * 1024 * 1024 });
    const back = createHash('sha256');
    for await (const piece of await files.openRead(sha256)) {
      back.update(piece as Buffer);
      look();
    }
    expect(back.digest('hex')).toBe(sha256);
    expect((most - before) / 1024 ** 2).toBeLessThan(150);
  });
});
