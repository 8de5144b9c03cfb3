import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { PreauError, isPreauError, type ErrorCode } from '../../domain/errors';
import type { Audience } from '../../domain/audience';
import type { Id } from '../../domain/id';
import { passwordWeakness } from '../../domain/people/password-rules';
import type { joinSchoolSubject, JoinState } from '../../contract/staff/join-school';
import { FileKeyring, type KeyringOptions } from '../../store/keyring';
import type { Platform, StaffHandlers } from '../capability';
import type { Discovery } from './discovery';
import { joinSchool, restoreSchool } from './join';
import type { LanAddress } from './peer-probe';

export interface JoiningDeps {
  readonly platform: Platform;
  readonly keys: KeyringOptions;
  readonly discovery: () => Discovery;
  /** True where this poste has its school already. */
  readonly taken: () => boolean;
  /**
   * The first exchange, over stores of its own that are closed again: brings the documents, then says who works here.
   * @returns people who could own a rebuilt poste, heads first
   */
  readonly receive: (
    keyring: FileKeyring,
    school: Id<'school'>,
    from: LanAddress,
    person: Id<'staff'> | undefined,
  ) => Promise<{ readonly id: Id<'staff'>; readonly name: string }[]>;
  /** Wraps what that person may open, and remembers their identifier. */
  readonly settle: (keyring: FileKeyring, person: Id<'staff'>, password: string) => Promise<void>;
}

/** Between two looks whether a head has accepted this computer, in milliseconds. */
const RETRY_MS = 5_000;

/** « Rejoindre mon école » and « Reconstruire cet ordinateur »: one at a time, told step by step to the window. */
export function createJoining(deps: JoiningDeps) {
  const { platform } = deps;
  let state: JoinState = { state: 'idle' };
  let discovery: Discovery | undefined;
  let keyring: FileKeyring | undefined;
  const closing = new AbortController();
  /** Of the try under way. */
  let giving = new AbortController();
  let working: Promise<void> = Promise.resolve();

  /** Nobody is signed in on a poste without a school: every window of it may follow. */
  function tell(next: JoinState): void {
    state = next;
    platform.publish('joinSchool.changed', next, () => true);
  }
  const openKeyring = async (): Promise<FileKeyring> =>
    (keyring = await FileKeyring.open({
      path: join(platform.dataFolder, 'keys.json'),
      ...deps.keys,
    }));

  /** Runs beside the request that started it: a person has to walk to another computer in the middle. */
  function start(steps: () => Promise<void>): void {
    if (deps.taken()) throw new PreauError('SCHOOL_EXISTS');
    if (state.state !== 'idle' && state.state !== 'failed') throw new PreauError('BUSY');
    giving = new AbortController();
    tell({ state: 'calling' });
    working = steps().catch((error: unknown) => {
      if (closing.signal.aborted) return;
      // Too late, and it went on: then it is told as it ends.
      if (giving.signal.aborted && isCalling()) return tell({ state: 'idle' });
      const code: ErrorCode = isPreauError(error) ? error.code : 'INTERNAL';
      platform.log.warn('join.failed', { code });
      tell({ state: 'failed', code });
    });
  }
  const isCalling = (): boolean => state.state === 'calling' || state.state === 'digits';
  const common = () => ({
    signal: giving.signal,
    folder: platform.dataFolder,
    random: platform.random,
    showDigits: (digits: string) => tell({ state: 'digits', digits }),
  });

  const handlers = {
    state: () => state,
    look: async () => {
      discovery ??= deps.discovery();
      return { found: (await discovery.find()).map(({ host, port }) => ({ address: `${host}:${port}` })) };
    },
    begin: (_call, { address, password }) => {
      const weakness = passwordWeakness(password);
      if (weakness) throw new PreauError('PASSWORD_WEAK', { reason: weakness });
      start(async () => {
        const ring = await openKeyring();
        const hold = (person: Id<'staff'>, audiences: readonly Audience[]): Promise<void> =>
          ring.wrapFor(person, password, audiences, true);
        const joined = await joinSchool({ ...common(), keyring: ring, hold }, addressOf(address));
        tell({ state: 'receiving' });
        const receive = () => deps.receive(ring, joined.welcome.school, joined.address, joined.person);
        for (let people = await receive(); people.length === 0; people = await receive()) {
          // Nobody exchanges with a computer that no head has accepted yet: the head's click may come any day.
          if (state.state !== 'waiting') tell({ state: 'waiting' });
          await wait(RETRY_MS, undefined, { signal: closing.signal });
        }
        await deps.settle(ring, joined.person, password);
        tell({ state: 'joined', person: joined.person });
      });
      return {};
    },
    restore: (_call, { address, code }) => {
      start(async () => {
        const restored = await restoreSchool(
          { ...common(), clock: platform.clock, openKeyring },
          addressOf(address),
          () => Promise.resolve(code),
        );
        tell({ state: 'receiving' });
        if (!keyring) throw new PreauError('KEY_MISSING', { audience: 'parc' });
        const people = await deps.receive(keyring, restored.school, restored.address, undefined);
        tell({ state: 'choose', people });
      });
      return {};
    },
    choose: async (_call, { person, password }) => {
      if (state.state !== 'choose' || !keyring) throw new PreauError('BUSY');
      const weakness = passwordWeakness(password);
      if (weakness) throw new PreauError('PASSWORD_WEAK', { reason: weakness });
      await deps.settle(keyring, person, password);
      tell({ state: 'joined', person });
      return {};
    },
    cancel: async () => {
      if (!isCalling()) throw new PreauError('BUSY');
      giving.abort();
      await working;
      return {};
    },
    enter: () => {
      // The workplace closes this host and opens it again on what was received.
      throw new PreauError('UNKNOWN_METHOD');
    },
  } satisfies StaffHandlers<typeof joinSchoolSubject>;

  return {
    handlers,
    close: async (): Promise<void> => {
      closing.abort();
      // Somebody who walks to the other computer holds a request open; what waits for a head's click ends here.
      if (state.state === 'waiting' || state.state === 'receiving') await working;
      await discovery?.close();
    },
  };
}

function addressOf(text: string): LanAddress {
  const [host = '', port = ''] = text.split(':');
  return { host, port: Number(port) };
}
