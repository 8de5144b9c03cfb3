import { isPreauError } from '../../domain/errors';
import { idFrom, type Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import { isEnded, KEYS_AHEAD_MS, type Delegation } from '../../domain/rights/delegation';
import { grantsAt, holdsAt, nextChange } from '../../domain/rights/effective';
import { grantsOf } from '../../domain/rights/entitlement';
import { instant } from '../../domain/time';
import type { Disposable, Platform } from '../capability';
import type { Timers } from '../cart/timers';
import type { SchoolDatabases } from '../directory/databases';
import type { Members } from '../postes/members';
import type { RightsClock } from '../session/rights-clock';
import type { Sessions } from '../session/sessions';
import type { RightsDirectory } from './directory';
import { readFacts, standing, type RightsFacts } from './documents';

/** Carries out what dates say: rights that begin and end while nobody touches anything. */
export interface RightsKeeper extends Disposable {
  /** Something was said: everybody has the rights of now when it resolves. */
  changed(): Promise<void>;
  /** Looks whether a date has passed; what has moved is carried out. */
  tick(): Promise<void>;
}

export interface KeeperDeps {
  readonly platform: Platform;
  readonly timers: Timers;
  readonly databases: Pick<SchoolDatabases, 'open' | 'readable'>;
  readonly directory: Pick<RightsDirectory, 'staff' | 'delegated'>;
  readonly clock: RightsClock;
  readonly sessions: Pick<Sessions, 'connections' | 'signedIn' | 'signOut'>;
  /** Wraps of everybody here, then who is signed in. */
  readonly entitleAll: () => Promise<void>;
  /** Out of memory, so that a key that was taken away is not still open. */
  readonly forget: (person: Id<'staff'>) => void;
  /** A lesson of somebody who is not there any more is closed, so that no tablet stays locked. */
  readonly endLesson: (owner: Actor) => Promise<void>;
  /** Somebody reads the school on a computer of their own. */
  readonly hasPoste: (person: Id<'staff'>) => boolean;
  readonly exchange: {
    refreshGrants(): Promise<void>;
    headKey(): Promise<string | undefined>;
    readonly members: Pick<Members, 'leavesClasses' | 'leavesSchool'>;
  };
}

/** At least so often: a computer that slept, or whose clock was moved, notices. Milliseconds. */
const TICK_MS = 60_000;
const SAVE_MS = 5 * 60_000;

export function createRightsKeeper(deps: KeeperDeps): RightsKeeper {
  const { platform, clock, databases, exchange } = deps;
  let turn: Promise<void> = Promise.resolve();
  let seen = '';
  let saved = -Infinity;
  let closed = false;
  let cancel: (() => void) | undefined;

  const isOver = (one: Delegation, { ended }: RightsFacts): boolean =>
    clock.ended(one.id) ||
    isEnded(one, ended) ||
    (one.until !== undefined && Date.parse(one.until) <= clock.now());

  async function carryOut(always: boolean): Promise<void> {
    if (closed || !databases.readable('ecole')) return;
    const ecole = await databases.open('ecole');
    const facts = readFacts(ecole);
    // Of two that were said under one id, neither ends the other.
    const lasting = new Set(facts.delegations.filter((one) => !isOver(one, facts)).map(({ id }) => id));
    const over = facts.delegations.filter(({ id }) => !lasting.has(id));
    await clock.sawEnd(over.map(({ id }) => id));
    const live = standing(facts, (id) => clock.ended(id));
    const now = clock.now();
    const state = JSON.stringify([
      live.delegations.map((one) => [one.id, holdsAt(one, now), holdsAt(one, now + KEYS_AHEAD_MS)]),
      live.conventions.map((one) => [one.id, holdsAt(one, now)]),
    ]);
    if (always || state !== seen) {
      seen = state;
      await leave();
      await deps.entitleAll();
      await exchange.refreshGrants();
      platform.publish('rights.changed', {});
    }
    await settle(facts, over);
    if (now - saved >= SAVE_MS) {
      saved = now;
      await clock.save();
    }
  }

  /** Whose last right has ended is told why, and their window is nobody's. */
  async function leave(): Promise<void> {
    const staff = await deps.directory.staff();
    for (const [connection, actor] of [...deps.sessions.connections()]) {
      const was = deps.sessions.signedIn(connection);
      const body = was.kind === 'staff' && staff.find(({ _id }) => _id === was.personId);
      if (was.kind !== 'staff' || !body || was.grants.length === 0) continue;
      const delegated = await deps.directory.delegated(was.personId);
      if (grantsAt(grantsOf({ ...body, delegated }), clock.now()).length > 0) continue;
      const last = [...was.grants].sort((a, b) => (a.until ?? '').localeCompare(b.until ?? '')).at(-1);
      const ends = Math.min(clock.now(), last?.until === undefined ? Infinity : Date.parse(last.until));
      platform.log.info('rights.ended', { person: was.personId });
      platform.publish(
        'rights.ended',
        { role: last?.role ?? 'guest', until: instant(ends) },
        (other) => other === actor,
      );
      await deps.endLesson(was);
      deps.sessions.signOut(connection);
      deps.forget(was.personId);
    }
  }

  /** On a head's poste: what has ended gives nothing to read any more, anywhere. Said once, for every other poste. */
  async function settle(facts: RightsFacts, over: readonly Delegation[]): Promise<void> {
    const done = new Set<string>(facts.settled.map(({ delegation }) => delegation));
    const due = over.filter(({ id }) => !done.has(id));
    if (due.length === 0 || (await exchange.headKey()) === undefined) return;
    const staff = await deps.directory.staff();
    const stay = standing(facts, (id) => clock.ended(id)).delegations;
    for (const one of due) {
      // In the name of whoever dated it: the end was decided then.
      const head: Actor = { kind: 'staff', personId: one.by, grants: [{ role: 'head', classIds: [] }] };
      const person = staff.find(({ _id }) => _id === one.person);
      const other = stay.some((kept) => kept.person === one.person);
      const leaves = person?.leftOn === undefined && person && grantsOf(person).length === 0 && !other;
      // Who goes with a computer of their own loses all that it was given, in one exchange of keys.
      if (!leaves || !deps.hasPoste(one.person))
        await exchange.members.leavesClasses(head, one.person, one.classIds);
      if (leaves) await leavesSchool(head, one.person);
      await (
        await databases.open('ecole')
      ).put({
        _id: idFrom('event', platform.random(9)),
        type: 'delegationSettled',
        v: 1,
        delegation: one.id,
        at: instant(clock.now()),
      });
      platform.log.info('rights.settled', { delegation: one.id });
    }
  }
  async function leavesSchool(head: Actor, person: Id<'staff'>): Promise<void> {
    try {
      await exchange.members.leavesSchool(head, person);
    } catch (error) {
      // Gone already: another head's poste was quicker.
      if (!isPreauError(error) || error.code !== 'NOT_FOUND') throw error;
    }
  }

  async function next(): Promise<number> {
    if (!databases.readable('ecole')) return TICK_MS;
    const { delegations, conventions } = readFacts(await databases.open('ecole'));
    const dates = [...delegations, ...conventions].map(({ from, until }) => ({
      role: 'guest' as const,
      classIds: [],
      from,
      ...(until === undefined ? {} : { until }),
    }));
    const now = clock.now();
    return Math.min((nextChange(dates, now) ?? Infinity) - now, TICK_MS);
  }
  async function wait(): Promise<void> {
    const ms = await next();
    if (closed) return;
    cancel?.();
    cancel = deps.timers.after(ms, () => void take(false));
  }
  const take = (always: boolean): Promise<void> =>
    (turn = turn
      .then(() => carryOut(always))
      .catch((error: unknown) => {
        platform.log.error('rights.failed', { error: error instanceof Error ? error.name : 'unknown' });
      })
      .then(wait));

  return {
    changed: () => take(true),
    tick: () => take(false),
    async close() {
      closed = true;
      cancel?.();
      await turn.catch(() => undefined);
      await clock.save();
    },
  };
}
