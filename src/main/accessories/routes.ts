import type { accessoriesSubject } from '../../contract/staff/accessories';
import type { StaffHandlers } from '../capability';
import type { AccessoriesService } from './types';

export const accessoriesRoutes = (service: AccessoriesService) =>
  ({
    overview: ({ actor }, { cart }) => service.overview(actor, cart),
    read: ({ actor }, { accessory }) => service.read(actor, accessory),
    addSeries: ({ actor }, input) => service.addSeries(actor, input),
    nearby: ({ actor }, input) => service.nearby(actor, input),
    bluetoothPower: async ({ actor }, { on }) => {
      await service.bluetoothPower(actor, on);
      return {};
    },
    pairHere: ({ actor }, { address }) => service.pairHere(actor, address),
    answer: ({ actor }, { yes }) => {
      service.answer(actor, yes);
      return {};
    },
    cancelPairing: async ({ actor }) => {
      await service.cancelPairing(actor);
      return {};
    },
    forgetHere: async ({ actor }, { address }) => {
      await service.forgetHere(actor, address);
      return {};
    },
    bonded: ({ actor }, input) => service.bonded(actor, input),
    bind: async ({ actor }, input) => ({ event: await service.bind(actor, input) }),
    remember: async ({ actor }, input) => {
      await service.remember(actor, input);
      return {};
    },
    count: ({ actor }, input) => service.count(actor, input),
    say: async ({ actor }, input) => {
      await service.say(actor, input);
      return {};
    },
    sayBattery: async ({ actor }, input) => {
      await service.sayBattery(actor, input);
      return {};
    },
  }) satisfies StaffHandlers<typeof accessoriesSubject>;
