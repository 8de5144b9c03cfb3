import { copyState } from '../../domain/sync/copies';
import { planSync, type SyncFacts } from '../../domain/sync/plan';
import type { SyncSettings } from '../../domain/sync/settings';
import { instant } from '../../domain/time';
import type { SyncStatus } from '../../contract/staff/sync';
import { refusalKey, type Refusal } from '../../exchange';
import type { Meter } from './meter-file';
import type { SyncDeps } from './service';
import type { Count } from './tally';

export interface StatusParts {
  readonly facts: SyncFacts;
  readonly settings: SyncSettings;
  readonly count: Count;
  readonly meter: Meter;
  readonly byItself: boolean;
  readonly running: boolean;
}

/** The facts of the screen, from what is in memory and in small files: no base is opened to show it. */
export async function statusOf(deps: SyncDeps, parts: StatusParts): Promise<SyncStatus> {
  const { mine, identity, state } = deps;
  const { facts, settings, count } = parts;
  const { commune, last, lastDone, postes, theirs, ours, since, copied } = state.get();
  const { book } = mine.replica;
  const known = new Map(
    book.all().flatMap((grant) => (grant.kind === 'poste' ? [[grant.poste, grant] as const] : [])),
  );
  const here = await mine.replica.parts.refusals.all();
  const plan = planSync(settings, facts);
  const exchanged = [lastDone, ...Object.values(postes)]
    .filter((run) => run?.outcome === 'done')
    .map((run) => Date.parse(run?.at ?? ''))
    .filter((at) => at <= facts.now);
  const copy = copyState(
    {
      exchange: exchanged.length > 0 ? Math.max(...exchanged) : undefined,
      key: copied,
      since: since ?? facts.now,
    },
    facts.now,
  );
  return {
    running: parts.running,
    waiting: count.all,
    waitingKinds: [...count.kinds],
    restored: state.get().restored || mine.replica.restored,
    files: { ...(state.get().files ?? { waiting: 0, bytes: 0, wrong: 0 }) },
    plan: {
      ...(plan.pause ? { pause: plan.pause } : {}),
      ...(plan.next ? { next: { at: instant(plan.next.at), moment: plan.next.moment } } : {}),
      states: [...plan.states],
      place: facts.place,
      byItself: parts.byItself,
    },
    settings: { ...settings, night: { ...settings.night } },
    month: parts.meter.month(facts.now, facts.zone),
    copy: {
      ...(copy.last === undefined ? {} : { last: instant(copy.last) }),
      days: copy.days,
      due: copy.due,
    },
    silent: [...(deps.silent?.() ?? [])],
    commune: { set: commune !== undefined, ...(last ? { last } : {}), ...(lastDone ? { lastDone } : {}) },
    postes: [...known].map(([poste, grant]) => ({
      id: poste,
      ...(grant.person ? { person: grant.person } : {}),
      here: poste === identity.poste,
      carrier: settings.carrier === poste,
      revoked: book.grantsOf(poste).length === 0,
      ...(postes[poste] ? { last: postes[poste] } : {}),
    })),
    refused: [...refused([...here, ...ours], 'here'), ...refused(theirs, 'there')],
    conflicts: count.conflicts,
  };
}

/** Several who refuse one document for one reason are one line of the list. */
const refused = (list: readonly Refusal[], where: 'here' | 'there'): SyncStatus['refused'] =>
  [...new Map(list.map((one) => [`${refusalKey(one)}|${one.reason}`, one])).values()].map(
    ({ audience, document, reason }) => ({
      audience,
      ...(document === undefined ? {} : { document }),
      reason,
      where,
    }),
  );
