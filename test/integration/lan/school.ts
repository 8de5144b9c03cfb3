import { createHash, randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { connectPupil, type PupilClient } from '../../../src/demo/pupils/client';
import { makePupilKey, type PupilKey } from '../../../src/demo/pupils/keys';
import { audience } from '../../../src/domain/audience';
import { idFrom, opaque, type Id } from '../../../src/domain/id';
import { instantAt, localDate } from '../../../src/domain/time';
import type { Actor } from '../../../src/domain/rights/actor';
import type { Picture } from '../../../src/domain/people/pictures';
import type { Platform } from '../../../src/main/capability';
import { systemTimers, type Timers } from '../../../src/main/cart/timers';
import type { ClassroomDeps } from '../../../src/main/classroom/deps';
import type { StoredFile } from '../../../src/main/classroom/ports';
import type { Attendance } from '../../../src/main/classroom/ports';
import type { StationBook, TabletBook } from '../../../src/main/classroom/connectors/port';
import { createRunningMark } from '../../../src/main/classroom/running-mark';
import { createClassroom, type ClassroomService } from '../../../src/main/classroom/service';
import { installCertificates, openCertificates } from '../../../src/main/devices/certificates';
import { createDevicesService, type DevicesService } from '../../../src/main/devices/service';
import type { Download } from '../../../src/main/doors/loopback/exchange-area';
import { openLanDoor, type LanDoor } from '../../../src/main/doors/lan/open';
import type { DoorLimits } from '../../../src/main/doors/lan/limits';
import { openFileStore } from '../../../src/main/files/file-store';
import { noTracer } from '../../../src/main/privacy/tracer';
import { silentLogger } from '../../../src/main/log/logger';
import type { AudienceDatabase } from '../../../src/store/port';
import { PouchStore } from '../../../src/store/pouch-store';

const YEAR = 2026;
export const CLASS: Id<'class'> = 'class_aaaaaaaaaaaaa';
export const TEACHER: Actor = {
  kind: 'staff',
  personId: 'staff_aaaaaaaaaaaaa',
  grants: [{ role: 'teacher', classIds: [CLASS] }],
};
export const HEAD: Actor = {
  kind: 'staff',
  personId: 'staff_bbbbbbbbbbbbb',
  grants: [{ role: 'head', classIds: [] }],
};
export const NAMES = ['Léa', 'Hugo', 'Inès', 'Noé', 'Zoé'];
export const pupilId = (n: number): Id<'pupil'> =>
  idFrom('pupil', createHash('sha256').update(`pupil ${n}`).digest());
export const CODE: Picture[] = ['cat', 'sun', 'boat'];
const ROSTER = {
  pictureCode: true,
  entries: NAMES.map((name, n) => ({ id: pupilId(n), name, symbol: 'fish' as const, code: CODE })),
};
export const TABLET = { capture: false, battery: true, touch: true, camera: true, keys: true };
export const DESKTOP = { capture: true, battery: false, touch: false, camera: false, keys: true };

/** Everything a window heard, and the next of a kind. */
export class Heard extends EventEmitter {
  readonly all: { name: string; payload: unknown }[] = [];
  /** The first event, past or to come, that satisfies. */
  until<T>(name: string, satisfies: (payload: T) => boolean = () => true): Promise<T> {
    const past = this.all.find((one) => one.name === name && satisfies(one.payload as T));
    if (past) return Promise.resolve(past.payload as T);
    return new Promise((resolve) => {
      const listener = (payload: T): void => {
        if (!satisfies(payload)) return;
        this.off(name, listener);
        resolve(payload);
      };
      this.on(name, listener);
    });
  }
}

export interface TestSchool {
  readonly folder: string;
  readonly classroom: ClassroomService;
  readonly devices: DevicesService;
  readonly door: LanDoor;
  readonly root: string;
  readonly origin: string;
  readonly heard: Heard;
  /** Frames sent to the staff window « window ». */
  readonly frames: Buffer[];
  /** What was offered to the window, in order. */
  readonly offers: Download[];
  readonly files: Awaited<ReturnType<typeof openFileStore>>;
  /** What lies on the disk of the class. */
  readonly classBase: AudienceDatabase;
  now: () => number;
  connect(capabilities?: typeof TABLET): Promise<PupilClient>;
  /** A device enrolled by an adult, connected and proved. */
  enrolled(label: string, capabilities?: typeof TABLET): Promise<Enrolled>;
  stop(): Promise<void>;
}
export interface Enrolled {
  readonly client: PupilClient;
  readonly key: PupilKey;
  readonly keyId: string;
  readonly device: Id<'device'>;
}

export interface SchoolOptions {
  readonly folder?: string;
  readonly timers?: Timers;
  readonly clock?: () => number;
  readonly limits?: Partial<DoorLimits>;
  readonly pupilFolder?: string;
  /** Who is absent or late by the roll call. */
  readonly attendance?: () => Awaited<ReturnType<Attendance>>;
  /** The Wi-Fi points of the carts, where a test is about what they hear. */
  readonly point?: ClassroomDeps['point'];
  /** Who sits at a window of this poste. */
  readonly present?: ClassroomDeps['present'];
  /** Computers reached through Veyon or VNC. */
  readonly stations?: StationBook;
  /** Android tablets reached by adb. */
  readonly tablets?: TabletBook;
  /** The filter of the Internet, where a test is about it. */
  readonly filter?: ClassroomDeps['filter'];
  /** What the window put on its shelf, by id. */
  readonly uploads?: ReadonlyMap<string, StoredFile & { readonly name: string; readonly type: string }>;
  readonly mayPublish?: ClassroomDeps['mayPublish'];
  /** A poste keeps its port: a browser's storage belongs to it. */
  readonly securePort?: number;
}

/** A real poste in a folder: real store, files, certificates, TLS sockets; only names and the window are made up. */
export async function openSchool(options: SchoolOptions = {}): Promise<TestSchool> {
  const folder = options.folder ?? temporary();
  const clock = options.clock ?? (() => Date.now());
  const heard = new Heard();
  const platform: Platform = {
    dataFolder: folder,
    clock,
    random: (bytes) => randomBytes(bytes),
    log: silentLogger,
    tracer: noTracer,
    publish: (name, payload) => {
      heard.all.push({ name, payload });
      heard.emit(name, payload);
    },
  };
  const timers = options.timers ?? systemTimers;
  const dataKey = (name: string): Buffer => createHash('sha256').update(`lan ${name}`).digest();
  const store = new PouchStore({ folder, keyring: { dataKeys: (name) => [dataKey(name)] } });
  const parc = await store.open(audience('parc'));
  const classe = await store.open(audience('classe', { of: CLASS, year: YEAR }));
  const suivi = await store.open(audience('suivi', { of: CLASS, year: YEAR }));
  const files = await openFileStore({ folder: join(folder, 'files'), key: () => dataKey('parc') });
  const certificateDeps = {
    parc,
    folder: join(folder, 'devices'),
    posteKey: dataKey('poste'),
    posteId: 'k3zq',
    schoolId: '0750001A',
    clock,
    newId: () => opaque(randomBytes(9)),
  };
  if (!options.folder) await installCertificates(certificateDeps, dataKey('sheet'));
  const certificates = openCertificates(certificateDeps);

  const opening: { door?: LanDoor } = {};
  const links = {
    url: () => opening.door?.url(),
    namedUrl: () => opening.door?.namedUrl(),
    plainUrl: () => opening.door?.plainUrl(),
  };
  const devices = createDevicesService(platform, parc, {
    origins: () => opening.door?.origins() ?? [],
    originFor: (kind) => opening.door?.originFor(kind),
    authority: () => opening.door?.root,
    plain: () => opening.door?.plain(),
  });
  const frames: Buffer[] = [];
  const offers: Download[] = [];
  const mark = createRunningMark(folder);
  const classroom = await createClassroom({
    platform,
    timers,
    posteId: 'k3zq',
    school: 'school_aaaaaaaaaaaaa',
    ...(options.filter && { filter: options.filter }),
    ...(options.present && { present: options.present }),
    ...(options.point && { point: options.point }),
    ...(options.stations && { stations: options.stations }),
    ...(options.tablets && { tablets: options.tablets }),
    databases: {
      ofClass: () => Promise.resolve(classe),
      withoutClass: () => Promise.resolve(parc),
      plansOf: () => Promise.resolve(suivi),
      personal: () => store.open(audience('perso', { of: 'staff_aaaaaaaaaaaaa' })),
      marked: async () => ((await mark.read()) ? [classe, parc] : []),
      mark,
    },
    rosters: {
      roster: () => Promise.resolve(ROSTER),
      classes: () => Promise.resolve([{ id: CLASS, label: 'CE1 B' }]),
    },
    files,
    shelf: {
      uploaded: (_window, id) => {
        const found = options.uploads?.get(id);
        if (!found) throw new Error('no shelf');
        return found;
      },
      offer: (_window, download) => {
        offers.push(download);
        return '/download/x';
      },
    },
    ...(options.mayPublish && { mayPublish: options.mayPublish }),
    attendance: () => Promise.resolve(options.attendance?.() ?? { absent: [], late: [] }),
    media: { send: (_window, frame) => frames.push(frame) > 0 },
    links,
    door: {
      addresses: () => (opening.door ? ['127.0.0.1'] : []),
      root: () => opening.door?.root,
      wanted: () => 0,
    },
  });
  devices.door.onRevoked((device) => classroom.deviceRevoked(device));
  const opened = await openLanDoor({
    clock,
    random: platform.random,
    log: silentLogger,
    timers,
    certificates,
    devices: devices.door,
    gate: classroom.gate,
    homework: { list: () => ({ homework: [] }) },
    pupilFolder: options.pupilFolder ?? pupilFolder(folder),
    posteName: () => 'l’ordinateur de la classe',
    bind: {
      host: '127.0.0.1',
      securePort: options.securePort ?? 0,
      plainPort: 0,
      addresses: () => ['127.0.0.1'],
    },
    ...(options.limits && { limits: options.limits }),
  });
  opening.door = opened;
  const origin = `https://127.0.0.1:${opened.securePort}`;
  let stopped: Promise<void> | undefined;
  const school: TestSchool = {
    folder,
    classroom,
    devices,
    door: opened,
    root: certificates.root,
    origin,
    heard,
    frames,
    offers,
    files,
    classBase: classe,
    now: clock,
    connect: (capabilities = TABLET) => connectPupil({ origin, root: certificates.root, capabilities }),
    async enrolled(label, capabilities = TABLET) {
      const { code } = devices.startEnrolment(TEACHER, { label, kind: 'tablet' });
      const client = await school.connect(capabilities);
      const key = makePupilKey();
      await client.hello();
      const { device, keyId } = await client.request('door.enrol', { code, publicKey: key.publicKey });
      return { client, key, keyId, device: device.id };
    },
    stop: () =>
      (stopped ??= (async () => {
        await classroom.close();
        await opened.close();
        await store.close();
      })()),
  };
  onTestFinished(() => school.stop());
  return school;
}

export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'preau-lan-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

function pupilFolder(folder: string): string {
  const built = join(folder, 'pupil');
  mkdirSync(join(built, 'assets'), { recursive: true });
  writeFileSync(
    join(built, 'index.html'),
    '<!doctype html><title>Préau</title><p>élève</p>'.padEnd(2000, ' '),
  );
  writeFileSync(join(built, 'assets', 'app-1a2b.js'), 'console.log(1);'.repeat(200));
  return built;
}

/** Ten o'clock today at the school, whatever the hour here: a lesson is over at four at night. Milliseconds since the epoch. */
export const morning = (): number =>
  instantAt(localDate(Date.now(), 'Europe/Paris'), 10 * 60, 'Europe/Paris');

/** Time that moves when told. */
export function handTimers(start: number): Timers & { move(ms: number): void } {
  let now = start;
  let waiting: { at: number; run: () => void }[] = [];
  return {
    now: () => now,
    after(ms, run) {
      const one = { at: now + ms, run };
      waiting.push(one);
      return () => (waiting = waiting.filter((other) => other !== one));
    },
    move(ms) {
      now += ms;
      const due = waiting.filter((one) => one.at <= now).sort((a, b) => a.at - b.at);
      waiting = waiting.filter((one) => one.at > now);
      for (const one of due) one.run();
    },
  };
}
