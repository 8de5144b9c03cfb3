import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

interface Entry {
  name: string;
  body: Buffer;
}

/** A zip whose entries are stored, not compressed (APPNOTE 4.3.7, 4.3.12, 4.3.16): just enough for an .apk's shape. */
export function storedZip(entries: readonly Entry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, body } of entries) {
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt32LE(crc32(body), 10);
    shared.writeUInt32LE(body.length, 14);
    shared.writeUInt32LE(body.length, 18);
    shared.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), shared, Buffer.from(name), body]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), shared, tail, Buffer.from(name)]),
    );
    files.push(local);
    offset += local.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, listing, end]);
}

/** An invented application: its manifest is text, which the device peer reads (a real one is binary XML). */
export function inventedApk(packageName: string, payloadBytes: number): Buffer {
  const payload = Buffer.alloc(payloadBytes);
  for (let at = 0; at < payload.length; at += 1) payload[at] = (at * 31 + (at >> 8)) & 0xff;
  return storedZip([
    { name: 'AndroidManifest.xml', body: Buffer.from(`<manifest package="${packageName}"/>`) },
    { name: 'classes.dex', body: payload },
  ]);
}

export async function writeInventedApk(folder: string, packageName: string, bytes: number): Promise<string> {
  const path = join(folder, `${packageName}.apk`);
  await writeFile(path, inventedApk(packageName, bytes));
  return path;
}
