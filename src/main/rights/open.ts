import { authorize } from '../../domain/rights/authorize';
import type { Disposable, Platform } from '../capability';
import type { Timers } from '../cart/timers';
import type { ClassroomService } from '../classroom/service';
import type { Accounts } from '../directory/accounts';
import type { SchoolDatabases } from '../directory/databases';
import type { Postes } from '../postes/service';
import type { RightsClock } from '../session/rights-clock';
import type { Sessions } from '../session/sessions';
import type { GrantBook } from '../../exchange';
import type { Keyring } from '../../store/port-keys';
import type { RightsDirectory } from './directory';
import { createRightsKeeper } from './keeper';
import { rightsRoutes } from './routes';
import { createRightsService } from './service';

export interface OpenRightsDeps {
  readonly platform: Platform;
  readonly timers: Timers;
  readonly databases: SchoolDatabases;
  readonly keyring: Pick<Keyring, 'forget'>;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly rightsClock: RightsClock;
  readonly rightsDirectory: RightsDirectory;
  readonly timeZone: () => string;
  readonly classroom: Pick<ClassroomService, 'state' | 'closeLesson'>;
  readonly postes: Pick<Postes, 'refreshGrants' | 'headKey' | 'members'>;
  readonly book: Pick<GrantBook, 'all'>;
}

/** Rights as a room of the host: what is asked and given, and what dates carry out by themselves. */
export interface Rights extends Disposable {
  readonly handlers: ReturnType<typeof rightsRoutes>;
  tick(): Promise<void>;
}

export function openRights(deps: OpenRightsDeps): Rights {
  const { accounts, classroom, postes, rightsClock: clock, rightsDirectory: directory } = deps;
  const keeper = createRightsKeeper({
    ...deps,
    clock,
    directory,
    entitleAll: () => accounts.entitleAll(),
    forget: (person) => deps.keyring.forget(person),
    endLesson: async (owner) => {
      if (authorize(owner, 'lesson.open') && classroom.state(owner).lesson)
        await classroom.closeLesson(owner);
    },
    hasPoste: (person) => deps.book.all().some((one) => one.kind === 'poste' && one.person === person),
    exchange: postes,
  });
  const service = createRightsService({
    ...deps,
    clock,
    directory,
    headPoste: async () => (await postes.headKey()) !== undefined,
    changed: () => keeper.changed(),
  });
  void keeper.tick();
  return { handlers: rightsRoutes(service), tick: () => keeper.tick(), close: () => keeper.close() };
}
