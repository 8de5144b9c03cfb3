import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audience, type Audience } from '../../../src/domain/audience';
import { idFrom, type Id, type IdPrefix } from '../../../src/domain/id';
import type { Actor, RoleGrant } from '../../../src/domain/rights/actor';
import type { Platform } from '../../../src/main/capability';
import { makeCertificate } from '../../../src/main/devices/x509';
import { createFileExchange, type FileExchange } from '../../../src/main/files/file-exchange';
import { openFileStore, type EncryptedFileStore } from '../../../src/main/files/file-store';
import { openCertificate } from '../../../src/main/postes/certificate';
import { knownAddresses } from '../../../src/main/postes/discovery';
import type { Entitlement } from '../../../src/main/postes/grants';
import { joinSchool, restoreSchool } from '../../../src/main/postes/join';
import type { LanAddress } from '../../../src/main/postes/peer-probe';
import { openIdentity, openPostes, type Postes } from '../../../src/main/postes/service';
import { openPosteReplica, type PosteReplica } from '../../../src/main/sync/poste-replica';
import { createSyncService, type SyncService } from '../../../src/main/sync/service';
import { openStateFile } from '../../../src/main/sync/state-file';
import { FileKeyring } from '../../../src/store/keyring';
import { PouchStore } from '../../../src/store/pouch-store';
import { sealingKey } from '../../../src/store/seal';
import { QUICK } from '../password-cost';

/** The invented school of these tests: two classes, a head, a teacher each; their postes on loopback. */
const bytes = (name: string): Buffer => createHash('sha256').update(name).digest();
export const idOf = <P extends IdPrefix>(prefix: P, name: string): Id<P> =>
  idFrom(prefix, bytes(`${prefix} ${name}`));

export const UAI = '0751234a';
export const SCHOOL = idOf('school', 'test');
export const CE1 = idOf('class', 'CE1');
export const CM2 = idOf('class', 'CM2');
export const HEAD = idOf('staff', 'head');
export const DEPUTY = idOf('staff', 'deputy');
export const ANNE = idOf('staff', 'anne');
export const MARC = idOf('staff', 'marc');

export const ECOLE = audience('ecole', { year: 2026 });
export const PARC = audience('parc');
export const DIRECTION = audience('direction');
export const COURRIER = audience('courrier');
export const classe = (of: Id<'class'>): Audience => audience('classe', { of, year: 2026 });
export const suivi = (of: Id<'class'>): Audience => audience('suivi', { of, year: 2026 });
const everyone = [PARC, ECOLE, COURRIER];

const TEACHES: Readonly<Record<string, Id<'class'>>> = { [ANNE]: CE1, [MARC]: CM2 };
/** Who left, as every directory says it. */
export const gone = new Set<Id<'staff'>>();
export function entitlement(person: Id<'staff'>): Entitlement | undefined {
  if (gone.has(person)) return undefined;
  if (person === HEAD || person === DEPUTY) {
    const classes = [CE1, CM2].flatMap((of) => [classe(of), suivi(of)]);
    return { audiences: [...everyone, DIRECTION, ...classes], roles: [{ role: 'head', classIds: [] }] };
  }
  const of = TEACHES[person];
  return (
    of && { audiences: [...everyone, classe(of), suivi(of)], roles: [{ role: 'teacher', classIds: [of] }] }
  );
}
export const actor = (personId: Id<'staff'>): Actor => ({
  kind: 'staff',
  personId,
  grants: [...(entitlement(personId)?.roles ?? [])] as RoleGrant[],
});

/** Keys in no time: these tests are about something else than guessing passwords. */
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

export interface TestPoste {
  readonly folder: string;
  readonly keyring: FileKeyring;
  readonly store: PouchStore;
  readonly mine: PosteReplica;
  readonly postes: Postes;
  readonly sync: SyncService;
  readonly files: EncryptedFileStore;
  readonly fileExchange: FileExchange;
  readonly platform: Platform;
  /** What was published, newest last. */
  readonly events: { name: string; payload: unknown }[];
  /** Closes and, unless kept, removes. */
  close(keep?: boolean): Promise<void>;
}

export interface PosteOptions {
  readonly owner: Id<'staff'>;
  /** Postes this one knows of; read at each run. */
  readonly neighbours?: () => readonly LanAddress[];
  readonly folder?: string;
  readonly stallMs?: number;
}

const platformOf = (folder: string, events: { name: string; payload: unknown }[]): Platform => ({
  dataFolder: folder,
  clock: Date.now,
  random: (size) => randomBytes(size),
  log: quiet,
  tracer: { trace: () => undefined },
  publish: (name, payload) => void events.push({ name, payload }),
});

async function openFolder(
  folder?: string,
): Promise<{ folder: string; keyring: FileKeyring; store: PouchStore }> {
  const at = folder ?? (await mkdtemp(join(tmpdir(), 'preau-sync-')));
  const keyring = await FileKeyring.open({
    path: join(at, 'keys.json'),
    machineSecret: bytes('machine'),
    stretch: QUICK,
  });
  return { folder: at, keyring, store: new PouchStore({ folder: at, keyring }) };
}

/** A poste over a folder that has the school's keys: the first one, or one that was introduced. */
async function openPoste(
  at: { folder: string; keyring: FileKeyring; store: PouchStore },
  options: PosteOptions,
): Promise<TestPoste> {
  const { folder, keyring, store } = at;
  const events: { name: string; payload: unknown }[] = [];
  const platform = platformOf(folder, events);
  const identity = await openIdentity({ folder, keyring, store, platform, school: SCHOOL });
  const mine = await openPosteReplica({
    folder,
    store,
    keyring,
    identity,
    school: SCHOOL,
    anchors: identity.anchors,
    grants: identity.grants,
    logKey: sealingKey(keyring.dataKey(PARC), 'preau/parcel log/1'),
    now: () => new Date().toISOString(),
  });
  const files = await openFileStore({ folder: join(folder, 'files'), key: () => keyring.dataKey(PARC) });
  const fileExchange = createFileExchange({
    platform,
    store: files,
    documents: store,
    keyring,
    poste: identity.poste,
    audiences: () => mine.audiences(),
  });
  const postes = await openPostes({
    platform,
    store,
    keyring,
    identity,
    mine,
    certificate: await openCertificate(folder, keyring.dataKey(PARC), makeCertificate),
    discovery: knownAddresses(options.neighbours ?? (() => [])),
    listen: { host: '127.0.0.1', port: 0 },
    entitlementOf: (person) => Promise.resolve(entitlement(person)),
    owners: () => Promise.resolve([options.owner]),
    entitleHere: () => Promise.resolve(),
    heads: () => Promise.resolve([HEAD, DEPUTY].filter((person) => !gone.has(person))),
    dismiss: (person) => Promise.resolve(void gone.add(person)),
    onTaken: () => undefined,
    files: fileExchange.shelf,
  });
  const sync = createSyncService({
    platform,
    store,
    keyring,
    mine,
    identity,
    state: await openStateFile(join(folder, 'sync.json')),
    refreshGrants: () => postes.refreshGrants(),
    headKey: () => postes.headKey(),
    peers: () => postes.peers(),
    uai: () => UAI,
    files: fileExchange,
    ...(options.stallMs === undefined ? {} : { stallMs: options.stallMs }),
  });
  await postes.refreshGrants();
  return {
    folder,
    keyring,
    store,
    mine,
    postes,
    sync,
    files,
    fileExchange,
    platform,
    events,
    async close(keep = false) {
      await sync.close();
      await postes.close();
      await store.close();
      if (!keep) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The poste on which the school is made. */
export async function founding(options: Partial<PosteOptions> = {}): Promise<TestPoste> {
  const at = await openFolder();
  for (const name of entitlement(HEAD)?.audiences ?? []) await at.keyring.create(name);
  await (
    await at.store.open(PARC)
  ).put({ _id: SCHOOL, type: 'school', v: 1, name: 'École des tests', uai: UAI });
  return openPoste(at, { owner: HEAD, ...options });
}

/** A second poste, introduced by the first one to a person: digits from one screen typed on the other. */
export async function introduced(
  by: TestPoste,
  owner: Id<'staff'>,
  options: Partial<PosteOptions> = {},
): Promise<TestPoste> {
  const at = await openFolder();
  await by.postes.introductions.open(actor(HEAD), owner);
  await joinSchool(
    {
      folder: at.folder,
      keyring: at.keyring,
      random: (size) => randomBytes(size),
      showDigits: (digits) => void by.postes.introductions.confirm(actor(HEAD), digits),
    },
    by.postes.address,
  );
  return openPoste(at, { owner, neighbours: () => [by.postes.address], ...options });
}

/** A bare laptop, rebuilt from another poste and the printed sheet. */
export async function rebuilt(
  from: TestPoste,
  by: Id<'staff'>,
  codes: readonly string[],
  options: Partial<PosteOptions> = {},
): Promise<TestPoste> {
  const folder = await mkdtemp(join(tmpdir(), 'preau-sync-'));
  for (const code of codes) {
    from.postes.introductions.openRestore(actor(by));
    const restored = restoreSchool(
      {
        folder,
        random: (size) => randomBytes(size),
        clock: Date.now,
        openKeyring: async () => (await openFolder(folder)).keyring,
        showDigits: (digits) => void from.postes.introductions.confirm(actor(by), digits),
      },
      from.postes.address,
      () => Promise.resolve(code),
    );
    await restored.catch((error: unknown) => {
      if (code === codes.at(-1)) throw error;
    });
  }
  return openPoste(await openFolder(folder), {
    owner: HEAD,
    neighbours: () => [from.postes.address],
    ...options,
  });
}

/** The same folder again, after a stop or a crash. */
export async function reopened(poste: Pick<TestPoste, 'folder'>, options: PosteOptions): Promise<TestPoste> {
  return openPoste(await openFolder(poste.folder), options);
}

export async function write(
  poste: TestPoste,
  name: Audience,
  id: string,
  fields: Record<string, string>,
): Promise<void> {
  const database = await poste.store.open(name);
  const held = database.get(id);
  await database.put({ _id: id, type: id.slice(0, id.indexOf('_')), v: 1, ...fields }, held?.rev);
}

/** Every document of an audience with its leaves: equal where two postes are equal. */
export async function contents(poste: TestPoste, name: Audience): Promise<Record<string, string[]>> {
  const changes = await (await poste.store.open(name)).changesSince(0, 100_000);
  const byId = new Map<string, string[]>();
  for (const { id, rev } of changes) byId.set(id, [...(byId.get(id) ?? []), rev].sort());
  return Object.fromEntries([...byId].sort(([a], [b]) => (a < b ? -1 : 1)));
}
