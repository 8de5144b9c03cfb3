import type { cartSubject } from '../../contract/staff/cart';
import type { StaffHandlers } from '../capability';
import type { CartService } from './types';

export const cartRoutes = (service: CartService) =>
  ({
    list: ({ actor }) => ({ carts: [...service.list(actor)] }),
    create: async ({ actor }, input) => {
      await service.create(actor, input);
      return {};
    },
    panel: ({ actor }, { cart }) => service.panel(actor, cart),
    putAway: async ({ actor }, { cart, ...except }) => ({
      event: await service.putAway(actor, cart, except),
    }),
    takeOut: async ({ actor }, { cart }) => ({ event: await service.takeOut(actor, cart) }),
    undo: async ({ actor }, { cart, event }) => {
      await service.undo(actor, cart, event);
      return {};
    },
    note: async ({ actor }, { cart, ...seen }) => {
      await service.note(actor, cart, seen);
      return {};
    },
    findHubs: ({ actor }) => service.findHubs(actor),
    tryHub: ({ actor }, tried) => service.tryHub(actor, tried),
    addHub: async ({ actor }, input) => ({ hub: await service.addHub(actor, input) }),
    removeHub: async ({ actor }, { hub }) => {
      await service.removeHub(actor, hub);
      return {};
    },
    restartHub: async ({ actor }, { hub }) => {
      const { outcome, ...more } = await service.restartHub(actor, hub);
      const code = 'code' in more ? more.code : 'why' in more ? more.why : undefined;
      return { outcome, ...(code === undefined ? {} : { code }) };
    },
  }) satisfies StaffHandlers<typeof cartSubject>;
