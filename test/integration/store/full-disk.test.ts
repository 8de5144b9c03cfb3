import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openFileStore } from '../../../src/main/files/file-store';
import { DataFolder } from '../../../src/store/data-folder';
import { note, openStore, startProgram, temporaryFolder } from './support';

/** A disk of 3 MB, or the reason why there is none. */
async function smallDisk(): Promise<{ folder: string } | { reason: string }> {
  const folder = join(await temporaryFolder(), 'disk');
  await mkdir(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    return { reason: `no tmpfs can be mounted here: ${String((error as Error).message).split('\n')[0]}` };
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return { folder };
}

describe('a full disk', () => {
  it('refuses writes by name, loses nothing acknowledged, and goes on when there is room', async (context) => {
    const disk = await smallDisk();
    if ('reason' in disk) return context.skip(disk.reason);
    const { folder } = disk;
    const store = await openStore(folder);
    const db = await store.open('parc');
    const ballast = join(folder, 'ballast');
    await writeFile(ballast, Buffer.alloc(1024 * 1024));
    const kept: string[] = [];
    let failure: unknown;
    for (let i = 0; i < 2000 && !failure; i++) {
      try {
        kept.push((await db.put(note('x'.repeat(3000), { _id: `plan_${i}` }))).body._id);
      } catch (error) {
        failure = error;
      }
    }
    expect(failure).toMatchObject({ code: 'DISK_FULL' });
    for (let i = 0; i < 5; i++)
      await expect(db.put(note('x'.repeat(3000)))).rejects.toMatchObject({ code: 'DISK_FULL' });
    // Reading goes on meanwhile.
    for (const id of kept) expect(db.get(id)?.body._id).toBe(id);

    await rm(ballast);
    const after = await db.put(note('room again', { _id: 'plan_after' }));
    for (let i = 0; i < 20; i++) kept.push((await db.put(note('x'.repeat(100)))).body._id);
    await store.close();
    const again = await (await openStore(folder)).open('parc');
    expect(again.damaged.size).toBe(0);
    expect(kept.filter((id) => !again.get(id))).toEqual([]);
    expect(again.get('plan_after')).toEqual(after);
    console.log(`${kept.length} acknowledged writes around a full disk, none lost`);
  });

  it('leaves a reception where it stood, and no draft', async (context) => {
    const disk = await smallDisk();
    if ('reason' in disk) return context.skip(disk.reason);
    const files = await openFileStore({ folder: join(disk.folder, 'files'), key: () => Buffer.alloc(32, 1) });
    const ballast = join(disk.folder, 'ballast');
    await writeFile(ballast, Buffer.alloc(2 * 1024 * 1024));
    const content = Buffer.alloc(1024 * 1024, 'é');
    await files.begin('k', content.length);
    let offset = await files.append('k', 0, content.subarray(0, 300_000));
    await expect(files.append('k', offset, content.subarray(offset))).rejects.toMatchObject({
      code: 'DISK_FULL',
    });
    // Nothing in it that is stored once, or shrinks.
    await expect(files.store(Readable.from([randomBytes(3 * 1024 * 1024)]))).rejects.toMatchObject({
      code: 'DISK_FULL',
    });
    await rm(ballast);
    offset = await files.begin('k', content.length);
    expect(offset).toBe(300_000);
    await files.append('k', offset, content.subarray(offset));
    const { sha256 } = await files.finish('k');
    expect((await buffer(await files.openRead(sha256))).equals(content)).toBe(true);
  });
});

describe('the lock', () => {
  it('keeps a second process out, and dies with the first', async () => {
    const folder = await temporaryFolder();
    const holder = startProgram('hold.program.ts', [folder]);
    await once(holder.stdout ?? holder, 'data');
    await expect(DataFolder.open({ folder })).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    holder.kill('SIGKILL');
    await once(holder, 'close');
    const ours = await DataFolder.open({ folder });
    await expect(DataFolder.open({ folder })).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    await ours.close();
    await (await DataFolder.open({ folder })).close();
  });
});
