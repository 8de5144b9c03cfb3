import { open, type FileHandle } from 'node:fs/promises';
import { PreauError } from '../../domain/errors';

/** An .apk checked and ready to be sent. */
export interface CheckedApk {
  readonly path: string;
  readonly bytes: number;
}

/** Beyond this a package is a game with its data, or a mistake: an hour over a cart's hub. */
export const MAX_APK_BYTES = 512 * 1024 * 1024;

/** PKWARE APPNOTE 4.3.16: end of central directory, 22 bytes and a comment of at most 65,535. */
const END_MAGIC = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
/** APPNOTE 4.3.12. */
const ENTRY_MAGIC = 0x02014b50;
const ENTRY_BYTES = 46;
/** A central directory larger than this is not looked at: 60,000 entries are a very big application. */
const MAX_DIRECTORY_BYTES = 8 * 1024 * 1024;

async function read(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

function* entryNames(directory: Buffer): Generator<string> {
  let at = 0;
  while (at + ENTRY_BYTES <= directory.length && directory.readUInt32LE(at) === ENTRY_MAGIC) {
    const nameLength = directory.readUInt16LE(at + 28);
    const extraLength = directory.readUInt16LE(at + 30);
    const commentLength = directory.readUInt16LE(at + 32);
    yield directory.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameLength);
    at += ENTRY_BYTES + nameLength + extraLength + commentLength;
  }
}

async function directoryOf(file: FileHandle, bytes: number): Promise<Buffer | undefined> {
  const tailBytes = Math.min(bytes, END_BYTES + MAX_COMMENT_BYTES);
  const tail = await read(file, bytes - tailBytes, tailBytes);
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== END_MAGIC) continue;
    const length = tail.readUInt32LE(at + 12);
    const offset = tail.readUInt32LE(at + 16);
    if (offset + length <= bytes && length <= MAX_DIRECTORY_BYTES) return read(file, offset, length);
  }
  return undefined;
}

/**
 * Looks at a file before fifteen tablets refuse it one after the other: a zip, whole, with an Android manifest.
 * @throws PreauError `PACKAGE_WRONG` with `reason`: `empty`, `notApk`, `truncated`, `bundle` (an .aab or .xapk, which only
 *   a store can install); `TOO_LARGE` with `limit` in bytes
 */
export async function checkApk(path: string, maxBytes = MAX_APK_BYTES): Promise<CheckedApk> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > maxBytes) throw new PreauError('TOO_LARGE', { limit: maxBytes });
    if (size === 0) throw new PreauError('PACKAGE_WRONG', { reason: 'empty' });
    const magic = await read(file, 0, 4);
    if (magic.length < 4 || magic.readUInt32LE(0) !== 0x04034b50) {
      throw new PreauError('PACKAGE_WRONG', { reason: 'notApk' });
    }
    const directory = await directoryOf(file, size);
    if (!directory) throw new PreauError('PACKAGE_WRONG', { reason: 'truncated' });
    let bundle = false;
    for (const name of entryNames(directory)) {
      if (name === 'AndroidManifest.xml') return { path, bytes: size };
      bundle ||= name === 'BundleConfig.pb' || name.endsWith('.apk');
    }
    throw new PreauError('PACKAGE_WRONG', { reason: bundle ? 'bundle' : 'notApk' });
  } finally {
    await file.close();
  }
}
