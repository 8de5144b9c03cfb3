import type { Audience } from '../domain/audience';
import type { Id } from '../domain/id';
import { readGrant, type Grant, type GrantId, type PosteGrant } from './grant';
import type { PublicKeyText } from './signature';

/** Grants whose signer is not known to be a head's, kept until it is. */
const WAITING_MAX = 1000;

/**
 * What the school's heads have granted, as far as this replica knows. Built from documents that may come in any
 * order: a grant counts once its signer's key does, so the book is worked out again when one arrives.
 */
export class GrantBook {
  /** By signature, not by id: a stranger's grant under the id of a true one must not stand in its place. */
  private readonly known = new Map<string, Grant>();
  private heads = new Set<PublicKeyText>();
  private counted = new Map<GrantId, Grant>();

  /** @param anchors head keys this replica was given by hand: at the school's creation, an introduction, a provisioning */
  constructor(
    readonly school: Id<'school'>,
    private readonly anchors: readonly PublicKeyText[],
  ) {
    this.work();
  }

  /** Takes in what may be a grant. @returns the grant when it is signed by a head's key that counts */
  learn(value: unknown): Grant | undefined {
    const grant = readGrant(value);
    if (!grant || grant.school !== this.school) return undefined;
    if (!this.known.has(grant.signature)) {
      this.known.set(grant.signature, grant);
      if (this.heads.has(grant.signer)) this.work();
      else this.forgetStrangers();
    }
    const counted = this.counted.get(grant._id);
    return counted?.signature === grant.signature ? counted : undefined;
  }

  /** Grants of keys that nobody vouched for yet. */
  get waiting(): number {
    return this.known.size - this.counted.size;
  }

  /** Anybody can sign grants with a key of their own: only so many wait for a head to vouch for their signer. */
  private forgetStrangers(): void {
    if (this.waiting <= WAITING_MAX) return;
    for (const [signature, grant] of this.known) {
      if (this.waiting <= WAITING_MAX / 2) return;
      if (this.counted.get(grant._id)?.signature !== signature) this.known.delete(signature);
    }
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
    return this.all().filter(
      (grant): grant is PosteGrant =>
        grant.kind === 'poste' && grant.poste === poste && this.revocationsOf(grant).length === 0,
    );
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

  /** Every grant that counts, those that count by another after it. */
  all(): readonly Grant[] {
    return [...this.counted.values()];
  }

  private revocationsOf(grant: PosteGrant): readonly Extract<Grant, { kind: 'revocation' }>[] {
    return this.all().filter(
      (other) => other.kind === 'revocation' && (other.target === grant._id || other.target === grant.poste),
    ) as Extract<Grant, { kind: 'revocation' }>[];
  }

  private work(): void {
    this.heads = new Set(this.anchors);
    this.counted = new Map();
    for (let found = true; found;) {
      found = false;
      for (const grant of this.known.values()) {
        // The first text that counts under an id stays: a grant is never changed.
        if (this.counted.has(grant._id) || !this.heads.has(grant.signer)) continue;
        this.counted.set(grant._id, grant);
        if (grant.kind === 'headKey') this.heads.add(grant.key);
        found = true;
      }
    }
  }
}
