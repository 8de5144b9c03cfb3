import type { checkSubject } from '../../../contract/staff/check';
import type { StaffHandlers } from '../../capability';
import type { Check } from './service';

export const checkRoutes = (check: Check) =>
  ({
    run: ({ actor }) => check.run(actor),
    ask: ({ actor }, of) => check.ask(actor, of),
  }) satisfies StaffHandlers<typeof checkSubject>;
