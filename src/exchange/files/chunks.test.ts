import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { audience } from '../../domain/audience';
import { bodyOf, chunkName, packChunk, packedOf, unpackChunk } from './body';
import { cutChunks } from './cut';
import { fileIdOf, fileKeysFrom } from './keys';
import { BODY_MAX_BYTES, CHUNK_MAX_BYTES } from './limits';
import { ChunkList } from './list';
import { endOfPieces, Incoming, writeHead, writePiece, type Piece } from './pieces';
import { positionsIn, rangesOf } from './ranges';

const DIRECTION = audience('direction');
const KEYS = fileKeysFrom(Buffer.alloc(32, 7), DIRECTION);
const noise = (length: number): Buffer => {
  const block = createHash('sha512');
  const out = Buffer.alloc(length);
  for (let at = 0; at < length; at += 64) block.copy().update(String(at)).digest().copy(out, at);
  return out;
};
async function* cutInto(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let from = 0;
  for (let turn = 0; from < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield await Promise.resolve(bytes.subarray(from, from + size));
    from += size;
  }
}
const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const out: T[] = [];
  for await (const item of items) out.push(item);
  return out;
};

describe('chunks', () => {
  it('are cut where the content says so, however it comes', async () => {
    const content = noise(700_000);
    const chunks = await all(cutChunks(cutInto(content, [content.length])));
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
    expect(chunks.length).toBeGreaterThan(5);
    for (const { length } of chunks) expect(length).toBeLessThanOrEqual(CHUNK_MAX_BYTES);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1, maxLength: 5 }),
        async (sizes) => {
          fc.pre(Math.max(...sizes) > 500);
          const other = await all(cutChunks(cutInto(content, sizes)));
          expect(other.map(({ length }) => length)).toEqual(chunks.map(({ length }) => length));
        },
      ),
      { numRuns: 20 },
    );
    const inserted = Buffer.concat([
      content.subarray(0, 300_000),
      Buffer.from('une phrase'),
      content.subarray(300_000),
    ]);
    const names = new Set(chunks.map((chunk) => chunkName(chunk).toString('hex')));
    const after = await all(cutChunks(cutInto(inserted, [inserted.length])));
    expect(after.filter((chunk) => !names.has(chunkName(chunk).toString('hex'))).length).toBeLessThan(4);
    expect(await all(cutChunks(cutInto(Buffer.alloc(0), [1])))).toEqual([]);
  });

  it('come back as they were, sealed or not, and the same bytes each time', () => {
    const contents = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 20_000 }),
      fc
        .string({ minLength: 1, maxLength: 3 })
        .map((text) => Buffer.from(text.repeat(20_000)).subarray(0, CHUNK_MAX_BYTES)),
    );
    fc.assert(
      fc.property(contents, fc.boolean(), (content, sealed) => {
        const keys = sealed ? KEYS : undefined;
        const body = bodyOf(packChunk(content), keys);
        expect(body.length).toBeLessThanOrEqual(BODY_MAX_BYTES);
        expect(bodyOf(packChunk(content), keys).equals(body)).toBe(true);
        const packed = packedOf(body, keys);
        expect(packed && unpackChunk(packed)?.equals(content)).toBe(true);
      }),
    );
  });

  it('of a sealed audience open under their key alone, and a bomb under none', () => {
    const body = bodyOf(packChunk(Buffer.from('secret')), KEYS);
    expect(packedOf(body, fileKeysFrom(Buffer.alloc(32, 8), DIRECTION))).toBeUndefined();
    expect(packedOf(body, fileKeysFrom(Buffer.alloc(32, 7), audience('courrier')))).toBeUndefined();
    body.writeUInt8(body.readUInt8(20) ^ 1, 20);
    expect(packedOf(body, KEYS)).toBeUndefined();
    expect(fileIdOf('ab'.repeat(32), KEYS)).not.toBe('ab'.repeat(32));
    const bomb = packChunk(Buffer.alloc(CHUNK_MAX_BYTES));
    expect(unpackChunk(bomb)?.length).toBe(CHUNK_MAX_BYTES);
    expect(unpackChunk(packChunk(Buffer.alloc(CHUNK_MAX_BYTES + 1)))).toBeUndefined();
    for (const junk of [Buffer.alloc(0), Buffer.of(1), Buffer.of(1, 2, 3), Buffer.of(9, 9)])
      expect(unpackChunk(junk)).toBeUndefined();
  });
});

describe('lists', () => {
  const entry = fc.record({
    name: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
    length: fc.integer({ min: 1, max: CHUNK_MAX_BYTES }),
    body: fc.integer({ min: 1, max: BODY_MAX_BYTES }),
  });

  it('say the same after they travelled; anything else is none', () => {
    fc.assert(
      fc.property(fc.array(entry), fc.boolean(), (entries, sealed) => {
        const list = ChunkList.of('cd'.repeat(32), sealed ? KEYS.keyId : null, entries);
        const read = ChunkList.read(Buffer.from(list.bytes));
        expect(read).toMatchObject({
          file: 'cd'.repeat(32),
          keyId: sealed ? KEYS.keyId : null,
          count: entries.length,
        });
        expect([read?.hash, read?.size]).toEqual([
          list.hash,
          entries.reduce((sum, { length }) => sum + length, 0),
        ]);
        for (const [at, { name, length, body }] of entries.entries())
          expect([read?.name(at), read?.length(at), read?.bodyLength(at)]).toEqual([
            name.toString('hex'),
            length,
            body,
          ]);
        expect(ChunkList.read(list.bytes.subarray(0, -1))).toBeUndefined();
        expect(ChunkList.read(Buffer.concat([list.bytes, Buffer.of(0)]))).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (junk) => void ChunkList.read(Buffer.from(junk))),
    );
    for (const length of [0, CHUNK_MAX_BYTES + 1])
      expect(
        ChunkList.read(
          ChunkList.of('cd'.repeat(32), null, [{ name: Buffer.alloc(32), length, body: 5 }]).bytes,
        ),
      ).toBeUndefined();
  });

  it('are spoken of in ranges', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(500)), (positions) => {
        const ascending = [...positions].sort((a, b) => a - b);
        expect([...positionsIn(rangesOf(ascending))]).toEqual(ascending);
        expect([...positionsIn(rangesOf(positions))]).toEqual(positions);
      }),
    );
  });
});

describe('pieces', () => {
  const body = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes));

  it('arrive whole from a stream cut anywhere, and as far as they came from one that ends early', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(body, { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        fc.nat(),
        async (bodies, sizes, cut) => {
          const stream = Buffer.concat([
            writeHead({ a: 1 }),
            ...bodies.map((bytes, at) => writePiece(at, 0, bytes)),
            endOfPieces(),
          ]);
          const whole = new Incoming(cutInto(stream, sizes));
          expect(await whole.head()).toEqual({ a: 1 });
          expect(joined(await all(whole.pieces()), bodies.length)).toEqual(bodies);

          const early = new Incoming(cutInto(stream.subarray(0, cut % stream.length), sizes));
          const came: Piece[] = [];
          await expect(
            (async () => {
              await early.head();
              for await (const piece of early.pieces()) came.push(piece);
            })(),
          ).rejects.toThrow('cut');
          for (const [at, part] of joined(came, bodies.length).entries())
            expect(bodies[at]?.subarray(0, part.length).equals(part)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are refused when they would not fit', async () => {
    const long = writePiece(0, BODY_MAX_BYTES, Buffer.of(1));
    await expect(all(new Incoming(cutInto(long, [5])).pieces())).rejects.toThrow('too long');
    const head = Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff]), Buffer.alloc(10)]);
    await expect(new Incoming(cutInto(head, [3])).head()).rejects.toThrow('too long');
    await expect(
      new Incoming(cutInto(Buffer.concat([Buffer.from([0, 0, 0, 1]), Buffer.from('{')]), [9])).head(),
    ).rejects.toThrow('no JSON');
  });
});

const joined = (pieces: readonly Piece[], count: number): Buffer[] =>
  Array.from({ length: count }, (_, at) =>
    Buffer.concat(pieces.filter(({ position }) => position === at).map(({ bytes }) => bytes)),
  );
