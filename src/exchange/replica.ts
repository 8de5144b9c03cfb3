import type { Audience } from '../domain/audience';
import type { Id } from '../domain/id';
import type { GrantBook } from './grant-book';
import type { PosteGrant } from './grant';
import { authorOf, judge, open } from './judge';
import { pack, type Packing } from './pack';
import { readParcel, type Parcel } from './parcel';
import type { DocumentSide, ParcelShelf, RefusalShelf } from './ports';
import { inPriority } from './priority';
import { refusalKey, type Refusal, type RefusalReason } from './refusal';
import type { SecretsOf } from './secrets';
import type { Signer } from './signature';
import type { Vector, Vectors } from './vector';

export interface ReplicaParts {
  readonly book: GrantBook;
  readonly shelf: ParcelShelf;
  readonly documents: DocumentSide;
  readonly refusals: RefusalShelf;
  readonly secretsOf: SecretsOf;
  /** Who this replica writes as; absent for one that only carries (the commune's gateway). */
  readonly author?:
    { readonly poste: Id<'poste'>; readonly signer: Signer; readonly now: () => string } | undefined;
}

export type Taken =
  | { readonly kind: 'taken'; readonly parcel: Parcel; readonly refused: readonly Refusal[] }
  | { readonly kind: 'duplicate'; readonly parcel: Parcel }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly parcel?: Parcel };

/**
 * One holder of parcels and documents: a poste, a relay, the commune. Takes parcels from anywhere, packs its own
 * changes, hands out what another lacks. Everything is idempotent, so that a cut at any point costs one parcel.
 */
export class Replica {
  private readonly queues = new Map<Audience, Promise<unknown>>();

  constructor(readonly parts: ReplicaParts) {}

  get book(): GrantBook {
    return this.parts.book;
  }

  /** What is held of these audiences. */
  async vectors(audiences: ReadonlySet<Audience> | 'all'): Promise<Vectors> {
    const held = await this.parts.shelf.vectors();
    if (audiences === 'all') return held;
    return Object.fromEntries(Object.entries(held).filter(([audience]) => audiences.has(audience)));
  }

  /** Takes in one parcel. Never throws for what it contains; a failure of the disk does throw, and nothing is kept. */
  async take(bytes: Buffer): Promise<Taken> {
    const parcel = readParcel(bytes);
    if (parcel === 'newer') return { kind: 'refused', reason: 'NEWER' };
    if (parcel === 'large') return { kind: 'refused', reason: 'TOO_LARGE' };
    if (parcel === 'malformed') return { kind: 'refused', reason: 'MALFORMED' };
    return this.inTurn(parcel.header.audience, async () => {
      const { header } = parcel;
      const heads = await this.parts.shelf.heads(header.audience);
      const verdict = judge(parcel, heads.get(header.origin), this.book);
      if (verdict.kind === 'duplicate') return { kind: 'duplicate', parcel };
      if (verdict.kind === 'refuse') return { kind: 'refused', reason: verdict.reason, parcel };
      const applied = await this.applyParcel(parcel);
      if (typeof applied === 'string' && applied !== 'closed')
        return { kind: 'refused', reason: applied, parcel };
      await this.parts.shelf.keep(parcel, applied !== 'closed');
      return { kind: 'taken', parcel, refused: applied === 'closed' ? [] : applied };
    });
  }

  /**
   * Puts this poste's own changes of an audience into parcels, once and for all: a range that was packed is never
   * packed again with another content. Nothing happens where the key or the grant is missing.
   * @returns how many parcels were made
   */
  async packOwn(audience: Audience): Promise<number> {
    const { author, secretsOf, shelf, documents } = this.parts;
    const secrets = secretsOf(audience);
    const grant = author && this.grantFor(author.poste, audience);
    if (!author || !secrets || !grant) return 0;
    return this.inTurn(audience, async () => {
      const head = (await shelf.heads(audience)).get(author.poste);
      const changes = await documents.ownChanges(audience, head?.to ?? 0);
      if (changes.length === 0) return 0;
      const packing: Packing = {
        school: this.book.school,
        origin: author.poste,
        grant: grant._id,
        signer: author.signer,
        audience,
        secrets,
        created: author.now(),
      };
      const { parcels, tooLarge } = await pack(packing, head, changes);
      for (const parcel of parcels) await shelf.keep(parcel, true);
      await this.parts.refusals.add(
        tooLarge.map((document) => ({
          audience,
          origin: author.poste,
          from: (head?.to ?? 0) + 1,
          document,
          reason: 'TOO_LARGE',
        })),
      );
      return parcels.length;
    });
  }

  /** Parcels that the holder of `theirs` lacks, in the order of priority. */
  async *lacking(theirs: Vectors, audiences: ReadonlySet<Audience> | 'all'): AsyncGenerator<Buffer> {
    const mine = await this.vectors(audiences);
    for (const audience of inPriority(Object.keys(mine))) {
      const held: Vector = theirs[audience] ?? {};
      for (const [origin, to] of Object.entries(mine[audience] ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))) {
        const from = held[origin] ?? 0;
        if (to > from) yield* this.parts.shelf.after(audience, origin, from);
      }
    }
  }

  /** Opens what was kept while its key was away (a private notebook, once its owner has signed in). */
  async applyBacklog(audience: Audience): Promise<number> {
    return this.inTurn(audience, () => this.backlog(audience));
  }

  /** Judges again every document that was refused: a grant or a rule may have come since. */
  async retryRefused(): Promise<void> {
    for (const refusal of await this.parts.refusals.all()) {
      if (refusal.document === undefined) continue;
      await this.inTurn(refusal.audience, async () => {
        const bytes = await this.parts.shelf.get(refusal.audience, refusal.origin, refusal.from);
        const parcel = bytes && readParcel(bytes);
        if (!parcel || typeof parcel === 'string') return;
        const still = await this.applyParcel(parcel);
        if (typeof still === 'string') return;
        const keys = new Set(still.map(refusalKey));
        if (!keys.has(refusalKey(refusal))) await this.parts.refusals.remove([refusal]);
      });
    }
  }

  /** The widest grant under which a poste may write to an audience. */
  grantFor(poste: Id<'poste'>, audience: Audience): PosteGrant | undefined {
    return this.book
      .grantsOf(poste)
      .filter((grant) => grant.audiences.includes(audience))
      .sort((a, b) => b.roles.length - a.roles.length || (a._id < b._id ? -1 : 1))[0];
  }

  private async applyParcel(
    parcel: Parcel,
  ): Promise<readonly Refusal[] | 'closed' | 'SEAL_WRONG' | 'MALFORMED'> {
    const { audience, origin, from } = parcel.header;
    const opened = await open(parcel, this.parts.secretsOf, this.book);
    if (typeof opened === 'string') return opened;
    const author = authorOf(parcel, this.book);
    const byRule = await this.parts.documents.apply(audience, opened.records, author);
    const refused = [...opened.refused, ...byRule].map(({ id, reason }): Refusal => ({
      audience,
      origin,
      from,
      document: id,
      reason,
    }));
    if (refused.length > 0) await this.parts.refusals.add(refused);
    return refused;
  }

  private async backlog(audience: Audience): Promise<number> {
    let done = 0;
    for (const bytes of await this.parts.shelf.unapplied(audience)) {
      const parcel = readParcel(bytes);
      if (typeof parcel === 'string') continue;
      const applied = await this.applyParcel(parcel);
      if (applied === 'closed') break;
      await this.parts.shelf.markApplied(parcel);
      done += 1;
    }
    return done;
  }

  /** One thing at a time for an audience: a chain's head is read and moved in one go. */
  private inTurn<T>(audience: Audience, work: () => Promise<T>): Promise<T> {
    const before = this.queues.get(audience) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.queues.set(
      audience,
      mine.catch(() => undefined),
    );
    return mine;
  }
}
