import { AUDIENCE_KINDS, parseAudience, type Audience, type AudienceKind } from '../../domain/audience';
import type { Id } from '../../domain/id';
import { inPriority } from '../../exchange';

/** Who can read what, kind by kind; the sentences are the locale's. */
export interface Readers {
  readonly kind: AudienceKind;
  readonly sealed: boolean;
  readonly count: number;
  /** The bases themselves; more than fifty are not listed. */
  readonly bases: {
    readonly classId?: Id<'class'>;
    readonly year?: number;
    /** Its key is open on this computer. */
    readonly open: boolean;
  }[];
}

const LISTED = 50;

export function readersOf(
  audiences: readonly Audience[],
  isOpen: (audience: Audience) => boolean,
): Readers[] {
  const parsed = inPriority(audiences).flatMap((name) => {
    const parts = parseAudience(name);
    return parts ? [{ ...parts, open: isOpen(name) }] : [];
  });
  return [...new Set(parsed.map(({ kind }) => kind))].map((kind) => {
    const own = parsed.filter((one) => one.kind === kind);
    return {
      kind,
      sealed: AUDIENCE_KINDS[kind].sealed,
      count: own.length,
      bases: own.slice(0, LISTED).map(({ opaque, year, open }) => ({
        ...(opaque !== undefined && AUDIENCE_KINDS[kind].of === 'class'
          ? { classId: `class_${opaque}` as const }
          : {}),
        ...(year === undefined ? {} : { year }),
        open,
      })),
    };
  });
}
