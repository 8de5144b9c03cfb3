import { AUDIENCE_KINDS, parseAudience, type Audience, type AudienceKind } from '../../domain/audience';
import { inPriority } from '../../exchange';

/** Who can read what, kind by kind; the sentences are the locale's. */
export interface Readers {
  readonly kind: AudienceKind;
  readonly sealed: boolean;
  readonly count: number;
}

export function readersOf(audiences: readonly Audience[]): Readers[] {
  const kinds = inPriority(audiences).flatMap((name) => parseAudience(name)?.kind ?? []);
  return [...new Set(kinds)].map((kind) => ({
    kind,
    sealed: AUDIENCE_KINDS[kind].sealed,
    count: kinds.filter((other) => other === kind).length,
  }));
}
