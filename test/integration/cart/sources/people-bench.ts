/** What a person saw, through the service that keeps it and the panel that shows it. */
import { ManualTimers } from '../../../peers/cambrionix/manual-timers';
import { CART, HEAD, house } from './house';
import type { SourceBench } from './contract';

export async function peopleBench(): Promise<SourceBench> {
  const timers = new ManualTimers();
  const { service } = await house(timers);
  return {
    word: 'person',
    says: ['charging', 'empty'],
    be: async (place, which) => {
      await timers.advance(1);
      await service.note(HEAD, CART, { bay: place, power: which === 0 ? 'charging' : 'empty' });
    },
    read: (place) => service.panel(HEAD, CART).bays[place - 1]?.power ?? null,
    pass: (ms) => timers.advance(ms),
    cut: () => undefined,
    restore: () => undefined,
    garble: async () => {
      // A place the cart has not, and words that say nothing.
      await service.note(HEAD, CART, { bay: 31, power: 'full' }).catch(() => undefined);
    },
    ungarble: () => undefined,
    end: async () => {
      await service.close();
      return timers.pending;
    },
  };
}
