import type { Shelf, ShelfDocument } from './store/shelf';

/** Parcels are large and read once: they alone are not remembered. */
const PARCELS = 'p!';
const BEHIND_PARCELS = 'p"';
const END = '\u007f';

const kindOf = (id: string): string => id.slice(0, id.indexOf('!') + 1);

/**
 * The small documents of a school (heads of chains, grants, keys, refusals, what is waiting), as they stood when they
 * were last read. Not a truth of its own: each request asks the store first, in one cheap question, what was written
 * since, here or by another gateway, and a write that finds another revision reads again. So any gateway may answer the
 * next request, and one that answers twice need not read a school twice.
 */
export class SchoolCache {
  readonly #kinds = new Map<string, Map<string, ShelfDocument>>();
  #mark: string | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  /** @param onChange told of documents that came or changed (undefined: gone) */
  constructor(
    readonly shelf: Shelf,
    private readonly onChange: (id: string, document: ShelfDocument | undefined) => void = () => undefined,
  ) {}

  /** Brings what is remembered up to what the store holds. */
  refresh(): Promise<void> {
    return this.#inTurn(async () => {
      const { mark, ids } = await this.shelf.changed(this.#mark);
      if (ids === 'unknown') await this.#readAll();
      else {
        const small = [...new Set(ids)].filter((id) => !id.startsWith(PARCELS));
        const found = await this.shelf.getAll(small);
        small.forEach((id, at) => this.#set(id, found[at]));
      }
      this.#mark = mark;
    });
  }

  get(id: string): ShelfDocument | undefined {
    return this.#kinds.get(kindOf(id))?.get(id);
  }

  /** Documents whose id starts so, in order of id. */
  all(prefix: string): readonly ShelfDocument[] {
    const kind = this.#kinds.get(kindOf(prefix));
    const found = [...(kind?.values() ?? [])].filter(({ _id }) => _id.startsWith(prefix));
    return found.sort((a, b) => (a._id < b._id ? -1 : 1));
  }

  /** Changes one document from what is held now. @param change returns undefined where nothing is to be done */
  update(id: string, change: (held: ShelfDocument | undefined) => object | undefined): Promise<void> {
    return this.#inTurn(async () => {
      for (;;) {
        const held = this.get(id);
        const next = change(held);
        if (!next) return;
        const document = { ...next, _id: id };
        const _rev = await this.shelf.put(held?._rev ? { ...document, _rev: held._rev } : document);
        if (_rev !== undefined) return this.#set(id, { ...document, _rev });
        // Another gateway was first.
        const [now] = await this.shelf.getAll([id]);
        this.#set(id, now);
      }
    });
  }

  remove(ids: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      const held = ids.flatMap((id) => this.get(id) ?? []);
      if (held.length === 0) return;
      await this.shelf.removeAll(held);
      for (const { _id } of held) this.#set(_id, undefined);
    });
  }

  async #readAll(): Promise<void> {
    const all = [
      ...(await this.shelf.range('', PARCELS)),
      ...(await this.shelf.range(BEHIND_PARCELS, END)),
    ].filter(({ _id }) => !_id.startsWith('_'));
    const now = new Set(all.map(({ _id }) => _id));
    for (const kind of [...this.#kinds.values()])
      for (const id of [...kind.keys()]) if (!now.has(id)) this.#set(id, undefined);
    for (const document of all) this.#set(document._id, document);
  }

  #set(id: string, document: ShelfDocument | undefined): void {
    const kind = this.#kinds.get(kindOf(id)) ?? new Map<string, ShelfDocument>();
    this.#kinds.set(kindOf(id), kind);
    if (kind.get(id)?._rev === document?._rev) return;
    if (document) kind.set(id, document);
    else kind.delete(id);
    this.onChange(id, document);
  }

  /** A reading that began before a write must not put the older text back. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#queue.then(work, work);
    this.#queue = mine.catch(() => undefined);
    return mine;
  }
}
