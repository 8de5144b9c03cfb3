import { hkdfSync } from 'node:crypto';
import { join } from 'node:path';
import type { SessionState } from '../contract/staff/session';
import { opaque, type Id } from '../domain/id';
import { POSTE, type Actor } from '../domain/rights/actor';
import { authorize } from '../domain/rights/authorize';
import type { AudienceDatabase, Store } from '../store/port';
import type { Keyring } from '../store/port-keys';
import { openAccessories } from './accessories/open-accessories';
import { accessoriesRoutes } from './accessories/routes';
import { serialBook } from './android/book';
import type { openAdbServer } from './android/adb-server';
import { AndroidBridge } from './android/bridge';
import { openAndroidReach } from './android/open-tablets';
import { androidRoutes } from './android/routes';
import { createAndroidService } from './android/service';
import { beginAnew } from './begin-anew';
import type { Disposable, Platform, StaffCall } from './capability';
import { openLink, listSerialPorts } from './cart/sources/open-link';
import { openCharging, ourLine } from './cart/charging/open-charging';
import { cartRoutes } from './cart/routes';
import { openCartSets } from './cart/sets/open-sets';
import { openPoints } from './cart/wifi-point/open-points';
import { openPower } from './cart/power/open-power';
import { closingRoutes } from './cart/closing/routes';
import { createClosing } from './cart/closing/service';
import { createCartService } from './cart/service';
import type { Timers } from './cart/timers';
import type { CartService } from './cart/types';
import { appsRoutes } from './classroom/apps/routes';
import { internetRoutes } from './classroom/internet/routes';
import { roomRoutes } from './classroom/room/routes';
import { notesRoutes } from './classroom/notes/routes';
import { cleanRoutes } from './classroom/clean/clean';
import { recessRoutes } from './classroom/recess/recess';
import { reportRoutes } from './classroom/report/report';
import { checkRoutes } from './classroom/check/routes';
import { classroomRoutes } from './classroom/routes';
import { pollRoutes } from './classroom/poll/routes';
import { createQuizShelf } from './classroom/poll/quiz-shelf';
import { projectRoutes } from './classroom/project/routes';
import { showRoutes } from './classroom/show/routes';
import { talkRoutes } from './classroom/talk/routes';
import { createRunningMark } from './classroom/running-mark';
import { createClassroom, type ClassroomService } from './classroom/service';
import type { PosteCertificates } from './devices/certificates';
import { proofText, proves, readDeviceKey } from './devices/keys';
import { createPosteDoor } from './devices/poste-door';
import { whereIs } from './classroom/connectors/finding';
import { connectorsRoutes } from './classroom/connectors/routes';
import { createConnectorSecrets } from './classroom/connectors/secrets';
import { devicesRoutes } from './devices/routes';
import { createDevicesService, type DevicesService } from './devices/service';
import type { Accounts } from './directory/accounts';
import type { PosteBoxes } from './directory/accounts-day-code';
import type { SchoolDatabases } from './directory/databases';
import { openGuardians } from './directory/guardians-routes';
import type { PeopleService } from './directory/people-service';
import { symbolOf } from './directory/picture-codes';
import type { SchoolService } from './directory/school-service';
import type { HandlerTable } from './dispatch';
import type { Announcer, LanBind } from './doors/lan/deps';
import { openLanDoor, type LanDoor } from './doors/lan/open';
import type { BinaryDoor } from './doors/loopback/binary-door';
import { createDayService } from './ent/day-service';
import { createHomeworkService } from './ent/homework-service';
import { createPlanService } from './ent/plan-service';
import { createRegisterService } from './ent/register-service';
import { dayRoutes, homeworkRoutes, planRoutes, registerRoutes } from './ent/routes';
import { cartOfTheDay } from './ent/cart-of-the-day';
import type { EncryptedFileStore } from './files/file-store';
import { openGroups, type Groups } from './groups/open';
import { inventoryRoutes } from './inventory/routes';
import { createInventoryService } from './inventory/service';
import type { InventoryService } from './inventory/types';
import { openExchange, type Exchange } from './open-exchange';
import type { Discovery } from './postes/discovery';
import { openPosteBoxes } from './poste-boxes';
import { openIdentity } from './postes/service';
import { openPrivacyRoom } from './open-privacy';
import type { Traces } from './privacy/tracer';
import { remoteRoutes } from './remote/routes';
import { staffPresent } from './remote/present';
import { createRemote } from './remote/service';
import { openRights, type Rights } from './rights/open';
import type { RightsDirectory } from './rights/directory';
import type { RightsClock } from './session/rights-clock';
import type { Sessions } from './session/sessions';
import type { SchoolTime } from './year-in-use';
import { collectNamed } from './years/files';
import { yearsRoutes } from './years/routes';
import { openYears, type YearsService } from './years/service';

/** What lies outside the process; the demonstration and the tests hand in loopback versions. */
export interface Outside {
  readonly timers: Timers;
  /** Built pupil app. */
  readonly pupilFolder: string;
  readonly lan: LanBind;
  /** Where Android tablets by cable are asked for; the platform-tools' own server unless said otherwise. */
  readonly adb?: typeof openAdbServer;
  /** Says on the network where the LAN door is; absent in tests and in the demonstration. */
  readonly announcer?: () => Announcer;
  /** The poste exchanges by itself, at its moments; absent in tests and rehearsals, which ask. */
  readonly byItself?: boolean;
  /** How the school's other postes are found, and where they reach this one. */
  readonly postes: {
    readonly discovery: () => Discovery;
    readonly listen: { readonly host: string; readonly port: number };
  };
}

export interface RoomsDeps {
  readonly platform: Platform;
  readonly databases: SchoolDatabases;
  readonly keyring: Keyring;
  readonly store: Store;
  readonly school: SchoolService;
  readonly people: PeopleService;
  readonly accounts: Accounts;
  readonly files: EncryptedFileStore;
  readonly binary: BinaryDoor;
  readonly outside: Outside;
  readonly time: SchoolTime;
  readonly sessions: Sessions;
  readonly rightsClock: RightsClock;
  readonly rightsDirectory: RightsDirectory;
  readonly traces: Traces;
  readonly keychain: SessionState['keychain'];
  readonly rememberLogin: (login: string, person: Id<'staff'>) => Promise<void>;
  /** Closes that person's windows on this computer. */
  readonly leftHere: (person: Id<'staff'>) => Promise<void>;
}

/** Every capability that works on an open school. */
export interface Rooms extends Disposable {
  readonly handlers: HandlerTable<StaffCall>;
  /** The school's base of things, and which poste writes in it here: the demonstration invents a past, which nobody could type. */
  readonly parc: AudienceDatabase;
  readonly poste: string;
  readonly cart: CartService;
  readonly inventory: InventoryService;
  readonly classroom: ClassroomService;
  readonly devices: DevicesService;
  /** Closed until this poste has its certificate: a head's poste signs it at their first exchange. */
  door(): LanDoor | undefined;
  /** PEM of the school's root, for a device to trust. */
  root(): string | undefined;
  readonly exchange: Exchange;
  readonly charging: Pick<ReturnType<typeof openCharging>, 'power'>;
  readonly boxes: PosteBoxes;
  readonly years: YearsService;
  readonly rights: Rights;
  readonly groups: Groups;
  connectionClosed(connection: string): void;
  windowHidden(connection: string): void;
}

/** In the order of dependence; what is opened last is closed first. */
export async function openRooms(deps: RoomsDeps): Promise<Rooms> {
  const { platform, databases, keyring, store, school, people, files, binary, outside } = deps;
  const { timers } = outside;
  const { time } = deps;
  const document = school.current();
  if (!document) throw new Error('rooms are opened on a school');
  const schoolId = document._id as Id<'school'>;
  const timeZone = (): string => school.current()?.timeZone ?? 'Europe/Paris';
  const parc = await databases.open('parc');
  const identity = await openIdentity({
    folder: platform.dataFolder,
    keyring,
    store,
    platform,
    school: schoolId,
    anew: (former) => beginAnew({ folder: platform.dataFolder, keyring, random: platform.random }, former),
  });

  // School life
  const ent = { platform, databases, people, timeZone };
  const groups = openGroups({
    platform,
    timers,
    databases,
    people,
    symbolOf,
    timeZone,
    now: () => deps.rightsClock.now(),
    isHeadPoste: () => exchange.years.isHead(),
    renewRoster: () => classroom.renewRoster(),
  });
  const register = createRegisterService({ ...ent, guests: groups.guests });
  const homework = createHomeworkService(ent);
  const plans = createPlanService(ent);

  // Cart, inventory, tablets by cable
  /** Known once the exchange is: what is sealed to this computer is opened a moment later. */
  const later: { boxes?: PosteBoxes } = {};
  const inventory = createInventoryService({ platform, parc });
  const cart = createCartService({
    platform,
    parc,
    devices: inventory,
    poste: identity.poste,
    timers,
    timeZone,
    open: ourLine(platform.dataFolder, timers, openLink),
    listSerialPorts,
    boxes: () => later.boxes,
    forecast: (...asked) => charging.foresee(...asked),
    lent: (of) => sets.lent(of),
    booked: (of) => sets.service.nextBooking(of)?.from,
  });
  const closing = await createClosing({
    platform,
    cart,
    cartOf: (device) => inventory.cartOf(device),
    inventory,
  });
  /** What a device says of its own battery replaces what was only probable of its place; on its battery it is not in it. */
  const hearBattery = (
    device: Id<'device'>,
    percent: number,
    source: 'adb' | 'device',
    powered?: boolean,
    celsius?: number,
  ): void => {
    const place = powered === undefined ? {} : powered ? { power: 'attached' as const } : { onBattery: true };
    cart.hear(POSTE, device, inventory.cartOf(device), { source, value: { percent, ...place } });
    charging.heard(device, percent, celsius);
  };
  const adb = new AndroidBridge(outside.adb ? { open: outside.adb } : {});
  const accessories = openAccessories({ platform, timers, inventory, poste: identity.poste, adb });
  const serials = serialBook(() => inventory.list(POSTE).devices);
  const reach = await openAndroidReach({
    platform,
    bridge: adb,
    timers,
    poste: identity.poste,
    ...serials,
    heardBattery: (device, percent, ...more) => hearBattery(device, percent, 'adb', ...more),
  });
  const android = createAndroidService({
    platform,
    bridge: adb,
    reach,
    openFile: (sha256) => files.openRead(sha256),
    bySerial: (actor, serial) => inventory.bySerial(actor, serial),
    heardBattery: (device, percent, ...more) => hearBattery(device, percent, 'adb', ...more),
  });
  const sets = openCartSets({
    platform,
    parc,
    inventory,
    people,
    timeZone,
    panel: (...asked) => cart.panel(...asked),
    attached: (of) => cart.hubs.attached(of),
    tablets: () => adb.tablets().catch(() => []),
    convention: (ms) => deps.rightsDirectory.conventionAt(ms),
  });

  const charging = openCharging({
    platform,
    parc,
    timers,
    timeZone,
    poste: identity.poste,
    devices: inventory,
    model: (device) => {
      const found = inventory.list(POSTE).devices.find(({ id }) => id === device);
      return found?.model === undefined ? undefined : [found.maker, found.model].join(' ').trim();
    },
    pool: cart.hubs,
    boxes: () => later.boxes,
    booked: (of) => sets.service.bookingsAhead(of),
    places: (of) => closing.places(of),
  });
  const points = openPoints({
    platform,
    parc,
    poste: identity.poste,
    timers,
    boxes: cart.hubs,
    cartOf: (device) => inventory.cartOf(device),
    people,
  });

  // The lesson and its door
  const certificateDeps = {
    parc,
    folder: join(platform.dataFolder, 'devices'),
    posteKey: identity.seed,
    posteId: identity.poste,
    schoolId,
    clock: platform.clock,
    newId: () => opaque(platform.random(9)),
  };
  let door: LanDoor | undefined;
  const links = {
    url: () => door?.url(),
    namedUrl: () => door?.namedUrl(),
    plainUrl: () => door?.plainUrl(),
  };
  const devices = createDevicesService(platform, parc, {
    origins: () => door?.origins() ?? [],
    originFor: (kind) => door?.originFor(kind),
    authority: () => door?.root,
    plain: () => door?.plain(),
  });
  const secrets = createConnectorSecrets(parc, () => later.boxes);
  const classroom = await createClassroom({
    platform,
    timers,
    posteId: identity.poste,
    school: schoolId,
    timeZone,
    present: () => staffPresent(deps.sessions).map(({ personId }) => personId),
    filter: { host: outside.lan.host, port: outside.lan.filterPort ?? 0 },
    databases: lessonDatabases(deps, parc),
    rosters: groups.rosters,
    files,
    shelf: binary.area,
    media: binary.media,
    links,
    mayPublish: (...asked) => privacy.service.images.mayPublish(...asked),
    door: {
      addresses: () => (door ? outside.lan.addresses() : []),
      root: () => door?.root,
      wanted: () => outside.lan.securePort,
    },
    async attendance(classId) {
      const { done, lines } = await register.sheet(POSTE, classId);
      const said = (state: 'absent' | 'late') =>
        done ? lines.filter((one) => one.state === state).map(({ pupil }) => pupil) : [];
      return { absent: said('absent'), late: said('late') };
    },
    heardBattery: (device, percent, powered) => hearBattery(device, percent, 'device', powered),
    devicesUsed: (lesson) => cart.used(POSTE, lesson),
    cart: sets.service,
    point: points.service,
    tablets: { hands: reach.school, list: serials.list },
    stations: {
      list: () => devices.reached(),
      key: () => secrets.key,
      password: (device) => secrets.password(device),
      whereIs,
    },
  });
  await points.service.settle();
  const power = openPower({
    platform,
    timers,
    inCart: (of) => inventory.inCart(of),
    labels: () => new Map(inventory.list(POSTE).devices.map(({ id, label }) => [id, label])),
    cartOf: (device) => inventory.cartOf(device),
    ways: {
      stations: { list: () => devices.reached() },
      outside: (device, command) => classroom.tools.stations.outside(device, command),
      tablets: reach.school,
    },
    lesson: () => classroom.tools.point.running(),
    ownLesson: (actor) => (authorize(actor, 'lesson.open') ? classroom.state(actor).lesson : undefined),
    lessonElsewhere: (of) => points.service.lessonElsewhere(of),
  });
  const remote = createRemote({
    platform,
    timers,
    parc,
    school: schoolId,
    links,
    classroom,
    register,
    classes: (actor) => groups.rosters.classes(actor),
    keys: {
      read: readDeviceKey,
      proves: (spki, { challenge, origin, signature }) =>
        proves(spki, proofText(challenge, origin), signature),
    },
    present: () => staffPresent(deps.sessions),
    nameOf: async (actor) => (await people.staff(actor)).find(({ id }) => id === actor.personId)?.name ?? '',
    personal: (person) => databases.open('perso', person),
  });
  devices.door.onRevoked((device) => classroom.deviceRevoked(device));
  const exchange = await openExchange({
    platform,
    store,
    files,
    keyring,
    databases,
    school: schoolId,
    uai: () => school.current()?.uai,
    identity,
    worksHere: (person) => keyring.hasPerson(person),
    delegatedKeys: (person) => deps.rightsDirectory.delegatedKeys(person),
    rightsNow: () => deps.rightsClock.now(),
    entitleAll: () => deps.accounts.entitleAll(),
    rememberLogin: deps.rememberLogin,
    leftHere: deps.leftHere,
    lent: () => deps.rightsDirectory.lent(),
    firstPassword: (...asked) => deps.accounts.firstPassword(...asked),
    timeZone,
    discovery: outside.postes.discovery(),
    listen: outside.postes.listen,
    isEnded: (year) => time.isEnded(year),
  });
  const boxes = (later.boxes = openPosteBoxes({
    school: schoolId,
    parc,
    identity,
    grantsOf: (poste) => exchange.grantsOf(poste),
  }));
  await secrets.share();
  const privacy = await openPrivacyRoom({ ...deps, parc, exchange, identity, timeZone });
  const years = await openYears({
    platform,
    time,
    store,
    keyring,
    databases,
    accounts: deps.accounts,
    people,
    timeZone,
    poste: identity.poste,
    exchange: exchange.years,
    lessonOpen: () => classroom.running(),
    expired: (name, on, count) => privacy.service.expired(name, on, count),
    collectFiles: () =>
      collectNamed({ keyring, files: exchange.files, clock: platform.clock, horizon: time.horizon }),
  });
  const guardians = openGuardians({ platform, databases, keyring, timeZone, timers });
  const rights = openRights({
    ...deps,
    timeZone,
    timers,
    classroom,
    postes: exchange.postes,
    book: exchange.book,
  });
  exchange.whenMoved(async () => {
    await rights.tick();
    await years.tick();
    await guardians.step();
    await groups.tick();
    await privacy.service.tick();
  });
  void privacy.service.tick();
  void groups.tick();
  // What a cut left half done is taken up; nobody waits for it.
  void years.tick().catch((error: unknown) => {
    platform.log.error('years.failed', { error: error instanceof Error ? error.name : 'unknown' });
  });

  const openDoor = (certificates: PosteCertificates): Promise<LanDoor> =>
    openLanDoor({
      clock: platform.clock,
      random: platform.random,
      log: platform.log,
      timers,
      certificates,
      devices: devices.door,
      gate: classroom.gate,
      remote,
      homework: {
        list: async (actor: Actor) =>
          actor.kind === 'pupil'
            ? {
                homework: (await homework.list(actor, actor.classId)).map(({ id, dueOn, subject, text }) => ({
                  id,
                  dueOn,
                  subject,
                  text,
                })),
              }
            : { homework: [] },
      },
      pupilFolder: outside.pupilFolder,
      posteName: () => school.current()?.name ?? 'Préau',
      bind: outside.lan,
      ...(outside.announcer ? { announcer: outside.announcer() } : {}),
    });

  const certificates = createPosteDoor({
    deps: certificateDeps,
    rootSecret: () => rootSecret(databases, keyring),
    knows: (poste) => exchange.knows(poste),
    open: async (held) => {
      door = await openDoor(held);
    },
    log: platform.log,
  });
  await certificates.ready();

  const day = createDayService({
    ...ent,
    register,
    homework,
    lessonOpen: (actor) => classroom.state(actor).lesson !== undefined,
    cart: (actor) => cartOfTheDay(cart, actor),
  });

  return {
    cart,
    inventory,
    classroom,
    devices,
    door: () => door,
    root: () => certificates.root(),
    exchange,
    charging,
    boxes,
    years,
    parc,
    poste: identity.poste,
    rights,
    groups,
    handlers: {
      ...exchange.handlers,
      years: yearsRoutes(years),
      ...privacy.handlers,
      guardians: guardians.handlers,
      ...groups.handlers,
      register: registerRoutes(register),
      homework: homeworkRoutes(homework),
      plan: planRoutes(plans),
      day: dayRoutes(day),
      cart: cartRoutes(cart),
      ...charging.handlers,
      closing: closingRoutes(closing),
      ...sets.handlers,
      ...points.handlers,
      ...power.handlers,
      inventory: inventoryRoutes(inventory, { clock: platform.clock, timeZone, offer: binary.area.offer }),
      accessories: accessoriesRoutes(accessories),
      android: androidRoutes(android, binary.area.uploaded),
      classroom: classroomRoutes(classroom, { links }),
      apps: appsRoutes(classroom.tools.apps),
      notes: notesRoutes(classroom.tools.notes),
      talk: talkRoutes(classroom.tools.talk),
      show: showRoutes(classroom.tools.show),
      poll: pollRoutes(
        classroom.tools.poll,
        createQuizShelf({ platform, databases: lessonDatabases(deps, parc) }),
      ),
      check: checkRoutes(classroom.tools.check),
      room: roomRoutes(classroom.tools.room, () => classroom.turnCode()),
      remote: remoteRoutes(remote),
      internet: internetRoutes(classroom.tools.internet, { shelf: binary.area }),
      project: projectRoutes(classroom.tools.project),
      recess: recessRoutes(classroom.tools.recess),
      clean: cleanRoutes(classroom.tools.clean),
      report: reportRoutes(classroom.tools.report),
      devices: devicesRoutes(devices),
      connectors: connectorsRoutes({
        devices,
        secrets,
        stations: classroom.tools.stations,
        clock: platform.clock,
        changed: () => platform.publish('connectors.changed', {}),
      }),
      rights: rights.handlers,
    },
    connectionClosed: (connection) => classroom.connectionClosed(connection),
    windowHidden: (connection) => classroom.windowHidden(connection),
    async close() {
      await remote.close();
      await rights.close();
      await groups.close();
      certificates.close();
      await guardians.close();
      await years.stop();
      await privacy.close();
      await exchange.close();
      await door?.close();
      await power.service.close();
      await classroom.close();
      await accessories.close();
      await reach.close();
      await android.close();
      await points.service.close();
      await sets.close();
      await charging.close();
      await cart.close();
      await inventory.close();
    },
  };
}

/**
 * The key that opens the school root's private key: under what only the head and the recovery sheet can read. Undefined on
 * a teacher's poste, which asks a head's for its certificate.
 */
function rootSecret(databases: SchoolDatabases, keyring: Keyring): Uint8Array | undefined {
  if (!databases.readable('direction')) return undefined;
  // The first one: the root was sealed under it, and keys are exchanged when somebody leaves.
  const key = keyring.dataKeys(databases.name('direction')).at(-1) ?? '';
  return new Uint8Array(hkdfSync('sha256', key, '', 'preau-school-root-0', 32));
}

function lessonDatabases({ platform, databases, keyring, store }: RoomsDeps, parc: AudienceDatabase) {
  const mark = createRunningMark(platform.dataFolder);
  return {
    ofClass: (classId: Id<'class'>) => databases.open('classe', classId),
    withoutClass: async () => parc,
    plansOf: async (classId: Id<'class'>) =>
      databases.readable('suivi', classId) ? databases.open('suivi', classId) : undefined,
    // « Ma classe, tout de suite » has no account and so no notes of one's own: what is prepared stays on the poste.
    personal: async (person: Id<'staff'>) =>
      databases.readable('perso', person) ? databases.open('perso', person) : parc,
    async marked() {
      const name = await mark.read();
      return name && keyring.has(name) ? [await store.open(name)] : [];
    },
    mark,
  };
}
