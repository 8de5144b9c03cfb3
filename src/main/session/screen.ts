import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import type { SessionState } from '../../contract/staff/session';
import type { Keyring } from '../../store/port-keys';
import type { Platform } from '../capability';
import type { Timers } from '../cart/timers';
import type { Attempts } from './attempts';
import { createPins } from './pins';
import { createScreenLock, type LockReason } from './screen-lock';
import type { Sessions } from './sessions';

/** What a locked window stops, and what it finds again when it is reopened. */
export interface WindowHooks {
  hidden(connection: string): void;
  shown(connection: string): void;
  /** Somebody has left this window: nothing of theirs waits there for the next. */
  left(connection: string): void;
}

/** A code of the day, and the password of whoever chooses it. */
interface NewPin {
  readonly pin: string;
  readonly password: string;
}

/** Hidden and reopened screens of whoever is signed in with a password. */
export interface Screen {
  watch(connection: string, person: Id<'staff'>, minutes: number): void;
  left(connection: string, person: Id<'staff'>, elsewhere: boolean): void;
  active(connection: string): void;
  isLocked(connection: string): boolean;
  /** A password was proved at this very window: what hid it is over. */
  forgetLock(connection: string): void;
  lock(connection: string, actor: Actor, choose: NewPin | undefined): Promise<void>;
  lockAll(why: LockReason): void;
  unlock(
    connection: string,
    actor: Actor,
    by: { by: 'pin'; pin: string } | { by: 'password'; password: string; pin?: string | undefined },
  ): Promise<void>;
  choosePin(connection: string, actor: Actor, chosen: NewPin): Promise<void>;
  stateOf(connection: string, actor: Actor): Omit<NonNullable<SessionState['screen']>, 'lesson'> | undefined;
  close(): Promise<void>;
}

/** Without timers what is due is found when somebody asks, which is what the host's refusals lean on. */
const NO_TIMERS: Timers = { now: () => 0, after: () => () => undefined };

export function createScreen(deps: {
  readonly platform: Platform;
  readonly sessions: Sessions;
  readonly attempts: Attempts;
  readonly keyring: Keyring;
  readonly timers: Timers | undefined;
  readonly today: () => string;
  readonly windows: WindowHooks | undefined;
  /** Tells a window its new state. */
  readonly tell: (connection: string) => Promise<void>;
}): Screen {
  const { platform, sessions, keyring, attempts } = deps;
  const pins = createPins({ random: platform.random, today: deps.today });
  const lock = createScreenLock({
    clock: platform.clock,
    timers: deps.timers ?? NO_TIMERS,
    onLocked: hidden,
  });

  function tellAll(connections: readonly string[]): void {
    for (const connection of connections)
      deps.tell(connection).catch((error: unknown) => {
        platform.log.error('session.untold', { error: error instanceof Error ? error.name : 'unknown' });
      });
  }
  function hidden(connections: readonly string[]): void {
    for (const connection of connections) {
      deps.windows?.hidden(connection);
      platform.tracer.trace(sessions.actorOf(connection), 'session.lock', []);
    }
    if (connections.length > 0) platform.log.info('session.locked', { windows: connections.length });
    tellAll(connections);
  }
  function personOf(actor: Actor): Id<'staff'> {
    if (actor.kind !== 'staff') throw new PreauError('NOT_SIGNED_IN', { action: 'session.lock' });
    // A class in a hurry, the demonstration: there is nothing by which to come back.
    if (!keyring.hasPerson(actor.personId)) throw new PreauError('ACCOUNT_MISSING');
    return actor.personId;
  }
  /** Whoever passes an open window must not give themselves a way back for the afternoon. */
  async function choosePin(connection: string, actor: Actor, { pin, password }: NewPin): Promise<void> {
    const person = personOf(actor);
    const demandNone = (): void => {
      if (pins.chosen(person)) throw new PreauError('PIN_SET');
    };
    demandNone();
    await checkPassword(connection, person, password);
    demandNone();
    pins.choose(person, pin);
  }
  async function checkPassword(connection: string, person: Id<'staff'>, password: string): Promise<void> {
    attempts.check(person);
    await attempts.failed(person);
    try {
      await keyring.unlock(person, password);
    } catch (cause) {
      platform.tracer.trace({ kind: 'anonymous' }, 'session.wrong', [person]);
      throw new PreauError('SIGN_IN_WRONG', {}, { cause });
    }
    await attempts.succeeded(person);
    // While the password was looked at, the person may have been signed out.
    const now = sessions.actorOf(connection);
    if (now.kind !== 'staff' || now.personId !== person)
      throw new PreauError('NOT_SIGNED_IN', { action: 'session.unlock' });
  }

  return {
    watch(connection, person, minutes) {
      if (keyring.hasPerson(person)) lock.watch(connection, person, minutes);
    },
    left(connection, person, elsewhere) {
      lock.forget(connection);
      deps.windows?.left(connection);
      if (!elsewhere) pins.forget(person);
    },
    active: (connection) => lock.active(connection),
    isLocked: (connection) => lock.reasonOf(connection) !== undefined,
    forgetLock: (connection) => {
      for (const other of lock.unlock(connection)) deps.windows?.shown(other);
    },
    async lock(connection, actor, choose) {
      if (choose) await choosePin(connection, actor, choose);
      else personOf(actor);
      hidden(lock.lock(connection, 'asked'));
    },
    lockAll: (why) => hidden(lock.lockAll(why)),
    async unlock(connection, actor, given) {
      const person = personOf(actor);
      if (given.by === 'pin') pins.check(person, given.pin);
      else {
        await checkPassword(connection, person, given.password);
        if (given.pin !== undefined) pins.choose(person, given.pin);
        else if (!pins.has(person)) pins.forget(person);
      }
      const opened = lock.unlock(connection);
      tellAll(opened);
      for (const other of opened) deps.windows?.shown(other);
    },
    choosePin,
    stateOf(connection, actor) {
      const minutes = lock.minutesOf(connection);
      if (minutes === undefined || actor.kind !== 'staff') return undefined;
      const locked = lock.reasonOf(connection);
      return { ...(locked ? { locked } : {}), pin: pins.has(actor.personId), minutes };
    },
    close: () => lock.close(),
  };
}
