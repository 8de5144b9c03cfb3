import type {
  daySubject,
  homeworkStaffSubject,
  planSubject,
  registerSubject,
} from '../../contract/staff/ent';
import type { StaffHandlers } from '../capability';
import type { DayService } from './day-service';
import type { HomeworkService } from './homework-service';
import type { PlanService } from './plan-service';
import type { RegisterService } from './register-service';

export const registerRoutes = (service: RegisterService) =>
  ({
    sheet: ({ actor }, input) => service.sheet(actor, input.class, input.half),
    write: async ({ actor }, input) => {
      await service.write(actor, input);
      return {};
    },
  }) satisfies StaffHandlers<typeof registerSubject>;

export const homeworkRoutes = (service: HomeworkService) =>
  ({
    list: async ({ actor }, input) => ({ homework: await service.list(actor, input.class, input.from) }),
    save: ({ actor }, input) => service.save(actor, input),
    remove: async ({ actor }, input) => {
      await service.remove(actor, input.class, input.id, input.rev);
      return {};
    },
  }) satisfies StaffHandlers<typeof homeworkStaffSubject>;

export const planRoutes = (service: PlanService) =>
  ({
    list: async ({ actor }, input) => ({ plans: await service.list(actor, input.class) }),
    save: ({ actor }, input) => service.save(actor, input),
    settle: async ({ actor }, input) => {
      await service.settle(actor, input);
      return {};
    },
  }) satisfies StaffHandlers<typeof planSubject>;

export const dayRoutes = (service: DayService) =>
  ({
    read: async ({ actor }) => {
      const day = await service.read(actor);
      return { ...day, gesture: JSON.parse(JSON.stringify(day.gesture)) };
    },
  }) satisfies StaffHandlers<typeof daySubject>;
