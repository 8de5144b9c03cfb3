import type { ContainerFoot } from './foot';

/** Twelve of a name's 32 bytes tell chunks apart here; the container's foot has all of it and is asked before use. */
const KEY_BYTES = 12;
const keyOf = (name: Buffer): string => name.toString('latin1', 0, KEY_BYTES);

/** Which container has a record of a chunk. In memory: about 100 bytes for each 64 KiB of files. */
export class ChunkIndex {
  readonly #holders = new Map<string, string>();

  add(container: string, foot: ContainerFoot): void {
    for (const { name, at } of foot.chunks) if ('offset' in at) this.#holders.set(keyOf(name), container);
  }

  drop(container: string): void {
    for (const [key, holder] of this.#holders) if (holder === container) this.#holders.delete(key);
  }

  holderOf(name: Buffer): string | undefined {
    return this.#holders.get(keyOf(name));
  }
}
