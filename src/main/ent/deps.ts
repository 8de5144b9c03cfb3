import type { Platform } from '../capability';
import type { SchoolDatabases } from '../directory/databases';
import type { PeopleService } from '../directory/people-service';

/** What the services of school life lean on. */
export interface EntDeps {
  readonly platform: Platform;
  readonly databases: SchoolDatabases;
  readonly people: PeopleService;
  /** IANA zone of the school: a half-day is local. */
  readonly timeZone: () => string;
}
