import type { yearsSubject } from '../../contract/staff/years';
import type { StaffHandlers } from '../capability';
import type { YearsService } from './service';

export function yearsRoutes(years: YearsService) {
  const { draft, handOvers, ending } = years;
  return {
    state: ({ actor }) => years.state(actor),
    confirmDate: ({ actor }, input) => years.confirmDate(actor, input),
    plan: ({ actor }) => draft.view(actor),
    decide: ({ actor }, { pupils }) => draft.decide(actor, pupils),
    saveClass: ({ actor }, group) => draft.saveClass(actor, group),
    removeClass: ({ actor }, { class: id }) => draft.removeClass(actor, id),
    setStays: ({ actor }, { person, stays }) => draft.setStays(actor, person, stays),
    saveArrival: ({ actor }, child) => draft.saveArrival(actor, child),
    removeArrival: ({ actor }, { id }) => draft.removeArrival(actor, id),
    dropPlan: async ({ actor }) => {
      await draft.drop(actor);
      return years.state(actor);
    },
    close: ({ actor }, input) => years.close(actor, input),
    reopen: ({ actor }, { year }) => years.reopen(actor, year),
    confirm: ({ actor }, { year }) => years.confirm(actor, year),
    endNow: ({ actor }, { year }) => years.endNow(actor, year),
    register: ({ actor }, { id }) => years.register(actor, id),
    lateWork: async ({ actor }, { audience }) => ({ items: await ending.lateWork(actor, audience) }),
    discardLate: async ({ actor }, { audience }) => {
      await ending.discard(actor, audience);
      return years.state(actor);
    },
    handOvers: async ({ actor }, { class: classId }) => ({
      received: await handOvers.received(actor, classId),
      notes: await handOvers.notes(actor, classId),
    }),
    writeNote: async ({ actor }, note) => {
      await handOvers.writeNote(actor, note);
      return {};
    },
  } satisfies StaffHandlers<typeof yearsSubject>;
}
