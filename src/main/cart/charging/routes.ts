import type { chargingSubject } from '../../../contract/staff/charging';
import type { StaffHandlers } from '../../capability';
import type { ChargingService } from './service';

export const chargingRoutes = (service: ChargingService) =>
  ({
    view: ({ actor }, { cart }) => service.view(actor, cart),
    set: async ({ actor }, { cart, settings }) => {
      await service.set(actor, cart, settings);
      return {};
    },
    tonight: ({ actor }, { cart }) => service.tonight(actor, cart),
    wantAt: ({ actor }, { cart, minutes }) => service.wantAt(actor, cart, minutes),
    stays: async ({ actor }, { cart, here }) => {
      await service.stays(actor, cart, here);
      return {};
    },
  }) satisfies StaffHandlers<typeof chargingSubject>;
