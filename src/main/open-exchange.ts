import { join } from 'node:path';
import { parseAudience, type Audience } from '../domain/audience';
import { isPreauError, PreauError } from '../domain/errors';
import type { Id } from '../domain/id';
import type { GrantBook, PosteGrant } from '../exchange';
import type { Keyring } from '../store/port-keys';
import type { AudienceDatabase, Store } from '../store/port';
import { sealingKey } from '../store/seal';
import { instant, localDate } from '../domain/time';
import type { Disposable, Platform, StaffCall } from './capability';
import type { Timers } from './cart/timers';
import { makeCertificate } from './devices/x509';
import type { FirstPassword } from '../contract/staff/people';
import type { Actor, RoleGrant } from '../domain/rights/actor';
import { grantsOf } from '../domain/rights/entitlement';
import type { SchoolDatabases } from './directory/databases';
import { entitledOverYears } from './directory/entitled';
import { accountId, type AccountDocument } from './directory/accounts';
import type { StaffDocument } from './directory/records';
import type { HandlerTable } from './dispatch';
import { createFileExchange, type FileExchange } from './files/file-exchange';
import type { EncryptedFileStore } from './files/file-store';
import { openBackup } from './open-backup';
import { wantAnew } from './begin-anew';
import { openCertificate } from './postes/certificate';
import type { Discovery } from './postes/discovery';
import { entitlementFrom, type Entitled, type Entitlement } from './postes/grants';
import type { Identity } from './postes/identity';
import type { Lent } from './postes/lent';
import { personWrapId } from './postes/person-wrap';
import { createPosteNames } from './postes/poste-names';
import { postesRoutes } from './postes/routes';
import { openPostes, type Postes } from './postes/service';
import { silentIn } from './postes/silent';
import { openPosteReplica } from './sync/poste-replica';
import { syncRoutes } from './sync/routes';
import { createSyncService, type SyncService } from './sync/service';
import { yearFacts } from './year-facts';
import type { ExchangeFacts } from './years/ports';
import { openStateFile } from './sync/state-file';

export interface ExchangeDeps {
  readonly platform: Platform;
  readonly store: Store;
  readonly files: EncryptedFileStore;
  readonly keyring: Keyring;
  readonly databases: SchoolDatabases;
  readonly school: Id<'school'>;
  readonly uai: () => string | undefined;
  readonly identity: Identity;
  /** People who sign in on this computer; its grant carries what all of them may. */
  readonly worksHere: (person: Id<'staff'>) => boolean;
  /** The instant by which dated rights are judged; the computer's clock where left out. */
  readonly rightsNow?: () => number;
  /** What was given to somebody on top of their own roles, and whose keys are handed out today. */
  readonly delegatedKeys?: (person: Id<'staff'>) => Promise<readonly RoleGrant[]>;
  /** Identifiers that people type where no list is shown; absent before the host is open. */
  readonly rememberLogin?: (login: string, person: Id<'staff'>) => Promise<void>;
  /** Closes the windows of somebody who works on this computer no more. */
  readonly leftHere?: (person: Id<'staff'>) => Promise<void>;
  /** Computers that were lent with a right for a time. */
  readonly lent?: () => Promise<readonly Lent[]>;
  /** A first password for somebody who has no account in the school. */
  readonly firstPassword?: (actor: Actor, person: Id<'staff'>) => Promise<FirstPassword | undefined>;
  /** After keys came or the directory changed: everybody's wraps and rights follow. Absent before the host is open. */
  readonly entitleAll?: () => Promise<void>;
  readonly timeZone: () => string;
  readonly discovery: Discovery;
  readonly timers?: Timers;
  /** Files stay for later: the one exchange of a poste that has just joined. */
  readonly documentsOnly?: boolean;
  /** Exchanges by itself when its moment comes (src/domain/sync); absent: when it is asked. */
  readonly byItself?: boolean;
  /** True for a year that is over for everybody. */
  readonly isEnded?: (year: number) => boolean;
  /** Where other postes of the LAN reach this one; loopback in the demonstration and in tests. */
  readonly listen: { readonly host: string; readonly port: number };
}

/** Synchronisation as a room of the host: this poste's replica, the postes of the LAN, and the runs. */
export interface Exchange extends Disposable {
  readonly handlers: HandlerTable<StaffCall>;
  readonly sync: SyncService;
  readonly postes: Postes;
  /** What the school's years need to know of it. */
  readonly years: ExchangeFacts;
  readonly files: FileExchange;
  /** Called after each run, and whenever another poste has brought something. */
  whenMoved(listener: () => Promise<void>): void;
  /** Every grant that counts or counted. */
  readonly book: Pick<GrantBook, 'all' | 'everGrantedTo' | 'grantsOf'>;
  /** The last exchange with that poste that went through. */
  seen(poste: Id<'poste'>): string | undefined;
  /** A poste of the school that was not put out. */
  knows(poste: string): boolean;
  /** What a poste holds today, one grant a person. */
  grantsOf(poste: Id<'poste'>): readonly PosteGrant[];
}

/** An order of staff: heads before teachers. */
export const headsFirst = (a: StaffDocument, b: StaffDocument): number =>
  Number(b.roles.includes('head')) - Number(a.roles.includes('head'));

export async function openExchange(deps: ExchangeDeps): Promise<Exchange> {
  const { platform, store, keyring, databases, identity } = deps;
  const schoolKey = keyring.dataKey('parc');
  const mine = await openPosteReplica({
    folder: platform.dataFolder,
    store,
    keyring,
    identity,
    school: deps.school,
    anchors: identity.anchors,
    grants: identity.grants,
    logKey: sealingKey(schoolKey, 'preau/parcel log/1'),
    now: () => instant(platform.clock()),
    ...(deps.rightsNow ? { rightsNow: deps.rightsNow } : {}),
    ended,
  });
  let listener: (() => Promise<void>) | undefined;
  async function moved(): Promise<void> {
    await listener?.().catch((error: unknown) => {
      platform.log.error('years.failed', { error: error instanceof Error ? error.name : 'unknown' });
    });
  }
  function ended(): ReadonlySet<Audience> {
    const known = mine.replica.book.all().flatMap((grant) => (grant.kind === 'poste' ? grant.audiences : []));
    return new Set(
      [...known, ...keyring.audiences()].filter((name) => {
        const year = parseAudience(name)?.year;
        return year !== undefined && deps.isEnded?.(year);
      }),
    );
  }
  const staff = async (): Promise<StaffDocument[]> =>
    (await databases.open('ecole')).all<StaffDocument>('staff').map(({ body }) => body);

  async function entitlementOf(person: Id<'staff'>): Promise<Entitlement | undefined> {
    const found = (await staff()).find(({ _id }) => _id === person);
    if (!found || found.leftOn !== undefined) return undefined;
    const held: readonly Audience[] = keyring.audiences();
    const given = (await deps.delegatedKeys?.(person)) ?? [];
    const withRoles = async (delegated: readonly RoleGrant[]): Promise<Entitled> => {
      const all = { ...found, delegated };
      return { audiences: await entitledOverYears(databases, all, held), roles: grantsOf(all) };
    };
    return entitlementFrom(given, withRoles);
  }

  /** Heads first: whose poste it is, where several people share one. */
  async function owners(): Promise<readonly Id<'staff'>[]> {
    const all = await staff();
    const here = all.filter(({ _id }) => deps.worksHere(_id as Id<'staff'>));
    // A class made in a hurry has no password at all: its teacher is whoever is there.
    return (here.length > 0 ? here : all.filter((person) => person['provisional'] === true))
      .sort(headsFirst)
      .map(({ _id }) => _id as Id<'staff'>);
  }

  /** Of whoever works on this poste: who left has no password here any more, the others hold what is theirs today. */
  async function entitleHere(): Promise<void> {
    for (const person of await staff()) {
      const id = person._id as Id<'staff'>;
      if (!deps.worksHere(id)) continue;
      if (person.leftOn !== undefined) await keyring.removePerson(id);
      else await keyring.entitle(id, (await entitlementOf(id))?.audiences ?? []);
    }
    await deps.entitleAll?.();
  }
  async function writeHead(person: Id<'staff'>, isHead: boolean): Promise<void> {
    const ecole = await databases.open('ecole');
    const held = ecole.get<StaffDocument>(person);
    if (!held || held.body.leftOn !== undefined) throw new PreauError('NOT_FOUND', { kind: 'staff' });
    const { accountUntil: end, ...body } = held.body;
    const others = body.roles.filter((role) => role !== 'head');
    // Who lets the direction go teaches, or is of the team without a class; a head's account has no end.
    const left = others.length > 0 ? others : ['teacher'];
    const kept = isHead || end === undefined ? {} : { accountUntil: end };
    await ecole.put({ ...body, ...kept, roles: isHead ? ['head', ...others] : left }, held.rev);
    await entitleHere();
    platform.publish('people.changed', {});
  }
  async function loginOf(person: Id<'staff'>): Promise<string | undefined> {
    if (!databases.readable('ecole')) return undefined;
    return (await databases.open('ecole')).get<AccountDocument>(accountId(person))?.body.login;
  }
  async function namedIn(): Promise<AudienceDatabase[]> {
    const years = [...databases.earlierYears()].reverse();
    const before = await Promise.all(years.map((year) => databases.ecoleOf(year)));
    const now = databases.readable('ecole') ? [await databases.open('ecole')] : [];
    return [...now, ...before.flatMap((base) => base ?? [])];
  }
  async function dismiss(person: Id<'staff'>): Promise<void> {
    const ecole = await databases.open('ecole');
    const held = ecole.get<StaffDocument>(person);
    if (!held || held.body.leftOn !== undefined) return;
    const leftOn = localDate(platform.clock(), deps.timeZone());
    await ecole.put({ ...held.body, roles: [], classIds: [], leftOn }, held.rev);
    platform.publish('people.changed', {});
  }

  let entitling: Promise<void> = Promise.resolve();
  let watched: { readonly name: Audience; readonly end: () => void } | undefined;
  /** What a head changed elsewhere counts here when it has come; the base is another one each year. */
  async function watchStaff(): Promise<void> {
    const name = databases.name('ecole');
    if (watched?.name === name || !databases.readable('ecole')) return;
    const ecole = await databases.open('ecole');
    watched?.end();
    const end = ecole.onChange((change) => {
      if (!change.foreign || !change.id.startsWith('staff_')) return;
      entitling = entitling.then(entitleHere).catch((error: unknown) => {
        platform.log.error('keys.failed', { error: error instanceof Error ? error.name : 'unknown' });
      });
    });
    watched = { name, end };
  }

  const files = createFileExchange({
    platform,
    store: deps.files,
    documents: store,
    keyring,
    poste: identity.poste,
    audiences: () => mine.audiences(),
    // What a lesson was made of before what came of it: whoever teaches it next waits for it.
    priorityOf: ({ type }) => (type === 'lessonItem' ? 'lesson' : 'rest'),
  });
  const postes = await openPostes({
    platform,
    store,
    keyring,
    identity,
    mine,
    certificate: await openCertificate(platform.dataFolder, schoolKey, makeCertificate),
    discovery: deps.discovery,
    listen: deps.listen,
    entitlementOf,
    owners,
    entitleHere,
    heads: async () =>
      (await staff())
        .filter(({ leftOn, roles }) => leftOn === undefined && roles.includes('head'))
        .map(({ _id }) => _id as Id<'staff'>),
    dismiss,
    writeHead,
    logins: { of: loginOf, remember: async (...login) => deps.rememberLogin?.(...login) },
    leftHere: async (person) => deps.leftHere?.(person),
    lent: async () => (await deps.lent?.()) ?? [],
    files: files.shelf,
    onTaken: () => {
      sync.taken().catch((error: unknown) => {
        // The poste closes while another one still brings something: it is kept, nobody looks.
        if (!isPreauError(error) || error.code !== 'STOPPING') throw error;
      });
      platform.publish('postes.changed', {});
    },
  });
  const state = await openStateFile(join(platform.dataFolder, 'sync.json'));
  const sync = createSyncService({
    platform,
    store,
    keyring,
    mine,
    identity,
    state,
    refreshGrants: async () => {
      await watchStaff();
      await postes.refreshGrants();
    },
    headKey: () => postes.headKey(),
    peers: () => postes.peers(),
    silent: () => silentIn(postes.lastReach()),
    ...(deps.documentsOnly ? {} : { files }),
    uai: deps.uai,
    moved,
    timeZone: deps.timeZone,
    ...(deps.timers ? { timers: deps.timers } : {}),
    ...(deps.byItself ? { byItself: true } : {}),
  });
  const { backup, handlers: backupHandlers } = openBackup({
    platform,
    store,
    keyring,
    school: deps.school,
    identity,
    mine,
    sync,
  });
  await watchStaff();
  await postes.refreshGrants();
  const parc = await store.open('parc');
  const seen = (poste: Id<'poste'>): string | undefined => {
    const run = state.get().postes[poste];
    return run?.outcome === 'done' ? run.at : undefined;
  };
  return {
    sync,
    postes,
    files,
    years: yearFacts({
      platform,
      store,
      keyring,
      mine,
      identity,
      state,
      communeClock: () => state.get().clock,
      refreshGrants: () => postes.refreshGrants(),
    }),
    whenMoved(call) {
      listener = call;
    },
    knows: (poste) => mine.replica.book.grantsOf(poste as Id<'poste'>).length > 0,
    grantsOf: (poste) => mine.replica.book.grantsOf(poste),
    book: mine.replica.book,
    seen,
    handlers: {
      sync: syncRoutes(sync, postes.introductions),
      ...backupHandlers,
      postes: postesRoutes({
        postes,
        book: mine.replica.book,
        own: identity.poste,
        seen,
        wayStands: (poste, person) =>
          poste === identity.poste
            ? keyring.hasPerson(person)
            : parc.get(personWrapId(poste, person)) !== undefined,
        names: createPosteNames(namedIn),
        isPutBack: () => state.get().restored || mine.replica.restored,
        wantAnew: () => wantAnew(platform.dataFolder),
        firstPassword: async (...asked) => deps.firstPassword?.(...asked),
      }),
    },
    async close() {
      watched?.end();
      await entitling;
      await backup.close();
      await postes.close();
      await sync.close();
    },
  };
}
