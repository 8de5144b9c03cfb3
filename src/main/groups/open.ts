import { nextMove } from '../../domain/groups/dispatch';
import type { Picture } from '../../domain/people/pictures';
import type { Disposable, Platform } from '../capability';
import type { Timers } from '../cart/timers';
import type { SchoolDatabases } from '../directory/databases';
import type { PeopleService } from '../directory/people-service';
import { createDispatchService } from './dispatch-service';
import { createGroupsService } from './groups-service';
import { createGuests, type Guests } from './guests';
import { createLessonRosters, type LessonRosters } from './rosters';
import { dispatchRoutes, groupsRoutes, searchRoutes } from './routes';
import { createSearchService } from './search-service';

export interface OpenGroupsDeps {
  readonly platform: Platform;
  readonly timers: Timers;
  readonly databases: SchoolDatabases;
  readonly people: Pick<PeopleService, 'classes' | 'roster'>;
  readonly symbolOf: (pupil: string) => Picture;
  readonly timeZone: () => string;
  /** Judged on the clock that never goes back. */
  readonly now: () => number;
  readonly isHeadPoste: () => boolean;
  /** A lesson that runs lets in who has come, and no longer who has gone. */
  readonly renewRoster: () => Promise<void>;
}

/** Groups, hosted children and the white pages as a room of the host. */
export interface Groups extends Disposable {
  readonly guests: Guests;
  readonly rosters: LessonRosters;
  /** Something came from elsewhere: windows look again, what hosts said is carried into its registers. */
  tick(): Promise<void>;
  readonly handlers: {
    readonly groups: ReturnType<typeof groupsRoutes>;
    readonly dispatch: ReturnType<typeof dispatchRoutes>;
    readonly search: ReturnType<typeof searchRoutes>;
  };
}

/** At least so often: a computer that slept, or a day that has begun. Milliseconds. */
const TICK_MS = 10 * 60_000;

export function openGroups(deps: OpenGroupsDeps): Groups {
  const { platform, timers, now } = deps;
  const guests = createGuests(deps);
  const groups = createGroupsService(deps);
  let closed = false;
  let cancel: (() => void) | undefined;
  let seen = '';

  /** Nobody ends it by hand: at its hour the windows and the lesson look again. */
  async function look(): Promise<void> {
    if (closed || !deps.databases.readable('ecole')) return;
    const all = await guests.standing();
    const next = nextMove(all, now(), deps.timeZone());
    const state = JSON.stringify([next, all.map(({ dispatch, until }) => [dispatch.id, until])]);
    if (seen !== '' && state !== seen) {
      platform.publish('dispatch.changed', {});
      await deps.renewRoster();
    }
    seen = state;
    for (const home of await guests.news()) platform.publish('register.changed', { class: home });
    cancel?.();
    if (!closed) cancel = timers.after(Math.min((next ?? Infinity) - now(), TICK_MS), () => void tick());
  }
  async function tick(): Promise<void> {
    try {
      await look();
      await guests.carryHome();
    } catch (error) {
      platform.log.error('groups.failed', { error: error instanceof Error ? error.name : 'unknown' });
    }
  }

  const dispatch = createDispatchService({ ...deps, guests, changed: () => void tick() });
  return {
    guests,
    rosters: createLessonRosters({ ...deps, guests, groups }),
    tick,
    handlers: {
      groups: groupsRoutes(groups),
      dispatch: dispatchRoutes(dispatch),
      search: searchRoutes(createSearchService(deps)),
    },
    close() {
      closed = true;
      cancel?.();
      return Promise.resolve();
    },
  };
}
