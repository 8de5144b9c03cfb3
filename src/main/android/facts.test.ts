import { describe, expect, it } from 'vitest';
import { parseBattery } from './battery';
import { H264Reader } from './h264';
import { factsFrom, parseLaunchable, parsePackages, parseStorage, parseVersions } from './facts';
import { wifiAddress } from './orders';
import { readVerdict } from './refusal';
import type { TabletShell } from './tablet-shell';

describe('df, as Androids of all ages write it', () => {
  const GIB = 2 ** 30;
  it.each([
    [
      'Android 9',
      'Filesystem     1K-blocks    Used Available Use% Mounted on\n/dev/block/dm-2 26214400 9437184 16777216  37% /data\n',
      { total: 25 * GIB, free: 16 * GIB },
    ],
    [
      'half blocks',
      'Filesystem 512-blocks Used Available Use% Mounted on\n/dev/block/dm-2 52428800 18874368 33554432 37% /data\n',
      { total: 25 * GIB, free: 16 * GIB },
    ],
    [
      'Android 5',
      'Filesystem               Size     Used     Free   Blksize\n/data                   12.5G     3.5G     9.0G   4096\n',
      { total: 12.5 * GIB, free: 9 * GIB },
    ],
    [
      'a name of its own line',
      'Filesystem           1K-blocks      Used Available Use% Mounted on\n/dev/block/platform/soc/by-name/userdata\n  26214400 9437184 16777216  37% /data\n',
      { total: 25 * GIB, free: 16 * GIB },
    ],
    ['an error', 'df: /data: Permission denied\n', undefined],
    ['more free than there is', 'Filesystem 1K-blocks\n/data 1 0 2 0% /data\n', undefined],
    ['nothing', '', undefined],
  ])('%s', (_name, text, storage) => {
    expect(parseStorage(text)).toEqual(storage);
  });
});

/** What a shell may answer at most, of characters on which an expression that starts anywhere would run for minutes. */
const LONG = 256 * 1024;
describe('the words of a tablet', () => {
  const blanks = ['\n'.repeat(LONG), ' '.repeat(LONG), '\t\n'.repeat(LONG / 2)];
  const paths = [
    'a/'.repeat(LONG / 2),
    '['.repeat(LONG),
    'Failure ['.repeat(LONG / 9),
    '\u001b['.repeat(LONG / 2),
  ];
  it('are read at once, whatever they are', async () => {
    const began = performance.now();
    for (const text of [...blanks, ...paths]) {
      parseBattery(text);
      parseLaunchable(text);
      parsePackages(text);
      parseVersions(text);
      readVerdict(text);
      factsFrom({ properties: text, battery: text, storage: text });
      const shell = { run: () => Promise.resolve(text) } as Partial<TabletShell> as TabletShell;
      await wifiAddress(shell);
    }
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('and its pictures, of however many parts', () => {
    const began = performance.now();
    const parts = Buffer.from([0, 0, 1, 6, 0xff]);
    const reader = new H264Reader(500 * 1024);
    const chunk = Buffer.concat(Array.from({ length: 10_000 }, () => parts));
    expect(() => {
      for (let n = 0; n < 40; n += 1) reader.push(chunk);
    }).toThrow(RangeError);
    expect(performance.now() - began).toBeLessThan(3_000);
  });
});
