import type { DocumentBody, Revision, RevisionRecord } from '../../../src/store/port';
import { generationOf } from '../../../src/store/revision';

/** CouchDB's revision trees in memory: what is a leaf, who wins, what is an ancestor of what. */
export interface Leaf {
  readonly record: RevisionRecord;
  readonly seq: number;
  readonly foreign: boolean;
}

interface Tree {
  /** Each revision that was ever seen, and the one before it. */
  readonly parents: Map<Revision, Revision | undefined>;
  leaves: readonly Leaf[];
}

const ANCESTORS_KEPT = 50;

/** CouchDB's order: living first, then longest, then highest hash. */
const inOrder = (a: Leaf, b: Leaf): number =>
  Number(a.record.deleted) - Number(b.record.deleted) ||
  generationOf(b.record.rev) - generationOf(a.record.rev) ||
  (a.record.rev < b.record.rev ? 1 : -1);

export class Documents {
  readonly #trees = new Map<string, Tree>();
  #seq = 0;

  ids(): readonly string[] {
    return [...this.#trees.keys()];
  }

  /** The winner first. */
  leaves(id: string): readonly Leaf[] {
    return this.#trees.get(id)?.leaves ?? [];
  }

  /** The living document. */
  get(id: string): DocumentBody | undefined {
    const winner = this.leaves(id)[0]?.record;
    return winner && !winner.deleted ? winner.body : undefined;
  }

  all(type: string): readonly DocumentBody[] {
    return this.ids().flatMap((id) => {
      const body = this.get(id);
      return body?.type === type ? [body] : [];
    });
  }

  /** True when that revision was written here or is behind one that was: no winner can hide it. */
  has(id: string, rev: Revision): boolean {
    return this.#trees.get(id)?.parents.has(rev) ?? false;
  }

  /** As `new_edits: false` does. @returns false where it was known */
  add(record: RevisionRecord, foreign: boolean): boolean {
    const tree = this.#trees.get(record.id) ?? { parents: new Map(), leaves: [] };
    this.#trees.set(record.id, tree);
    if (tree.parents.has(record.rev)) return false;
    const path = [record.rev, ...record.ancestors];
    path.forEach((rev, index) => {
      if (tree.parents.get(rev) === undefined) tree.parents.set(rev, path[index + 1]);
    });
    const behind = new Set(record.ancestors);
    const leaf = { record, seq: ++this.#seq, foreign };
    tree.leaves = [...tree.leaves.filter((one) => !behind.has(one.record.rev)), leaf].sort(inOrder);
    return true;
  }

  /** What stands behind a revision, newest first, as a record carries it. */
  ancestors(id: string, rev: Revision): readonly Revision[] {
    const tree = this.#trees.get(id);
    const found: Revision[] = [];
    for (let at = tree?.parents.get(rev); at && found.length < ANCESTORS_KEPT; at = tree?.parents.get(at))
      found.push(at);
    return found;
  }

  get lastSeq(): number {
    return this.#seq;
  }

  since(seq: number): readonly Leaf[] {
    return [...this.#trees.values()]
      .flatMap((tree) => tree.leaves.filter((leaf) => leaf.seq > seq))
      .sort((a, b) => a.seq - b.seq);
  }

  /** All leaves of all documents, the winner first, in a text in which equal databases are equal. */
  snapshot(): ReadonlyMap<string, string> {
    const one = ({ record }: Leaf): string => record.rev + (record.deleted ? ' deleted' : '');
    const entries = [...this.#trees].map(([id, tree]) => [id, tree.leaves.map(one).join(', ')] as const);
    return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  copy(): Documents {
    const copy = new Documents();
    copy.#seq = this.#seq;
    for (const [id, tree] of this.#trees)
      copy.#trees.set(id, { parents: new Map(tree.parents), leaves: tree.leaves });
    return copy;
  }
}
