import { describe, expect, it } from 'vitest';
import { MAX_SCREEN_CHUNK, SCREEN_HEAD } from '../../../contract/pupil/frames';
import { packChunk, type Chunk } from './chunk';

const chunk: Chunk = {
  codec: 'vp09.00.10.08',
  key: true,
  width: 456,
  height: 256,
  at: 70_000,
  sequence: 300,
  data: Uint8Array.of(1, 2, 3),
};

describe('a screen chunk', () => {
  it('is laid out as the contract says: 16 bytes, little endian, then the picture', () => {
    const bytes = packChunk(chunk);
    expect(bytes?.byteLength).toBe(SCREEN_HEAD + 3);
    expect([...new Uint8Array(bytes ?? new ArrayBuffer(0))]).toEqual([
      0, 1, 1, 0, 200, 1, 0, 1, 0x70, 0x11, 1, 0, 0x2c, 1, 0, 0, 1, 2, 3,
    ]);
  });
  it('is not made when nobody would take it', () => {
    expect(packChunk({ ...chunk, data: new Uint8Array(MAX_SCREEN_CHUNK) })).toBeUndefined();
  });
});
