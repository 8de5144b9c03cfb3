import type { Audience } from '../domain/audience';
import type { Id } from '../domain/id';
import { readGrant, type Consolidation, type Grant, type GrantId, type PosteGrant } from './grant';
import type { PublicKeyText } from './signature';

type Revocation = Extract<Grant, { kind: 'revocation' }>;

/** Grants whose signer is not known to be a head's, kept until it is: so many, and so many characters of JSON. */
const WAITING_MAX = 1000;
const WAITING_MAX_LENGTH = 4 * 1024 * 1024;

/**
 * What the school's heads have granted, as far as this replica knows. Built from documents that may come in any
 * order: a grant counts once its signer's key does. It only grows: the first text that counts under an id stays, because
 * a grant is never changed.
 */
export class GrantBook {
  /** By signature, not by id: a stranger's grant under the id of a true one must not stand in its place. */
  private readonly known = new Map<string, Grant>();
  /** Of `known`, those that wait for a head to vouch for their signer: by signature, characters of JSON. */
  private readonly strange = new Map<string, number>();
  private readonly heads: Set<PublicKeyText>;
  private readonly counted = new Map<GrantId, Grant>();
  private readonly byPoste = new Map<Id<'poste'>, PosteGrant[]>();
  private readonly ended = new Map<string, Revocation[]>();
  private readonly snapshots: Consolidation[] = [];

  /** @param anchors head keys this replica was given by hand: at the school's creation, an introduction, a provisioning */
  constructor(
    readonly school: Id<'school'>,
    anchors: readonly PublicKeyText[],
  ) {
    this.heads = new Set(anchors);
  }

  /** Takes in what may be a grant. @returns the grant when it is signed by a head's key that counts */
  learn(value: unknown): Grant | undefined {
    const grant = readGrant(value);
    if (!grant || grant.school !== this.school) return undefined;
    if (!this.known.has(grant.signature)) {
      this.known.set(grant.signature, grant);
      if (this.heads.has(grant.signer)) this.count(grant);
      else {
        this.strange.set(grant.signature, JSON.stringify(grant).length);
        this.forgetStrangers();
      }
    }
    const counted = this.counted.get(grant._id);
    return counted?.signature === grant.signature ? counted : undefined;
  }

  /** Grants of keys that nobody vouched for yet. */
  get waiting(): number {
    return this.strange.size;
  }

  /** Whether a grant counts under that id. */
  has(id: GrantId): boolean {
    return this.counted.has(id);
  }

  isHeadKey(key: PublicKeyText): boolean {
    return this.heads.has(key);
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
    const grants = this.grantsOf(poste);
    return {
      audiences: new Set(grants.flatMap((grant) => grant.audiences)),
      carries: grants.some((grant) => grant.carries),
    };
  }

  /** The last sequence of that audience that still counts for a grant; Infinity where nobody ended it. */
  acceptedUpTo(grant: PosteGrant, audience: Audience): number {
    return Math.min(Infinity, ...this.revocationsOf(grant).map((ended) => ended.accepted[audience] ?? 0));
  }

  /**
   * The last sequence of an origin's chain that still counts for somebody: 0 for a poste that was put out and of which
   * nothing is counted, Infinity for one that nobody put out and for one that is not known.
   */
  countsUpTo(origin: Id<'poste'>, audience: Audience): number {
    const grants = this.byPoste.get(origin) ?? [];
    if (grants.length === 0) return Infinity;
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
    this.strange.delete(grant.signature);
    if (this.counted.has(grant._id)) return;
    this.counted.set(grant._id, grant);
    if (grant.kind === 'poste') push(this.byPoste, grant.poste, grant);
    if (grant.kind === 'revocation') push(this.ended, grant.target, grant);
    if (grant.kind === 'consolidation') this.snapshots.push(grant);
    if (grant.kind !== 'headKey' || this.heads.has(grant.key)) return;
    this.heads.add(grant.key);
    for (const other of this.known.values()) if (other.signer === grant.key) this.count(other);
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
