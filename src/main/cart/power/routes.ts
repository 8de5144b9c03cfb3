import type { powerSubject } from '../../../contract/staff/power';
import type { StaffHandlers } from '../../capability';
import type { CartPower } from './types';

export const powerRoutes = (power: CartPower) =>
  ({
    look: ({ actor }, { cart }) => power.look(actor, cart),
    run: ({ actor }, order) => power.run(actor, order),
    cancel: ({ actor }, { cart }) => {
      power.cancel(actor, cart);
      return {};
    },
  }) satisfies StaffHandlers<typeof powerSubject>;
