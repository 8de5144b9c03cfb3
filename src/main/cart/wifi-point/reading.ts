/** What is known of a point beside its facts, and how a screen sees it. */
import type { PointView } from '../../../contract/staff/wifi-point';
import { holdsOf, lightOf, owesOff, type PointFact, type PointSigns } from '../../../domain/cart/wifi-point';
import type { Instant } from '../../../domain/time';
import type { SourceSnapshot } from '../sources/port';
import type { PointDocument } from './documents';

/** Undefined where that port never answered. */
export function portReading(
  snapshot: SourceSnapshot | undefined,
  port: number,
): { readonly on: boolean; readonly at: Instant } | undefined {
  const reading = snapshot?.ports.find((one) => one.port === port)?.reading;
  if (!reading) return undefined;
  const { portOff, power } = reading.value;
  return { on: portOff !== true && power !== 'off', at: reading.at };
}

export interface PointState {
  readonly document: PointDocument;
  readonly facts: readonly PointFact[];
  readonly signs: PointSigns;
  readonly here: boolean;
  readonly answering: number;
  readonly trouble?: { readonly at: Instant; readonly code: string } | undefined;
}

export function pointView(
  { document, facts, signs, here, answering, trouble }: PointState,
  poste: string,
  names: ReadonlyMap<string, string>,
): PointView {
  const light = lightOf(facts, signs);
  const holds = holdsOf(facts, signs.now);
  return {
    id: document._id,
    cart: document.cart,
    name: document.name,
    removable: document.removable,
    drive: document.drive,
    minutes: document.minutes,
    here,
    light,
    holds: holds.map((hold) => ({
      use: hold.use,
      by: names.get(hold.by) ?? '',
      here: hold.poste === poste,
      since: hold.at,
      until: hold.until,
    })),
    forgotten: holds.length === 0 && (light.value === 'on' || owesOff(facts, signs)),
    answering,
    ...(trouble && light.value === 'on' && { trouble }),
  };
}

const FACT_OF = { asked: 'asked', released: 'released' } as const;

/** What a lesson took over from the gesture that opened it: one need to a reader, two facts to a computer that dies between them. */
function takenOver(facts: readonly PointFact[]): ReadonlySet<string> {
  const hidden = new Set<string>();
  const asked = facts.filter((fact) => fact.kind === 'asked' && fact.use === 'lesson');
  for (const release of facts) {
    if (release.kind !== 'released' || release.why !== 'over') continue;
    const first = asked.find(({ id }) => id === release.asked);
    if (!first || first.kind !== 'asked' || first.lesson !== undefined) continue;
    const next = asked.find(
      (one) =>
        one.kind === 'asked' &&
        one.lesson !== undefined &&
        one.poste === first.poste &&
        one.at > first.at &&
        one.at <= release.at,
    );
    if (next) hidden.add(release.id).add(next.id);
  }
  return hidden;
}

/** The newest first; a computer that did it by itself has no name. */
export function journalOf(facts: readonly PointFact[], names: ReadonlyMap<string, string>, most = 50) {
  const uses = new Map(
    facts.flatMap((fact) => (fact.kind === 'asked' ? [[fact.id, fact.use] as const] : [])),
  );
  const hidden = takenOver(facts);
  return facts
    .filter(({ id }) => !hidden.has(id))
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || (a.id < b.id ? 1 : -1))
    .slice(0, most)
    .map((fact) => {
      const use =
        fact.kind === 'asked' ? fact.use : fact.kind === 'released' ? uses.get(fact.asked) : undefined;
      return {
        at: fact.at,
        what: fact.kind === 'lit' ? (fact.on ? ('on' as const) : ('off' as const)) : FACT_OF[fact.kind],
        by: names.get(fact.by) ?? '',
        ...(use && { use }),
        ...(fact.kind === 'released' && { why: fact.why }),
        ...(fact.kind === 'lit' && { how: fact.how }),
      };
    });
}
