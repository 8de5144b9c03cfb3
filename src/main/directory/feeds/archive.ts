import { createInflateRaw } from 'node:zlib';
import { buffer } from 'node:stream/consumers';
import { FEED_LIMITS } from './limits';
import { FeedRefused } from './problem';
import type { FeedSource } from './source';

/** End of central directory, one entry of it, one local header (APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16). */
const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const COMMENT_BYTES = 65_535;
const DIRECTORY_BYTES = 4 * 1024 * 1024;
const STORED = 0;
const DEFLATED = 8;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly unpacked: number;
  readonly at: number;
}

const bad = (): FeedRefused => new FeedRefused({ code: 'badArchive' });

/**
 * The files of a ZIP, each opened by itself and unpacked as it is read. Names are labels only: nothing is ever written
 * under them. Encrypted files, ZIP64 and other methods than deflate are refused, and so is what unpacks to more than
 * `FEED_LIMITS.packing` times its size, or whose files are packed into the same bytes.
 * @throws FeedRefused `badArchive`, `emptyArchive`
 */
export async function filesOfArchive(archive: FeedSource): Promise<FeedSource[]> {
  const entries = (await directoryOf(archive)).filter(({ name }) => !/(^|\/)(\.|__MACOSX\/)|\/$/.test(name));
  if (entries.length === 0) throw new FeedRefused({ code: 'emptyArchive' });
  return entries.map((entry) => ({
    name: entry.name.split('/').at(-1) ?? entry.name,
    size: entry.unpacked,
    open: () => unpack(archive, entry),
  }));
}

async function read(archive: FeedSource, start: number, end: number): Promise<Buffer> {
  if (start < 0 || end > archive.size || start >= end) throw bad();
  return buffer(await archive.open({ start, end }));
}

async function directoryOf(archive: FeedSource): Promise<Entry[]> {
  const tailStart = Math.max(0, archive.size - END_BYTES - COMMENT_BYTES);
  const tail = await read(archive, tailStart, archive.size);
  let at = tail.length - END_BYTES;
  while (at >= 0 && tail.readUInt32LE(at) !== END) at -= 1;
  if (at < 0) throw bad();
  const count = tail.readUInt16LE(at + 10);
  const bytes = tail.readUInt32LE(at + 12);
  const start = tail.readUInt32LE(at + 16);
  if (count > FEED_LIMITS.entries || bytes > DIRECTORY_BYTES) throw bad();
  if (count === 0) return [];
  const entries = entriesOf(await read(archive, start, start + bytes), count);
  // Many entries may lie over the same packed bytes: each within its measure, together a bomb.
  const packed = entries.reduce((sum, entry) => sum + entry.packed, 0);
  if (packed > archive.size) throw bad();
  return entries;
}

function entriesOf(directory: Buffer, count: number): Entry[] {
  const entries: Entry[] = [];
  let at = 0;
  for (let rank = 0; rank < count; rank += 1) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== ENTRY) throw bad();
    const encrypted = (directory.readUInt16LE(at + 8) & 1) !== 0;
    const method = directory.readUInt16LE(at + 10);
    const packed = directory.readUInt32LE(at + 20);
    const unpacked = directory.readUInt32LE(at + 24);
    const nameBytes = directory.readUInt16LE(at + 28);
    const extra = directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    const zip64 = packed === 0xffffffff || unpacked === 0xffffffff;
    if (encrypted || zip64 || (method !== STORED && method !== DEFLATED)) throw bad();
    if (unpacked > Math.max(packed, 1) * FEED_LIMITS.packing) throw bad();
    const name = directory.toString('utf8', at + 46, at + 46 + nameBytes).slice(0, 200);
    entries.push({ name, method, packed, unpacked, at: directory.readUInt32LE(at + 42) });
    at += 46 + nameBytes + extra;
  }
  return entries;
}

/** What the directory says of sizes is only a promise: the count goes on while the bytes come. */
async function* unpack(archive: FeedSource, entry: Entry): AsyncGenerator<Uint8Array> {
  const local = await read(archive, entry.at, entry.at + 30);
  if (local.readUInt32LE(0) !== LOCAL) throw bad();
  const start = entry.at + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (start + entry.packed > archive.size) throw bad();
  if (entry.packed === 0) return;
  const packed = await archive.open({ start, end: start + entry.packed });
  if (entry.method === STORED) {
    yield* packed;
    return;
  }
  const inflate = createInflateRaw();
  const feed = feedInto(inflate, packed);
  let count = 0;
  try {
    for await (const piece of inflate as AsyncIterable<Buffer>) {
      count += piece.length;
      if (count > entry.unpacked) throw bad();
      yield piece;
    }
  } catch (error) {
    throw error instanceof FeedRefused ? error : bad();
  } finally {
    inflate.destroy();
    await feed;
  }
  if (count !== entry.unpacked) throw bad();
}

async function feedInto(
  inflate: ReturnType<typeof createInflateRaw>,
  packed: AsyncIterable<Uint8Array>,
): Promise<void> {
  try {
    for await (const piece of packed) {
      if (inflate.destroyed) return;
      if (!inflate.write(piece)) await new Promise((go) => inflate.once('drain', go).once('close', go));
    }
    inflate.end();
  } catch (error) {
    inflate.destroy(error instanceof Error ? error : bad());
  }
}
