import { ANONYMOUS, type Actor, type RoleGrant } from '../../domain/rights/actor';
import { grantsAt } from '../../domain/rights/effective';

/** Which person sits behind which window. Kept in memory only: a restarted poste asks who is there. */
export interface Sessions {
  /** With the rights of this instant: a role that has ended is gone, and whoever had no other is nobody. */
  actorOf(connection: string): Actor;
  /** @param actor with every grant, also those that begin or end later */
  signIn(connection: string, actor: Actor): void;
  signOut(connection: string): void;
  forget(connection: string): void;
  /** Who every window is until somebody signs in there. */
  welcome(actor: Actor): void;
  welcomed(): Actor;
  connections(): Iterable<readonly [string, Actor]>;
  /** Who signed in at that window, also where every right has ended since; anonymous where nobody did. */
  signedIn(connection: string): Actor;
}

interface Seat {
  readonly whole: Actor;
  now: Actor;
}

/** @param rightsNow milliseconds since 1970, never going back (rights-clock.ts) */
export function createSessions(rightsNow: () => number): Sessions {
  const seats = new Map<string, Seat>();
  let welcomed = seat(ANONYMOUS);

  function seat(whole: Actor): Seat {
    return current({ whole, now: whole });
  }
  /** The same object as long as nothing has begun or ended: who listens for somebody compares by it. */
  function current(held: Seat): Seat {
    const { whole, now } = held;
    if (whole.kind !== 'staff') return held;
    const grants = grantsAt(whole.grants, rightsNow());
    // Who has no role at all is signed in and may do nothing; whose last role has ended is not there any more.
    if (grants.length === 0 && whole.grants.length > 0) {
      if (now.kind !== 'anonymous') held.now = { kind: 'anonymous' };
    } else if (now.kind !== 'staff' || !sameGrants(now.grants, grants)) held.now = { ...whole, grants };
    return held;
  }

  return {
    actorOf: (connection) => current(seats.get(connection) ?? welcomed).now,
    welcomed: () => current(welcomed).now,
    welcome: (actor) => void (welcomed = seat(actor)),
    signIn: (connection, actor) => void seats.set(connection, seat(actor)),
    // Explicitly nobody: who signs out of a welcoming poste is out, until the window is closed.
    signOut: (connection) => void seats.set(connection, seat(ANONYMOUS)),
    forget: (connection) => void seats.delete(connection),
    *connections() {
      for (const [connection, held] of seats) yield [connection, current(held).now] as const;
    },
    signedIn: (connection) => (seats.get(connection) ?? welcomed).whole,
  };
}

const sameGrants = (a: readonly RoleGrant[], b: readonly RoleGrant[]): boolean =>
  a.length === b.length && a.every((grant, at) => grant === b[at]);
