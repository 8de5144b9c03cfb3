import type { Audience } from '../../domain/audience';
import type { DocumentBody, Revision, RevisionRecord } from '../../store/port';
import { generationOf, revisionOf } from '../../store/revision';
import { chainOf } from '../header';
import type { Head } from '../judge';
import type { OwnChange } from '../pack';
import { readParcel, type Parcel } from '../parcel';
import type { Grant } from '../grant';
import type { DocumentSide, GrantShelf, ParcelShelf, RefusalShelf } from '../ports';
import { refusalKey, type Refusal } from '../refusal';

/**
 * A replica's ports in memory, for the engine's own tests: leaves, ancestors and winners as CouchDB has them. It
 * cannot prove durability, encryption or PouchDB's merging; test/integration/sync does, with the real store.
 */
interface Leaf {
  readonly record: RevisionRecord;
  readonly seq: number;
  readonly foreign: boolean;
}

export class MemoryDocuments implements DocumentSide {
  private readonly held = new Map<Audience, Map<string, Leaf[]>>();
  private seq = 0;

  constructor(private readonly revisionKeyOf: (audience: Audience) => Buffer) {}

  /** Writes after the winner, as a person does. */
  write(audience: Audience, body: DocumentBody, deleted = false): Revision {
    const winner = this.winner(audience, body._id);
    const ancestors = winner ? [winner.rev, ...winner.ancestors].slice(0, 50) : [];
    const rev = revisionOf(this.revisionKeyOf(audience), { parent: winner?.rev, deleted, body });
    this.add(audience, { id: body._id, rev, ancestors, deleted, body }, false);
    return rev;
  }

  winner(audience: Audience, id: string): RevisionRecord | undefined {
    const order = (a: Leaf, b: Leaf): number =>
      Number(a.record.deleted) - Number(b.record.deleted) ||
      generationOf(b.record.rev) - generationOf(a.record.rev) ||
      (a.record.rev < b.record.rev ? 1 : -1);
    return [...(this.held.get(audience)?.get(id) ?? [])].sort(order)[0]?.record;
  }

  /** True when a revision is a leaf or an ancestor of one: nothing that was written is out of reach of a winner. */
  holds(audience: Audience, id: string, rev: Revision): boolean {
    const leaves = this.held.get(audience)?.get(id) ?? [];
    return leaves.some((leaf) => leaf.record.rev === rev || leaf.record.ancestors.includes(rev));
  }

  /** Everything, in a form in which equal replicas are equal. */
  snapshot(audience: Audience): Record<string, string[]> {
    const entries = [...(this.held.get(audience) ?? [])].map(
      ([id, leaves]) =>
        [id, leaves.map((leaf) => `${leaf.record.rev}${leaf.record.deleted ? 'd' : ''}`).sort()] as const,
    );
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  apply(audience: Audience, records: readonly RevisionRecord[]): Promise<readonly never[]> {
    for (const record of records) this.add(audience, record, true);
    return Promise.resolve([]);
  }

  ownChanges(audience: Audience, after: number): Promise<readonly OwnChange[]> {
    const own = [...(this.held.get(audience)?.values() ?? [])]
      .flat()
      .filter((leaf) => !leaf.foreign && leaf.seq > after);
    return Promise.resolve(own.sort((a, b) => a.seq - b.seq).map(({ seq, record }) => ({ seq, record })));
  }

  async *leaves(audience: Audience): AsyncGenerator<RevisionRecord> {
    for (const leaf of [...(this.held.get(audience)?.values() ?? [])].flat())
      yield await Promise.resolve(leaf.record);
  }

  private add(audience: Audience, record: RevisionRecord, foreign: boolean): void {
    const documents = this.held.get(audience) ?? new Map<string, Leaf[]>();
    this.held.set(audience, documents);
    const leaves = documents.get(record.id) ?? [];
    const known = leaves.some(
      (leaf) => leaf.record.rev === record.rev || leaf.record.ancestors.includes(record.rev),
    );
    if (known) return;
    const rest = leaves.filter((leaf) => !record.ancestors.includes(leaf.record.rev));
    documents.set(record.id, [...rest, { record, seq: ++this.seq, foreign }]);
  }
}

export class MemoryShelf implements ParcelShelf {
  private readonly chains = new Map<Audience, Map<string, { parcel: Parcel; applied: boolean }[]>>();
  private readonly bases = new Map<Audience, Map<string, Head>>();
  /** Set by a test: nothing is let go, as when a machine dies before that. */
  failCover: () => boolean = () => false;
  /** Set by a test: the next parcels are not kept, as when a machine dies between two writes. */
  failKeep: () => boolean = () => false;

  heads(audience: Audience): Promise<ReadonlyMap<string, Head>> {
    const heads = [...(this.chains.get(audience) ?? [])].flatMap(([chain, kept]) => {
      const last = kept.at(-1)?.parcel;
      return last ? [[chain, { to: last.header.to, hash: last.hash }] as const] : [];
    });
    return Promise.resolve(new Map([...(this.bases.get(audience) ?? []), ...heads]));
  }

  async vectors(): Promise<Record<Audience, Record<string, number>>> {
    const out: Record<Audience, Record<string, number>> = {};
    for (const audience of this.chains.keys()) {
      out[audience] = Object.fromEntries(
        [...(await this.heads(audience))].map(([origin, head]) => [origin, head.to]),
      );
    }
    return out;
  }

  keep(parcel: Parcel, applied: boolean): Promise<void> {
    if (this.failKeep()) return Promise.reject(new Error('the machine died'));
    const { audience } = parcel.header;
    const chain = chainOf(parcel.header);
    const chains = this.chains.get(audience) ?? new Map<string, { parcel: Parcel; applied: boolean }[]>();
    this.chains.set(audience, chains);
    if (chains.get(chain)?.at(-1)?.parcel.hash === parcel.hash) return Promise.resolve();
    chains.set(chain, [...(chains.get(chain) ?? []), { parcel, applied }]);
    return Promise.resolve();
  }

  async *after(audience: Audience, chain: string, seq: number): AsyncGenerator<Buffer> {
    for (const { parcel } of this.chain(audience, chain)) if (parcel.header.from > seq) yield parcel.bytes;
  }

  get(audience: Audience, chain: string, from: number): Promise<Buffer | undefined> {
    return Promise.resolve(
      this.chain(audience, chain).find((kept) => kept.parcel.header.from === from)?.parcel.bytes,
    );
  }

  unapplied(audience: Audience): Promise<readonly Buffer[]> {
    const kept = [...(this.chains.get(audience)?.values() ?? [])].flat().filter((one) => !one.applied);
    return Promise.resolve(kept.map((one) => one.parcel.bytes));
  }

  markApplied(parcel: Parcel): Promise<void> {
    for (const kept of this.chain(parcel.header.audience, chainOf(parcel.header))) {
      if (kept.parcel.hash === parcel.hash) kept.applied = true;
    }
    return Promise.resolve();
  }

  cover(audience: Audience, covers: ReadonlyMap<string, Head>, dropped: readonly string[]): Promise<void> {
    if (this.failCover()) return Promise.reject(new Error('the machine died'));
    const chains = this.chains.get(audience) ?? new Map<string, { parcel: Parcel; applied: boolean }[]>();
    this.chains.set(audience, chains);
    for (const [chain, head] of covers) {
      const rest = this.chain(audience, chain).filter((kept) => kept.parcel.header.to > head.to);
      chains.set(chain, rest);
      const bases = this.bases.get(audience) ?? new Map<string, Head>();
      this.bases.set(audience, bases);
      if (head.to > (bases.get(chain)?.to ?? 0)) bases.set(chain, head);
    }
    for (const chain of dropped) chains.delete(chain);
    return Promise.resolve();
  }

  /** Every byte kept, for a test that looks for what must not be there. */
  dump(): Buffer {
    const chains = [...this.chains.values()].flatMap((byOrigin) => [...byOrigin.values()].flat());
    return Buffer.concat(chains.map((kept) => kept.parcel.bytes));
  }

  private chain(audience: Audience, name: string): { parcel: Parcel; applied: boolean }[] {
    return this.chains.get(audience)?.get(name) ?? [];
  }
}

export class MemoryGrants implements GrantShelf {
  readonly kept: Grant[] = [];
  /** Set by a test: the disk takes nothing. */
  full = false;

  keep(grant: Grant): Promise<void> {
    if (this.full) return Promise.reject(new Error('the disk is full'));
    this.kept.push(grant);
    return Promise.resolve();
  }
}

export class MemoryRefusals implements RefusalShelf {
  private readonly list = new Map<string, Refusal>();

  all(): Promise<readonly Refusal[]> {
    return Promise.resolve([...this.list.values()]);
  }
  add(refusals: readonly Refusal[]): Promise<void> {
    for (const refusal of refusals) this.list.set(refusalKey(refusal), refusal);
    return Promise.resolve();
  }
  remove(refusals: readonly Refusal[]): Promise<void> {
    for (const refusal of refusals) this.list.delete(refusalKey(refusal));
    return Promise.resolve();
  }
}

/** The parcel behind bytes that a test knows to be one. */
export function mustRead(bytes: Buffer): Parcel {
  const parcel = readParcel(bytes);
  if (typeof parcel === 'string') throw new Error(parcel);
  return parcel;
}
