import type { FileStore } from './files/port';
import type { BinaryDoor } from './doors/loopback/binary-door';
import type { Disposable, Platform, StaffCall } from './capability';
import type { HandlerTable } from './dispatch';
import type { Accounts } from './directory/accounts';
import type { SchoolDatabases } from './directory/databases';
import type { PeopleService } from './directory/people-service';
import type { SchoolService } from './directory/school-service';
import type { Keyring } from '../store/port-keys';
import type { Store } from '../store/port';

/** What lies outside the process; the demonstration and the tests hand in loopback versions. */
export interface Outside {
  readonly pupilFolder: string;
}

export interface RoomsDeps {
  readonly platform: Platform;
  readonly databases: SchoolDatabases;
  readonly keyring: Keyring;
  readonly store: Store;
  readonly school: SchoolService;
  readonly people: PeopleService;
  readonly accounts: Accounts;
  readonly files: FileStore;
  readonly binary: BinaryDoor;
  readonly outside: Outside;
}

/** Every capability that works on an open school. */
export interface Rooms extends Disposable {
  readonly handlers: HandlerTable<StaffCall>;
}

export async function openRooms(_deps: RoomsDeps): Promise<Rooms> {
  return { handlers: {}, close: async () => undefined };
}
