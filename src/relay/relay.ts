import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Audience } from '../domain/audience';
import type { Id } from '../domain/id';
import { POSTE } from '../domain/rights/actor';
import { instant } from '../domain/time';
import { DataFolder } from '../store/data-folder';
import { FileKeyring } from '../store/keyring';
import { PouchStore } from '../store/pouch-store';
import { sealingKey } from '../store/seal';
import type { Disposable, Logger, Platform } from '../main/capability';
import { makeCertificate } from '../main/devices/x509';
import { openCertificate } from '../main/postes/certificate';
import type { Discovery } from '../main/postes/discovery';
import { readIdentity, type Identity } from '../main/postes/identity';
import type { LanAddress } from '../main/postes/peer-probe';
import { openPostes } from '../main/postes/service';
import { noTracer } from '../main/privacy/tracer';
import { openPosteReplica } from '../main/sync/poste-replica';
import { createSyncService } from '../main/sync/service';
import { openStateFile } from '../main/sync/state-file';
import { DiskShelf } from '../../sync-server/files/disk-shelf';
import { createForgetting, endedAmong } from './forget';
import { introduceRelay } from './introduce';
import { openLocalGateway } from './local-gateway';
import { writeStatus } from './status';

export interface RelayOptions {
  readonly folder: string;
  /** 32 bytes: what a keychain would keep (secret.ts). */
  readonly machineSecret: Buffer;
  readonly discovery: Discovery;
  readonly listen: { readonly host: string; readonly port: number };
  readonly log: Logger;
  /** Exchanges at its moments, by day with postes and by night with the commune; else when `run` is called. */
  readonly byItself: boolean;
  /** Where to be introduced; every poste of the network where left out. */
  readonly introduceAt?: LanAddress | undefined;
  readonly showDigits: (digits: string, at: LanAddress) => void;
  /** Digits did not match, or the introduction ended. */
  readonly refused?: (code: string) => void;
  readonly stop: AbortSignal;
  /** Environment of the commune's gateway, where the commune has a CouchDB and nothing else. */
  readonly couch?: NodeJS.ProcessEnv | undefined;
}

/** A poste that carries everything and opens nothing but `parc` (DESIGN 4). */
export interface Relay extends Disposable {
  readonly poste: Id<'poste'>;
  readonly address: LanAddress;
  /** One run with whoever is there; joins one that is under way. */
  run(): Promise<void>;
}

/**
 * Opens the relay in its folder, introducing it first where that was not done. @returns undefined when it was told to
 * stop before it was introduced
 * @throws PreauError `STORE_LOCKED` where a relay runs in that folder
 */
export async function openRelay(options: RelayOptions): Promise<Relay | undefined> {
  const { folder, log } = options;
  const lock = await DataFolder.open({ folder });
  const keyring = await FileKeyring.open({
    path: join(folder, 'keys.json'),
    machineSecret: options.machineSecret,
  });
  const identity = await introduced(options, keyring);
  if (!identity) {
    await options.discovery.close();
    await lock.close();
    return undefined;
  }
  const store = new PouchStore({ folder, keyring });
  const platform: Platform = {
    dataFolder: folder,
    clock: Date.now,
    random: randomBytes,
    log,
    tracer: noTracer,
    // Nobody looks at a window here.
    publish: () => undefined,
  };
  const schoolKey = keyring.dataKey('parc');
  const school = schoolOf(identity);
  const parc = await store.open('parc');
  function ended(): ReadonlySet<Audience> {
    const granted = mine.replica.book.all().flatMap((one) => (one.kind === 'poste' ? one.audiences : []));
    return endedAmong(parc, [...granted, ...mine.log.audiences()]);
  }
  const mine = await openPosteReplica({
    folder,
    store,
    keyring,
    identity,
    school,
    anchors: identity.anchors,
    grants: identity.grants,
    logKey: sealingKey(schoolKey, 'preau/parcel log/1'),
    now: () => instant(Date.now()),
    ended,
  });
  const files = join(folder, 'files');
  // It opens no document: a signature and a grant say who may have a file and who may leave one.
  const shelf = new DiskShelf(files, () => Promise.resolve(true));
  const forget = createForgetting({
    parc,
    log: mine.log,
    shelf,
    folder: files,
    ended,
    clock: platform.clock,
  });
  const state = await openStateFile(join(folder, 'sync.json'));
  const uai = (): string | undefined => {
    const said = parc.all('school')[0]?.body['uai'];
    return typeof said === 'string' ? said : undefined;
  };
  const local = options.couch && (await openLocalGateway(options.couch, log));
  const postes = await openPostes({
    platform,
    store,
    keyring,
    identity,
    mine,
    certificate: await openCertificate(folder, schoolKey, makeCertificate),
    discovery: options.discovery,
    listen: options.listen,
    // Nobody works on a relay.
    entitlementOf: () => Promise.resolve(undefined),
    owners: () => Promise.resolve([]),
    entitleHere: () => Promise.resolve(),
    dismiss: () => Promise.resolve(),
    onTaken: () => void tell(),
    files: shelf,
    ...(local ? { keyShelf: local } : {}),
  });
  const sync = createSyncService({
    platform,
    store,
    keyring,
    mine,
    identity,
    state,
    refreshGrants: () => postes.refreshGrants(),
    headKey: () => Promise.resolve(undefined),
    peers: () => postes.peers(),
    uai,
    moved: tell,
    ...(options.byItself ? { byItself: true } : {}),
  });
  let telling: Promise<void> = Promise.resolve();
  function tell(): Promise<void> {
    telling = telling
      .then(async () => {
        await local
          ?.enrol({ uai: uai(), school, headKeys: identity?.anchors ?? [], state })
          // A CouchDB that does not answer is told in the status that follows.
          .catch((error: unknown) => log.warn('relay.gateway', { code: nameOf(error) }));
        await forget();
        const { host, port } = postes.address;
        await writeStatus(folder, instant(Date.now()), `${host}:${port}`, mine, state);
      })
      .catch((error: unknown) => log.warn('relay.status', { error: nameOf(error) }));
    return telling;
  }
  await tell();
  log.info('relay.open', { poste: identity.poste });
  return {
    poste: identity.poste,
    address: postes.address,
    run: async () => void (await sync.run(POSTE)),
    async close() {
      await postes.close();
      await sync.close();
      await telling;
      await local?.close();
      await store.close();
      await lock.close();
    },
  };
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

async function introduced(options: RelayOptions, keyring: FileKeyring): Promise<Identity | undefined> {
  const { folder } = options;
  const known = keyring.has('parc') && (await readIdentity(folder, keyring.dataKey('parc')));
  if (known) return known;
  const met = await introduceRelay({
    folder,
    keyring,
    random: randomBytes,
    discovery: options.discovery,
    address: options.introduceAt,
    showDigits: options.showDigits,
    refused: options.refused ?? (() => undefined),
    stop: options.stop,
  });
  return met ? readIdentity(folder, keyring.dataKey('parc')) : undefined;
}

/** Every grant names its school; the relay's own came with its introduction. */
function schoolOf({ grants, poste }: Identity): Id<'school'> {
  const own = grants.find((grant) => grant.kind === 'poste' && grant.poste === poste);
  if (!own) throw new Error('a relay without its grant');
  return own.school;
}
