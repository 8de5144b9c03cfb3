import type { Audience } from '../domain/audience';
import { canonicalBytes } from './canonical';
import { writeFrame } from './frames';
import type { Consolidation, Grant } from './grant';
import type { GrantBook } from './grant-book';
import { isSnapshotChain } from './header';
import { readParcel, type Parcel } from './parcel';
import type { ParcelShelf } from './ports';
import { inPriority } from './priority';
import { heldSnapshots, needsSnapshot, replaces } from './snapshots';
import type { Vector, Vectors } from './vector';

/** One thing to hand over: a parcel, or the statement that a snapshot's parcels are judged by. */
export type Piece =
  | { readonly kind: 'parcel'; readonly audience: Audience; readonly parcel: Parcel }
  | { readonly kind: 'statement'; readonly audience: Audience; readonly statement: Consolidation };

/** What the holder of `theirs` lacks of `mine`, in the order of priority; each chain in its order. */
export async function* piecesLacking(
  shelf: ParcelShelf,
  book: GrantBook,
  mine: Vectors,
  theirs: Vectors,
): AsyncGenerator<Piece> {
  const audiences = inPriority(Object.keys(mine));
  for (const audience of audiences) {
    const ends = mine[audience] ?? {};
    const held = new Map(Object.entries(theirs[audience] ?? {}));
    // Whoever lacks what a snapshot stands for gets the snapshot: the old parcels are gone.
    for (const statement of heldSnapshots(audience, ends, book).whole) {
      if (!needsSnapshot(theirs[audience] ?? {}, statement)) continue;
      yield* snapshot(shelf, statement, held.get(statement._id) ?? 0, statement.to);
      for (const [origin, { to }] of Object.entries(statement.covers))
        held.set(origin, Math.max(held.get(origin) ?? 0, to));
    }
    for (const [chain, to] of inOrder(ends)) {
      const from = held.get(chain) ?? 0;
      if (!isSnapshotChain(chain) && to > from) yield* parcels(shelf, audience, chain, from, to);
    }
  }
  // Snapshots that nothing waits for come last: their holder may then let old parcels go.
  for (const audience of audiences) {
    const vector = theirs[audience] ?? {};
    if (holdsNewerSnapshot(vector, book)) continue;
    for (const [chain, to] of inOrder(mine[audience] ?? {})) {
      const statement = book.consolidation(chain);
      const from = vector[chain] ?? 0;
      if (!statement || from >= to || needsWhole(statement, to, vector)) continue;
      if (replacedThere(statement, vector, book)) continue;
      yield* snapshot(shelf, statement, from, to);
    }
  }
}

/** It went out above already. */
const needsWhole = (statement: Consolidation, to: number, theirs: Vector): boolean =>
  statement.to === to && needsSnapshot(theirs, statement);

/** They hold a snapshot whose statement has not come here: what they bring may make ours needless. */
const holdsNewerSnapshot = (theirs: Vector, book: GrantBook): boolean =>
  Object.keys(theirs).some((chain) => isSnapshotChain(chain) && !book.consolidation(chain));

const replacedThere = (statement: Consolidation, theirs: Vector, book: GrantBook): boolean =>
  Object.entries(theirs).some(([chain, to]) => {
    const other = book.consolidation(chain);
    return other?.to === to && replaces(other, statement);
  });

async function* snapshot(
  shelf: ParcelShelf,
  statement: Consolidation,
  from: number,
  to: number,
): AsyncGenerator<Piece> {
  yield { kind: 'statement', audience: statement.audience, statement };
  yield* parcels(shelf, statement.audience, statement._id, from, to);
}

async function* parcels(
  shelf: ParcelShelf,
  audience: Audience,
  chain: string,
  from: number,
  to: number,
): AsyncGenerator<Piece> {
  let next = from + 1;
  for await (const bytes of shelf.after(audience, chain, from)) {
    const parcel = readParcel(bytes);
    // What would not follow on the other side stays here: it was covered meanwhile, or does not count any more.
    if (typeof parcel === 'string' || parcel.header.from !== next || parcel.header.to > to) return;
    next = parcel.header.to + 1;
    yield { kind: 'parcel', audience, parcel };
  }
}

const inOrder = (vector: Vector): readonly (readonly [string, number])[] =>
  Object.entries(vector).sort(([a], [b]) => (a < b ? -1 : 1));

/**
 * Grants that must stand in front of a piece, each once in a stream. A statement always travels with its snapshot; the
 * grant that a parcel cites, and what ends a head's key, only where the other side's `parc` is behind.
 */
export class GrantFrames {
  private readonly sent = new Set<string>();

  constructor(
    private readonly book: GrantBook,
    private readonly cited: boolean,
    /** Ends that this holder knows by a frame alone. */
    private readonly byFrame: ReadonlySet<string> = new Set(),
  ) {}

  *before(piece: Piece): Generator<Buffer> {
    // Until it knows which keys are ended, the other side would go on believing whoever left with one.
    for (const grant of this.book.all())
      if (grant.kind === 'headKeyEnd' && (this.cited || this.byFrame.has(grant._id))) yield* this.one(grant);
    // Who was put out is said first: `parc` comes last, and until it has, the other side would go on serving them. Said
    // even where `parc` is not behind: it may have come here by a frame, and the line was cut before its parcel.
    for (const grant of this.book.all()) if (grant.kind === 'revocation') yield* this.one(grant);
    if (piece.kind === 'statement') yield* this.one(piece.statement);
    else if (this.cited && piece.parcel.header.snapshot === undefined) {
      const grant = this.book.posteGrant(piece.parcel.header.grant);
      if (grant) yield* this.one(grant);
    }
  }

  *one(grant: Grant): Generator<Buffer> {
    if (this.sent.has(grant._id)) return;
    // A grant may count by another head's key only: those go first, in the order in which they came to count.
    for (const other of this.book.all()) {
      if (other.kind !== 'headKey' || this.sent.has(other._id)) continue;
      this.sent.add(other._id);
      yield writeFrame('G', canonicalBytes(other));
    }
    this.sent.add(grant._id);
    yield writeFrame('G', canonicalBytes(grant));
  }
}
