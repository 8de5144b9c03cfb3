import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { filesOfArchive } from '../../../src/main/directory/feeds/archive';
import type { FeedSource } from '../../../src/main/directory/feeds/source';

/** An archive whose directory names one packed file `times` times: 42 kB that would unpack for hours. */
function overlapping(times: number, unpacked: Buffer, name = 'a.xml'): FeedSource {
  const packed = deflateRawSync(unpacked);
  const label = Buffer.from(name);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(label.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt32LE(unpacked.length, 24);
  entry.writeUInt16LE(label.length, 28);
  const directory = Buffer.concat(Array.from({ length: times }, () => Buffer.concat([entry, label])));
  const front = Buffer.concat([local, label, packed]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(times, 8);
  end.writeUInt16LE(times, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(front.length, 16);
  const bytes = Buffer.concat([front, directory, end]);
  return {
    name: 'x.zip',
    size: bytes.length,
    async *open({ start, end: stop } = { start: 0, end: bytes.length }) {
      yield await Promise.resolve(bytes.subarray(start, stop));
    },
  };
}
/** Packs within the measure of one file. */
const plain = Buffer.from(
  Array.from({ length: 20_000 }, (_, n) => `${(n * 2_654_435_761) % 97_003} `).join(''),
);

describe('an archive that is no honest one', () => {
  it('whose files all lie in the same bytes is refused before one is unpacked', async () => {
    expect(await filesOfArchive(overlapping(1, plain))).toHaveLength(1);
    await expect(filesOfArchive(overlapping(300, plain))).rejects.toMatchObject({
      problem: { code: 'badArchive' },
    });
  });
  it('whose file is called by a path has a name, and no path', async () => {
    for (const name of ['../../../etc/cron.d/x', 'a/../../x'])
      await expect(filesOfArchive(overlapping(1, plain, name))).rejects.toMatchObject({
        problem: { code: 'emptyArchive' },
      });
    for (const name of ['/etc/cron.d/x', 'deep/er/x'])
      expect((await filesOfArchive(overlapping(1, plain, name))).map((file) => file.name)).toEqual(['x']);
  });
});
