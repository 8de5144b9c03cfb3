import type { SessionState } from '../contract/staff/session';
import type { Id } from '../domain/id';
import type { PosteGrant } from '../exchange';
import type { HandlerTable } from './dispatch';
import type { Disposable, StaffCall } from './capability';
import { readFamilies } from './directory/guardians-records';
import type { Exchange } from './open-exchange';
import type { AudienceDatabase } from '../store/port';
import type { Identity } from './postes/identity';
import { openOutlet, publishBoxes } from './privacy/trace-outlet';
import { privacyRoutes } from './privacy/routes';
import { openPrivacy, type PrivacyService } from './privacy/service';
import type { RoomsDeps } from './rooms';

/** Privacy as a room: the register of processing, requests, breaches, pictures, and who looked at what. */
export interface PrivacyRoom extends Disposable {
  readonly service: PrivacyService;
  readonly handlers: { readonly privacy: HandlerTable<StaffCall>[string] };
}

export async function openPrivacyRoom(
  deps: Pick<
    RoomsDeps,
    | 'platform'
    | 'store'
    | 'keyring'
    | 'databases'
    | 'files'
    | 'school'
    | 'time'
    | 'traces'
    | 'binary'
    | 'outside'
  > & {
    readonly exchange: Exchange;
    readonly parc: AudienceDatabase;
    readonly identity: Identity;
    readonly timeZone: () => string;
    readonly keychain: SessionState['keychain'];
  },
): Promise<PrivacyRoom> {
  const { exchange, identity, parc } = deps;
  const isHead = (): boolean => exchange.years.isHead();
  const outlet = {
    folder: deps.platform.dataFolder,
    parc,
    keyring: deps.keyring,
    identity,
    random: deps.platform.random,
    isHead,
  };
  await deps.traces.open(await openOutlet(outlet));
  const { book } = exchange;
  const postes = (): readonly { poste: Id<'poste'>; grants: readonly PosteGrant[] }[] => {
    const all = book.all().flatMap((grant) => (grant.kind === 'poste' && !grant.carries ? [grant] : []));
    return [...new Set(all.map(({ poste }) => poste))].map((poste) => ({
      poste,
      grants: all.filter((grant) => grant.poste === poste),
    }));
  };
  const service = await openPrivacy({
    platform: deps.platform,
    store: deps.store,
    keyring: deps.keyring,
    databases: deps.databases,
    parc,
    files: deps.files,
    school: () => deps.school.current(),
    timeZone: deps.timeZone,
    horizon: () => deps.time.horizon(),
    families: readFamilies,
    poste: identity.poste,
    isHead,
    keysOf: (poste) => book.everGrantedTo(poste).map(({ key }) => key),
    postes: () =>
      postes().map(({ poste, grants }) => ({
        poste,
        person: grants.at(-1)?.person ?? null,
        audiences: [...new Set(grants.flatMap(({ audiences }) => audiences))],
        out: book.grantsOf(poste).length === 0,
      })),
    seen: (poste) => exchange.seen(poste),
    flushTraces: () => deps.traces.flush(),
    publishBoxes: () => publishBoxes(outlet),
    traced: () => ({ place: deps.traces.place()?.n ?? 0, waiting: deps.traces.waiting() }),
    keychain: deps.keychain === 'os',
    after: (ms, run) => deps.outside.timers.after(ms, run),
  });
  return {
    service,
    handlers: { privacy: privacyRoutes(service, { files: deps.files, shelf: deps.binary.area }) },
    close: () => service.close(),
  };
}
