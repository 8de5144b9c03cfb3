/** What a container's foot says. Lengths and offsets in bytes; names of chunks are SHA-256 of the packed chunk. */
export interface ContainerFoot {
  /** Of the whole content, hexadecimal. */
  readonly sha256: string;
  readonly size: number;
  /** Other containers of this store that hold chunks of this file, by their name on the disk. */
  readonly others: readonly string[];
  readonly chunks: readonly FootChunk[];
}

export interface FootChunk {
  readonly name: Buffer;
  /** Bytes of content. */
  readonly length: number;
  /** A record of this container, or the container in `others` that has a record of that name. */
  readonly at: { readonly offset: number } | { readonly other: number };
}

const NAME_BYTES = 32;
const CHUNK_BYTES = NAME_BYTES + 4 + 4 + 6;
const HEAD_BYTES = 32 + 8 + 4 + 4;

/** Bytes that are no foot, though they were sealed as one. */
export class FootBroken extends Error {
  override readonly name = 'FootBroken';
}

export function encodeFoot({ sha256, size, others, chunks }: ContainerFoot): Buffer {
  const out = Buffer.alloc(HEAD_BYTES + others.length * NAME_BYTES + chunks.length * CHUNK_BYTES);
  Buffer.from(sha256, 'hex').copy(out);
  out.writeBigUInt64BE(BigInt(size), 32);
  out.writeUInt32BE(others.length, 40);
  out.writeUInt32BE(chunks.length, 44);
  let at = HEAD_BYTES;
  for (const other of others) at += out.write(other, at, 'hex');
  for (const chunk of chunks) {
    chunk.name.copy(out, at);
    out.writeUInt32BE(chunk.length, at + NAME_BYTES);
    const other = 'other' in chunk.at ? chunk.at.other + 1 : 0;
    out.writeUInt32BE(other, at + NAME_BYTES + 4);
    out.writeUIntBE('offset' in chunk.at ? chunk.at.offset : 0, at + NAME_BYTES + 8, 6);
    at += CHUNK_BYTES;
  }
  return out;
}

/** @throws FootBroken */
export function decodeFoot(bytes: Buffer): ContainerFoot {
  if (bytes.length < HEAD_BYTES) throw new FootBroken();
  const others = bytes.readUInt32BE(40);
  const count = bytes.readUInt32BE(44);
  if (bytes.length !== HEAD_BYTES + others * NAME_BYTES + count * CHUNK_BYTES) throw new FootBroken();
  const names = Array.from({ length: others }, (_, at) =>
    bytes.subarray(HEAD_BYTES + at * NAME_BYTES, HEAD_BYTES + (at + 1) * NAME_BYTES).toString('hex'),
  );
  const first = HEAD_BYTES + others * NAME_BYTES;
  const chunks = Array.from({ length: count }, (_, index): FootChunk => {
    const at = first + index * CHUNK_BYTES;
    const other = bytes.readUInt32BE(at + NAME_BYTES + 4);
    if (other > others) throw new FootBroken();
    return {
      name: bytes.subarray(at, at + NAME_BYTES),
      length: bytes.readUInt32BE(at + NAME_BYTES),
      at: other > 0 ? { other: other - 1 } : { offset: bytes.readUIntBE(at + NAME_BYTES + 8, 6) },
    };
  });
  return {
    sha256: bytes.subarray(0, 32).toString('hex'),
    size: Number(bytes.readBigUInt64BE(32)),
    others: names,
    chunks,
  };
}
