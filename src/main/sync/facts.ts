import { createHash } from 'node:crypto';
import type { SyncFacts } from '../../domain/sync/plan';
import type { SyncSettings } from '../../domain/sync/settings';
import type { Id } from '../../domain/id';
import type { GrantBook } from '../../exchange';
import type { Meter } from './meter-file';
import { placeOf } from './place';
import type { StateFile } from './state-file';
import type { Count } from './tally';

export interface FactsDeps {
  readonly now: number;
  readonly zone: string;
  readonly poste: Id<'poste'>;
  readonly book: GrantBook;
  readonly state: StateFile;
  readonly meter: Meter;
  readonly settings: SyncSettings;
  readonly marks: readonly string[];
  readonly mains: boolean | undefined;
  readonly waiting: Count;
  readonly running: boolean;
  readonly asked: SyncFacts['asked'];
  /** The head has said where the commune is, on whichever poste. */
  readonly linked: boolean;
}

/** What a plan is made from, as this poste knows it. */
export function factsOf(deps: FactsDeps): SyncFacts {
  const { now, zone, poste, book, settings } = deps;
  const { commune, last, lastDone, failures, peersTried, postes, networks } = deps.state.get();
  const at = (record: { readonly at: string } | undefined): number | undefined =>
    record && sane(Date.parse(record.at), now);
  const others = new Set(
    book.all().flatMap((grant) => (grant.kind === 'poste' && grant.poste !== poste ? [grant.poste] : [])),
  );
  const { carrier } = settings;
  const heard = carrier === null ? undefined : postes[carrier];
  return {
    now,
    zone,
    asked: deps.asked,
    running: deps.running,
    commune: commune !== undefined || deps.linked,
    others: [...others].some((other) => book.grantsOf(other).length > 0),
    carrier:
      carrier === null
        ? 'nobody'
        : carrier === poste
          ? 'me'
          : { heard: heard?.outcome === 'done' ? at(heard) : undefined },
    place: placeOf(deps.marks, networks),
    mains: deps.mains,
    waiting: { urgent: deps.waiting.urgent, all: deps.waiting.all },
    done: at(lastDone),
    tried: at(last),
    failures,
    peersTried: sane(peersTried, now),
    spent: deps.meter.spent(now, zone, settings.night),
    spread: spreadOf(poste),
  };
}

/** An instant of the future was written by a clock that was wrong: nothing is known then. */
const sane = (at: number | undefined, now: number): number | undefined =>
  at === undefined || Number.isNaN(at) || at > now ? undefined : at;

/** The same at every start, and another one on every poste. */
export const spreadOf = (poste: Id<'poste'>): number =>
  createHash('sha256').update(poste).digest().readUInt32BE(0) / 2 ** 32;
