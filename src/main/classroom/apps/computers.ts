import type { InputOf, ReplyOf } from '../../../contract/define';
import type { PupilContract } from '../../../contract/pupil';
import type { Wanted } from '../../../contract/pupil/device';
import type { ComputerLimits } from '../../../contract/computer-limits';
import type { AppsOutcome, LessonDevice } from '../../../contract/staff/apps';
import {
  foldName,
  orderFor,
  type AppsOfDevice,
  type ClassOrder,
  type ComputerApp,
} from '../../../domain/device/apps-of-class';
import { mayRun } from '../../../domain/device/may-run';
import { PreauError } from '../../../domain/errors';
import type { SeatKey } from '../../../domain/lesson/model';
import { seatAt } from '../../../domain/lesson/seats';
import { instant } from '../../../domain/time';
import { createBucket, type Bucket } from '../../doors/lan/limits';
import type { ToolContext } from '../lesson-tool';
import { demandPresence } from '../seat-rights';

export interface ComputersOrder extends Pick<ClassOrder, 'mode' | 'programs'> {
  readonly copy: ComputerLimits['copy'];
}

/**
 * Computers in pupil mode, in the lesson (docs/pupil-mode.md): what each has, what this lesson wants of it and what it says became of it.
 * In memory only: a device tells itself again at each arrival. What it says concerns itself and nobody else.
 */
export interface Computers {
  /** What a device says of itself, by the door. @throws PreauError `TRY_LATER` for who talks without end */
  readonly door: {
    tell(key: SeatKey, said: InputOf<PupilContract, 'device.tell'>): ReplyOf<PupilContract, 'device.tell'>;
    settled(key: SeatKey, said: InputOf<PupilContract, 'device.settled'>): void;
    ran(key: SeatKey, said: InputOf<PupilContract, 'device.ran'>): void;
  };
  /** Seats whose device spoke as such a computer in this lesson. */
  has(key: SeatKey): boolean;
  view(): LessonDevice[];
  apps(): AppsOfDevice[];
  /** The order has changed: everybody is told. */
  wantNow(): void;
  run(
    what: 'start' | 'stop',
    program: string,
  ): Promise<{ device: SeatKey; label: string; outcome: AppsOutcome }[]>;
  /** Its page is another one: what it said before counts no more. */
  entered(key: SeatKey): void;
  left(key: SeatKey): void;
  forget(): void;
}

/** A device that is there answers within that, ms. */
const ANSWERS_IN = 8_000;
/** A legitimate page speaks once for each click of the teacher, and at its arrivals. */
const WORDS = { burst: 40, perSecond: 1 };

interface Standing {
  readonly apps: readonly ComputerApp[];
  readonly turn: number;
  readonly askedAt: number;
  readonly said?: Pick<InputOf<PupilContract, 'device.settled'>, 'outcome' | 'closed'>;
}

export function createComputers(
  { deps, live }: ToolContext,
  wanted: () => ComputersOrder,
  changed: () => void,
): Computers {
  const { platform, timers } = deps;
  const standings = new Map<SeatKey, Standing>();
  const paces = new Map<SeatKey, Bucket>();
  const running = new Map<number, { readonly key: SeatKey; answer(outcome: AppsOutcome): void }>();
  let last = 0;
  let cancelLook: (() => void) | undefined;

  /** Never the number of an earlier start of this poste: what was asked before it is answered to nobody. */
  const nextTurn = (): number => (last = Math.max(last + 1, platform.clock()));
  const wantsNothing = (): boolean => wanted().mode === 'all' && wanted().copy === 'free';
  const limitsOf = (apps: readonly ComputerApp[]): ComputerLimits => ({
    apps: orderFor(wanted(), apps),
    copy: wanted().copy,
  });
  function spoken(key: SeatKey): void {
    demandPresence(live.lesson, key);
    const pace = paces.get(key) ?? createBucket(WORDS.perSecond, WORDS.burst, platform.clock());
    paces.set(key, pace);
    if (!pace.take(platform.clock())) throw new PreauError('TRY_LATER', { seconds: 1 });
  }
  function ask(key: SeatKey, apps: readonly ComputerApp[]): Wanted {
    const turn = nextTurn();
    standings.set(key, { apps, turn, askedAt: platform.clock() });
    cancelLook?.();
    cancelLook = timers.after(ANSWERS_IN + 200, changed);
    changed();
    return { turn, limits: limitsOf(apps) };
  }
  /** Since when nothing comes from there, or undefined while an answer may still come. */
  function silence(key: SeatKey, askedAt: number): Extract<AppsOutcome, { state: 'no-answer' }> | undefined {
    const seat = live.lesson && seatAt(live.lesson, key);
    if (!live.devices.has(key))
      return { state: 'no-answer', since: seat?.since ?? instant(askedAt), cause: 'cut' };
    if (platform.clock() - askedAt < ANSWERS_IN) return undefined;
    return { state: 'no-answer', since: instant(askedAt), cause: 'hanging' };
  }
  const namesOf = (apps: readonly ComputerApp[], ids: readonly string[]): string[] =>
    apps.filter(({ id }) => ids.includes(id)).map(({ name }) => name);

  function outcomes(key: SeatKey, { apps, said, askedAt }: Standing): Pick<LessonDevice, 'result' | 'copy'> {
    const quiet = said && live.devices.has(key) ? undefined : silence(key, askedAt);
    // What was free before it went is nobody's concern, and comes off there by itself.
    if (quiet)
      return wantsNothing() ? {} : { result: quiet, ...(wanted().copy === 'blocked' && { copy: quiet }) };
    if (!said || wantsNothing()) return {};
    const failed = { state: 'impossible', why: 'failed' } as const;
    const { apps: order } = limitsOf(apps);
    return {
      result:
        said.outcome === 'done'
          ? {
              state: 'done',
              asleep: apps.filter(({ id }) => !mayRun(order, id)).map(({ name }) => name),
              refused: [],
              closed: namesOf(apps, said.closed),
            }
          : said.outcome === 'still-open'
            ? { state: 'impossible', why: 'still-open' }
            : failed,
      ...(wanted().copy === 'blocked' && { copy: said.outcome === 'failed' ? failed : { state: 'done' } }),
    };
  }

  function runOn(key: SeatKey, what: 'start' | 'stop', program: string): Promise<AppsOutcome> {
    const app = standings.get(key)?.apps.find(({ name }) => foldName(name) === foldName(program));
    if (!app) return Promise.resolve({ state: 'impossible', why: 'no-such-app' });
    const order = nextTurn();
    const since = instant(platform.clock());
    return new Promise<AppsOutcome>((resolve) => {
      const answer = (outcome: AppsOutcome): void => {
        cancel();
        running.delete(order);
        resolve(outcome);
      };
      const cancel = timers.after(ANSWERS_IN, () => answer({ state: 'no-answer', since, cause: 'hanging' }));
      running.set(order, { key, answer });
      live.devices.get(key)?.link.send('device.run', { order, do: what, app: app.id });
    });
  }

  return {
    door: {
      tell(key, { applications }) {
        spoken(key);
        if (!live.lesson || !seatAt(live.lesson, key)) return {};
        const apps = [...new Map(applications.map((app) => [app.id, app])).values()];
        return { wanted: ask(key, apps) };
      },
      settled(key, { turn, outcome, closed }) {
        spoken(key);
        const held = standings.get(key);
        if (held?.turn !== turn) return;
        standings.set(key, { ...held, said: { outcome, closed } });
        changed();
      },
      ran(key, { order, outcome }) {
        spoken(key);
        const one = running.get(order);
        if (one?.key === key) one.answer(RAN[outcome]);
      },
    },
    has: (key) => standings.has(key),
    view: () =>
      [...standings].flatMap(([key, held]) => {
        const seat = live.lesson && seatAt(live.lesson, key);
        if (!seat) return [];
        const here = live.devices.has(key);
        const said = outcomes(key, held);
        const working = here && !held.said && !said.result && !wantsNothing();
        return [{ device: key, label: seat.label, kind: 'computer' as const, here, working, ...said }];
      }),
    apps: () =>
      [...standings]
        .filter(([key]) => live.devices.has(key))
        .map(([, { apps }]) => ({ kind: 'computer' as const, apps })),
    wantNow() {
      for (const [key, { apps }] of standings)
        live.devices.get(key)?.link.send('device.limits', ask(key, apps));
    },
    run: (what, program) =>
      Promise.all(
        [...standings.keys()].flatMap((key) => {
          const seat = live.lesson && seatAt(live.lesson, key);
          if (!seat || !live.devices.has(key)) return [];
          return [runOn(key, what, program).then((outcome) => ({ device: key, label: seat.label, outcome }))];
        }),
      ),
    entered(key) {
      const held = standings.get(key);
      if (held) ask(key, held.apps);
    },
    left(key) {
      const since = instant(platform.clock());
      for (const one of [...running.values()])
        if (one.key === key) one.answer({ state: 'no-answer', since, cause: 'cut' });
      if (standings.has(key)) changed();
    },
    forget() {
      cancelLook?.();
      standings.clear();
      paces.clear();
    },
  };
}

const RAN = {
  done: { state: 'done' },
  'not-allowed': { state: 'impossible', why: 'resting' },
  missing: { state: 'impossible', why: 'no-such-app' },
  'still-open': { state: 'impossible', why: 'still-open' },
  failed: { state: 'impossible', why: 'failed' },
} as const satisfies Record<InputOf<PupilContract, 'device.ran'>['outcome'], AppsOutcome>;
