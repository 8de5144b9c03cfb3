import { join } from 'node:path';
import type { EventMessage, Reply } from '../contract/bridge';
import { staffContract } from '../contract/staff';
import type { SessionState } from '../contract/staff/session';
import type { Id } from '../domain/id';
import { isExpired } from '../domain/retention';
import { DataFolder } from '../store/data-folder';
import { FileKeyring, type KeyringOptions } from '../store/keyring';
import { PouchStore } from '../store/pouch-store';
import type { Disposable, Platform } from './capability';
import { createAccounts, openLoginIndex } from './directory/accounts';
import { createCorrectService, type Moved } from './directory/correct-service';
import { createDatabases } from './directory/databases';
import { createImportService } from './directory/import-service';
import { createMergeService } from './directory/merge-service';
import { createPeopleService } from './directory/people-service';
import { peopleRoutes } from './directory/routes';
import { schoolRoutes, schoolsRoutes } from './directory/school-routes';
import { openSchoolService } from './directory/school-service';
import { createDispatcher, type HandlerTable } from './dispatch';
import type { BinaryDoor } from './doors/loopback/binary-door';
import { createEventHub } from './events';
import { openFileStore } from './files/file-store';
import { createFileLogger } from './log/logger';
import { createRightsDirectory } from './rights/directory';
import { openRooms, type Outside, type Rooms } from './rooms';
import { createAttempts } from './session/attempts';
import { openRightsClock } from './session/rights-clock';
import { createSessions } from './session/sessions';
import { openTriesFile } from './session/tries-file';
import { openStaffSession } from './staff-session';
import { createRestoring } from './backup/restoring';
import { afterCopy, newPosteSteps } from './first-copy';
import { firstExchange } from './first-exchange';
import { createTraces } from './privacy/tracer';
import { traceRequests } from './privacy/traced-requests';
import { followClasses } from './postes/follow-classes';
import { createJoining } from './postes/joining';
import { createSchoolTime } from './year-in-use';
import type { StaffCall } from './capability';

export interface HostOptions {
  readonly dataFolder: string;
  /** Without the keychain's 32 bytes the school opens at the first sign-in only. */
  readonly keys: KeyringOptions;
  readonly keychain: SessionState['keychain'];
  readonly demonstration: boolean;
  readonly clock: Platform['clock'];
  readonly random: Platform['random'];
  /** Files and media of the staff window, shared by the hosts that follow one another in a process. */
  readonly binary: BinaryDoor;
  /** What lies outside the process: network, serial ports, programs. Tests and the demonstration hand in theirs. */
  readonly outside: Outside;
}

export interface Host extends Disposable {
  request(connection: string, method: string, input: unknown): Promise<Reply>;
  /** What that window is answered before anything is looked at: its screen is locked, its password is to be changed… */
  refusal(connection: string, method: string): Promise<Reply | undefined>;
  /** The lid is closed. */
  lockScreens(): void;
  subscribe(connection: string, listener: (event: EventMessage) => void): () => void;
  closed(connection: string): void;
  /** Every window that opens is signed in as that person: no account (class in a hurry) or no secret (demonstration). */
  welcome(personId: Id<'staff'>): Promise<void>;
  /** The open school's rooms, for the demonstration and the relay; undefined before there is a school. */
  rooms(): Rooms | undefined;
}

/** Builds every service. Knows no Electron: a child process runs it, or a relay, or a test. */
export async function createHost(options: HostOptions): Promise<Host> {
  const { dataFolder, clock, random, binary } = options;
  const folder = await DataFolder.open({ folder: dataFolder });
  const log = createFileLogger(dataFolder, clock);
  const sessions = createSessions(() => rightsClock.now());
  const events = createEventHub(sessions);
  const traces = createTraces({
    clock,
    after: options.outside.timers.after.bind(options.outside.timers),
    failed: (error) => log.error('traces.failed', { error: error instanceof Error ? error.name : 'unknown' }),
  });
  const platform: Platform = { dataFolder, clock, random, log, tracer: traces, publish: events.publish };
  const tools = { log, random, heard: traceRequests(traces) };

  const keyring = await FileKeyring.open({ path: join(dataFolder, 'keys.json'), ...options.keys });
  const time = createSchoolTime({ keyring, store: () => store, clock });
  const store = new PouchStore({ folder: dataFolder, keyring, isExpired, horizon: () => time.horizon() });
  const databases = createDatabases(store, keyring, time);
  const rightsClock = await openRightsClock({
    folder: dataFolder,
    clock,
    horizon: () => time.horizon(),
    timeZone: () => timeZone(),
  });
  const rightsDirectory = createRightsDirectory({ databases, rights: rightsClock });
  const files = await openFileStore({
    folder: join(dataFolder, 'files'),
    key: () => keyring.dataKey('parc'),
  });
  const logins = openLoginIndex(dataFolder);
  const tries = openTriesFile(dataFolder);
  const attempts = createAttempts(clock, tries);
  const accounts = createAccounts({
    platform,
    databases,
    keyring,
    logins,
    delegatedKeys: (person) => rightsDirectory.delegatedKeys(person),
    regrant: () => session.regrant(),
    attempts,
  });
  const school = await openSchoolService({ platform, databases, keyring, accounts: () => accounts });
  let rooms: Rooms | undefined;

  /** Everything that needs the school's keys: at start where the keychain opens it, else at the first sign-in. */
  async function open(): Promise<void> {
    await time.refresh();
    await school.refresh();
    if (!school.exists() || rooms) return;
    rooms = await openRooms({
      platform,
      databases,
      keyring,
      store,
      school,
      people,
      accounts,
      files,
      binary,
      outside: options.outside,
      time,
      sessions,
      rightsClock,
      rightsDirectory,
      traces,
      keychain: options.keychain,
      rememberLogin: (login, person) => logins.remember(login, person),
      leftHere: (person) => session.signOutAll(person, Infinity),
    });
    dispatch = createDispatcher(staffContract, { ...handlers, ...rooms.handlers }, tools);
    await staffSession.opened();
  }

  const timeZone = (): string => school.current()?.timeZone ?? 'Europe/Paris';
  const people = followClasses(createPeopleService(platform, databases, accounts, timeZone), {
    members: () => rooms?.exchange.postes.members,
    log,
  });
  const moved: Moved = async (...move) => rooms?.years.handOvers.moved(...move);
  const imports = createImportService({
    platform,
    databases,
    keyring,
    timeZone,
    uai: () => school.current()?.uai,
    accounts,
    moved,
    classesLost: async (...loss) => rooms?.exchange.postes.members.leavesClasses(...loss),
  });
  const merges = createMergeService({ platform, databases, accounts, timeZone });
  const corrections = createCorrectService({ platform, databases, timeZone, moved });
  const staffSession = openStaffSession({
    platform,
    sessions,
    events,
    attempts,
    tries,
    keyring,
    logins,
    databases,
    accounts,
    people,
    school,
    keychain: options.keychain,
    demonstration: options.demonstration,
    binary,
    timers: options.outside.timers,
    timeZone,
    rooms: () => rooms,
    rightsNow: () => rightsClock.now(),
    delegated: (person) => rightsDirectory.delegated(person),
    unlocked: async () => {
      await open();
      await rooms?.exchange.postes.receiveKeys();
      await rooms?.exchange.sync.unlocked();
      await rooms?.years.tick();
      await staffSession.opened();
    },
  });
  const { session } = staffSession;
  const received = firstExchange(platform, logins);
  const restoring = createRestoring({
    platform,
    taken: () => school.exists(),
    steps: newPosteSteps({ clock, random, keys: options.keys }),
    after: afterCopy(platform, logins, { keys: options.keys, settle: received.settle }),
  });
  const joining = createJoining({
    platform,
    keys: options.keys,
    discovery: options.outside.postes.discovery,
    taken: () => school.exists(),
    ...received,
  });
  const handlers: HandlerTable<StaffCall> = {
    joinSchool: joining.handlers,
    restore: restoring.handlers,
    ...staffSession.handlers,
    school: schoolRoutes({ school, session, opened: open, welcome }),
    schools: schoolsRoutes,
    people: peopleRoutes({
      people,
      imports,
      accounts,
      merges,
      corrections,
      files,
      uploaded: binary.area.uploaded,
      discard: (sha256) =>
        void rooms?.exchange.files
          .discard(sha256, keyring.audiences())
          .catch((error: unknown) =>
            log.warn('files.kept', { error: error instanceof Error ? error.name : 'unknown' }),
          ),
    }),
  };
  let dispatch = createDispatcher(staffContract, handlers, tools);

  async function welcome(personId: Id<'staff'>): Promise<void> {
    sessions.welcome(await session.actorFor(personId));
  }

  binary.serve(files, (connection) => session.demandUpload(connection));
  await open();
  const alone = school.current()?.provisional ? await school.provisionalTeacher() : undefined;
  if (alone) await welcome(alone);

  return {
    refusal: (connection, method) => staffSession.refusal(connection, method),
    request: async (connection, method, input) =>
      (await staffSession.refusal(connection, method)) ??
      dispatch({ actor: sessions.actorOf(connection), connection }, method, input),
    subscribe: (connection, listener) => staffSession.subscribe(connection, listener),
    lockScreens: () => session.lockAll('asleep'),
    closed: (connection) => {
      void session.signOut(connection).finally(() => sessions.forget(connection));
      rooms?.connectionClosed(connection);
      binary.forget(connection);
    },
    welcome,
    rooms: () => rooms,
    async close() {
      // In the order of dependence: who writes first, then what is written to, the log and the lock last.
      await joining.close();
      await staffSession.close();
      await traces.close();
      await rooms?.close();
      await store.close();
      await log.close();
      await folder.close();
    },
  };
}
