import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Id } from '../../../src/domain/id';
import type { Actor } from '../../../src/domain/rights/actor';
import type { Platform } from '../../../src/main/capability';
import { grantsOf } from '../../../src/domain/rights/entitlement';
import { createAccounts, openLoginIndex } from '../../../src/main/directory/accounts';
import { createCorrectService } from '../../../src/main/directory/correct-service';
import { createDatabases } from '../../../src/main/directory/databases';
import type { FeedSource } from '../../../src/main/directory/feeds/source';
import { createImportService } from '../../../src/main/directory/import-service';
import { createMergeService } from '../../../src/main/directory/merge-service';
import { createPeopleService } from '../../../src/main/directory/people-service';
import type { StaffDocument } from '../../../src/main/directory/records';
import { peopleRoutes } from '../../../src/main/directory/routes';
import { openSchoolService } from '../../../src/main/directory/school-service';
import { createHomeworkService } from '../../../src/main/ent/homework-service';
import { createPlanService } from '../../../src/main/ent/plan-service';
import { createRegisterService } from '../../../src/main/ent/register-service';
import { openFileStore } from '../../../src/main/files/file-store';
import { createAttempts } from '../../../src/main/session/attempts';
import { openAccountSettings } from '../../../src/main/directory/accounts-settings';
import { createSessionService } from '../../../src/main/session/service';
import { createSessions } from '../../../src/main/session/sessions';
import { FileKeyring } from '../../../src/store/keyring';
import { PouchStore } from '../../../src/store/pouch-store';
import { QUICK } from '../password-cost';

/** Sunday, 22 November 2026: the fixtures are of the school year 2026. */
export const NOW = Date.UTC(2026, 10, 22, 9, 0, 0);
export const YEAR = 2026;
export const PASSWORD = 'tilleul-carnet-38';
export const HEAD = { first: 'Naïma', family: 'Saint-Cyr', password: PASSWORD };
export const SCHOOL = {
  name: 'École primaire du Val',
  uai: '0951099D',
  timeZone: 'Europe/Paris',
  head: HEAD,
};
const MACHINE = createHash('sha256').update('this machine').digest();

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'preau-directory-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/**
 * The directory's services on the real store, keyring and file store, as host.ts builds them. Opening the same folder
 * again after `close` is the poste started again.
 * @param keychain false for a computer without one: nothing opens before somebody signs in
 */
export async function openPoste(folder: string, keychain = true) {
  const clock = { now: NOW };
  const moves: string[][] = [];
  const lost: { person: string; classes: readonly string[] }[] = [];
  const published: { name: string; payload: unknown }[] = [];
  let drawn = 0;
  const platform: Platform = {
    dataFolder: folder,
    clock: () => clock.now,
    // Other numbers at each opening, the same from one run to the next.
    random: (bytes) => {
      const draw = `${folder.length}/${keyring.audiences().length}/${(drawn += 1)}`;
      const digest = createHash('shake256', { outputLength: bytes }).update(draw).digest();
      return digest;
    },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    tracer: { trace: () => undefined },
    publish: (name, payload) => void published.push({ name, payload }),
  };
  const keyring = await FileKeyring.open({
    path: join(folder, 'keys.json'),
    stretch: QUICK,
    ...(keychain ? { machineSecret: MACHINE } : {}),
  });
  const store = new PouchStore({ folder, keyring });
  const databases = createDatabases(store, keyring, { current: () => YEAR, isClosed: () => false });
  const files = await openFileStore({ folder: join(folder, 'files'), key: () => keyring.dataKey('parc') });
  const logins = openLoginIndex(folder);
  const accounts = createAccounts({
    platform,
    databases,
    keyring,
    logins,
    regrant: () => session.regrant(),
  });
  const school = await openSchoolService({ platform, databases, keyring, accounts: () => accounts });
  const people = createPeopleService(platform, databases, accounts);
  const imports = createImportService({
    platform,
    databases,
    keyring,
    timeZone: () => 'Europe/Paris',
    uai: () => school.current()?.uai,
    accounts,
    moved: (...move) => Promise.resolve(void moves.push(move)),
    classesLost: (_actor, person, classes) => Promise.resolve(void lost.push({ person, classes })),
  });
  const timeZone = (): string => 'Europe/Paris';
  const merges = createMergeService({ platform, databases, accounts, timeZone });
  const corrections = createCorrectService({ platform, databases, timeZone });
  const ent = { platform, databases, people, timeZone };
  const homework = createHomeworkService(ent);
  const plans = createPlanService(ent);
  const register = createRegisterService(ent);
  const sessions = createSessions(platform.clock);
  const session = createSessionService({
    platform,
    sessions,
    attempts: createAttempts(platform.clock),
    keyring,
    logins,
    keychain: keychain ? 'os' : 'absent',
    settings: openAccountSettings(folder, databases),
    demonstration: false,
    school: () => (school.exists() ? { databases, school, accounts } : undefined),
    unlocked: () => school.refresh(),
  });
  const uploads = new Map<string, { sha256: string; size: number; name: string }>();
  const routes = peopleRoutes({
    people,
    imports,
    accounts,
    merges,
    corrections,
    files,
    uploaded: (_connection, id) => {
      const found = uploads.get(id);
      if (!found) throw new Error(`no upload ${id}`);
      return found;
    },
    discard: (sha256) => void files.discard(sha256),
  });
  const close = (): Promise<void> => store.close();
  onTestFinished(close);

  return {
    platform,
    clock,
    published,
    /** Classes that an import took away from somebody. */
    lost,
    /** Pupils whom an import put into another class: child, from, to. */
    moves,
    keyring,
    store,
    databases,
    accounts,
    school,
    people,
    imports,
    merges,
    corrections,
    homework,
    plans,
    register,
    session,
    sessions,
    routes,
    close,
    /** Puts a file at the loopback door, as the window does. @returns its id */
    async upload(name: string, bytes: Uint8Array): Promise<string> {
      const { sha256, size } = await files.store(Readable.from([bytes]));
      uploads.set(name, { sha256, size, name });
      return name;
    },
    async actor(personId: Id<'staff'>): Promise<Actor> {
      const held = (await databases.open('ecole')).get<StaffDocument>(personId);
      if (!held) throw new Error(`nobody ${personId}`);
      return { kind: 'staff', personId, grants: grantsOf(held.body) };
    },
    async staffNamed(family: string): Promise<StaffDocument> {
      const all = (await databases.open('ecole')).all<StaffDocument>('staff').map(({ body }) => body);
      const found = all.filter(({ names }) => names.family.toLowerCase() === family.toLowerCase());
      if (found.length !== 1 || !found[0]) throw new Error(`${found.length} people called ${family}`);
      return found[0];
    },
    /** How many documents of each type, base by base. */
    async counts(): Promise<Record<string, number>> {
      const ecole = await databases.open('ecole');
      const direction = await databases.open('direction');
      return {
        classes: ecole.all('class').length,
        pupils: ecole.all('pupil').length,
        staff: ecole.all('staff').length,
        pupilFiles: direction.all('pupilFile').length,
        guardians: direction.all('guardian').length,
        seq: ecole.lastSeq + direction.lastSeq,
      };
    },
  };
}
export type Poste = Awaited<ReturnType<typeof openPoste>>;

/** A poste with its school, and the head who signs in there. */
export async function createSchool(folder: string, keychain = true) {
  const poste = await openPoste(folder, keychain);
  const { head, sheet } = await poste.school.create(SCHOOL);
  return { poste, head, sheet, actor: await poste.actor(head) };
}

export type Generation = 'ancienne' | 'actuelle';
/** The three invented extractions of a generation. */
export function extractions(
  generation: Generation,
  which = ['eleves', 'responsables', 'enseignants'],
): (FeedSource & { bytes: Buffer })[] {
  return which.map((kind) => {
    const name = `CSVExtraction-${kind}.csv`;
    const path = join(import.meta.dirname, '../../fixtures/onde', generation, name);
    return source(name, readFileSync(path));
  });
}

/** Bytes as a dropped file: 64 kB at a time, as from the disk. */
export function source(name: string, bytes: Buffer): FeedSource & { bytes: Buffer } {
  const open = ({ start, end } = { start: 0, end: bytes.length }): Readable =>
    Readable.from(
      (function* () {
        for (let at = start; at < end; at += 65_536) yield bytes.subarray(at, Math.min(end, at + 65_536));
      })(),
    );
  return { name, size: bytes.length, bytes, open };
}
