import { instant, type Instant } from '../../../domain/time';
import type { StreamShare } from '../../../domain/lesson/bandwidth';
import { causeOf, Impossible, NoAnswer } from './failure';
import type { Cause, Outcome, Why } from './port';
import type { RfbSession } from './rfb/session';

/** The way to one device: opened when needed, opened again while the device is kept, never twice. */
export interface Line {
  /** Stays connected, and comes back by itself. */
  keep(): void;
  watch(share: StreamShare): void;
  /** Runs on the device's session within `deadline` ms. It never throws: what went wrong is the outcome. */
  use(work: (session: RfbSession) => Promise<Outcome>, deadline: number): Promise<Outcome>;
  close(): void;
}

export interface LineDeps {
  readonly clock: () => number;
  open(): Promise<RfbSession>;
  here(): void;
  gone(cause: Cause, why?: Why): void;
}

/** Between two tries to reach a device that is kept, ms. */
const AGAIN = [500, 1_000, 2_000, 5_000, 10_000] as const;
/** A line nobody keeps is given back after so long, ms. */
const IDLE = 10_000;
/** A connection that lasted so long was a good one, ms: one that lets us in and hangs up is not tried twice a second for ever. */
const HELD = 5_000;

export function createLine(deps: LineDeps): Line {
  let session: RfbSession | undefined;
  let opening: Promise<RfbSession> | undefined;
  let kept = false;
  let over = false;
  let tries = 0;
  let timer: NodeJS.Timeout | undefined;
  let silentSince: Instant = instant(deps.clock());
  let share: StreamShare = { width: 0, perSecond: 0, kbit: 0 };

  function lost(cause: Cause, why?: Why): void {
    silentSince = instant(deps.clock());
    deps.gone(cause, why);
    again();
  }
  function again(): void {
    clearTimeout(timer);
    if (over || !kept) return;
    const wait = AGAIN[Math.min(tries, AGAIN.length - 1)] ?? 10_000;
    tries += 1;
    timer = setTimeout(() => void reach().catch(() => undefined), wait);
  }
  function reach(): Promise<RfbSession> {
    if (session) return Promise.resolve(session);
    opening ??= deps
      .open()
      .then((made) => {
        if (over) {
          made.close();
          throw new NoAnswer('cut');
        }
        session = made;
        const began = performance.now();
        made.watch(share);
        void made.ended.then((cause) => {
          session = undefined;
          if (performance.now() - began >= HELD) tries = 0;
          if (!over) lost(cause);
        });
        deps.here();
        return made;
      })
      .catch((error: unknown) => {
        if (!over) lost(causeOf(error), error instanceof Impossible ? error.why : undefined);
        throw error;
      })
      .finally(() => {
        opening = undefined;
      });
    return opening;
  }

  return {
    keep() {
      kept = true;
      void reach().catch(() => undefined);
    },
    watch(wanted) {
      share = wanted;
      session?.watch(wanted);
    },
    async use(work, deadline) {
      let stop: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        stop = setTimeout(() => reject(new NoAnswer('hanging')), deadline);
      });
      try {
        return await Promise.race([reach().then(work), late]);
      } catch (error) {
        if (error instanceof Impossible) return { state: 'impossible', why: error.why };
        return { state: 'no-answer', since: silentSince, cause: causeOf(error) };
      } finally {
        clearTimeout(stop);
        if (!kept) {
          clearTimeout(timer);
          timer = setTimeout(() => session?.close(), IDLE).unref();
        }
      }
    },
    close() {
      over = true;
      clearTimeout(timer);
      session?.close();
    },
  };
}
