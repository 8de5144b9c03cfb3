import type { rightsSubject } from '../../contract/staff/rights';
import type { StaffHandlers } from '../capability';
import type { RightsService } from './service';

export function rightsRoutes(service: RightsService) {
  return {
    mine: ({ actor }) => service.mine(actor),
    list: ({ actor }) => service.list(actor),
    delegate: ({ actor }, order) => service.delegate(actor, order),
    end: async ({ actor }, { delegation }) => {
      await service.end(actor, delegation);
      return {};
    },
    signConvention: async ({ actor }, convention) => ({
      id: await service.signConvention(actor, convention),
    }),
    endConvention: async ({ actor }, { convention }) => {
      await service.endConvention(actor, convention);
      return {};
    },
    correctClock: async ({ actor }) => {
      await service.correctClock(actor);
      return {};
    },
    journal: async ({ actor }, { class: classId, from, to }) => ({
      entries: await service.journal(actor, classId, from, to),
    }),
  } satisfies StaffHandlers<typeof rightsSubject>;
}
