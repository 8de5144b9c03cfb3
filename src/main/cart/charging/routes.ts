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
    stays: async ({ actor }, { cart, here }) => {
      await service.stays(actor, cart, here);
      return {};
    },
  }) satisfies StaffHandlers<typeof chargingSubject>;
