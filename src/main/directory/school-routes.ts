import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import { demand } from '../../domain/rights/authorize';
import { MAX_QUICK_NAMES, firstNamesIn } from '../../domain/people/first-names';
import type { schoolSubject } from '../../contract/staff/school';
import type { schoolsSubject } from '../../contract/staff/schools';
import type { StaffHandlers } from '../capability';
import type { SessionService } from '../session/service';
import type { SchoolService } from './school-service';

/** Changing school is the workplace's doing: it closes this host. Reached only where there is no workplace. */
const notHere = (): never => {
  throw new PreauError('UNKNOWN_METHOD');
};
export const schoolsRoutes = { list: notHere, open: notHere, another: notHere } satisfies StaffHandlers<
  typeof schoolsSubject
>;

export function schoolRoutes(deps: {
  readonly school: SchoolService;
  readonly session: SessionService;
  /** Opens the rooms that need a school. */
  readonly opened: () => Promise<void>;
  readonly welcome: (personId: Id<'staff'>) => Promise<void>;
}) {
  const { school, session } = deps;
  return {
    leaveDemonstration: notHere,
    backToDemonstration: notHere,
    create: async ({ connection }, input) => {
      const { head, sheet } = await school.create(input);
      await deps.opened();
      return { state: await session.enter(connection, head), sheet };
    },
    quickStart: async ({ connection }, { firstNames, title }) => {
      const names = firstNamesIn(firstNames);
      if (names.length > MAX_QUICK_NAMES) throw new PreauError('TOO_LARGE', { limit: MAX_QUICK_NAMES });
      // A try that was cut short after the class was written is taken up, not refused.
      const teacher =
        (school.current()?.provisional && (await school.provisionalTeacher())) ||
        (await school.createProvisional({ title: title ?? 'Ma classe', firstNames: names }));
      await deps.opened();
      await deps.welcome(teacher);
      return session.enter(connection, teacher);
    },
    read: ({ actor }) => school.read(actor),
    newRecoverySheet: ({ actor }) => school.newRecoverySheet(actor),
    sheetPrinted: ({ actor }) => {
      demand(actor, 'school.manage');
      return {};
    },
  } satisfies StaffHandlers<typeof schoolSubject>;
}
