import type { Audience } from '../domain/audience';
import type { Id } from '../domain/id';
import { threadedCodec } from './codec';
import { coverable, snapshotParcels, type ConsolidationOrder } from './consolidation';
import { signGrant, type Consolidation, type Grant, type PosteGrant } from './grant';
import { chainOf, isSnapshotChain } from './header';
import { endsOf, headOf, Holding, withCovers, type Audiences } from './holding';
import { judge } from './judge';
import { SNAPSHOT_PARCELS_MAX } from './limits';
import { piecesLacking, type Piece } from './lacking';
import { pack, type Packing } from './pack';
import { readParcel, type Parcel } from './parcel';
import { refusalKey, type Refusal, type RefusalReason } from './refusal';
import { heldSnapshots } from './snapshots';
import type { Vectors } from './vector';

export type Taken =
  | { readonly kind: 'taken'; readonly parcel: Parcel; readonly refused: readonly Refusal[] }
  | { readonly kind: 'duplicate'; readonly parcel: Parcel }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly parcel?: Parcel };

/**
 * One holder of parcels and documents: a poste, a relay, the commune. Takes parcels from anywhere, packs its own
 * changes, hands out what another lacks. Everything is idempotent, so that a cut at any point costs one parcel.
 */
export class Replica extends Holding {
  #restored = false;

  /** Somebody offered parcels of this poste that it does not hold itself. */
  get restored(): boolean {
    return this.#restored;
  }

  /**
   * Takes in one parcel. Never throws for what it contains; a failure of the disk does throw, and nothing is kept.
   * @param audiences what this replica may hold; parcels of others are not for it
   */
  async take(bytes: Buffer, audiences: Audiences = 'all'): Promise<Taken> {
    const parcel = readParcel(bytes);
    if (parcel === 'newer') return { kind: 'refused', reason: 'NEWER' };
    if (parcel === 'large') return { kind: 'refused', reason: 'TOO_LARGE' };
    if (parcel === 'malformed') return { kind: 'refused', reason: 'MALFORMED' };
    const { audience } = parcel.header;
    if (audiences !== 'all' && !audiences.has(audience))
      return { kind: 'refused', reason: 'AUDIENCE_FORBIDDEN', parcel };
    const { edition } = this.book;
    const known = new Set(this.book.consolidations());
    const taken = await this.inTurn(audience, () => this.takeNow(parcel));
    // A statement may have come as a document, after the snapshot it speaks of.
    if (this.book.edition !== edition)
      await this.settle(this.book.consolidations().filter((statement) => !known.has(statement)));
    return taken;
  }

  private async takeNow(parcel: Parcel): Promise<Taken> {
    const { shelf } = this.parts;
    const { audience, origin, snapshot } = parcel.header;
    const heads = await shelf.heads(audience);
    const { covers, needless } = heldSnapshots(audience, endsOf(heads), this.book);
    const verdict = judge(parcel, headOf(chainOf(parcel.header), heads, covers), this.book);
    const isNeedless = snapshot !== undefined && needless.includes(snapshot);
    if (verdict.kind === 'duplicate' || (verdict.kind === 'take' && isNeedless)) {
      const mended = await shelf.mend?.(parcel);
      return mended ? { kind: 'taken', parcel, refused: [] } : { kind: 'duplicate', parcel };
    }
    const follows = verdict.kind === 'take' || ['GAP', 'FORKED'].includes(verdict.reason);
    if (follows && snapshot === undefined && origin === this.parts.author?.poste) {
      // Its signature is this poste's, and nobody has a parcel of it before it is flushed here: a folder was put back.
      this.#restored = true;
      return { kind: 'refused', reason: 'FORKED', parcel };
    }
    if (verdict.kind === 'refuse') return { kind: 'refused', reason: verdict.reason, parcel };
    const applied = await this.applyParcel(parcel);
    if (typeof applied === 'string' && applied !== 'closed')
      return { kind: 'refused', reason: applied, parcel };
    await shelf.keep(parcel, applied !== 'closed');
    if (snapshot !== undefined) await this.settleNow(audience);
    return { kind: 'taken', parcel, refused: applied === 'closed' ? [] : applied };
  }

  /**
   * Takes in what may be a grant and came without its document, and acts on a consolidation whose snapshot is here already.
   * A failure of the disk does throw: whoever brings it brings nothing behind it.
   */
  async learn(value: unknown): Promise<Grant | undefined> {
    const { edition } = this.book;
    const grant = this.book.learn(value);
    // Another edition: it was not known, so its parcel has not come.
    const isNew = grant?.kind === 'headKeyEnd' && this.book.edition !== edition;
    if (grant) await this.parts.grants.keep(grant);
    if (isNew) this.byFrame.add(grant._id);
    if (grant?.kind === 'consolidation') await this.settle([grant]);
    // A statement may count by it, or not any more.
    if (grant?.kind === 'headKey' || grant?.kind === 'headKeyEnd') await this.settle();
    return grant;
  }

  /**
   * Puts this poste's own changes of an audience into parcels, once and for all: a range that was packed is never
   * packed again with another content. Nothing happens where the key or the grant is missing.
   * @returns how many parcels were made
   */
  async packOwn(audience: Audience): Promise<number> {
    return this.inTurn(audience, async () => {
      let made = 0;
      for (;;) {
        const parcels = await this.packNow(audience);
        if (parcels === 0) return made;
        made += parcels;
      }
    });
  }

  private async packNow(audience: Audience): Promise<number> {
    const { author, shelf, documents, refusals } = this.parts;
    const packing = this.packingOf(audience);
    if (!author || !packing) return 0;
    const heads = await shelf.heads(audience);
    const { covers } = heldSnapshots(audience, endsOf(heads), this.book);
    const head = headOf(author.poste, heads, covers);
    const changes = await documents.ownChanges(audience, head?.to ?? 0);
    if (changes.length === 0) return 0;
    const { parcels, tooLarge } = await pack(packing, head, changes);
    const common = { audience, origin: author.poste, reason: 'TOO_LARGE' as const };
    // First: once the chain has moved past what is too large, nobody looks at it again.
    await refusals.add(tooLarge.map((document) => ({ ...common, from: (head?.to ?? 0) + 1, document })));
    for (const parcel of parcels) await shelf.keep(parcel, true);
    const gone = new Set(changes.map(({ record }) => record.id).filter((id) => !tooLarge.includes(id)));
    await this.forgive(
      (one) => one.reason === 'TOO_LARGE' && one.audience === audience && gone.has(one.document ?? ''),
    );
    return parcels.length;
  }

  private packingOf(audience: Audience): Packing | undefined {
    const { author, secretsOf, codec = threadedCodec } = this.parts;
    const secrets = secretsOf(audience);
    const grant = author && this.grantFor(author.poste, audience);
    if (!author || !secrets || !grant) return undefined;
    return {
      school: this.book.school,
      origin: author.poste,
      grant: grant._id,
      signer: author.signer,
      audience,
      secrets,
      created: author.now(),
      codec,
    };
  }

  /** What the holder of `theirs` lacks, in the order of priority. */
  async *lacking(theirs: Vectors, audiences: Audiences): AsyncGenerator<Piece> {
    yield* piecesLacking(this.parts.shelf, this.book, await this.vectors(audiences), theirs);
  }

  /**
   * Makes a snapshot of an audience and the statement that vouches for it, and lets go of what it covers. The parcels
   * are kept first and count for nothing until the statement is there; a crash in between leaves them to be dropped by
   * the next one. What is refused here, or does not count, is not covered: it goes on waiting in its own parcel.
   *
   * @returns undefined where this poste cannot: it lacks a key or a grant, something waits to be opened, nothing is there
   */
  async consolidate(audience: Audience, order: ConsolidationOrder): Promise<Consolidation | undefined> {
    if (!this.book.isHeadKey(order.head.publicKey) || this.book.has(order.id)) return undefined;
    await this.packOwn(audience);
    return this.inTurn(audience, async () => {
      const { author, shelf, documents, refusals } = this.parts;
      const packing = this.packingOf(audience);
      if (!author || !packing || !documents.leaves) return undefined;
      const heads = await shelf.heads(audience);
      const { covers: before } = heldSnapshots(audience, endsOf(heads), this.book);
      const refused = (await refusals.all()).filter(
        // What stands here is written again, whatever became of its parcel.
        (one) => one.audience === audience && one.reason !== 'DAMAGED',
      );
      // Only who has taken everything in can speak for it.
      if (refused.some((one) => isSnapshotChain(one.origin))) return undefined;
      if ((await shelf.unapplied(audience)).length > 0) return undefined;
      const damaged = (await shelf.damaged?.()) ?? [];
      if (damaged.some((one) => one.audience === audience && !one.applied)) return undefined;
      const orphans = [...heads.keys()].filter(
        (chain) => isSnapshotChain(chain) && !this.book.consolidation(chain),
      );
      if (orphans.length > 0) await shelf.cover(audience, new Map(), orphans);
      const covers = await coverable(shelf, this.book, audience, refused, withCovers(heads, before), before);
      const parcels = await snapshotParcels({ ...packing, snapshot: order.id }, documents.leaves(audience));
      const last = parcels.at(-1);
      if (!last || parcels.length > SNAPSHOT_PARCELS_MAX) return undefined;
      // Meanwhile another head's key may have followed it: the next round signs with that one.
      if (!this.book.isHeadKey(order.head.publicKey)) return undefined;
      for (const parcel of parcels) await shelf.keep(parcel, true);
      const rounds = this.book.consolidations(audience).map((one) => one.round);
      const statement = signGrant(
        {
          _id: order.id,
          type: 'grant' as const,
          v: 1 as const,
          kind: 'consolidation' as const,
          school: this.book.school,
          issued: order.issued,
          audience,
          covers,
          round: Math.max(0, ...rounds) + 1,
          by: author.poste,
          to: last.header.to,
          parcels: parcels.map((parcel) => parcel.hash),
        },
        order.head,
      );
      await order.publish(statement);
      this.book.learn(statement);
      await this.settleNow(audience);
      return statement;
    });
  }

  /** Opens what was kept while its key was away (a private notebook; a key that was exchanged). @returns how many */
  async applyBacklog(audience: Audience): Promise<number> {
    return this.inTurn(audience, async () => {
      let done = 0;
      for (const bytes of await this.parts.shelf.unapplied(audience)) {
        const parcel = readParcel(bytes);
        if (typeof parcel === 'string') continue;
        const applied = await this.applyParcel(parcel);
        if (applied === 'closed') continue;
        if (typeof applied === 'string') {
          const { from } = parcel.header;
          await this.parts.refusals.add([
            { audience, origin: chainOf(parcel.header), from, reason: applied },
          ]);
        }
        await this.parts.shelf.markApplied(parcel);
        done += 1;
      }
      return done;
    });
  }

  /** Judges again every document that was refused: a grant or a rule may have come since. Each parcel is read once. */
  async retryRefused(): Promise<void> {
    const parcels = new Map<string, Refusal[]>();
    for (const one of await this.parts.refusals.all()) {
      // Too large is too large until it is written anew.
      if (one.document === undefined || one.reason === 'TOO_LARGE') continue;
      const key = refusalKey({ audience: one.audience, origin: one.origin, from: one.from });
      parcels.set(key, [...(parcels.get(key) ?? []), one]);
    }
    for (const refusals of parcels.values()) {
      const [first] = refusals;
      if (first) await this.inTurn(first.audience, () => this.retryParcel(first, refusals));
    }
  }

  private async retryParcel(
    { audience, origin, from }: Refusal,
    refusals: readonly Refusal[],
  ): Promise<void> {
    const bytes = await this.parts.shelf.get(audience, origin, from);
    const parcel = bytes && readParcel(bytes);
    if (typeof parcel === 'string') return;
    // It was covered, and a crash came before its refusals were crossed out.
    const still = parcel ? await this.applyParcel(parcel) : [];
    if (typeof still === 'string') return;
    const keys = new Set(still.map(refusalKey));
    await this.parts.refusals.remove(refusals.filter((one) => !keys.has(refusalKey(one))));
  }

  /** The widest grant under which a poste may write to an audience. */
  grantFor(poste: Id<'poste'>, audience: Audience): PosteGrant | undefined {
    return this.book
      .grantsOf(poste)
      .filter((grant) => grant.audiences.includes(audience))
      .sort((a, b) => b.roles.length - a.roles.length || (a._id < b._id ? -1 : 1))[0];
  }
}
