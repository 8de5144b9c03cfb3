import type { KeyObject } from 'node:crypto';
import { PreauError } from '../../domain/errors';
import type { Audience } from '../../domain/audience';
import { seal, SealBroken, sealingKey, unseal } from '../../store/seal';
import type { Section } from './manifest';
import type { Medium, Written } from './medium';

/**
 * A section is a row of sealed blocks, `u32 length · sealed`, each bound to its copy, its audience and its place in the
 * row. It is cut into parts, because FAT32 ends a file at 4 GiB and old keys fail on large ones long before.
 */
export interface Block {
  /** `H` who the school is · `G` grants · `P` a parcel · `R` revisions, brotli of JSON lines */
  readonly kind: 'H' | 'G' | 'P' | 'R';
  readonly bytes: Buffer;
}
const KINDS: readonly string[] = ['H', 'G', 'P', 'R'];
/** A block is one parcel (1 MiB at the most) or a few hundred revisions of as much; what says more is not ours. */
const BLOCK_MAX_BYTES = 64 * 1024 * 1024;

/** One file of a part, in bytes. */
export const PART_BYTES = 1024 ** 3;

export const blockKey = (dataKey: Uint8Array): KeyObject => sealingKey(dataKey, 'preau/backup block/1');
const place = (copy: string, audience: Audience, index: number): Buffer =>
  Buffer.from(`preau/backup block/1|${copy}|${audience}|${String(index)}`);

export interface SectionPlace {
  readonly copy: string;
  readonly audience: Audience;
  /** The first seals; all are tried where a key was exchanged since. */
  readonly keys: readonly KeyObject[];
}

/** Writes a section's parts. `name(n)` names the n-th, from 1. */
export async function writeSection(
  medium: Medium,
  to: SectionPlace,
  blocks: AsyncIterable<Block>,
  name: (part: number) => { readonly path: string; readonly name: string },
  partBytes: number,
  onBytes: (bytes: number) => void,
): Promise<Pick<Section, 'parts' | 'blocks'>> {
  const source = blocks[Symbol.asyncIterator]();
  const [key] = to.keys;
  if (!key) throw new PreauError('KEY_MISSING', { audience: to.audience });
  let index = 0;
  let next = await source.next();
  const parts: Section['parts'] = [];
  while (next.done !== true) {
    const { path, name: called } = name(parts.length + 1);
    const written: Written = await medium.write(
      path,
      (async function* () {
        for (let bytes = 0; next.done !== true && bytes < partBytes;) {
          const { kind, bytes: content } = next.value;
          const sealed = seal(
            key,
            Buffer.concat([Buffer.from(kind), content]),
            place(to.copy, to.audience, index),
          );
          const length = Buffer.allocUnsafe(4);
          length.writeUInt32BE(sealed.length);
          index += 1;
          bytes += 4 + sealed.length;
          onBytes(4 + sealed.length);
          yield Buffer.concat([length, sealed]);
          next = await source.next();
        }
      })(),
    );
    parts.push({ name: called, ...written });
  }
  return { parts, blocks: index };
}

/** The blocks of a section, in order. @throws PreauError `BACKUP_DAMAGED`, `BACKUP_CUT` */
export async function* readSection(
  medium: Medium,
  folder: string,
  section: Section,
  from: SectionPlace,
): AsyncGenerator<Block> {
  let held: Buffer = Buffer.alloc(0);
  let index = 0;
  for (const part of section.parts) {
    for await (const piece of medium.read(`${folder}/${part.name}`)) {
      held = held.length === 0 ? piece : Buffer.concat([held, piece]);
      for (;;) {
        if (held.length < 4) break;
        const length = held.readUInt32BE(0);
        if (length > BLOCK_MAX_BYTES) throw new PreauError('BACKUP_DAMAGED', { reason: 'block' });
        if (held.length < 4 + length) break;
        yield opened(held.subarray(4, 4 + length), from, index);
        index += 1;
        held = held.subarray(4 + length);
      }
    }
  }
  if (held.length > 0 || index !== section.blocks) throw new PreauError('BACKUP_DAMAGED', { reason: 'cut' });
}

function opened(sealed: Buffer, { keys, copy, audience }: SectionPlace, index: number): Block {
  for (const key of keys) {
    try {
      const plain = unseal(key, sealed, place(copy, audience, index));
      const kind = String.fromCharCode(plain[0] ?? 0);
      if (KINDS.includes(kind)) return { kind: kind as Block['kind'], bytes: plain.subarray(1) };
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
    }
  }
  throw new PreauError('BACKUP_DAMAGED', { reason: 'sealed' });
}
