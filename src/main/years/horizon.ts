import { PreauError } from '../../domain/errors';
import { idFrom } from '../../domain/id';
import { isLocalDay, type LocalDay } from '../../domain/retention';
import { daysBetween } from '../../domain/retention/calendar';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant, localDate } from '../../domain/time';
import { JUMP_MAX_DAYS, nextMove, type Move } from '../../domain/years/horizon';
import type { YearsDeps } from './ports';

/** The school's day on a head's poste: moved by itself where two clocks agree, by a person everywhere else. */
export interface Horizon {
  today(): LocalDay;
  /** What has to be done about it here and now. */
  pending(): Move;
  /** Moves it where that needs nobody. @returns true where it was moved */
  tick(): Promise<boolean>;
  /**
   * A person says what day it is.
   * @param far the person has seen how far it is from the last one
   * @throws PreauError `HEAD_POSTE_ONLY`, `DATE_PAST`, `DATE_FAR`, `BAD_INPUT`
   */
  confirm(actor: Actor, day: LocalDay, far: boolean): Promise<void>;
}

export function createHorizon(
  deps: Pick<YearsDeps, 'platform' | 'time' | 'store' | 'timeZone' | 'poste' | 'exchange'>,
): Horizon {
  const { platform, time, exchange } = deps;
  const today = (): LocalDay => localDate(platform.clock(), deps.timeZone());

  async function write(day: LocalDay, by: 'clocks' | 'person'): Promise<void> {
    const parc = await deps.store.open('parc');
    await parc.put({
      _id: idFrom('year', platform.random(9)),
      type: 'horizon',
      v: 1,
      day,
      by,
      poste: deps.poste,
      at: instant(platform.clock()),
    });
    await time.refresh();
    platform.log.info('years.horizon', { day, by });
  }

  const pending = (): Move =>
    exchange.isHead()
      ? nextMove(time.horizon(), today(), exchange.communeClock(), platform.clock())
      : { kind: 'none' };

  return {
    today,
    pending,
    async tick() {
      if (pending().kind !== 'move') return false;
      await write(today(), 'clocks');
      return true;
    },
    async confirm(actor, day, far) {
      demand(actor, 'school.manage');
      if (!exchange.isHead()) throw new PreauError('HEAD_POSTE_ONLY');
      if (!isLocalDay(day)) throw new PreauError('BAD_INPUT', { path: 'day' });
      const before = time.horizon();
      if (before === day) return;
      if (before !== undefined && day < before) throw new PreauError('DATE_PAST', { day: before });
      const days = daysBetween(before ?? today(), day);
      if (Math.abs(days) > JUMP_MAX_DAYS && !far) throw new PreauError('DATE_FAR', { days });
      await write(day, 'person');
    },
  };
}
