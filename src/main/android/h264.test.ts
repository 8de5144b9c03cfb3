import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { H264Reader, type CodedPicture } from './h264';

const unit = (type: number, ...rest: number[]): number[] => [0, 0, 0, 1, type, ...rest];
const SPS = unit(0x67, 0x42, 0xc0, 0x0b);
const PPS = unit(0x68, 0xce, 0x3c, 0x80);
/** first_mb_in_slice 0: the first bit after the unit's own byte is 1. */
const IDR = unit(0x65, 0xb8, 7, 7);
const P = unit(0x41, 0x9a, 8, 8);
/** A second slice of the same picture. */
const P_MORE = unit(0x41, 0x42, 9);
const STREAM = Buffer.from([...SPS, ...PPS, ...IDR, ...P, ...P_MORE, ...P, ...IDR]);

function read(chunks: readonly Buffer[]): CodedPicture[] {
  const reader = new H264Reader(100_000);
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.flush()];
}

describe('a stream of H.264', () => {
  it('is cut into pictures, the whole ones with their parameter sets', () => {
    const pictures = read([STREAM]);
    expect(pictures.map(({ whole }) => whole)).toEqual([true, false, false, true]);
    expect(pictures[0]?.bytes).toEqual(Buffer.from([...SPS, ...PPS, ...IDR]));
    expect(pictures[1]?.bytes).toEqual(Buffer.from([...P, ...P_MORE]));
    expect(pictures[3]?.bytes).toEqual(Buffer.from([...SPS, ...PPS, ...IDR]));
  });

  it('is cut the same wherever its pieces end', () => {
    const expected = read([STREAM]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: STREAM.length })), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), STREAM.length];
        expect(read(at.slice(1).map((end, n) => STREAM.subarray(at[n], end)))).toEqual(expected);
      }),
    );
  });

  it('says nothing before the parameter sets, and nothing of what is none', () => {
    expect(read([Buffer.from([...IDR, ...P])]).some(({ whole }) => whole)).toBe(false);
    expect(read([Buffer.from('no such file or directory\n')])).toEqual([]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        for (const { bytes } of read([Buffer.from(noise)])) expect(bytes.length).toBeLessThanOrEqual(400);
      }),
    );
  });

  it('ends a picture that has no end', () => {
    const reader = new H264Reader(1_000);
    expect(() => reader.push(Buffer.concat([Buffer.from(IDR), Buffer.alloc(2_000, 1)]))).toThrow(RangeError);
  });
});
