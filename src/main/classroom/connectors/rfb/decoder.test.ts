import zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder, type ToThread } from './decoder';

const SIZE = { width: 70, height: 66 };
const LIMIT = 512 * 1024;
function opened() {
  const decode = createDecoder(zlib as unknown as Parameters<typeof createDecoder>[0]);
  const tell = (message: ToThread) => decode(message);
  return { tell, open: () => tell({ screen: 1, do: 'open', ...SIZE }) };
}
const whole = { x: 0, y: 0, w: SIZE.width, h: SIZE.height };
/** Deflated as a server does: flushed, never ended. */
const deflated = (bytes: Uint8Array): Uint8Array =>
  zlib.deflateSync(bytes, { finishFlush: zlib.constants.Z_SYNC_FLUSH });
const ask: ToThread = { screen: 1, do: 'picture', width: 70, whole: true, limit: LIMIT };

/** Pixels of a PNG made by the decoder: filter « up », RGB. */
function pixels(png: Uint8Array): number[][] {
  const at = Buffer.from(png).indexOf('IDAT') + 4;
  const length = Buffer.from(png).readUInt32BE(at - 8);
  const rows = zlib.inflateSync(png.subarray(at, at + length));
  const row = SIZE.width * 3;
  const out: number[][] = [];
  let above = new Array<number>(row).fill(0);
  for (let y = 0; y < SIZE.height; y += 1) {
    above = Array.from(
      { length: row },
      (_, x) => ((rows[y * (row + 1) + 1 + x] ?? 0) + (above[x] ?? 0)) & 255,
    );
    out.push(above);
  }
  return out;
}

describe('the decoder of screens', () => {
  it('reads ZRLE tiles of one colour, a palette, runs and raw pixels', async () => {
    const { tell, open } = opened();
    await open();
    // Four tiles of a 70 × 66 screen: 64×64, 6×64, 64×2, 6×2.
    const red = [248, 0, 0];
    const blue = [0, 0, 248];
    const bytes = Uint8Array.from([
      ...[1, ...red],
      ...[2, ...red, ...blue, ...Array.from({ length: 64 }, () => 0b01010100)],
      ...[128, ...blue, 127],
      ...[0, ...Array.from({ length: 12 }, () => red).flat()],
    ]);
    await tell({ screen: 1, do: 'rect', rect: { ...whole, encoding: 16, data: deflated(bytes) } });
    const answer = await tell(ask);
    if (!answer || 'failed' in answer || !answer.png) throw new Error('no picture');
    const rows = pixels(answer.png);
    const at = (x: number, y: number) => rows[y]?.slice(x * 3, x * 3 + 3);
    expect(at(0, 0)).toEqual(red);
    expect(at(63, 63)).toEqual(red);
    expect(at(64, 0)).toEqual(red);
    expect(at(65, 0)).toEqual(blue);
    expect(at(10, 65)).toEqual(blue);
    expect(at(69, 65)).toEqual(red);
  });

  it('says that bytes are no ZRLE, whatever they are, and goes on with the next device', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.boolean(), async (noise, packed) => {
        const { tell, open } = opened();
        await open();
        const data = packed ? deflated(noise) : noise;
        await tell({ screen: 1, do: 'rect', rect: { ...whole, encoding: 16, data } });
        expect(await tell(ask)).toMatchObject({ screen: 1 });
        await tell({ screen: 2, do: 'open', ...SIZE });
        const other = await tell({ ...ask, screen: 2 });
        expect(other).toMatchObject({ screen: 2, width: 70 });
      }),
      { numRuns: 60 },
    );
  });

  it('a few bytes that stand for very many are refused', async () => {
    const { tell, open } = opened();
    await open();
    const data = deflated(new Uint8Array(64 * 1024 * 1024));
    expect(data.length).toBeLessThan(100_000);
    await tell({ screen: 1, do: 'rect', rect: { ...whole, encoding: 16, data } });
    expect(await tell(ask)).toMatchObject({ failed: true });
  });

  it('copies only from within, and makes a picture smaller until it fits', async () => {
    const { tell, open } = opened();
    await open();
    const beyond = Uint8Array.from([0, 60, 0, 60]);
    const rect = { x: 0, y: 0, w: 20, h: 20, encoding: 1, data: beyond };
    await tell({ screen: 1, do: 'rect', rect });
    expect(await tell(ask)).toMatchObject({ failed: true });
    await open();
    let seed = 1;
    const noise = Uint8Array.from(
      { length: SIZE.width * SIZE.height * 4 },
      () => (seed = (seed * 48_271) % 2_147_483_647) >> 8,
    );
    await tell({ screen: 1, do: 'rect', rect: { ...whole, encoding: 0, data: noise } });
    const small = await tell({ ...ask, do: 'picture', width: 70, whole: true, limit: 2_000, screen: 1 });
    if (!small || 'failed' in small || !small.png) throw new Error('no picture');
    expect(small.width).toBeLessThan(70);
    // The same picture once more is not sent again.
    expect(
      await tell({ screen: 1, do: 'picture', width: 70, whole: false, limit: LIMIT }),
    ).not.toHaveProperty('png');
  });
});
