import { PERSONAL_IDLE_MAX } from '../../domain/accounts/idle';
import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import type { sessionSubject } from '../../contract/staff/session';
import type { StaffHandlers } from '../capability';
import type { AccountSettings } from '../directory/accounts-settings';
import type { SessionService } from './service';

export function sessionRoutes(deps: {
  readonly session: SessionService;
  readonly settings: AccountSettings;
  readonly binary: { access(connection: string): { url: string; token: string } };
  /** Here, and said to the school's other postes. */
  readonly signOutEverywhere: (actor: Actor) => Promise<void>;
  readonly dayCode: () => Promise<{ hindrance?: 'locked' | 'undelivered'; date: string }>;
  /** Sets the password anew by the head's code. @returns whose it was */
  readonly useDayCode: (who: string, code: string, next: string) => Promise<Id<'staff'>>;
}) {
  const { session, settings, binary } = deps;
  const { screen } = session;
  return {
    state: ({ connection }) => session.state(connection),
    signIn: ({ connection }, { who, password }) => session.signIn(connection, who, password),
    signOut: async ({ connection }) => {
      await session.signOut(connection);
      return {};
    },
    signOutEverywhere: async ({ actor }) => {
      await deps.signOutEverywhere(actor);
      return {};
    },
    active: ({ connection }) => {
      screen.active(connection);
      return {};
    },
    lock: async ({ actor, connection }, { choose }) => {
      await screen.lock(connection, actor, choose);
      return session.state(connection);
    },
    unlock: async ({ actor, connection }, given) => {
      await screen.unlock(connection, actor, given);
      return session.state(connection);
    },
    choosePin: async ({ actor, connection }, chosen) => {
      await screen.choosePin(connection, actor, chosen);
      return session.state(connection);
    },
    idle: async ({ actor }) => {
      if (actor.kind !== 'staff') throw new PreauError('NOT_SIGNED_IN', { action: 'account.manage' });
      const own = await settings.own(actor.personId);
      return {
        school: await settings.school(),
        ...(own === undefined ? {} : { own }),
        ownMax: PERSONAL_IDLE_MAX,
      };
    },
    setIdle: async ({ actor }, input) => {
      await settings.setSchool(actor, input);
      await session.regrant();
      return {};
    },
    setOwnIdle: async ({ actor }, { minutes }) => {
      await settings.setOwn(actor, minutes);
      await session.regrant();
      return {};
    },
    setShared: async ({ actor, connection }, { shared }) => {
      await settings.setShared(actor, shared);
      await session.regrant();
      return session.state(connection);
    },
    dayCode: () => deps.dayCode(),
    useDayCode: async ({ connection }, { who, code, next }) =>
      session.proved(connection, await deps.useDayCode(who, code, next)),
    media: ({ connection }) => binary.access(connection),
  } satisfies StaffHandlers<typeof sessionSubject>;
}
