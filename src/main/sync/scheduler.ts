import { planSync, type PlannedRun, type SyncFacts, type SyncPlan } from '../../domain/sync/plan';
import type { SyncSettings } from '../../domain/sync/settings';
import type { Disposable, Logger } from '../capability';
import type { Timers } from '../cart/timers';

export interface SchedulerDeps {
  readonly timers: Timers;
  readonly log: Logger;
  readonly settings: () => Promise<SyncSettings>;
  readonly facts: (asked: SyncFacts['asked']) => Promise<SyncFacts>;
  /** One run, to its end; never throws for a line. */
  readonly run: (planned: PlannedRun) => Promise<void>;
  /** Whether this poste looks at the clock by itself; else it only does what is asked. */
  readonly byItself: boolean;
}

export interface Scheduler extends Disposable {
  /** What would be done now, and what is next; changes nothing. */
  plan(): Promise<SyncPlan>;
  /** Somebody, or the computer, asks. A run that is under way is joined, and then the plan is looked at again. */
  ask(asked: NonNullable<SyncFacts['asked']>): Promise<SyncPlan>;
  /** Something changed that a plan depends on (power, a setting, a first commune): looks again soon. */
  nudge(): void;
}

/** A start is for the person at the screen: the first look comes after it, in milliseconds. */
export const FIRST_LOOK_MS = 60_000;
const NUDGE_MS = 5_000;

/** Looks at the plan when the plan says so. One run at a time; a failure of a look is logged and looked at again. */
export function createScheduler(deps: SchedulerDeps): Scheduler {
  const { timers, log } = deps;
  let cancel = (): void => undefined;
  let working: Promise<unknown> | undefined;
  let closed = false;

  const planFor = async (asked: SyncFacts['asked']): Promise<SyncPlan> =>
    planSync(await deps.settings(), await deps.facts(asked));

  /** After so many milliseconds, unless something sooner replaces it. */
  function later(ms: number): void {
    cancel();
    if (closed || !deps.byItself) return;
    cancel = timers.after(ms, () => void look());
  }

  async function look(): Promise<void> {
    if (working || closed) return;
    try {
      const plan = await perform(undefined);
      later(Math.max(0, plan.lookAt - timers.now()));
    } catch (error) {
      log.error('sync.plan', { error: error instanceof Error ? error.name : 'unknown' });
      later(FIRST_LOOK_MS);
    }
  }

  /** Plans and runs as one piece of work: two askers never start two runs. */
  async function perform(asked: SyncFacts['asked']): Promise<SyncPlan> {
    const work = (async () => {
      const plan = await planFor(asked);
      if (!plan.run) return plan;
      log.info('sync.moment', { moment: plan.run.moment, partners: plan.run.partners.join(' ') });
      await deps.run(plan.run);
      return plan;
    })();
    const held = work.then(
      () => undefined,
      () => undefined,
    );
    working = held;
    try {
      return await work;
    } finally {
      if (working === held) working = undefined;
    }
  }

  later(FIRST_LOOK_MS);
  return {
    plan: () => planFor(undefined),
    async ask(asked) {
      while (working) await working;
      cancel();
      const plan = await perform(asked);
      later(NUDGE_MS);
      return plan;
    },
    nudge: () => later(NUDGE_MS),
    async close() {
      closed = true;
      cancel();
      await working;
    },
  };
}
