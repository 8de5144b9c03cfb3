import type { Audience } from '../domain/audience';
import type { Id } from '../domain/id';
import { readGrant, type Consolidation, type Grant, type GrantId, type PosteGrant } from './grant';
import { HeadKeys } from './head-keys';
import type { PublicKeyText } from './signature';

type Revocation = Extract<Grant, { kind: 'revocation' }>;

/** Grants that do not count, kept until somebody vouches for them: so many, and so many characters of JSON. */
const WAITING_MAX = 1000;
const WAITING_MAX_LENGTH = 4 * 1024 * 1024;

/**
 * What the school's heads have granted, as far as this replica knows. Built from documents that may come in any
 * order: a grant counts once its signer's key does. The first text that counts under an id stays, because a grant is never
 * changed.
 * A key that was ended signs nothing any more (head-keys.ts), so a grant may also cease to count.
 */
export class GrantBook {
  /** By signature, not by id: a stranger's grant under the id of a true one must not stand in its place. */
  private readonly known = new Map<string, Grant>();
  /** Of `known`, those that do not count (yet): by signature, characters of JSON. */
  private readonly strange = new Map<string, number>();
  private readonly keys: HeadKeys;
  private readonly counted = new Map<GrantId, Grant>();
  private readonly byPoste = new Map<Id<'poste'>, PosteGrant[]>();
  private readonly ended = new Map<string, Revocation[]>();
  private readonly snapshots: Consolidation[] = [];
  #edition = 0;

  /**
   * @param anchors head keys this replica was given by hand: at the school's creation, an introduction, a provisioning
   * @param now by which a grant with an end is served, in milliseconds since 1970; nothing else looks at it
   */
  constructor(
    readonly school: Id<'school'>,
    anchors: readonly PublicKeyText[],
    private readonly now: () => number = () => -Infinity,
  ) {
    this.keys = new HeadKeys(anchors);
  }

  /** Another number whenever another grant counts, or one does not any more. */
  get edition(): number {
    return this.#edition;
  }

  /** Takes in what may be a grant. @returns the grant when it counts: signed by a head's key, or kept when that was ended */
  learn(value: unknown): Grant | undefined {
    const grant = readGrant(value);
    if (!grant || grant.school !== this.school) return undefined;
    if (!this.known.has(grant.signature)) {
      this.known.set(grant.signature, grant);
      if (!this.keys.vouchFor(grant)) this.setAside(grant);
      else if (grant.kind === 'headKey' || grant.kind === 'headKeyEnd') this.countAnew();
      else this.count(grant);
    }
    const counted = this.counted.get(grant._id);
    return counted?.signature === grant.signature ? counted : undefined;
  }

  /** Many at once, whose keys sign first: of strangers only so many wait. */
  learnAll(values: readonly unknown[]): void {
    const later = values.filter((value) => {
      const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
      if (kind !== 'headKey' && kind !== 'headKeyEnd') return true;
      this.learn(value);
      return false;
    });
    for (const value of later) this.learn(value);
  }

  /** Grants that nobody vouched for yet. */
  get waiting(): number {
    return this.strange.size;
  }

  /** Whether a grant counts under that id. */
  has(id: GrantId): boolean {
    return this.counted.has(id);
  }

  /** Whether what that key signs counts: a head's, and not ended. */
  isHeadKey(key: PublicKeyText): boolean {
    return this.keys.active.has(key);
  }

  /** Keys that sign today; several where two heads exchanged theirs at once. */
  headKeys(): readonly PublicKeyText[] {
    return [...this.keys.active].sort();
  }

  endedHeadKeys(): readonly PublicKeyText[] {
    return [...this.keys.past].sort();
  }

  /** What an ended key signed and no end keeps: a former head's, or a head's who had not heard of it yet. */
  outdated(): readonly Grant[] {
    return [...this.known.values()].filter((grant) => this.isOutdated(grant));
  }

  posteGrant(id: GrantId): PosteGrant | undefined {
    const grant = this.counted.get(id);
    return grant?.kind === 'poste' ? grant : undefined;
  }

  /** Grants of a poste that nobody has ended. */
  grantsOf(poste: Id<'poste'>): readonly PosteGrant[] {
    return (this.byPoste.get(poste) ?? []).filter((grant) => this.revocationsOf(grant).length === 0);
  }

  /** Grants of a poste, also those that were ended. */
  everGrantedTo(poste: Id<'poste'>): readonly PosteGrant[] {
    return this.byPoste.get(poste) ?? [];
  }

  /** What a poste may be given to read: all that is granted to it, nothing once it is revoked. */
  readable(poste: Id<'poste'>): { readonly audiences: ReadonlySet<Audience>; readonly carries: boolean } {
    return readIn(this.grantsOf(poste));
  }

  /**
   * What a poste is handed now: as `readable`, without grants whose end has passed. What it wrote before that, and brings
   * later, is still taken: writing is settled by a revocation alone, so that replicas agree whatever their clocks say.
   */
  served(poste: Id<'poste'>): { readonly audiences: ReadonlySet<Audience>; readonly carries: boolean } {
    return readIn(this.grantsNow(poste));
  }

  /** Grants of a poste that nobody has ended and whose end has not passed. */
  grantsNow(poste: Id<'poste'>): readonly PosteGrant[] {
    const now = this.now();
    return this.grantsOf(poste).filter(({ until }) => until === undefined || Date.parse(until) > now);
  }

  /** The last sequence of that audience that still counts for a grant; Infinity where nobody ended it. */
  acceptedUpTo(grant: PosteGrant, audience: Audience): number {
    return Math.min(Infinity, ...this.revocationsOf(grant).map((ended) => ended.accepted[audience] ?? 0));
  }

  /**
   * The last sequence of an origin's chain that still counts for somebody: 0 for a poste that was put out and of which
   * nothing is counted, or whose grants a key signed that was ended; Infinity for one that nobody put out and for one that is
   * not known.
   */
  countsUpTo(origin: Id<'poste'>, audience: Audience): number {
    const grants = this.byPoste.get(origin) ?? [];
    if (grants.length === 0) return this.isOutdatedPoste(origin) ? 0 : Infinity;
    return Math.max(...grants.map((grant) => this.acceptedUpTo(grant, audience)));
  }

  consolidation(id: string | undefined): Consolidation | undefined {
    const grant = id === undefined ? undefined : this.counted.get(id as GrantId);
    return grant?.kind === 'consolidation' ? grant : undefined;
  }

  /** Every snapshot of an audience that a head vouches for; of all audiences where none is named. */
  consolidations(audience?: Audience): readonly Consolidation[] {
    return this.snapshots.filter((one) => audience === undefined || one.audience === audience);
  }

  /** Every grant that counts, those that count by another after it. */
  all(): readonly Grant[] {
    return [...this.counted.values()];
  }

  private revocationsOf(grant: PosteGrant): readonly Revocation[] {
    return [...(this.ended.get(grant._id) ?? []), ...(this.ended.get(grant.poste) ?? [])];
  }

  private isOutdated(grant: Grant): boolean {
    return this.strange.has(grant.signature) && this.keys.past.has(grant.signer);
  }

  private isOutdatedPoste(poste: Id<'poste'>): boolean {
    if (this.keys.past.size === 0) return false;
    return this.outdated().some((grant) => grant.kind === 'poste' && grant.poste === poste);
  }

  private setAside(grant: Grant): void {
    this.strange.set(grant.signature, JSON.stringify(grant).length);
    this.forgetStrangers();
  }

  /** Anybody can sign grants with a key of their own: only so many wait for a head to vouch for their signer. */
  private forgetStrangers(): void {
    let length = 0;
    for (const one of this.strange.values()) length += one;
    if (this.waiting <= WAITING_MAX && length <= WAITING_MAX_LENGTH) return;
    for (const [signature, one] of this.strange) {
      if (this.waiting <= WAITING_MAX / 2 && length <= WAITING_MAX_LENGTH / 2) return;
      this.strange.delete(signature);
      this.known.delete(signature);
      length -= one;
    }
  }

  private count(grant: Grant): void {
    if (this.counted.has(grant._id)) return;
    this.#edition += 1;
    this.counted.set(grant._id, grant);
    if (grant.kind === 'poste') push(this.byPoste, grant.poste, grant);
    if (grant.kind === 'revocation') push(this.ended, grant.target, grant);
    if (grant.kind === 'consolidation') this.snapshots.push(grant);
  }

  private countAnew(): void {
    const known = [...this.known.values()];
    const pivotal = this.keys.follow(known);
    this.#edition += 1;
    for (const map of [this.counted, this.byPoste, this.ended, this.strange]) map.clear();
    this.snapshots.length = 0;
    for (const grant of pivotal) this.count(grant);
    for (const grant of known) {
      // An end that would leave its own signer without a right is none, yet.
      const counts = pivotal.includes(grant) || (grant.kind !== 'headKeyEnd' && this.keys.vouchFor(grant));
      if (counts) this.count(grant);
      else this.setAside(grant);
    }
  }
}

const readIn = (
  grants: readonly PosteGrant[],
): { readonly audiences: ReadonlySet<Audience>; readonly carries: boolean } => ({
  audiences: new Set(grants.flatMap((grant) => grant.audiences)),
  carries: grants.some((grant) => grant.carries),
});

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
