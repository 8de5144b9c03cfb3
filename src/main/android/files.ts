import type { AdbSocket } from '@yume-chan/adb';
import { AppRefused } from './apps';
import type { AndroidLimits } from './limits';
import { SyncRefused } from './push';
import { commandLine } from './shell';
import { readSync, type SyncReader } from './sync-reader';
import type { TabletShell } from './tablet-shell';

/**
 * Files of other applications on a tablet (CARMO #9.17), by the `sync:` service (AOSP file_sync_protocol.h). What a tablet lists is
 * its word: names that would lead elsewhere, links, folders without end and files without end are left out, and counted.
 */
export interface TabletFile {
  /** Of the tablet: `/sdcard/DCIM/Camera/IMG_0001.jpg`. */
  readonly path: string;
  readonly name: string;
  readonly size: number;
  /** By the tablet's own clock. Seconds since 1970 */
  readonly modified: number;
}
export interface Listing {
  readonly files: readonly TabletFile[];
  /** Left out, of those as recent as was asked: a link, a name that is none, too deep, too many. */
  readonly leftOut: number;
}

/** Where a class's own files lie; nothing else of a tablet is looked into. */
export const FOLDERS = {
  photos: ['/sdcard/DCIM', '/sdcard/Pictures'],
  films: ['/sdcard/Movies'],
  sounds: ['/sdcard/Music', '/sdcard/Recordings'],
  documents: ['/sdcard/Documents'],
  downloads: ['/sdcard/Download'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type FolderName = keyof typeof FOLDERS;

/** Of one file. Bytes */
export const MAX_FETCHED = 50 * 1024 * 1024;
/** A folder of photographs of a year; one that lists more is not read on. */
const MAX_ENTRIES = 2_000;
const MAX_DEPTH = 4;
const KIND_MASK = 0o170000;
const FILE = 0o100000;
const FOLDER = 0o040000;
/** SYNC_DATA_MAX. */
const PIECE = 64 * 1024;

/**
 * @param since by the tablet's own clock, s since 1970: a gallery of years does not hide the photographs of this morning
 * @throws Unanswered, SyncEnded, SyncRefused. A folder that is not there is empty.
 */
export async function listFiles(
  shell: TabletShell,
  folders: readonly FolderName[],
  limits: AndroidLimits,
  since = 0,
): Promise<Listing> {
  const files: TabletFile[] = [];
  let leftOut = 0;
  const socket = await shell.open('sync:');
  const reader = readSync(socket, limits);
  try {
    const waiting = folders.flatMap((name) => FOLDERS[name].map((path: string) => ({ path, depth: 0 })));
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      for (const { name, mode, size, modified } of await listOne(socket, reader, next.path)) {
        const path = `${next.path}/${name}`;
        // Hidden: thumbnails, the bin of an application, the folder itself.
        if (/^\.[^/]*$/.test(name) && isName(name)) continue;
        const kind = isName(name) && Buffer.byteLength(path) <= MAX_PATH_BYTES ? mode & KIND_MASK : 0;
        if (kind === FOLDER && next.depth < MAX_DEPTH && waiting.length < MAX_ENTRIES)
          waiting.push({ path, depth: next.depth + 1 });
        else if (modified < since) continue;
        else if (kind === FILE && files.length < MAX_ENTRIES) files.push({ path, name, size, modified });
        else leftOut += 1;
      }
    }
  } finally {
    await reader.close();
  }
  return { files: files.sort((a, b) => b.modified - a.modified || a.path.localeCompare(b.path)), leftOut };
}
const MAX_PATH_BYTES = 1_000;
/** Of one name on Android's disks (ext4, f2fs NAME_MAX). */
const MAX_NAME_BYTES = 255;

/** What may stand in a path without leading elsewhere (Android's FileUtils.isValidFatFilename). */
function isName(name: string): boolean {
  return /^[^/\\\p{Cc}"*:<>?|\ufffd]{1,255}$/u.test(name) && Buffer.byteLength(name) <= MAX_NAME_BYTES;
}

async function ask(socket: AdbSocket, id: string, path: string): Promise<void> {
  const body = Buffer.from(path);
  const head = Buffer.alloc(8);
  head.write(id, 0, 'latin1');
  head.writeUInt32LE(body.length, 4);
  const writer = socket.writable.getWriter();
  try {
    await writer.write(Buffer.concat([head, body]));
  } finally {
    writer.releaseLock();
  }
}

async function listOne(socket: AdbSocket, reader: SyncReader, path: string) {
  const entries: { name: string; mode: number; size: number; modified: number }[] = [];
  await ask(socket, 'LIST', path);
  for (;;) {
    const id = (await reader.exactly(4)).toString('latin1');
    if (id === 'FAIL') await reader.refused((await reader.exactly(4)).readUInt32LE(0));
    const head = await reader.exactly(16);
    if (id === 'DONE') return entries;
    const [mode = 0, size = 0, modified = 0, length = 0] = [0, 4, 8, 12].map((at) => head.readUInt32LE(at));
    if (id !== 'DENT' || length > MAX_PATH_BYTES) throw new SyncRefused('not a list of files');
    const name = (await reader.exactly(length)).toString('utf8');
    // A list that does not end is read no further than a few times what is kept of it.
    if (entries.length >= 4 * MAX_ENTRIES) throw new SyncRefused('a list without end');
    entries.push({ name, mode, size, modified });
  }
}

/**
 * The bytes of a file from `offset` on, never more than it was listed with: from the beginning by RECV; what a cut left by
 * `tail`, for RECV knows no offset. The reader of it stops by leaving the loop.
 * @throws Unanswered, SyncEnded, SyncRefused
 */
export async function* fetchFile(
  shell: TabletShell,
  file: TabletFile,
  offset: number,
  limits: AndroidLimits,
): AsyncGenerator<Buffer> {
  let left = file.size - offset;
  if (left <= 0) return;
  if (offset > 0) {
    const command = commandLine('tail', '-c', `+${String(offset + 1)}`, file.path);
    const rest = readSync(await shell.open(`exec:${command}`), limits);
    try {
      for (let part = await rest.some(PIECE); part && left > 0; part = await rest.some(PIECE)) {
        yield part.subarray(0, left);
        left -= part.length;
      }
    } finally {
      await rest.close();
    }
    if (left > 0) throw new SyncRefused('shorter than it was');
    return;
  }
  const socket = await shell.open('sync:');
  const reader = readSync(socket, limits);
  try {
    await ask(socket, 'RECV', file.path);
    for (;;) {
      const head = await reader.exactly(8);
      const id = head.toString('latin1', 0, 4);
      const length = head.readUInt32LE(4);
      if (id === 'FAIL') await reader.refused(length);
      if (id === 'DONE') break;
      if (id !== 'DATA' || length > PIECE || length > left)
        throw new SyncRefused('not the file that was listed');
      yield await reader.exactly(length);
      left -= length;
    }
    if (left > 0) throw new SyncRefused('shorter than it was');
  } finally {
    await reader.close();
  }
}

/** @throws RangeError for a name that is none: nothing is removed then; AppRefused `not-allowed` where one stays */
export async function removeFiles(shell: TabletShell, files: readonly TabletFile[]): Promise<void> {
  for (let at = 0; at < files.length; at += REMOVED_AT_ONCE)
    // It says nothing of what it removed.
    if (
      (await shell.run(
        ['rm', '-f', '--', ...files.slice(at, at + REMOVED_AT_ONCE).map(({ path }) => path)],
        'listMs',
      )) !== ''
    )
      throw new AppRefused('not-allowed');
}
/** A command line has an end (adb's own service name: 1 MiB; old tablets far less). */
const REMOVED_AT_ONCE = 16;
