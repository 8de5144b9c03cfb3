import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { idFrom } from '../../../src/domain/id';
import { ChunkList, chunkName, endOfPieces, packChunk, writePiece } from '../../../src/exchange/files';
import { everyFile, temporaryFolder } from '../store/support';
import { openLine } from './line';
import { CLASSE_CE1, ECOLE, openFileSchool, type FileSchool } from './school';

async function school(at?: string): Promise<FileSchool> {
  const opened = await openFileSchool(at);
  onTestFinished(() => opened.close());
  return opened;
}
const document = (): string => idFrom('item', randomBytes(9));
const ENOUGH = 1e12;
const MB = 1_000_000;

/** Bytes of the files in a folder, or 0. */
async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => ({ size: 0 }))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

async function smallDisk(megabytes: number): Promise<{ folder: string } | { reason: string }> {
  const folder = join(await temporaryFolder(), 'disk');
  await mkdir(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    return { reason: `no tmpfs can be mounted here: ${String((error as Error).message).split('\n')[0]}` };
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return { folder };
}

describe('files and what befalls a poste', () => {
  it(
    'goes on after SIGKILL in mid-transfer: a kill costs what was in the pipe',
    { timeout: 180_000 },
    async () => {
      const { poste, gateway } = await school();
      const anne = await poste('anne');
      const bytes = randomBytes(12 * MB);
      const named = document();
      const file = await anne.share(ECOLE, named, bytes);
      await anne.exchange.run({ lineBytes: ENOUGH, remotes: [anne.remote({ to: 'commune' })] });
      // Its grant is known; its computer is another process.
      const folder = await temporaryFolder();
      await (await poste('marc', undefined, join(folder, 'unused'))).close();
      const line = await openLine(gateway.port);
      onTestFinished(() => line.close());
      const transfers = join(folder, 'marc', 'files', 'transfers');
      const resolver = join(import.meta.dirname, 'resolve-ts.mjs');
      const program = join(import.meta.dirname, 'fetch.program.ts');
      const flags = ['--no-warnings', '--experimental-transform-types', '--import', resolver, program];
      let kills = 0;
      for (let round = 1; round <= 2; round++) {
        const args = [...flags, folder, String(line.port), named, file.sha256, String(file.size)];
        const child = spawn(process.execPath, args, { stdio: 'inherit' });
        const ended = once(child, 'close');
        const goal = round * 4 * MB;
        let over = false;
        void ended.then(() => (over = true));
        const reached = async (): Promise<boolean> => over || (await sizeOf(transfers)) >= goal;
        await expect.poll(reached, { interval: 5, timeout: 60_000 }).toBe(true);
        if (!over) kills += 1;
        child.kill('SIGKILL');
        await ended;
      }
      expect(kills).toBeGreaterThan(0);
      const after = await school(folder);
      const marc = await after.poste('marc');
      const port = line.port;
      const run = await marc.exchange.run({
        lineBytes: ENOUGH,
        remotes: [marc.remote({ to: 'commune', port })],
      });
      expect(run.fetched).toBe(1);
      expect((await buffer(await marc.files.openRead(file.sha256))).equals(bytes)).toBe(true);
      // A step is 1 MiB, and so much may be between the sockets.
      expect(line.down).toBeLessThan(12 * MB * 1.01 + kills * 3 * MB);
      expect(await sizeOf(transfers)).toBe(0);
    },
  );

  it('says that the disk is full, keeps what came, and goes on when there is room', async (context) => {
    const disk = await smallDisk(8);
    if ('reason' in disk) return context.skip(disk.reason);
    const { poste, carry } = await school();
    const anne = await poste('anne');
    const bytes = randomBytes(2 * MB);
    const file = await anne.share(ECOLE, document(), bytes);
    const marc = await poste('marc', undefined, disk.folder);
    await carry(anne, ECOLE, [marc]);
    const ballast = join(disk.folder, 'ballast');
    const room = 1.2 * MB;
    const { bavail, bsize } = await statfs(disk.folder);
    await writeFile(ballast, Buffer.alloc(Math.max(0, bavail * bsize - room)));
    let lan = 0;
    const near = () => ({
      lineBytes: 0,
      remotes: [marc.remote({ to: anne, count: (count) => (lan += count) })],
    });
    expect(await marc.exchange.run(near())).toMatchObject({ fetched: 0, stopped: 'disk-full' });
    expect(await marc.files.has(file.sha256)).toBe(false);
    await rm(ballast);
    const first = lan;
    expect((await marc.exchange.run(near())).fetched).toBe(1);
    expect(lan - first).toBeLessThan(1.7 * MB);
    expect((await buffer(await marc.files.openRead(file.sha256))).equals(bytes)).toBe(true);
  });

  it('stores one content twice at once, and one file in two transfers, without harm', async () => {
    const { poste, carry } = await school();
    const anne = await poste('anne');
    const bytes = randomBytes(MB);
    const [one, two] = await Promise.all([
      anne.files.store(Readable.from([bytes])),
      anne.files.store(Readable.from([bytes])),
    ]);
    expect(one).toEqual(two);
    await anne.name(ECOLE, document(), one);
    await anne.name(CLASSE_CE1, document(), one);
    const marc = await poste('marc');
    await carry(anne, ECOLE, [marc]);
    await carry(anne, CLASSE_CE1, [marc]);
    const near = { lineBytes: 0, remotes: [marc.remote({ to: anne })] };
    const runs = await Promise.all([marc.exchange.run(near), marc.exchange.run(near)]);
    expect(runs.map(({ fetched }) => fetched).sort()).toEqual([0, 1]);
    expect((await buffer(await marc.files.openRead(one.sha256))).equals(bytes)).toBe(true);
  });

  it('takes nothing at the commune that is not the chunk named, nor without a ticket', async () => {
    const { poste, folder, shelf } = await school();
    const anne = await poste('anne');
    const named = document();
    const body = packChunk(randomBytes(50_000));
    const file = 'ab'.repeat(32);
    await anne.name(ECOLE, named, { sha256: file, size: 50_000 });
    const list = ChunkList.of(file, null, [{ name: chunkName(body), length: 50_000, body: body.length }]);
    const commune = anne.remote({ to: 'commune' });
    const request = { audience: ECOLE, document: named, file, list: list.hash };
    expect(await commune.offer(request)).toEqual({ send: 'list' });
    const other = ChunkList.of('cd'.repeat(32), null, []);
    await expect(commune.offer({ ...request, list: other.hash }, other)).rejects.toMatchObject({
      params: { reason: 'LIST_WRONG' },
    });
    const answer = await commune.offer(request, list);
    if (answer.send !== 'chunks') throw new Error('nothing is asked for');
    const head = { audience: ECOLE, file, list: list.hash, ticket: answer.ticket };
    const bodies = async function* (...pieces: Buffer[]): AsyncGenerator<Buffer> {
      for (const piece of pieces) yield await Promise.resolve(piece);
    };
    const changed = Buffer.from(body);
    changed.writeUInt8(changed.readUInt8(100) ^ 1, 100);
    for (const wrong of [writePiece(0, 0, changed), writePiece(7, 0, body), writePiece(0, 10, body)])
      expect(await commune.put(head, bodies(wrong, endOfPieces()))).toEqual({ taken: 0, complete: false });
    await expect(
      commune.put({ ...head, ticket: `z${answer.ticket}` }, bodies(writePiece(0, 0, body), endOfPieces())),
    ).rejects.toMatchObject({ code: 'GATEWAY_REFUSED' });
    await expect(
      commune.put({ ...head, audience: CLASSE_CE1 }, bodies(writePiece(0, 0, body), endOfPieces())),
    ).rejects.toMatchObject({ code: 'GATEWAY_REFUSED' });
    expect(
      [...(await everyFile(join(folder, 'commune'))).keys()].filter((path) => path.includes('bodies')),
    ).toEqual([]);
    expect(await commune.put(head, bodies(writePiece(0, 0, body), endOfPieces()))).toEqual({
      taken: 1,
      complete: true,
    });
    expect((await (await shelf.give(ECOLE, file))?.read(0))?.equals(body)).toBe(true);
    expect((await stat(join(folder, 'commune'))).isDirectory()).toBe(true);
  });
});
