import { parseAudience, type Audience, type AudienceKind } from '../domain/audience';
import type { Priority } from '../domain/sync/moments';

/**
 * What goes first when the line may fall at any moment (DESIGN 4): a class's register and notices, the staff's and
 * the families' messages, assessments, then inventory, then what can wait.
 */
const RANK: Readonly<Record<AudienceKind, number>> = {
  classe: 0,
  ecole: 1,
  courrier: 2,
  direction: 3,
  suivi: 4,
  parc: 5,
  perso: 6,
  traces: 7,
};

/** What a run may be limited to, by the base it lies in. Parcels of one chain cannot overtake each other. */
const PRIORITY: Readonly<Record<AudienceKind, Priority>> = {
  classe: 'urgent',
  ecole: 'urgent',
  courrier: 'ordinary',
  direction: 'ordinary',
  suivi: 'ordinary',
  perso: 'ordinary',
  parc: 'fleet',
  traces: 'fleet',
};
export function priorityOf(name: Audience): Priority {
  const kind = parseAudience(name)?.kind;
  return kind ? PRIORITY[kind] : 'ordinary';
}

/** Audiences in the order they are exchanged; equal ranks by name, the newest year first. */
export function inPriority(audiences: Iterable<Audience>): readonly Audience[] {
  const rank = (name: Audience): number => {
    const kind = parseAudience(name)?.kind;
    return kind ? RANK[kind] : 99;
  };
  const year = (name: Audience): number => parseAudience(name)?.year ?? 0;
  return [...audiences].sort(
    (a, b) => rank(a) - rank(b) || year(b) - year(a) || (a < b ? -1 : a > b ? 1 : 0),
  );
}
