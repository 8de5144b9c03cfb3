import { grantHash, type Grant, type HeadKeyEnd } from './grant';
import type { PublicKeyText } from './signature';

/**
 * Whose keys sign for a school (docs/sync.md, A head who leaves). It follows from all that is known, in whatever order it
 * came. An end that was believed stays believed, and what it keeps counts whoever signed it; so a second end is believed only
 * where the first one's keys vouch for its signer, and whoever holds an ended key ends no other.
 */
export class HeadKeys {
  private readonly hashes = new WeakMap<Grant, string>();
  private readonly endings: HeadKeyEnd[] = [];
  private readonly ended = new Set<PublicKeyText>();
  private readonly kept = new Set<string>();
  private heads: ReadonlySet<PublicKeyText>;

  constructor(private readonly anchors: readonly PublicKeyText[]) {
    this.heads = new Set(anchors);
  }

  /** Keys that sign today; several where two heads exchanged theirs at once. */
  get active(): ReadonlySet<PublicKeyText> {
    return this.heads;
  }

  get past(): ReadonlySet<PublicKeyText> {
    return this.ended;
  }

  /** Whether a head's key stands behind that grant: it signed and is not ended, or another one kept what it had signed. */
  vouchFor(grant: Grant): boolean {
    if (grant.kind === 'headKeyEnd' && this.endings.includes(grant)) return true;
    return this.heads.has(grant.signer) || (this.kept.size > 0 && this.kept.has(this.hashOf(grant)));
  }

  /** @returns the grants that make heads and end their keys, those that count by another after it */
  follow(known: readonly Grant[]): readonly Grant[] {
    let found = this.introduced(known, this.ended, this.kept);
    for (let end = this.believable(known); end; end = this.believable(known)) {
      this.endings.push(end);
      for (const key of end.ended) this.ended.add(key);
      for (const hash of end.keeps) this.kept.add(hash);
      found = this.introduced(known, this.ended, this.kept);
      this.heads = found.heads;
    }
    this.heads = found.heads;
    return [...found.by, ...this.endings];
  }

  private hashOf(grant: Grant): string {
    const hash = this.hashes.get(grant) ?? grantHash(grant);
    this.hashes.set(grant, hash);
    return hash;
  }

  /** Who is a head where those keys are ended and those grants kept: from the anchors on, by the keys that heads' keys sign. */
  private introduced(
    known: readonly Grant[],
    ended: ReadonlySet<PublicKeyText>,
    kept: ReadonlySet<string>,
  ): { readonly heads: ReadonlySet<PublicKeyText>; readonly by: readonly Grant[] } {
    const heads = new Set(this.anchors.filter((key) => !ended.has(key)));
    const by: Grant[] = [];
    let left = known.filter((grant) => grant.kind === 'headKey');
    for (let before = -1; before !== left.length;) {
      before = left.length;
      left = left.filter((grant) => {
        if (!heads.has(grant.signer) && !kept.has(this.hashOf(grant))) return true;
        by.push(grant);
        if (!ended.has(grant.key)) heads.add(grant.key);
        return false;
      });
    }
    return { heads, by };
  }

  /** An end that may be believed now: one that another keeps, or one of a head's key that still is one when it is believed. */
  private believable(known: readonly Grant[]): HeadKeyEnd | undefined {
    const { heads } = this.introduced(known, this.ended, this.kept);
    return known.find((grant): grant is HeadKeyEnd => {
      if (grant.kind !== 'headKeyEnd' || this.endings.includes(grant)) return false;
      if (this.kept.has(this.hashOf(grant))) return true;
      if (!heads.has(grant.signer)) return false;
      const ended = new Set([...this.ended, ...grant.ended]);
      return this.introduced(known, ended, new Set([...this.kept, ...grant.keeps])).heads.has(grant.signer);
    });
  }
}
