import type { PayloadOf } from '../../../../contract/define';
import type { PupilContract } from '../../../../contract/pupil';
import type { Wanted } from '../../../../contract/pupil/device';
import type { Application } from '../../../../contract/computer-limits';
import { mayRun } from '../../../../domain/device/may-run';
import type { Computer } from '../../state/computer';
import type { Session } from '../../state/session';
import { apps } from './state';

type Run = PayloadOf<PupilContract, 'device.run'>;
export type Started = 'started' | 'not-allowed' | 'missing' | 'failed';

/** What the lesson wants of this computer: told to it, one word after the other, and what became of it told to the teacher. */
export interface Limits {
  /** A lesson is open here: says what this computer has, and does what is wanted. */
  arrive(): Promise<void>;
  take(wanted: Wanted): void;
  /** Somebody sat down: the computer may have let go while nobody did. */
  again(): void;
  run(order: Run): Promise<void>;
  /** A child's tap. */
  start(id: string): Promise<Started>;
  /** The lesson is over: everything comes off. */
  forget(): void;
}

/** The computer hears that often that the lesson goes on, also before anybody sits down; 90 s without it and everything comes off, ms. */
const TURN = 20_000;

export function createLimits(session: Session, computer: Computer): Limits {
  let own: readonly Application[] = [];
  let latest: Wanted | undefined;
  let settling = false;

  async function look(): Promise<void> {
    try {
      const { applications, open } = await computer.ask('applications', {});
      own = applications;
      apps.open = open;
    } catch {
      own = [];
      apps.open = [];
    }
    apps.any = own.length > 0;
    show();
  }
  function show(): void {
    const wanted = latest?.limits;
    apps.allowed = wanted ? own.filter(({ id }) => mayRun(wanted.apps, id)) : [];
    apps.copy = wanted?.copy ?? 'free';
  }
  const namesOf = (ids: readonly string[]): string[] =>
    own.filter(({ id }) => ids.includes(id)).map(({ name }) => name);
  function tell(what: 'closed' | 'stopped' | 'still', ids: readonly string[]): void {
    const names = namesOf(ids);
    if (names.length > 0) apps.told = { what, names };
  }

  /** One at a time: what was wanted meanwhile and is not wanted any more is never set. */
  async function settle(): Promise<void> {
    if (settling) return;
    settling = true;
    try {
      for (let wanted = latest, settled: Wanted | undefined; wanted && wanted !== settled; wanted = latest) {
        settled = wanted;
        await settleOne(wanted);
      }
    } finally {
      settling = false;
    }
  }
  function take(wanted: Wanted): void {
    latest = wanted;
    show();
    void settle();
  }
  async function settleOne({ turn, limits }: Wanted): Promise<void> {
    let outcome: 'done' | 'still-open' | 'failed' = 'failed';
    let closed: string[] = [];
    try {
      const done = await computer.ask('settle', limits);
      outcome = done.apps;
      closed = done.closed;
    } catch {
      // Said as it is: the computer did not answer its own page.
    }
    if (latest === undefined) return letGo();
    await look();
    tell('closed', closed);
    if (outcome === 'still-open')
      tell(
        'still',
        apps.open.filter((id) => !mayRun(limits.apps, id)),
      );
    session.tell((line) => line.request('device.settled', { turn, outcome, closed }));
  }
  function letGo(): void {
    void computer.ask('full', { on: false }).catch(() => undefined);
  }
  async function start(id: string): Promise<Started> {
    try {
      return (await computer.ask('start', { id })).outcome;
    } catch {
      return 'failed';
    } finally {
      void look();
    }
  }
  async function stop(id: string): Promise<'done' | 'still-open' | 'failed'> {
    try {
      const { outcome } = await computer.ask('stop', { id });
      if (outcome !== 'not-open') tell(outcome === 'stopped' ? 'stopped' : 'still', [id]);
      return outcome === 'still-open' ? outcome : 'done';
    } catch {
      return 'failed';
    } finally {
      void look();
    }
  }

  computer.onChange(() => void look());
  // A line that is lost tells the computer nothing, and it counts.
  setInterval(() => {
    if (latest && session.state.line === 'up') void computer.ask('alive', {}).catch(() => undefined);
  }, TURN);
  return {
    async arrive() {
      await look();
      const { wanted } = await session.line().request('device.tell', { applications: [...own] });
      if (wanted) take(wanted);
    },
    take,
    again() {
      if (latest) take({ ...latest });
    },
    async run({ order, do: what, app }) {
      const done = what === 'stop' ? await stop(app) : await start(app);
      const outcome = done === 'started' ? 'done' : done;
      session.tell((line) => line.request('device.ran', { order, outcome }));
    },
    start,
    forget() {
      latest = undefined;
      Object.assign(apps, { shown: false, told: undefined });
      show();
      letGo();
    },
  };
}
