import type { devicesSubject } from '../../contract/staff/devices';
import type { StaffHandlers } from '../capability';
import type { DevicesService } from './service';

export function devicesRoutes(service: DevicesService) {
  return {
    list: ({ actor }) => ({ devices: [...service.list(actor)] }),
    startEnrolment: ({ actor }, input) =>
      service.startEnrolment(
        actor,
        'device' in input
          ? input
          : { label: input.label, kind: input.kind, ...(input.cart && { cartId: input.cart }) },
      ),
    cancelEnrolment({ actor }, { code }) {
      service.cancelEnrolment(actor, code);
      return {};
    },
    async rename({ actor }, { device, label }) {
      await service.rename(actor, device, label);
      return {};
    },
    async revoke({ actor }, { device }) {
      await service.revoke(actor, device);
      return {};
    },
  } satisfies StaffHandlers<typeof devicesSubject>;
}
