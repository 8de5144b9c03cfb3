import type { closingSubject } from '../../../contract/staff/closing';
import type { StaffHandlers } from '../../capability';
import type { ClosingService } from './service';

export const closingRoutes = (closing: ClosingService) =>
  ({
    look: ({ actor }, { cart }) => closing.look(actor, cart),
    carts: ({ actor }, { devices }) => ({ carts: closing.carts(actor, devices) }),
    say: ({ actor }, { cart, device, word }) => closing.say(actor, cart, device, word),
    scan: ({ actor }, { cart, text }) => closing.scan(actor, cart, text),
    finish: ({ actor }, { cart, rest, class: of }) => closing.finish(actor, cart, rest, of),
    leave: async ({ actor }, { cart }) => {
      await closing.leave(actor, cart);
      return {};
    },
  }) satisfies StaffHandlers<typeof closingSubject>;
