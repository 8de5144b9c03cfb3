import { PreauError } from '../../domain/errors';
import { daysBetween } from '../../domain/retention/calendar';
import { demand } from '../../domain/rights/authorize';
import { localDate } from '../../domain/time';
import { CHARTER_VERSION } from '../../domain/accounts/charter';
import type { accountsSubject } from '../../contract/staff/accounts';
import type { Platform, StaffHandlers } from '../capability';
import type { Accounts } from './accounts';
import type { Charters } from './accounts-charter';
import type { DayCodes } from './accounts-day-code';
import type { PeopleService } from './people-service';

/** A head gives a code for the day that the other computer shows; further away than that, its clock is to be put right. */
const DAY_CODE_REACH_DAYS = 31;

export function accountsRoutes(deps: {
  readonly platform: Platform;
  readonly timeZone: () => string;
  readonly accounts: Accounts;
  readonly charters: Charters;
  readonly dayCodes: DayCodes;
  readonly people: PeopleService;
  /** A lesson of that class that runs here asks the new code from now on. */
  readonly codesMoved: () => Promise<void>;
}) {
  const { platform, accounts, charters, dayCodes } = deps;
  return {
    charter: ({ actor }) => charters.own(actor),
    acceptCharter: async ({ actor }, { version }) => {
      await charters.accept(actor, version);
      return {};
    },
    charterTeam: async ({ actor }) => ({
      version: CHARTER_VERSION,
      people: [...(await charters.team(actor))],
    }),
    pupilCharter: ({ actor }, input) => charters.ofClass(actor, input.class),
    pupilCharterRead: async ({ actor }, input) => {
      await charters.readWith(actor, input.class, input.version);
      return {};
    },
    dayCodes: async ({ actor }, { person, date, nth = 1 }) => {
      demand(actor, 'school.manage');
      const today = localDate(platform.clock(), deps.timeZone());
      if (Math.abs(daysBetween(today, date)) > DAY_CODE_REACH_DAYS)
        throw new PreauError('BAD_INPUT', { path: 'date' });
      return { codes: [...(await dayCodes.codesFor(actor, person, date, nth))] };
    },
    setEnd: async ({ actor }, { person, until }) => {
      await accounts.setEnd(actor, person, until ?? undefined);
      return {};
    },
    notes: ({ actor }) => accounts.notes(actor),
    ownSheet: async ({ actor }, { password }) => ({ code: await accounts.ownSheet(actor, password) }),
    openNotes: async ({ actor }, { sheet, password }) => {
      await accounts.openNotes(actor, sheet, password);
      return {};
    },
    newPictureCode: async ({ actor }, input) => {
      const { name, symbol, code } = await deps.people.newCode(actor, input.class, input.pupil);
      await deps.codesMoved();
      return { name, symbol, code: [...code] };
    },
  } satisfies StaffHandlers<typeof accountsSubject>;
}
