import type { sessionSubject } from '../../contract/staff/session';
import type { StaffHandlers } from '../capability';
import type { SessionService } from './service';

export function sessionRoutes(
  service: SessionService,
  binary: { access(connection: string): { url: string; token: string } },
) {
  return {
    state: ({ connection }) => service.state(connection),
    signIn: ({ connection }, { who, password }) => service.signIn(connection, who, password),
    signOut: async ({ connection }) => {
      await service.signOut(connection);
      return {};
    },
    media: ({ connection }) => binary.access(connection),
  } satisfies StaffHandlers<typeof sessionSubject>;
}
