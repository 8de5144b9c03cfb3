import type { Audience } from '../domain/audience';
import type { Id } from '../domain/id';
import type { RevisionRecord } from '../store/port';
import type { DocumentRefusal } from './author-rules';
import type { Grant, PosteGrant } from './grant';
import type { Head } from './judge';
import type { OwnChange } from './pack';
import type { Parcel } from './parcel';
import type { Refusal } from './refusal';
import type { Vectors } from './vector';

/** A parcel that was kept and does not open any more. */
export interface DamagedParcel {
  readonly audience: Audience;
  readonly chain: string;
  /** The first sequence of its range. */
  readonly from: number;
  /** Its documents were written: they stand here all the same. */
  readonly applied: boolean;
}

/**
 * What the engine asks of the replica it runs in: a poste (files and PouchDB), the gateway (CouchDB), a test
 * (memory). What a promise has confirmed survives a crash.
 */
export interface ParcelShelf {
  /** Where each chain stands, for one audience. A chain is named by `chainOf(header)`: an origin's, or a snapshot's. */
  heads(audience: Audience): Promise<ReadonlyMap<string, Head>>;
  /** The last sequence held of each chain, for every audience of which something is held. */
  vectors(): Promise<Vectors>;
  /**
   * Keeps a parcel that follows its chain's head. The same one twice is harmless.
   * @param applied false where its documents could not be opened here (yet)
   */
  keep(parcel: Parcel, applied: boolean): Promise<void>;
  /** Parcels of a chain whose range starts after that sequence, oldest first. */
  after(audience: Audience, chain: string, seq: number): AsyncIterable<Buffer>;
  /** The parcel whose range starts there. */
  get(audience: Audience, chain: string, from: number): Promise<Buffer | undefined>;
  /** Parcels kept while their key was away, oldest first for each chain. */
  unapplied(audience: Audience): Promise<readonly Buffer[]>;
  /**
   * Parcels whose bytes are not what was kept, as far as anybody has tried to read them since the start. What is at such
   * a place or behind it is not handed on, and `vectors` ends before it, so that it is offered again. Absent, with `mend`,
   * where a database looks after its own bytes.
   */
  damaged?(): Promise<readonly DamagedParcel[]>;
  /** Writes one of them again, as another holder brought it. @returns false where it is none of them */
  mend?(parcel: Parcel): Promise<boolean>;
  /** That parcel and no other: the key of a later one may have come first. */
  markApplied(parcel: Parcel): Promise<void>;
  /**
   * Lets go of what a snapshot stands for. Of each chain in `covers`: its parcels that end at or before `to` are dropped
   * (with what says that they wait to be applied); where it stood before `to`, or was not known, its head is now that
   * one, and the next parcel follows it. Chains in `dropped` go whole, head and all.
   *
   * Idempotent, cheap where there is nothing to do. A crash leaves the old or the new heads with the parcels that belong
   * to them; parcels that are left over behind a head are harmless and go at the next call.
   */
  cover(audience: Audience, covers: ReadonlyMap<string, Head>, dropped: readonly string[]): Promise<void>;
}

/** Whose signature documents came under: a database with rules of its own judges them by it. */
export interface Author {
  readonly poste: Id<'poste'>;
  /** Grants of that poste for the key that signed, the cited one first; each record is allowed by one of them. */
  readonly grants: readonly PosteGrant[];
  /** A head vouches for these records, whoever wrote them first: they are of a snapshot, and no right is asked for. */
  readonly vouched?: true;
}

export interface DocumentSide {
  /** Writes revisions, idempotently. @returns those that a rule of this replica refused */
  apply(
    audience: Audience,
    records: readonly RevisionRecord[],
    author: Author,
  ): Promise<readonly { readonly id: string; readonly reason: DocumentRefusal }[]>;
  /** Changes made here (not taken from others) after a local sequence, oldest first, each leaf once. */
  ownChanges(audience: Audience, after: number): Promise<readonly OwnChange[]>;
  /**
   * What a snapshot is made of: every leaf, living or deleted. Tombstones stand in it because somebody may still hold
   * what a person deleted; those that retention left look the same.
   * Absent where nothing is ever consolidated (the commune).
   */
  leaves?(audience: Audience): AsyncIterable<RevisionRecord>;
}

/** Grants that came ahead of the parcel they stand in. */
export interface GrantShelf {
  /**
   * Keeps a grant that counts, so that it counts after a restart too: what comes behind a revocation is only taken by who
   * will not forget it. Idempotent; cheap for one that is held.
   */
  keep(grant: Grant): Promise<void>;
  /** Those that were kept before this start and whose parcel had not come by then. */
  readonly kept?: readonly Grant[];
}

/** Documents that were not taken. Durable, and shown to a person. */
export interface RefusalShelf {
  all(): Promise<readonly Refusal[]>;
  add(refusals: readonly Refusal[]): Promise<void>;
  remove(refusals: readonly Refusal[]): Promise<void>;
}
