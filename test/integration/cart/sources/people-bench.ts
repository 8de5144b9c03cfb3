/** What a person saw, through the service that keeps it and the panel that shows it. */
import { createCartService } from '../../../../src/main/cart/service';
import { seeded } from '../../../../src/demo/hub/random';
import { ManualTimers } from '../../../peers/cambrionix/manual-timers';
import { memoryDatabase } from '../memory-database';
import type { Actor } from '../../../../src/domain/rights/actor';
import type { Id } from '../../../../src/domain/id';
import type { SourceBench } from './contract';

const TEACHER: Actor = {
  kind: 'staff',
  personId: 'staff_aaaaaaaaaaaaa',
  grants: [{ role: 'teacher', classIds: [] }],
};
const CART: Id<'cart'> = 'cart_vvvvvvvvvvvvv';

export async function peopleBench(): Promise<SourceBench> {
  const timers = new ManualTimers();
  const random = seeded(7);
  const service = createCartService({
    platform: {
      dataFolder: '',
      clock: () => timers.now(),
      random: (count) => Buffer.from(Array.from({ length: count }, () => Math.floor(random() * 256))),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      tracer: { trace: () => undefined },
      publish: () => undefined,
    },
    parc: memoryDatabase(),
    devices: { inCart: () => [] },
    poste: 'poste_aaaaaaaaaaaaa',
    timers,
    timeZone: () => 'Europe/Paris',
    open: () => () => Promise.reject(new Error('no hub here')),
    listSerialPorts: () => Promise.resolve([]),
  });
  await service.create(TEACHER, { cart: CART, name: 'Valise', bays: 15 });
  return {
    word: 'person',
    says: ['charging', 'empty'],
    be: async (place, which) => {
      await timers.advance(1);
      await service.note(TEACHER, CART, { bay: place, power: which === 0 ? 'charging' : 'empty' });
    },
    read: (place) => service.panel(TEACHER, CART).bays[place - 1]?.power ?? null,
    pass: (ms) => timers.advance(ms),
    cut: () => undefined,
    restore: () => undefined,
    garble: async () => {
      // A place the cart has not, and words that say nothing.
      await service.note(TEACHER, CART, { bay: 16, power: 'full' }).catch(() => undefined);
    },
    ungarble: () => undefined,
    end: async () => {
      await service.close();
      return timers.pending;
    },
  };
}
