import { createCipheriv, createHash } from 'node:crypto';

/** Bytes that depend on a seed only. */
export class Seeded {
  readonly #stream;
  constructor(seed: string) {
    const key = createHash('sha256').update(seed).digest();
    this.#stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  }
  bytes(length: number): Buffer {
    return this.#stream.update(Buffer.alloc(length));
  }
  /** 0 to `below` - 1. */
  number(below: number): number {
    return this.bytes(4).readUInt32BE() % below;
  }
}

const WORDS = (
  'la leçon du matin parle de la rivière et des animaux qui vivent au bord de l’eau chaque élève dessine une carte ' +
  'puis raconte avec ses mots ce que le groupe a vu pendant la sortie le maître note au tableau les questions'
).split(' ');

function text(seeded: Seeded, length: number): Buffer {
  const parts: string[] = [];
  for (let size = 0; size < length;) {
    const sentence = Array.from(
      { length: 8 + seeded.number(12) },
      () => WORDS[seeded.number(WORDS.length)] ?? '',
    );
    const line = `<p id="p${seeded.number(1_000_000)}">${sentence.join(' ')}.</p>\n`;
    parts.push(line);
    size += Buffer.byteLength(line);
  }
  return Buffer.from(parts.join('')).subarray(0, length);
}

/** A recording without compression: a wave with some noise, half of which shrinks. */
function sound(seeded: Seeded, length: number): Buffer {
  const out = Buffer.alloc(length);
  const noise = seeded.bytes(length >> 1);
  for (let at = 0; at + 1 < length; at += 2)
    out.writeInt16LE(Math.round(8000 * Math.sin(at / 90)) + ((noise[at >> 1] ?? 0) & 31), at);
  return out;
}

/** A pack of lessons as a school gets it: pictures and films (which do not shrink), pages, some recordings, one after the other. */
export function makePack(seed: string, size: number): Buffer {
  const seeded = new Seeded(seed);
  const parts: Buffer[] = [];
  for (let total = 0; total < size;) {
    const kind = seeded.number(100);
    const length = Math.min(
      size - total,
      kind < 12 ? 20_000 + seeded.number(60_000) : 60_000 + seeded.number(900_000),
    );
    const part = kind < 12 ? text(seeded, length) : kind < 20 ? sound(seeded, length) : seeded.bytes(length);
    parts.push(part);
    total += part.length;
  }
  return Buffer.concat(parts);
}

/** The next version: pictures put in the place of others, some added, some taken away; so many bytes in all. */
export function changePack(pack: Buffer, seed: string, changed: number, places: number): Buffer {
  const seeded = new Seeded(seed);
  const each = Math.floor(changed / places);
  const parts: Buffer[] = [];
  let from = 0;
  for (let place = 0; place < places; place++) {
    const span = Math.floor(pack.length / places);
    const at = place * span + seeded.number(span - 2 * each);
    parts.push(pack.subarray(from, at), seeded.bytes(each));
    // In turn: replaced, added, replaced by something longer than it was.
    from = at + (place % 3 === 0 ? each : place % 3 === 1 ? 0 : Math.floor(each / 3));
  }
  parts.push(pack.subarray(from));
  return Buffer.concat(parts);
}
