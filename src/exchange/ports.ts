import type { Audience } from '../domain/audience';
import type { Id } from '../domain/id';
import type { RevisionRecord } from '../store/port';
import type { DocumentRefusal } from './author-rules';
import type { PosteGrant } from './grant';
import type { Head } from './judge';
import type { OwnChange } from './pack';
import type { Parcel } from './parcel';
import type { Refusal } from './refusal';
import type { Vectors } from './vector';

/**
 * What the engine asks of the replica it runs in: a poste (files and PouchDB), the gateway (CouchDB), a test
 * (memory). What a promise has confirmed survives a crash.
 */
export interface ParcelShelf {
  /** Where each origin's chain stands, for one audience. */
  heads(audience: Audience): Promise<ReadonlyMap<string, Head>>;
  /** The last sequence held of each origin, for every audience of which something is held. */
  vectors(): Promise<Vectors>;
  /**
   * Keeps a parcel that follows its origin's head. The same one twice is harmless.
   * @param applied false where its documents could not be opened here (yet)
   */
  keep(parcel: Parcel, applied: boolean): Promise<void>;
  /** Parcels of an origin whose range starts after that sequence, oldest first. */
  after(audience: Audience, origin: string, seq: number): AsyncIterable<Buffer>;
  /** The parcel whose range starts there. */
  get(audience: Audience, origin: string, from: number): Promise<Buffer | undefined>;
  /** Parcels kept while their audience was closed here, oldest first for each origin. */
  unapplied(audience: Audience): Promise<readonly Buffer[]>;
  markApplied(parcel: Parcel): Promise<void>;
}

/** Whose signature documents came under: a database with rules of its own judges them by it. */
export interface Author {
  readonly poste: Id<'poste'>;
  /** Grants of that poste for the key that signed, the cited one first; each record is allowed by one of them. */
  readonly grants: readonly PosteGrant[];
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
}

/** Documents that were not taken. Durable, and shown to a person. */
export interface RefusalShelf {
  all(): Promise<readonly Refusal[]>;
  add(refusals: readonly Refusal[]): Promise<void>;
  remove(refusals: readonly Refusal[]): Promise<void>;
}
