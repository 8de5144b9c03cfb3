import type { SeatKey } from '../../domain/lesson/model';
import type { Actor } from '../../domain/rights/actor';
import type { Timers } from '../cart/timers';
import type { Random } from '../capability';
import type { Live } from './live';

/** A device that has a photo to send first is given that long, ms. */
const WITHIN = 15_000;

export interface Collected {
  readonly asked: number;
  readonly answered: number;
  readonly works: number;
  /** Asked, and nothing came: asleep, out of reach, or gone. */
  readonly silent: SeatKey[];
}

/** The teacher stands there with a spare in hand, ms. */
const HANDED_OVER_WITHIN = 6_000;

/** « Ramasser »: every device is asked for what is there now, finished or not (CARMO #9.17). */
export interface Collecting {
  collect(actor: Actor): Promise<Collected>;
  /** One device that is about to be replaced gives what it alone has. @returns once it did, went away, or took too long */
  handOver(actor: Actor, key: SeatKey): Promise<void>;
  /** A device says that all it has is at the door. */
  said(key: SeatKey, collect: string, works: number): void;
  /** Who went away is not waited for. */
  left(key: SeatKey): void;
}

export function createCollecting(
  live: Live,
  timers: Timers,
  random: Random,
  conducted: (actor: Actor) => ReturnType<Live['required']>,
): Collecting {
  interface Run {
    readonly waiting: Set<SeatKey>;
    readonly gone: Set<SeatKey>;
    readonly done: () => void;
    works: number;
  }
  const runs = new Map<string, Run>();
  const settle = (run: Run, key: SeatKey): void => {
    if (run.waiting.delete(key) && run.waiting.size === 0) run.done();
  };
  /** @returns what came; `seats` holds who did not answer and who went away */
  async function run(
    seats: readonly SeatKey[],
    within: number,
    ask: (key: SeatKey, collect: string) => void,
  ): Promise<{ works: number; silent: SeatKey[] }> {
    const collect = random(12).toString('base64url');
    const waiting = new Set(seats);
    const gone = new Set<SeatKey>();
    let works = 0;
    if (waiting.size > 0)
      await new Promise<void>((resolve) => {
        const cancel = timers.after(within, resolve);
        const done = (): void => {
          cancel();
          resolve();
        };
        runs.set(collect, { waiting, gone, works: 0, done });
        for (const key of seats) ask(key, collect);
      }).finally(() => {
        works = runs.get(collect)?.works ?? 0;
        runs.delete(collect);
      });
    return { works, silent: [...gone, ...waiting] };
  }
  return {
    async handOver(actor, key) {
      conducted(actor);
      const link = live.devices.get(key)?.link;
      if (!link) return;
      await run([key], HANDED_OVER_WITHIN, (_key, collect) => link.send('room.handOver', { collect }));
    },
    async collect(actor) {
      const { lesson } = conducted(actor);
      const seats = Object.values(lesson.seats).filter(
        (seat) => seat.joined && !seat.key.startsWith('visitor-'),
      );
      const here = seats.filter((seat) => seat.presence !== 'silent' && live.devices.has(seat.key));
      const { works, silent: unanswered } = await run(
        here.map(({ key }) => key),
        WITHIN,
        (key, collect) => live.devices.get(key)?.link.send('lesson.collect', { collect }),
      );
      const absent = seats.filter((seat) => !here.includes(seat)).map((seat) => seat.key);
      const silent = [...absent, ...unanswered];
      return { asked: seats.length, answered: seats.length - silent.length, works, silent };
    },
    said(key, collect, works) {
      const run = runs.get(collect);
      if (!run?.waiting.has(key)) return;
      run.works += works;
      settle(run, key);
    },
    left(key) {
      for (const run of runs.values())
        if (run.waiting.has(key)) {
          run.gone.add(key);
          settle(run, key);
        }
    },
  };
}
