import type { Audience } from '../domain/audience';
import type { Id } from '../domain/id';
import { threadedCodec, type Codec } from './codec';
import type { Consolidation } from './grant';
import type { GrantBook } from './grant-book';
import { chainOf, isSnapshotChain } from './header';
import { authorOf, open, type Head } from './judge';
import type { Parcel } from './parcel';
import type { DocumentSide, GrantShelf, ParcelShelf, RefusalShelf } from './ports';
import { refusalKey, type Refusal } from './refusal';
import type { SecretsOf } from './secrets';
import type { Signer } from './signature';
import { heldSnapshots } from './snapshots';
import type { Vectors } from './vector';

export interface ReplicaParts {
  readonly book: GrantBook;
  readonly shelf: ParcelShelf;
  readonly documents: DocumentSide;
  readonly refusals: RefusalShelf;
  readonly grants: GrantShelf;
  readonly secretsOf: SecretsOf;
  /** Who this replica writes as; absent for one that only carries (the commune's gateway). */
  readonly author?:
    { readonly poste: Id<'poste'>; readonly signer: Signer; readonly now: () => string } | undefined;
  /** Absent: in threads beside. */
  readonly codec?: Codec;
}

/** Grants of an ended key that a person is told of, the last that came. */
const OUTDATED_LISTED_MAX = 50;

/** Audiences by name, or whatever there is. */
export type Audiences = ReadonlySet<Audience> | 'all';

/** What one holder of parcels and documents has, and how it takes in and lets go. One thing at a time for an audience. */
export abstract class Holding {
  private readonly queues = new Map<Audience, Promise<unknown>>();

  /** Grants that are known by a frame alone: their parcel of `parc` is not here, and whoever is met is told of them. */
  protected readonly byFrame: Set<string>;

  constructor(readonly parts: ReplicaParts) {
    this.byFrame = new Set((parts.grants.kept ?? []).map(({ _id }) => _id));
  }

  /** What ends a head's key and would be known to nobody else if its parcel did not come. */
  get endsByFrame(): ReadonlySet<string> {
    return this.byFrame;
  }

  get book(): GrantBook {
    return this.parts.book;
  }

  /**
   * What is held of these audiences: what a snapshot stands for counts as held, what a poste wrote after it was put out
   * does not count.
   */
  async vectors(audiences: Audiences): Promise<Vectors> {
    const vectors: Record<Audience, Record<string, number>> = {};
    for (const [audience, ends] of Object.entries(await this.parts.shelf.vectors())) {
      if (audiences !== 'all' && !audiences.has(audience)) continue;
      const { covers, needless } = heldSnapshots(audience, ends, this.book);
      const counted = Object.entries(ends).flatMap(([chain, to]): [string, number][] => {
        if (!isSnapshotChain(chain))
          return [[chain, Math.min(to, this.book.countsUpTo(chain as Id<'poste'>, audience))]];
        return this.book.consolidation(chain) && !needless.includes(chain) ? [[chain, to]] : [];
      });
      const vector = new Map(counted);
      for (const [origin, { to }] of covers) vector.set(origin, Math.max(to, vector.get(origin) ?? 0));
      vectors[audience] = Object.fromEntries([...vector].filter(([, to]) => to > 0));
    }
    return vectors;
  }

  /** Lets go of what whole snapshots stand for: after a crash, or once a statement has come. Idempotent. */
  async settle(statements: readonly Consolidation[] = this.book.consolidations()): Promise<void> {
    for (const audience of new Set(statements.map((one) => one.audience)))
      await this.inTurn(audience, () => this.settleNow(audience));
  }

  /**
   * Puts on the list what a poste handed over here and nobody counts, because it was put out before a head had seen it:
   * it is not handed on, and no refusal is silent.
   */
  async listUncounted(audiences: Audiences): Promise<void> {
    const list: Refusal[] = [];
    for (const [audience, ends] of Object.entries(await this.parts.shelf.vectors())) {
      if (audiences !== 'all' && !audiences.has(audience)) continue;
      for (const [chain, to] of Object.entries(ends)) {
        if (isSnapshotChain(chain)) continue;
        const origin = chain as Id<'poste'>;
        const counted = this.book.countsUpTo(origin, audience);
        if (to > counted) list.push({ audience, origin, from: counted + 1, reason: 'REVOKED' });
      }
    }
    const keys = new Set(list.map(refusalKey));
    // Somebody whose grant a head's key kept after all counts again.
    await this.forgive(
      (one) =>
        one.reason === 'REVOKED' &&
        (audiences === 'all' || audiences.has(one.audience)) &&
        !keys.has(refusalKey(one)),
    );
    await this.parts.refusals.add(list);
    await this.listOutdated();
  }

  /**
   * Puts on the list whom a head's key that was ended has granted since: a former head may still sign with it. Crossed out
   * again where a key that counts keeps it after all.
   */
  async listOutdated(): Promise<void> {
    const list = this.book
      .outdated()
      .slice(-OUTDATED_LISTED_MAX)
      .map((grant): Refusal => ({
        audience: 'parc',
        origin: grant.kind === 'poste' ? grant.poste : grant._id,
        from: 1,
        reason: 'KEY_ENDED',
      }));
    const keys = new Set(list.map(refusalKey));
    await this.forgive((one) => one.reason === 'KEY_ENDED' && !keys.has(refusalKey(one)));
    if (list.length > 0) await this.parts.refusals.add(list);
  }

  /** Puts on the list what the disk has spoilt, and crosses out what was mended since, or let go. */
  async listDamaged(): Promise<void> {
    const { shelf, refusals } = this.parts;
    if (!shelf.damaged) return;
    const listed = (await refusals.all()).filter((one) => one.reason === 'DAMAGED');
    // A start forgets what was found before: reading finds it again.
    for (const { audience, origin, from } of listed) await shelf.get(audience, origin, from);
    const list = (await shelf.damaged()).map(({ audience, chain, from }): Refusal => {
      // It was kept under that name, which was read from its header.
      const origin = chain as Refusal['origin'];
      return { audience, origin, from, reason: 'DAMAGED' };
    });
    const keys = new Set(list.map(refusalKey));
    await this.forgive((one) => one.reason === 'DAMAGED' && !keys.has(refusalKey(one)));
    if (list.length > 0) await refusals.add(list);
  }

  protected async settleNow(audience: Audience): Promise<void> {
    const heads = await this.parts.shelf.heads(audience);
    const { covers, needless } = heldSnapshots(audience, endsOf(heads), this.book);
    if (covers.size === 0) return;
    await this.parts.shelf.cover(
      audience,
      covers,
      needless.filter((chain) => heads.has(chain)),
    );
    // What was refused in those parcels stands in the snapshot, and is judged there.
    await this.forgive(
      (one) =>
        one.audience === audience &&
        one.reason !== 'TOO_LARGE' &&
        (needless.includes(one.origin) || one.from <= (covers.get(one.origin)?.to ?? 0)),
    );
  }

  protected async applyParcel(
    parcel: Parcel,
  ): Promise<readonly Refusal[] | 'closed' | 'SEAL_WRONG' | 'MALFORMED'> {
    const { secretsOf, documents, refusals, codec = threadedCodec } = this.parts;
    const { audience, from } = parcel.header;
    const opened = await open(parcel, secretsOf, this.book, codec);
    if (typeof opened === 'string') return opened;
    if (audience === 'parc') for (const { id } of opened.records) this.byFrame.delete(id);
    const byRule = await documents.apply(audience, opened.records, authorOf(parcel, this.book));
    const refused = [...opened.refused, ...byRule].map(({ id, reason }): Refusal => ({
      audience,
      origin: chainOf(parcel.header),
      from,
      document: id,
      reason,
    }));
    if (refused.length > 0) await refusals.add(refused);
    return refused;
  }

  protected async forgive(which: (refusal: Refusal) => boolean): Promise<void> {
    const gone = (await this.parts.refusals.all()).filter(which);
    if (gone.length > 0) await this.parts.refusals.remove(gone);
  }

  /** One thing at a time for an audience: a chain's head is read and moved in one go. */
  protected inTurn<T>(audience: Audience, work: () => Promise<T>): Promise<T> {
    const before = this.queues.get(audience) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.queues.set(
      audience,
      mine.catch(() => undefined),
    );
    return mine;
  }
}

export const endsOf = (heads: ReadonlyMap<string, Head>): Record<string, number> =>
  Object.fromEntries([...heads].map(([chain, { to }]) => [chain, to]));

/** Where a chain stands: what a whole snapshot covers of it counts, held or not. */
export function headOf(
  chain: string,
  heads: ReadonlyMap<string, Head>,
  covers: ReadonlyMap<string, Head>,
): Head | undefined {
  const [held, covered] = [heads.get(chain), covers.get(chain)];
  return covered && covered.to > (held?.to ?? 0) ? covered : held;
}

export function withCovers(
  heads: ReadonlyMap<string, Head>,
  covers: ReadonlyMap<string, Head>,
): ReadonlyMap<string, Head> {
  const chains = [...heads.keys(), ...covers.keys()].filter((chain) => !isSnapshotChain(chain));
  return new Map(
    chains.flatMap((chain) => {
      const head = headOf(chain, heads, covers);
      return head ? [[chain, head] as const] : [];
    }),
  );
}
