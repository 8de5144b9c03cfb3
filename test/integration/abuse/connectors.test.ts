import { deflateSync, constants } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSession, type RfbSession } from '../../../src/main/classroom/connectors/rfb/session';
import { createPictures, type Pictures } from '../../../src/main/classroom/connectors/rfb/thread';
import { bomb, flood, openScreen, rectangle, RAW, u32, update, ZRLE, type Play } from './hostile-screen';
import { SEED, seeded } from './seeded';

const MB = 1024 * 1024;

async function connect(play: Play | undefined, pictures: Pictures): Promise<RfbSession> {
  const { port } = await openScreen(play);
  const session = await openSession({
    host: '127.0.0.1',
    port,
    way: {},
    pictures,
    clock: () => Date.now(),
    picture: () => undefined,
  });
  onTestFinished(() => session.close());
  return session;
}
function thread(): Pictures {
  const pictures = createPictures();
  onTestFinished(() => pictures.close());
  return pictures;
}
/** ms that an honest screen of the same room takes to be looked at. */
async function looked(good: RfbSession): Promise<number> {
  const began = performance.now();
  await good.marks();
  return performance.now() - began;
}

/** A hostile computer beside an honest one, through the same thread. */
async function beside(play: Play, watched = true) {
  const pictures = thread();
  const good = await connect(undefined, pictures);
  await looked(good);
  const before = process.memoryUsage().rss;
  const bad = await connect(play, pictures);
  if (watched) bad.watch({ width: 320, perSecond: 4, kbit: 1000 });
  let most = 0;
  const meter = setInterval(() => (most = Math.max(most, process.memoryUsage().rss - before)), 20);
  onTestFinished(() => clearInterval(meter));
  return { good, bad, grown: () => most / MB };
}

describe('a computer of the room that was taken over: its greeting', () => {
  it.each([
    ['no width', { width: 0 }],
    ['a screen of four thousand million points', { width: 65_535, height: 65_535 }],
    ['a screen that would take a quarter of a gigabyte', { width: 8_192, height: 8_192 }],
    ['a name without end', { nameLength: 0xffffffff }],
  ])('%s is refused', async (_, play) => {
    await expect(connect(play, thread())).rejects.toThrow();
  });
  it('a name that does not come is not waited for', async () => {
    await expect(connect({ nameLength: 200_000 }, thread())).rejects.toThrow();
  });
});

describe('a computer of the room that was taken over: its screen', () => {
  it('a picture that swells a thousand times ends its own line; the others are looked at', async () => {
    const zeros = await bomb(192);
    const { good, bad, grown } = await beside({
      then: (socket) =>
        socket.write(Buffer.concat([update(1), rectangle(0, 0, 64, 64, ZRLE), u32(zeros.length), zeros])),
    });
    expect(await bad.ended).toBe('cut');
    expect(await looked(good)).toBeLessThan(2_000);
    expect(grown()).toBeLessThan(96);
  });

  it('rectangles that cost little to send and much to draw do not keep the thread from the others', async () => {
    // One colour over all: a few bytes for each rectangle of four million points.
    const tiles = Buffer.concat(Array.from({ length: 32 * 32 }, () => Buffer.of(1, 9, 9, 9)));
    const packed = deflateSync(tiles, { finishFlush: constants.Z_SYNC_FLUSH });
    const again = Buffer.concat([rectangle(0, 0, 2_048, 2_048, ZRLE), u32(packed.length), packed]);
    const { good, grown } = await beside(
      { width: 2_048, height: 2_048, then: (socket) => (socket.write(update(65_535)), flood(socket, again)) },
      false,
    );
    await new Promise((after) => setTimeout(after, 300));
    expect(await looked(good)).toBeLessThan(2_000);
    expect(grown()).toBeLessThan(160);
  });

  it('a rectangle larger than the screen, or with nonsense in it, ends its line', async () => {
    for (const bytes of [
      rectangle(60, 60, 64, 64, RAW),
      rectangle(0, 0, 64, 64, 5),
      Buffer.concat([rectangle(0, 0, 64, 64, ZRLE), u32(0xffffffff)]),
      Buffer.concat([rectangle(0, 0, 64, 64, ZRLE), u32(9), Buffer.alloc(9, 7)]),
      rectangle(0, 0, 9_000, 9_000, -223),
    ]) {
      const { good, bad } = await beside({
        then: (socket) => socket.write(Buffer.concat([update(1), bytes])),
      });
      expect(await bad.ended).toBe('cut');
      expect(await looked(good)).toBeLessThan(2_000);
    }
  });

  it('falls silent after each part of a message: given up within seconds', async () => {
    const causes = await Promise.all(
      [
        Buffer.alloc(0),
        Buffer.of(0),
        update(1),
        Buffer.concat([update(1), rectangle(0, 0, 64, 64, RAW)]),
        Buffer.concat([update(1), rectangle(0, 0, 64, 64, ZRLE), u32(900), Buffer.alloc(20)]),
        Buffer.of(3, 0, 0, 0, 0, 0, 9, 9),
        Buffer.of(41, 0, 0, 1, 1),
      ].map(async (bytes) => {
        const { bad } = await beside({ then: (socket) => socket.write(bytes) });
        return bad.ended;
      }),
    );
    expect(new Set(causes)).toEqual(new Set(['hanging']));
  });

  it.each([
    ['bells', Buffer.alloc(65_536, 2)],
    ['updates of nothing', Buffer.concat(Array.from({ length: 16_384 }, () => update(0)))],
    [
      'empty clipboards',
      Buffer.concat(Array.from({ length: 8_192 }, () => Buffer.of(3, 0, 0, 0, 0, 0, 0, 0))),
    ],
  ])('%s without end cost it its line, not the poste its one thread', async (_, bytes) => {
    const { good, bad, grown } = await beside({ then: (socket) => flood(socket, bytes) });
    expect(await bad.ended).toBe('cut');
    expect(await looked(good)).toBeLessThan(2_000);
    expect(grown()).toBeLessThan(96);
  });

  it(`random bytes (seed ${SEED}) end the line or are waited for, and stop nobody else`, async () => {
    const random = seeded(SEED);
    const pictures = thread();
    const good = await connect(undefined, pictures);
    const ends = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const bytes = Buffer.from(Array.from({ length: 4_000 }, () => Math.floor(random() * 256)));
        const bad = await connect(
          { then: (socket) => socket.write(Buffer.concat([update(3), bytes])) },
          pictures,
        );
        return bad.ended;
      }),
    );
    expect(ends.every((cause) => cause === 'cut' || cause === 'hanging')).toBe(true);
    expect(await looked(good)).toBeLessThan(2_000);
  });
});
