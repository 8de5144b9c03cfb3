import type { Audience } from '../../domain/audience';
import { filesNamed, type NamedFile } from '../../domain/files/named';
import type { FilePriority } from '../../exchange/files';
import type { DocumentBody, Store } from '../../store/port';

/** A document's files, and whether somebody on this computer put them there. */
export interface Naming {
  readonly audience: Audience;
  readonly document: string;
  readonly mine: boolean;
  readonly priority: FilePriority;
  readonly files: readonly NamedFile[];
}

export type PriorityOf = (body: DocumentBody, audience: Audience) => FilePriority;

const PAGE = 2000;

/** What the documents of the open audiences name. Follows their changes; the first look reads all. */
export class NamedFiles {
  readonly #seen = new Map<Audience, { seq: number; leaves: Map<string, Map<string, Naming>> }>();

  constructor(
    private readonly store: Store,
    private readonly priorityOf: PriorityOf,
  ) {}

  async of(audience: Audience): Promise<readonly Naming[]> {
    const database = await this.store.open(audience);
    const seen = this.#seen.get(audience) ?? { seq: 0, leaves: new Map<string, Map<string, Naming>>() };
    this.#seen.set(audience, seen);
    for (;;) {
      const changes = await database.changesSince(seen.seq, PAGE);
      for (const { seq, id, rev, deleted, foreign, record } of changes) {
        const leaves = seen.leaves.get(id) ?? new Map<string, Naming>();
        for (const ancestor of record.ancestors) leaves.delete(ancestor);
        const files = deleted ? [] : filesNamed(record.body);
        if (files.length > 0)
          leaves.set(rev, {
            audience,
            document: id,
            mine: !foreign,
            priority: this.priorityOf(record.body, audience),
            files,
          });
        if (leaves.size > 0) seen.leaves.set(id, leaves);
        else seen.leaves.delete(id);
        seen.seq = seq;
      }
      if (changes.length < PAGE) break;
    }
    return [...seen.leaves.values()].flatMap((leaves) => [...leaves.values()]);
  }

  forget(audience: Audience): void {
    this.#seen.delete(audience);
  }
}
